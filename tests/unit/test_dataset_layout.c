/* Samples and the input that they are for: layouts, channels, integer types, drawn samples. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dataset_harness.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* A sample of bytes that count from 0. */
static const char *put_counting(const uint32_t *dim, int rank)
{
    uint8_t elements[200];
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= dim[i];
    assert_true(count <= sizeof(elements));
    for (size_t i = 0; i < count; i++)
        elements[i] = (uint8_t)i;
    return data_put_idx("samples", 0x08, dim, rank, elements, count, 1);
}

static void the_other_layout_is_transposed(void **state)
{
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 3, 2, 5}, 4), NULL);
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 2, 5, 3), 3));
    data_check(dataset, 0, 0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24, 5, 15, 25, 6, 16,
               26, 7, 17, 27, 8, 18, 28, 9, 19, 29);
    data_check_remark(dataset, "samples of 3x2x5 are transposed for the input 1x2x5x3");
    dataset_free(dataset);
    spec = data_spec(put_counting((const uint32_t[]){1, 2, 5, 3}, 4), NULL);
    dataset = data_open_for(&spec, data_input(&SHAPE(1, 3, 2, 5), 1));
    data_check(dataset, 0, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28,
               2, 5, 8, 11, 14, 17, 20, 23, 26, 29);
    dataset_free(dataset);
}

static void sequences_are_transposed_where_the_graph_tells_their_channels(void **state)
{
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 2, 3}, 3), NULL);
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 3, 2), 2));
    data_check(dataset, 0, 0, 3, 1, 4, 2, 5);
    dataset_free(dataset);
    data_check_refused_for(&spec, data_input(&SHAPE(1, 3, 2), -1), STATUS_INVALID, spec.samples,
                           "samples of 2x3 (6 elements) do not fit the input 1x3x2 of 'x'");
}

static void the_same_order_is_taken_as_it_is(void **state)
{
    static const struct {
        uint32_t dim[5];
        int rank;
        struct shape input;
    } cases[] = {
        {{1, 2, 5, 3}, 4, {4, {1, 2, 5, 3}}}, {{1, 1, 2, 5, 3}, 5, {4, {1, 2, 5, 3}}},
        {{1, 30}, 2, {4, {1, 2, 5, 3}}},      {{1, 5, 6}, 3, {4, {1, 5, 6, 1}}},
        {{1, 5, 6}, 3, {4, {1, 1, 5, 6}}},    {{1, 5, 6, 1}, 4, {4, {1, 1, 5, 6}}},
        {{1, 5, 6}, 3, {2, {1, 30}}},         {{1, 30}, 2, {1, {30}}},
        {{1, 5, 5, 1}, 4, {4, {1, 1, 5, 5}}}, {{1, 1, 1, 9}, 4, {4, {1, 1, 1, 9}}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = data_spec(put_counting(cases[i].dim, cases[i].rank), NULL);
        spec.scale = 2.0;
        struct dataset *dataset = data_open_for(&spec, data_input(&cases[i].input, -1));
        double expected[30];
        for (int k = 0; k < 30; k++)
            expected[k] = 2.0 * k;
        data_check_sample(dataset, 0, expected, __LINE__);
        assert_int_equal(dataset_remark_count(dataset), 0);
        dataset_free(dataset);
    }
}

static void samples_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        uint32_t dim[4];
        int rank;
        const char *words;
    } cases[] = {
        {{1, 5, 2, 3}, 4, "samples of 5x2x3 (30 elements) do not fit the input 1x2x5x3 of 'x'"},
        {{1, 6, 5}, 3, "samples of 6x5 (30 elements) do not fit"},
        {{1, 31}, 2, "samples of 31 (31 elements) do not fit"},
        {{30}, 1, "samples of 1 (1 elements) do not fit"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = data_spec(put_counting(cases[i].dim, cases[i].rank), NULL);
        data_check_refused_for(&spec, data_input(&SHAPE(1, 2, 5, 3), 3), STATUS_INVALID,
                               spec.samples, cases[i].words);
    }
}

