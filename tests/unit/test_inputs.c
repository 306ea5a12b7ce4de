/* Samples for all inputs of a model: names and what goes with them, whole numbers, ids of tables,
 * batches; and the keys and options that describe them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "dataset_harness.h"
#include "experiment/keys.h"
#include "experiment/work.h"
#include "formats/dataset/model_data.h"
#include "graph/lookup.h"
#include "node_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Keys */

static void set_good(struct experiment *experiment, const char *key, const char *value)
{
    struct error error = {0};
    if (experiment_set(experiment, key, value, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

static struct experiment *read_profile(const char *text)
{
    struct experiment *experiment = experiment_new();
    struct error error;
    if (profile_read(data_put_text("p.yaml", text), experiment, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return experiment;
}

static void inputs_add_up_and_take_the_place_of_samples(void **state)
{
    struct experiment *experiment =
        read_profile("model: m\ndata: {inputs: {ids: i.npy, mask: 'random:4'}}\n");
    struct error error;
    (void)state;
    assert_int_equal(experiment->data.n_inputs, 2);
    assert_string_equal(experiment->data.inputs[0].input, "ids");
    assert_string_equal(experiment->data.inputs[0].samples, data_path("i.npy"));
    assert_string_equal(experiment->data.inputs[1].samples, "random:4");
    /* The first option replaces what the profile says, the second one adds. */
    set_good(experiment, "data.inputs", "a=x=y.npy");
    set_good(experiment, "data.inputs", "b=z");
    assert_int_equal(experiment->data.n_inputs, 2);
    assert_string_equal(experiment->data.inputs[0].input, "a");
    assert_string_equal(experiment->data.inputs[0].samples, "x=y.npy");
    assert_string_equal(experiment->data.inputs[1].input, "b");
    assert_int_equal(experiment_set(experiment, "data.inputs", "a=w", &error), STATUS_INVALID);
    assert_string_equal(error.text, "wrong value for 'data.inputs': two data sets for input 'a'");
    assert_int_equal(experiment_complete(experiment, &error), STATUS_OK);
    assert_true(experiment->has_data && experiment->has_calibration);
    assert_int_equal(experiment->calibration.n_inputs, 2);
    set_good(experiment, "data.samples", "x.npy");
    assert_int_equal(experiment->data.n_inputs, 0);
    assert_string_equal(experiment->data.samples, "x.npy");
    set_good(experiment, "data.inputs", "a=x");
    assert_null(experiment->data.samples);
    experiment_free(experiment);
}

static void names_before_paths_are_told_from_paths(void **state)
{
    (void)state;
    assert_true(key_is_named("ids=x.npy"));
    assert_true(key_is_named("x:0=/d/a=b"));
    assert_false(key_is_named("./ids=x.npy"));
    assert_false(key_is_named("run/lr=1/x.npy"));
    assert_false(key_is_named("=x"));
    assert_false(key_is_named("random:8"));
}

static void orders_carry_inputs(void **state)
{
    const struct named_samples inputs[] = {{"ids", "/d/i.npy"}, {"mask", "random:4"}};
    struct work work = {.kind = WORK_SCORE,
                        .model = "m",
                        .mode = "int8",
                        .isa = "generic",
                        .runtime = "builtin",
                        .check_seconds = 0.25,
                        .has_data = true,
                        .n_pus = 1,
                        .pus = (int[]){0}},
                got;
    struct arena *arena = arena_new();
    struct error error;
    (void)state;
    dataset_spec_init(&work.data);
    work.data.inputs = inputs;
    work.data.n_inputs = 2;
    json_t *order = work_encode(&work);
    if (work_decode(order, arena, &got, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    assert_true(got.check_seconds == 0.25);
    assert_null(got.data.samples);
    assert_int_equal(got.data.n_inputs, 2);
    assert_string_equal(got.data.inputs[0].input, "ids");
    assert_string_equal(got.data.inputs[1].samples, "random:4");
    json_decref(order);
    arena_free(arena);
}

/* Models' ends */

static const struct input_facts no_facts = {.channel_axis = -1};

/* Opens sets for inputs without a table; the test ends when that fails. */
static struct model_data *open_data(const struct dataset_spec *spec, const struct model_ends *ends)
{
    struct model_data *data;
    struct error error;
    if (model_data_open(spec, ends, &data, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return data;
}

static void check_refused(const struct dataset_spec *spec, const struct model_ends *ends,
                          const char *message)
{
    struct model_data *data;
    struct error error;
    if (model_data_open(spec, ends, &data, &error) == STATUS_OK)
        fail_msg("no '%s'", message);
    if (!strstr(error.text, message))
        fail_msg("'%s' without '%s'", error.text, message);
}

static void check_read_refused(struct model_data *data, size_t i, void *const *elements,
                               const char *where, const char *message)
{
    struct error error;
    assert_int_equal(model_data_read(data, i, elements, &error), STATUS_FORMAT);
    if (!strstr(error.where, where) || !strstr(error.text, message))
        fail_msg("'%s: %s' without '%s' and '%s'", error.where, error.text, where, message);
}

static void read_run(struct model_data *data, size_t i, void *const *elements)
{
    struct error error;
    if (model_data_read(data, i, elements, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

static const struct tensor two_inputs[] = {
    {.name = "user", .type = TYPE_F32, .shape = SHAPE(1, 3)},
    {.name = "item", .type = TYPE_F32, .shape = SHAPE(1, 2)},
};
static const struct tensor one_output = {.name = "y", .type = TYPE_F32, .shape = SHAPE(1, 4)};
static const struct input_facts two_facts[] = {{.channel_axis = -1}, {.channel_axis = -1}};
static const struct model_ends two = {"two.onnx", two_inputs, &one_output, two_facts, 2, 1, true};

static void put_user_and_item(void)
{
    const float user[] = {1, 2, 3, 4, 5, 6}, item[] = {7, 8, 9, 10};
    data_put_npy("user.npy", "<f4", "2, 3", user, sizeof(user));
    data_put_npy("item.npy", "<f4", "2, 2", item, sizeof(item));
}

static struct dataset_spec named_spec(const struct named_samples *inputs, size_t count)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.inputs = inputs;
    spec.n_inputs = count;
    return spec;
}

static void each_input_has_its_own_samples(void **state)
{
    const struct named_samples inputs[] = {{"item", data_path("item.npy")},
                                           {"user", data_path("user.npy")}};
    struct dataset_spec spec = named_spec(inputs, 2);
    float user[3], item[2];
    void *const elements[] = {user, item};
    (void)state;
    put_user_and_item();
    spec.scale = 2.0;
    struct model_data *data = open_data(&spec, &two);
    assert_int_equal(model_data_count(data), 2);
    assert_int_equal(model_data_runs(data), 2);
    assert_int_equal(model_data_batch(data), 1);
    read_run(data, 1, elements);
    assert_memory_equal(user, ((float[]){8, 10, 12}), sizeof(user));
    assert_memory_equal(item, ((float[]){18, 20}), sizeof(item));
    model_data_free(data);
}

static void inputs_and_names_must_be_the_same(void **state)
{
    char *user = xstrdup(data_path("user.npy")), *item = xstrdup(data_path("item.npy"));
    struct dataset_spec spec = data_spec(user, NULL);
    const struct tensor three[] = {two_inputs[0]};
    (void)state;
    put_user_and_item();
    check_refused(&spec, &two, "one data set for all inputs");
    spec = named_spec((struct named_samples[]){{"user", user}}, 1);
    check_refused(&spec, &two,
                  "no samples for input 'item', the model has the inputs 'user', 'item'");
    spec = named_spec((struct named_samples[]){{"user", user}, {"itme", item}}, 2);
    check_refused(&spec, &two, "unknown input 'itme', nearest is 'item'");
    spec = named_spec((struct named_samples[]){{"user", user}, {"xyzzyplugh", item}}, 2);
    check_refused(&spec, &two,
                  "unknown input 'xyzzyplugh', the model has the inputs 'user', 'item'");
    spec = named_spec((struct named_samples[]){{"user", item}, {"item", user}}, 2);
    check_refused(&spec, &two, "2 elements) do not fit the input");
    data_put_npy("one.npy", "<f4", "1, 2", (float[]){1, 2}, 8);
    spec = named_spec((struct named_samples[]){{"user", user}, {"item", data_path("one.npy")}}, 2);
    check_refused(&spec, &two, "1 samples for input 'item', but there are 2 for input 'user'");
    const struct model_ends one = {"one.onnx", three, &one_output, &no_facts, 1, 1, true};
    spec = data_spec(user, NULL);
    model_data_free(open_data(&spec, &one));
    const struct model_ends none = {"none.onnx", NULL, &one_output, NULL, 0, 1, true};
    check_refused(&spec, &none, "no inputs");
    free(user);
    free(item);
}

static void drawn_samples_of_two_inputs_differ(void **state)
{
    const struct tensor inputs[] = {two_inputs[0],
                                    {.name = "b", .type = TYPE_F32, .shape = SHAPE(1, 3)}};
    const struct model_ends ends = {"m", inputs, &one_output, two_facts, 2, 1, true};
    struct dataset_spec spec = data_spec("random:5", NULL);
    float a[3], b[3];
    (void)state;
    struct model_data *data = open_data(&spec, &ends);
    assert_int_equal(model_data_count(data), 5);
    read_run(data, 4, (void *const[]){a, b});
    assert_memory_not_equal(a, b, sizeof(a));
    model_data_free(data);
}

static struct model_ends whole_ends(const struct tensor *input, const struct input_facts *facts)
{
    return (struct model_ends){"whole", input, &one_output, facts, 1, 1, true};
}

static void whole_numbers_are_as_they_are(void **state)
{
    static const enum type types[] = {TYPE_I32, TYPE_I64, TYPE_I16, TYPE_I8, TYPE_U8, TYPE_BOOL};
    const int64_t wanted[] = {0, 1, 1};
    const double real[] = {0, 1, 1};
    (void)state;
    const char *ints = data_put_npy("i.npy", "<i8", "1, 3", wanted, sizeof(wanted));
    const char *doubles = data_put_npy("d.npy", "<f8", "1, 3", real, sizeof(real));
    for (size_t i = 0; i < 2 * COUNT(types); i++) {
        const struct tensor input = {.name = "x", .type = types[i / 2], .shape = SHAPE(1, 3)};
        struct model_ends ends = whole_ends(&input, &no_facts);
        struct dataset_spec spec = data_spec(i % 2 ? ints : doubles, NULL);
        struct model_data *data = open_data(&spec, &ends);
        unsigned char elements[24], expected[24];
        size_t size = type_size(input.type);
        for (size_t k = 0; k < 3; k++)
            memcpy(expected + k * size, &wanted[k], size);
        read_run(data, 0, (void *const[]){elements});
        assert_memory_equal(elements, expected, 3 * size);
        model_data_free(data);
    }
}

/* Beyond what a double holds, and from raw tensors of the input's own type. */
static void whole_numbers_of_the_same_type_are_exact(void **state)
{
    const int64_t wanted[] = {INT64_MAX, -(INT64_C(1) << 53) - 1};
    const struct tensor input = {.name = "x", .type = TYPE_I64, .shape = SHAPE(1, 2)};
    struct model_ends ends = whole_ends(&input, &no_facts);
    int64_t got[2];
    (void)state;
    struct dataset_spec spec =
        data_spec(data_put_npy("i.npy", "<i8", "1, 2", wanted, sizeof(wanted)), NULL);
    struct model_data *data = open_data(&spec, &ends);
    read_run(data, 0, (void *const[]){got});
    assert_memory_equal(got, wanted, sizeof(got));
    model_data_free(data);
}

static void what_is_not_whole_is_refused(void **state)
{
    static const struct {
        enum type type;
        double value;
    } cases[] = {{TYPE_I32, 0.5}, {TYPE_I32, 0x1p31},   {TYPE_I8, 128},
                 {TYPE_U8, -1},   {TYPE_BOOL, 2},       {TYPE_I64, 0x1p62},
                 {TYPE_I16, NAN}, {TYPE_I64, INFINITY}, {TYPE_I16, -32769}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const double values[] = {0, 0, 0, cases[i].value};
        const struct tensor input = {.name = "x", .type = cases[i].type, .shape = SHAPE(1, 2)};
        struct model_ends ends = whole_ends(&input, &no_facts);
        struct dataset_spec spec =
            data_spec(data_put_npy("d.npy", "<f8", "2, 2", values, sizeof(values)), NULL);
        struct model_data *data = open_data(&spec, &ends);
        int64_t elements[2];
        read_run(data, 0, (void *const[]){elements});
        check_read_refused(data, 1, (void *const[]){elements}, "d.npy", "element 1 of sample 1 is");
        model_data_free(data);
        spec.scale = 2.0;
        check_refused(&spec, &ends, "whole numbers as they are");
    }
}

/* Scales still make real numbers of integers, and halves are halves. */
static void real_numbers_take_the_type_of_the_input(void **state)
{
    const float values[] = {-1.0f, 0.25f, 100.0f};
    const float scale = 0.5f;
    const int32_t zero_point = 3;
    const struct tensor step = {.name = "q",
                                .type = TYPE_I8,
                                .shape = SHAPE(1, 3),
                                .quant = {1, 0, 0, &scale, &zero_point}};
    const struct tensor half = {.name = "h", .type = TYPE_F16, .shape = SHAPE(1, 3)};
    struct dataset_spec spec =
        data_spec(data_put_npy("f.npy", "<f4", "1, 3", values, sizeof(values)), NULL);
    int8_t steps[3];
    uint16_t halves[3];
    (void)state;
    struct model_ends ends = whole_ends(&step, &no_facts);
    struct model_data *data = open_data(&spec, &ends);
    read_run(data, 0, (void *const[]){steps});
    assert_memory_equal(steps, ((int8_t[]){1, 4, 127}), 3);
    model_data_free(data);
    ends = whole_ends(&half, &no_facts);
    data = open_data(&spec, &ends);
    read_run(data, 0, (void *const[]){halves});
    assert_memory_equal(halves, ((uint16_t[]){0xbc00, 0x3400, 0x5640}), sizeof(halves));
    model_data_free(data);
}

/* Tables */

static void ids_stay_within_their_table(void **state)
{
    const struct tensor input = {.name = "ids", .type = TYPE_I64, .shape = SHAPE(1, 64)};
    const struct input_facts facts = {.channel_axis = -1, .table_rows = 7};
    struct model_ends ends = whole_ends(&input, &facts);
    struct dataset_spec spec = data_spec("random:20", NULL);
    struct model_data *data = open_data(&spec, &ends);
    int64_t ids[64];
    bool seen[7] = {false};
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        read_run(data, i, (void *const[]){ids});
        for (size_t k = 0; k < 64; k++) {
            assert_true(ids[k] >= 0 && ids[k] < 7);
            seen[ids[k]] = true;
        }
    }
    for (size_t k = 0; k < 7; k++)
        assert_true(seen[k]);
    model_data_free(data);
}

static void ids_outside_their_table_are_refused(void **state)
{
    const int64_t ids[] = {0, 6, -7, 3, 2, 7, 1, -8};
    const struct tensor input = {.name = "ids", .type = TYPE_I32, .shape = SHAPE(1, 2)};
    const struct input_facts facts = {.channel_axis = -1, .table_rows = 7};
    struct model_ends ends = whole_ends(&input, &facts);
    struct dataset_spec spec =
        data_spec(data_put_npy("ids.npy", "<i8", "4, 2", ids, sizeof(ids)), NULL);
    int32_t elements[2];
    void *const places[] = {elements};
    (void)state;
    spec.first = 1;
    struct model_data *data = open_data(&spec, &ends);
    read_run(data, 0, places);
    check_read_refused(data, 1, places, "sample 2",
                       "element 1 of input 'ids' is 7, but the table that it looks up has the "
                       "rows 0 to 6");
    check_read_refused(data, 2, places, "sample 3", "element 1 of input 'ids' is -8");
    model_data_free(data);
}

/* ids -> CAST -> RESHAPE -> GATHER of 5 rows; ids + 1 -> GATHER of 3 rows, which says nothing. */
static void tables_are_found_behind_casts_and_views(void **state)
{
    struct graph *graph = graph_new("tables");
    const float rows[10] = {0};
    int ids = harness_tensor(graph, TYPE_I64, SHAPE(1, 2), 0.0f, 0);
    int cast = harness_tensor(graph, TYPE_I32, SHAPE(1, 2), 0.0f, 0);
    int flat = harness_tensor(graph, TYPE_I32, SHAPE(2), 0.0f, 0);
    int sum = harness_tensor(graph, TYPE_I32, SHAPE(2), 0.0f, 0);
    int large = harness_constant(graph, TYPE_F32, SHAPE(5, 2), 0.0f, 0, rows);
    int small = harness_constant(graph, TYPE_F32, SHAPE(3, 2), 0.0f, 0, rows);
    int shape = harness_ints(graph, (int32_t[]){2}, 1),
        one = harness_ints(graph, (int32_t[]){1}, 1);
    int a = harness_tensor(graph, TYPE_F32, SHAPE(2, 2), 0.0f, 0);
    int b = harness_tensor(graph, TYPE_F32, SHAPE(2, 2), 0.0f, 0);
    (void)state;
    graph_add_node(graph, OP_CAST, &ids, 1, &cast, 1, NULL);
    graph_add_node(graph, OP_RESHAPE, (int[]){cast, shape}, 2, &flat, 1, NULL);
    graph_add_node(graph, OP_ADD, (int[]){flat, one}, 2, &sum, 1, NULL);
    graph_add_node(graph, OP_GATHER, (int[]){small, sum}, 2, &b, 1, NULL);
    assert_int_equal(lookup_rows(graph, ids), 0);
    graph_add_node(graph, OP_GATHER, (int[]){large, flat}, 2, &a, 1, NULL);
    assert_int_equal(lookup_rows(graph, ids), 5);
    assert_int_equal(graph_input_facts(graph, ids).table_rows, 5);
    graph_add_node(graph, OP_EMBEDDING_LOOKUP, (int[]){flat, small}, 2, &b, 1, NULL);
    assert_int_equal(lookup_rows(graph, ids), 3);
    graph_free(graph);
}

/* Batches */

static void samples_are_gathered_into_batches(void **state)
{
    const struct tensor input = {.name = "x", .type = TYPE_F32, .shape = SHAPE(2, 3)};
    const struct tensor output = {.name = "y", .type = TYPE_F32, .shape = SHAPE(2, 4)};
    const struct model_ends ends = {"batch", &input, &output, &no_facts, 1, 1, true};
    float values[15], got[6];
    (void)state;
    for (int i = 0; i < 15; i++)
        values[i] = (float)i;
    struct dataset_spec spec =
        data_spec(data_put_npy("x.npy", "<f4", "5, 3", values, sizeof(values)), NULL);
    struct model_data *data = open_data(&spec, &ends);
    assert_int_equal(model_data_batch(data), 2);
    assert_int_equal(model_data_runs(data), 2);
    assert_int_equal(model_data_count(data), 4);
    assert_int_equal(model_data_left_out(data), 1);
    read_run(data, 1, (void *const[]){got});
    assert_memory_equal(got, values + 6, sizeof(got));
    model_data_free(data);
    spec.count = 1;
    check_refused(&spec, &ends, "1 samples do not fill the 2 places");
    spec = data_spec("random:9", NULL);
    data = open_data(&spec, &ends);
    assert_int_equal(model_data_count(data), 8);
    model_data_free(data);
}

/* Of ten samples, two a run, in runs 1 and 4. */
static void a_part_has_some_of_the_runs(void **state)
{
    const struct tensor input = {.name = "x", .type = TYPE_F32, .shape = SHAPE(2, 1)};
    const struct tensor output = {.name = "y", .type = TYPE_F32, .shape = SHAPE(2, 4)};
    const struct model_ends ends = {"batch", &input, &output, &no_facts, 1, 1, true};
    const struct data_part part = {.step = 3, .first = 1}, none = {.step = 8, .first = 7};
    const float values[11] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    char name[MODEL_DATA_RUN_SIZE];
    float got[2];
    (void)state;
    struct dataset_spec spec =
        data_spec(data_put_npy("part.npy", "<f4", "11, 1", values, sizeof(values)), NULL);
    spec.first = 1;
    struct model_data *data = open_data(&spec, &ends);
    model_data_take(data, &part);
    assert_int_equal(model_data_runs(data), 2);
    assert_int_equal(model_data_count(data), 4);
    for (size_t run = 0; run < 2; run++) {
        read_run(data, run, (void *const[]){got});
        assert_memory_equal(got, values + 3 + 6 * run, sizeof(got));
    }
    assert_string_equal(model_data_run_name(data, 1, name), "samples 9 to 10");
    model_data_free(data);
    data = open_data(&spec, &ends);
    model_data_take(data, &none);
    assert_int_equal(model_data_runs(data), 0);
    model_data_free(data);
}

/* A list that is named, not the folder's own, says what a sample is. */
static void windows_are_gathered_into_batches(void **state)
{
    const float elements[] = {1, 2, 3, 4, 5, 6};
    const struct tensor input = {.name = "x", .type = TYPE_F32, .shape = SHAPE(2, 2)};
    const struct tensor output = {.name = "y", .type = TYPE_F32, .shape = SHAPE(2, 3)};
    const struct model_ends ends = {"batch", &input, &output, &no_facts, 1, 1, true};
    float got[4];
    (void)state;
    data_put("r.bin", elements, sizeof(elements));
    struct dataset_spec spec = data_spec(data_folder, data_put_text("list.csv", "r.bin,2,1,8,4\n"));
    struct model_data *data = open_data(&spec, &ends);
    assert_int_equal(model_data_batch(data), 2);
    assert_int_equal(model_data_runs(data), 2);
    assert_int_equal(model_data_left_out(data), 1);
    read_run(data, 1, (void *const[]){got});
    assert_memory_equal(got, ((const float[]){3, 4, 4, 5}), sizeof(got));
    model_data_free(data);
}

/* A first dimension that the output does not share is no batch, nor is one that a sample fills. */
static void not_every_first_dimension_is_a_batch(void **state)
{
    const struct tensor input = {.name = "x", .type = TYPE_F32, .shape = SHAPE(2, 3)};
    const struct tensor output = {.name = "y", .type = TYPE_F32, .shape = SHAPE(2, 4)};
    const float values[12] = {0};
    const struct model_ends sequence = {"sequence", &input, &one_output, &no_facts, 1, 1, true};
    const struct model_ends batch = {"batch", &input, &output, &no_facts, 1, 1, true};
    (void)state;
    struct dataset_spec spec =
        data_spec(data_put_npy("x.npy", "<f4", "2, 2, 3", values, sizeof(values)), NULL);
    struct model_data *data = open_data(&spec, &sequence);
    assert_int_equal(model_data_batch(data), 1);
    model_data_free(data);
    data = open_data(&spec, &batch);
    assert_int_equal(model_data_batch(data), 1);
    assert_int_equal(model_data_count(data), 2);
    model_data_free(data);
    spec = data_spec(data_put_npy("y.npy", "<f4", "4, 3", values, sizeof(values)), NULL);
    check_refused(&spec, &sequence, "3 elements) do not fit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(inputs_add_up_and_take_the_place_of_samples),
        cmocka_unit_test(names_before_paths_are_told_from_paths),
        cmocka_unit_test(orders_carry_inputs),
        IN_FOLDER(each_input_has_its_own_samples),
        IN_FOLDER(inputs_and_names_must_be_the_same),
        cmocka_unit_test(drawn_samples_of_two_inputs_differ),
        IN_FOLDER(whole_numbers_are_as_they_are),
        IN_FOLDER(whole_numbers_of_the_same_type_are_exact),
        IN_FOLDER(what_is_not_whole_is_refused),
        IN_FOLDER(real_numbers_take_the_type_of_the_input),
        cmocka_unit_test(ids_stay_within_their_table),
        IN_FOLDER(ids_outside_their_table_are_refused),
        cmocka_unit_test(tables_are_found_behind_casts_and_views),
        IN_FOLDER(samples_are_gathered_into_batches),
        IN_FOLDER(a_part_has_some_of_the_runs),
        IN_FOLDER(windows_are_gathered_into_batches),
        IN_FOLDER(not_every_first_dimension_is_a_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
