/* Data sets: elements become the numbers that a model is fed, of all samples or of a part of them;
 * drawn samples, and data sets that exist. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dataset_harness.h"
#include "formats/dataset/encode.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* Preprocessing and ranges */

static void elements_become_numbers_by_the_formula(void **state)
{
    const uint8_t elements[] = {10, 20, 30, 40, 50, 60};
    const uint32_t dim[] = {1, 1, 2, 3};
    (void)state;
    struct dataset_spec spec = data_spec(data_put_idx("a", 0x08, dim, 4, elements, 6, 1), NULL);
    spec.scale = 0.5;
    spec.zero_point = 10.0;
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 0, 0, 5, 10, 15, 20, 25);
    dataset_free(dataset);
    spec.n_mean = 3;
    spec.n_deviation = 1;
    memcpy(spec.mean, (const double[]){1, 2, 3}, 3 * sizeof(double));
    spec.deviation[0] = 2.0;
    dataset = data_open(&spec);
    data_check(dataset, 0, -0.5, 1.5, 3.5, 7, 9, 11);
    dataset_free(dataset);
    spec.n_mean = 1;
    spec.n_deviation = 3;
    memcpy(spec.deviation, (const double[]){1, -2, 4}, 3 * sizeof(double));
    dataset = data_open(&spec);
    data_check(dataset, 0, -1, -2, 2.25, 14, -9.5, 6);
    dataset_free(dataset);
}

static void lists_of_raw_tensors_repeat(void **state)
{
    const int8_t elements[] = {1, 2, 3, 4};
    (void)state;
    data_put("a.bin", elements, 4);
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.type = TYPE_I8;
    spec.n_mean = 2;
    spec.mean[1] = 10.0;
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 0, 1, -8, 3, -6);
    dataset_free(dataset);
    spec.n_mean = 3;
    data_check_refused(&spec, STATUS_INVALID, data_folder,
                       "3 values for mean do not divide 4 elements");
}

static void channels_are_the_last_dimension_of_images(void **state)
{
    const uint8_t elements[24] = {0};
    const struct {
        uint32_t dim[4];
        int rank, fitting;
    } cases[] = {{{2, 2, 2, 3}, 4, 3}, {{8, 3}, 2, 1}, {{2, 4, 3}, 3, 1}, {{24}, 1, 1}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = data_put_idx("a", 0x08, cases[i].dim, cases[i].rank, elements, 24, 1);
        for (int n = 0; n <= 4; n++) {
            struct dataset_spec spec = data_spec(path, NULL);
            spec.n_mean = n;
            if (n <= 1 || n == cases[i].fitting)
                dataset_free(data_open(&spec));
            else
                data_check_refused(&spec, STATUS_INVALID, path,
                                   "values for mean, expected 0, 1 or one");
            spec.n_mean = 0;
            spec.n_deviation = n;
            for (int k = 0; k < n; k++)
                spec.deviation[k] = 1.0;
            if (n > 1 && n != cases[i].fitting)
                data_check_refused(&spec, STATUS_INVALID, path,
                                   "values for deviation, expected 0, 1");
        }
    }
}

static void numbers_that_cannot_be_meant_are_refused(void **state)
{
    const uint8_t elements[] = {1, 2};
    const char *path = data_put_idx("a", 0x08, (const uint32_t[]){2}, 1, elements, 2, 1);
    const struct dataset_spec good = data_spec(path, NULL);
    struct dataset_spec spec = good;
    (void)state;
    spec.scale = NAN;
    data_check_refused(&spec, STATUS_INVALID, path, "scale is nan, expected a finite number");
    spec.scale = 0.0;
    data_check_refused(&spec, STATUS_INVALID, path, "scale is 0");
    spec = good;
    spec.zero_point = INFINITY;
    data_check_refused(&spec, STATUS_INVALID, path, "zero_point is inf");
    spec = good;
    spec.n_mean = 1;
    spec.mean[0] = -INFINITY;
    data_check_refused(&spec, STATUS_INVALID, path, "mean is -inf");
    spec = good;
    spec.n_deviation = 1;
    data_check_refused(&spec, STATUS_INVALID, path, "deviation is 0");
    spec.deviation[0] = NAN;
    data_check_refused(&spec, STATUS_INVALID, path, "deviation is nan");
    spec = good;
    spec.n_mean = DATASET_CHANNELS_MAX + 1;
    data_check_refused(&spec, STATUS_INVALID, path, "17 values for mean, expected 0 to 16");
    spec.n_mean = -1;
    data_check_refused(&spec, STATUS_INVALID, path, "-1 values for mean");
}