static void what_may_be_either_layout_has_to_be_said(void **state)
{
    const struct dataset_input *input = data_input(&SHAPE(1, 3, 3, 3), 3);
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 3, 3, 3}, 4), NULL);
    data_check_refused_for(&spec, input, STATUS_INVALID, spec.samples,
                           "samples of 3x3x3 (27 elements) may be in either layout of the input "
                           "1x3x3x3 of 'x': say which with data.layout");
    const char *const same[] = {"nhwc", "as-is"};
    for (size_t i = 0; i < LENGTH(same); i++) {
        spec.layout = same[i];
        struct dataset *dataset = data_open_for(&spec, input);
        data_check(dataset, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                   20, 21, 22, 23, 24, 25, 26);
        dataset_free(dataset);
    }
    spec.layout = "nchw";
    struct dataset *dataset = data_open_for(&spec, input);
    data_check(dataset, 0, 0, 9, 18, 1, 10, 19, 2, 11, 20, 3, 12, 21, 4, 13, 22, 5, 14, 23, 6, 15,
               24, 7, 16, 25, 8, 17, 26);
    dataset_free(dataset);
}

static void a_layout_that_is_said_must_fit(void **state)
{
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 2, 5, 3}, 4), NULL);
    spec.layout = "nchw";
    data_check_refused_for(&spec, data_input(&SHAPE(1, 2, 5, 3), 3), STATUS_INVALID, spec.samples,
                           "do not fit, in the layout that was given,");
    spec.layout = "wide";
    data_check_refused_for(&spec, data_input(&SHAPE(1, 2, 5, 3), 3), STATUS_INVALID, spec.samples,
                           "unknown layout 'wide'");
}

static void raw_tensors_are_moved_when_their_layout_is_said(void **state)
{
    const int8_t elements[] = {0, 1, 2, 3, 4, 5, 6, 7};
    (void)state;
    data_put("a.bin", elements, 8);
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.type = TYPE_I8;
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 2, 2, 2), 3));
    data_check(dataset, 0, 0, 1, 2, 3, 4, 5, 6, 7);
    dataset_free(dataset);
    spec.layout = "nchw";
    dataset = data_open_for(&spec, data_input(&SHAPE(1, 2, 2, 2), 3));
    data_check(dataset, 0, 0, 4, 1, 5, 2, 6, 3, 7);
    dataset_free(dataset);
}

/* Means follow the channels of the input, wherever these are in the samples. */
static void means_follow_the_channels_of_the_input(void **state)
{
    const struct {
        uint32_t dim[4];
        int rank;
        struct shape input;
        int axis; /* as the graph tells it */
        double expected[12];
    } cases[] = {
        /* planar samples for planar and for interleaved inputs */
        {{1, 3, 2, 2},
         4,
         {4, {1, 3, 2, 2}},
         1,
         {0, 1, 2, 3, -96, -95, -94, -93, -192, -191, -190, -189}},
        {{1, 3, 2, 2},
         4,
         {4, {1, 2, 2, 3}},
         3,
         {0, -96, -192, 1, -95, -191, 2, -94, -190, 3, -93, -189}},
        /* interleaved ones */
        {{1, 2, 2, 3},
         4,
         {4, {1, 2, 2, 3}},
         3,
         {0, -99, -198, 3, -96, -195, 6, -93, -192, 9, -90, -189}},
        /* flat samples take the input's */
        {{1, 12},
         2,
         {4, {1, 3, 2, 2}},
         1,
         {0, 1, 2, 3, -96, -95, -94, -93, -192, -191, -190, -189}},
        /* of features, each is a channel */
        {{4, 3}, 2, {2, {1, 3}}, -1, {0, -99, -198}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = data_spec(put_counting(cases[i].dim, cases[i].rank), NULL);
        spec.n_mean = 3;
        memcpy(spec.mean, (const double[]){0, 100, 200}, 3 * sizeof(double));
        struct dataset *dataset = data_open_for(&spec, data_input(&cases[i].input, cases[i].axis));
        data_check_sample(dataset, 0, cases[i].expected, __LINE__);
        dataset_free(dataset);
    }
}

static void channels_are_guessed_where_the_graph_does_not_tell(void **state)
{
    static const struct {
        struct shape input;
        int channels;
    } cases[] = {
        {{4, {1, 3, 6, 8}}, 3}, {{4, {1, 6, 8, 3}}, 3},  {{4, {1, 4, 6, 6}}, 4},
        {{4, {1, 2, 2, 4}}, 4}, {{4, {1, 12, 2, 6}}, 6}, {{3, {1, 10, 6}}, 6},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const uint32_t dim[] = {1, (uint32_t)shape_elements(&cases[i].input)};
        struct dataset_spec spec = data_spec(put_counting(dim, 2), NULL);
        spec.n_mean = cases[i].channels;
        dataset_free(data_open_for(&spec, data_input(&cases[i].input, -1)));
        spec.n_mean = 5;
        data_check_refused_for(&spec, data_input(&cases[i].input, -1), STATUS_INVALID, spec.samples,
                               "5 values for mean, expected 0, 1 or one for each of");
    }
}

static void samples_may_be_whole_batches(void **state)
{
    double expected[24];
    (void)state;
    for (int k = 0; k < 24; k++)
        expected[k] = k;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 2, 2, 2, 3}, 5), NULL);
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(2, 2, 2, 3), 3));
    data_check_sample(dataset, 0, expected, __LINE__);
    dataset_free(dataset);
    data_check_refused_for(&spec, data_input(&SHAPE(2, 3, 2, 2), 1), STATUS_INVALID, spec.samples,
                           "samples of 2x2x2x3 (24 elements) do not fit the input 2x3x2x2 of 'x'");
}