static void a_part_of_the_samples_can_be_used(void **state)
{
    const uint8_t elements[] = {0, 1, 2, 3, 4};
    const char *path = data_put_idx("a", 0x08, (const uint32_t[]){5}, 1, elements, 5, 1);
    struct dataset_spec spec = data_spec(path, path);
    (void)state;
    spec.first = 2;
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 3);
    data_check(dataset, 0, 2);
    assert_int_equal(dataset_class(dataset, 0), 2);
    dataset_free(dataset);
    spec.count = 1;
    dataset = data_open(&spec);
    float value;
    struct error error;
    assert_int_equal(dataset_count(dataset), 1);
    assert_int_equal(dataset_read(dataset, 1, &value, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "sample 1 is out of range, there are 1"));
    dataset_free(dataset);
    spec.count = 4;
    data_check_refused(&spec, STATUS_INVALID, path,
                       "4 samples wanted after the first 2, but there are 5");
    spec.count = SIZE_MAX;
    data_check_refused(&spec, STATUS_INVALID, path, "but there are 5");
    spec.at_most = true;
    dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 3);
    dataset_free(dataset);
    spec.first = 5;
    spec.count = 0;
    data_check_refused(&spec, STATUS_INVALID, path, "5 samples to leave out, but there are 5");
}

static void samples_that_are_no_numbers_are_refused_when_read(void **state)
{
    const float elements[] = {1.0f, 2.0f, NAN, 3.0f, INFINITY, 1.0f};
    const double huge[] = {1.0, 1e200};
    float values[2];
    struct error error;
    (void)state;
    struct dataset_spec spec = data_spec(data_put_npy("a", "<f4", "3, 2", elements, 24), NULL);
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "element 0 of sample 1 is nan"));
    assert_int_equal(dataset_read(dataset, 2, values, &error), STATUS_FORMAT);
    dataset_free(dataset);
    spec = data_spec(data_put_npy("b", "<f8", "1, 2", huge, 16), NULL);
    dataset = data_open(&spec);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "element 1 of sample 0 is 1e+200"));
    dataset_free(dataset);
}

/* What is no data set */

static void samples_that_are_no_files_are_refused(void **state)
{
    (void)state;
    struct dataset_spec spec = data_spec(data_path("missing"), NULL);
    data_check_refused(&spec, STATUS_IO, spec.samples, "cannot open");
    spec.samples = data_put_text("empty", "");
    data_check_refused(&spec, STATUS_FORMAT, spec.samples, "unknown format");
    spec.samples = data_path("pipe");
    assert_int_equal(mkfifo(spec.samples, 0600), 0);
    data_check_refused(&spec, STATUS_IO, spec.samples, "neither a regular file nor a folder");
    spec.samples = "/dev/null";
    data_check_refused(&spec, STATUS_IO, spec.samples, "neither a regular file nor a folder");
}

static void nothing_can_be_freed(void **state)
{
    (void)state;
    dataset_free(NULL);
}

/* Data sets that exist */

static void keyword_samples_are_read(void **state)
{
    const char *shared = getenv("QUANTOP_SHARED");
    char path[600];
    (void)state;
    snprintf(path, sizeof(path), "%s/datasets/kws01",
             shared && shared[0] ? shared : SOURCE_DIRECTORY "/../shared");
    if (access(path, R_OK) != 0) {
        print_message("skipped: no '%s' (QUANTOP_SHARED names the folder of test data)\n", path);
        skip();
    }
    struct dataset_spec spec = data_spec(path, NULL);
    spec.type = TYPE_I8;
    spec.zero_point = 83.0;
    spec.scale = 0.584702909;
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 1000);
    assert_int_equal(dataset_elements(dataset), 490);
    assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
    float values[490];
    struct error error;
    const int first[] = {2, 85, 81, 81, 79, 81, 82, 81, 83, 84, 0, 82};
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    for (size_t i = 0; i < LENGTH(first); i++)
        assert_true(fabs((double)values[i] - (first[i] - 83) * 0.584702909) < 1e-5);
    const int32_t classes[] = {7, 2, 6, 8, 5};
    for (size_t i = 0; i < LENGTH(classes); i++)
        assert_int_equal(dataset_class(dataset, i), classes[i]);
    assert_int_equal(dataset_class(dataset, 999), 8);
    size_t of_class_5 = 0;
    for (size_t i = 0; i < 1000; i++)
        of_class_5 += dataset_class(dataset, i) == 5;
    assert_int_equal(of_class_5, 84);
    dataset_free(dataset);
}

static void the_images_that_ship_are_read(void **state)
{
    struct dataset_spec spec = data_spec(SOURCE_DIRECTORY "/data/test-images.idx.gz",
                                         SOURCE_DIRECTORY "/data/test-labels.idx.gz");
    (void)state;
    if (access(spec.samples, R_OK) != 0) {
        print_message("skipped: no '%s'\n", spec.samples);
        skip();
    }
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 10000);
    assert_int_equal(dataset_elements(dataset), 784);
    for (size_t i = 0; i < 10000; i++)
        assert_in_range(dataset_class(dataset, i), 0, 9);
    float values[784];
    struct error error;
    assert_int_equal(dataset_read(dataset, 9999, values, &error), STATUS_OK);
    for (size_t i = 0; i < 784; i++)
        assert_true(values[i] >= 0.0f && values[i] <= 255.0f);
    dataset_free(dataset);
}