/* Integer types */

/* One description may be for several inputs, of which others are images. */
static void means_do_not_matter_to_whole_numbers(void **state)
{
    const struct tensor tensor = {.name = "ids", .type = TYPE_I64, .shape = SHAPE(1, 4)};
    const struct dataset_input input = {.tensor = &tensor, .facts = {-1, 0}};
    int64_t ids[4];
    struct error error;
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 4}, 2), NULL);
    spec.n_mean = 3;
    spec.scale = 0.5;
    struct dataset *dataset = data_open_for(&spec, &input);
    assert_int_equal(dataset_read_whole(dataset, 0, TYPE_I64, ids, &error), STATUS_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ids[i], i);
    dataset_free(dataset);
}

static struct dataset_input *quantized_input(enum type type, const float *scale,
                                             const int32_t *zero_point)
{
    static struct tensor tensor;
    static struct dataset_input input;
    tensor = (struct tensor){.name = "q",
                             .type = type,
                             .shape = SHAPE(1, 4),
                             .quant = {.count = 1, .scale = scale, .zero_point = zero_point}};
    input = (struct dataset_input){.tensor = &tensor, .facts = {-1, 0}, .is_own = true};
    return &input;
}

static void elements_of_the_models_own_type_keep_their_meaning(void **state)
{
    const int8_t elements[] = {-128, -1, 0, 127};
    const float scale = 0.25f;
    const int32_t zero_point = -1;
    (void)state;
    const char *path = data_put_npy("a.npy", "|i1", "1, 4", elements, 4);
    struct dataset_spec spec = data_spec(path, NULL);
    struct dataset_input *input = quantized_input(TYPE_I8, &scale, &zero_point);
    struct dataset *dataset = data_open_for(&spec, input);
    data_check(dataset, 0, -31.75, 0, 0.25, 32);
    data_check_remark(dataset, "elements of int8 are the model's own");
    dataset_free(dataset);
    input->is_own =
        false; /* a mode chose scale and type: the samples are those of the float model */
    dataset = data_open_for(&spec, input);
    data_check(dataset, 0, -128, -1, 0, 127);
    data_check_remark(dataset, "elements of int8 are fed as the numbers they are");
    dataset_free(dataset);
    spec.scale = 2.0; /* somebody says what they stand for */
    dataset = data_open_for(&spec, quantized_input(TYPE_I8, &scale, &zero_point));
    data_check(dataset, 0, -256, -2, 0, 254);
    assert_int_equal(dataset_remark_count(dataset), 0);
    dataset_free(dataset);
    spec.scale = 1.0;
    dataset = data_open_for(&spec, quantized_input(TYPE_U8, &scale, &zero_point));
    data_check(dataset, 0, -128, -1, 0, 127);
    dataset_free(dataset);
}

static void integers_for_a_float_input_get_a_remark(void **state)
{
    const float reals[] = {1, 2, 3, 4};
    (void)state;
    struct dataset_spec spec = data_spec(put_counting((const uint32_t[]){1, 4}, 2), NULL);
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 4), -1));
    data_check_remark(dataset,
                      "elements of uint8 are fed as the numbers they are; where they stand "
                      "for others, give preprocess.scale");
    dataset_free(dataset);
    spec = data_spec(data_put_npy("a.npy", "<f4", "1, 4", reals, 16), NULL);
    dataset = data_open_for(&spec, data_input(&SHAPE(1, 4), -1));
    assert_int_equal(dataset_remark_count(dataset), 0);
    dataset_free(dataset);
}