/* Drawn samples */

static void drawn_samples_have_the_shape_of_the_input(void **state)
{
    struct dataset_spec spec = data_spec("random:7", NULL);
    const struct dataset_input *image = data_input(&SHAPE(1, 5, 4, 3), -1);
    struct dataset *dataset, *shifted;
    struct error error;
    float a[60], b[60];
    (void)state;
    assert_int_equal(dataset_open(&spec, image, &dataset, &error), STATUS_OK);
    assert_int_equal(dataset_count(dataset), 7);
    assert_int_equal(dataset_elements(dataset), 60);
    assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
    spec.first = 4;
    assert_int_equal(dataset_open(&spec, image, &shifted, &error), STATUS_OK);
    assert_int_equal(dataset_count(shifted), 3);
    assert_int_equal(dataset_read(dataset, 5, a, &error), STATUS_OK);
    assert_int_equal(dataset_read(shifted, 1, b, &error), STATUS_OK);
    assert_memory_equal(a, b, sizeof(a));
    assert_int_equal(dataset_read(shifted, 2, b, &error), STATUS_OK);
    assert_memory_not_equal(a, b, sizeof(a));
    dataset_free(dataset);
    dataset_free(shifted);
}

static void drawn_samples_are_preprocessed(void **state)
{
    struct dataset_spec spec = data_spec("random:1", NULL);
    const struct dataset_input *image = data_input(&SHAPE(1, 2, 2, 3), -1);
    struct dataset *plain, *scaled;
    struct error error;
    float a[12], b[12];
    (void)state;
    assert_int_equal(dataset_open(&spec, image, &plain, &error), STATUS_OK);
    spec.scale = 2.0;
    spec.n_mean = 3;
    spec.mean[1] = 0.5;
    assert_int_equal(dataset_open(&spec, image, &scaled, &error), STATUS_OK);
    assert_int_equal(dataset_read(plain, 0, a, &error), STATUS_OK);
    assert_int_equal(dataset_read(scaled, 0, b, &error), STATUS_OK);
    for (int i = 0; i < 12; i++)
        assert_true(fabs((double)b[i] - (2.0 * (double)a[i] - (i % 3 == 1 ? 0.5 : 0.0))) < 1e-6);
    dataset_free(plain);
    dataset_free(scaled);
}

static void samples_that_cannot_be_drawn_are_refused(void **state)
{
    static const char *const wrong[] = {"random:",  "random:0",  "random:-1",
                                        "random:x", "random:8 ", "random:99999999999"};
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct dataset_spec spec = data_spec(wrong[i], NULL);
        data_check_refused(&spec, STATUS_INVALID, wrong[i], "expected a number of samples from 1");
    }
    struct dataset_spec spec = data_spec("random:8", NULL);
    data_check_refused(&spec, STATUS_INVALID, "random:8",
                       "random samples need a model with an input");
}

/* What is beyond a type's numbers becomes the last of them, also where no float is that one. */
static void numbers_of_inputs_are_clamped(void **state)
{
    (void)state;
    static const float scale = 0.5f, values[] = {-3e38f, -1.0f, 1.0f, 3e38f};
    static const int32_t zero = 1;
    struct tensor tensor = {.type = TYPE_I64, .quant = {1, 0, 0, &scale, &zero}};
    int64_t wide[4];
    int8_t narrow[4];
    encode_real(&tensor, values, 4, wide);
    tensor.type = TYPE_I8;
    encode_real(&tensor, values, 4, narrow);
    assert_true(wide[0] == INT64_MIN && wide[1] == -1 && wide[2] == 3 && wide[3] == INT64_MAX);
    assert_true(narrow[0] == -128 && narrow[1] == -1 && narrow[2] == 3 && narrow[3] == 127);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(elements_become_numbers_by_the_formula),
        IN_FOLDER(lists_of_raw_tensors_repeat),
        IN_FOLDER(channels_are_the_last_dimension_of_images),
        IN_FOLDER(numbers_that_cannot_be_meant_are_refused),
        IN_FOLDER(a_part_of_the_samples_can_be_used),
        IN_FOLDER(samples_that_are_no_numbers_are_refused_when_read),
        IN_FOLDER(samples_that_are_no_files_are_refused),
        cmocka_unit_test(nothing_can_be_freed),
        cmocka_unit_test(keyword_samples_are_read),
        cmocka_unit_test(the_images_that_ship_are_read),
        cmocka_unit_test(drawn_samples_have_the_shape_of_the_input),
        cmocka_unit_test(drawn_samples_are_preprocessed),
        cmocka_unit_test(samples_that_cannot_be_drawn_are_refused),
        cmocka_unit_test(numbers_of_inputs_are_clamped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