/* Drawn samples */

static void drawn_images_follow_the_layout(void **state)
{
    struct dataset_spec spec = data_spec("random:3", NULL);
    float rows[60], planes[60];
    struct error error;
    (void)state;
    struct dataset *last = data_open_for(&spec, data_input(&SHAPE(1, 4, 5, 3), 3));
    struct dataset *first = data_open_for(&spec, data_input(&SHAPE(1, 3, 4, 5), 1));
    assert_int_equal(dataset_read(last, 2, rows, &error), STATUS_OK);
    assert_int_equal(dataset_read(first, 2, planes, &error), STATUS_OK);
    for (size_t pixel = 0; pixel < 20; pixel++)
        for (size_t c = 0; c < 3; c++)
            assert_memory_equal(&rows[pixel * 3 + c], &planes[c * 20 + pixel], sizeof(float));
    assert_int_equal(dataset_remark_count(first), 0);
    dataset_free(last);
    dataset_free(first);
}

static void drawn_images_fill_the_range_of_the_models_integers(void **state)
{
    const float scale = 0.5f;
    const int32_t zero_point = 10;
    struct dataset_spec spec = data_spec("random:20", NULL);
    struct dataset_input *input = quantized_input(TYPE_U8, &scale, &zero_point);
    float values[64], low = 1e9f, high = -1e9f;
    struct error error;
    (void)state;
    ((struct tensor *)(uintptr_t)input->tensor)->shape = SHAPE(1, 4, 4, 4);
    struct dataset *dataset = data_open_for(&spec, input);
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(dataset_read(dataset, i, values, &error), STATUS_OK);
        for (size_t k = 0; k < 64; k++) {
            low = fminf(low, values[k]);
            high = fmaxf(high, values[k]);
        }
    }
    assert_true(low >= -5.0f && low < 20.0f && high <= 122.5f && high > 90.0f);
    dataset_free(dataset);
}

static void drawn_numbers_stay_within_the_table(void **state)
{
    struct dataset_spec spec = data_spec("random:50", NULL);
    struct tensor tensor = {.name = "ids", .type = TYPE_I64, .shape = SHAPE(1, 16)};
    struct dataset_input input = {.tensor = &tensor, .facts = {-1, 30}, .is_own = true};
    bool seen[30] = {false};
    float values[16];
    struct error error;
    (void)state;
    struct dataset *dataset = data_open_for(&spec, &input);
    for (size_t i = 0; i < 50; i++) {
        assert_int_equal(dataset_read(dataset, i, values, &error), STATUS_OK);
        for (size_t k = 0; k < 16; k++) {
            assert_true(values[k] >= 0.0f && values[k] < 30.0f && floorf(values[k]) == values[k]);
            seen[(int)values[k]] = true;
        }
    }
    for (size_t i = 0; i < 30; i++)
        assert_true(seen[i]);
    dataset_free(dataset);
    input.facts.table_rows = 0;
    dataset = data_open_for(&spec, &input);
    data_check_remark(dataset, "looks up no table that would tell its range, 0 and 1 are drawn");
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_other_layout_is_transposed),
        IN_FOLDER(sequences_are_transposed_where_the_graph_tells_their_channels),
        IN_FOLDER(the_same_order_is_taken_as_it_is),
        IN_FOLDER(samples_that_do_not_fit_are_refused),
        IN_FOLDER(what_may_be_either_layout_has_to_be_said),
        IN_FOLDER(a_layout_that_is_said_must_fit),
        IN_FOLDER(raw_tensors_are_moved_when_their_layout_is_said),
        IN_FOLDER(means_follow_the_channels_of_the_input),
        IN_FOLDER(channels_are_guessed_where_the_graph_does_not_tell),
        IN_FOLDER(samples_may_be_whole_batches),
        IN_FOLDER(means_do_not_matter_to_whole_numbers),
        IN_FOLDER(elements_of_the_models_own_type_keep_their_meaning),
        IN_FOLDER(integers_for_a_float_input_get_a_remark),
        cmocka_unit_test(drawn_images_follow_the_layout),
        cmocka_unit_test(drawn_images_fill_the_range_of_the_models_integers),
        cmocka_unit_test(drawn_numbers_stay_within_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
