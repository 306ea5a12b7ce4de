#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* A folder for each test, removed with all that is in it. */

static char folder[] = "/tmp/quantop-dataset-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

/* A path in the folder; a few stay valid at a time. */
static const char *in_folder(const char *name)
{
    static char paths[4][512];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", folder, name);
    return paths[next];
}

static const char *put(const char *name, const void *bytes, size_t size)
{
    struct error error;
    const char *path = in_folder(name);
    if (file_write(path, bytes, size, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return path;
}

static const char *put_text(const char *name, const char *text)
{
    return put(name, text, strlen(text));
}

static const char *put_gzip(const char *name, const void *bytes, size_t size)
{
    const char *path = in_folder(name);
    gzFile stream = gzopen(path, "wb9");
    assert_non_null(stream);
    assert_int_equal(gzwrite(stream, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(stream), Z_OK);
    return path;
}

/* Writers: arrays as their specifications say, from the elements in the order of this machine. */

static void add_reversed(struct text *file, const void *bytes, size_t size)
{
    for (size_t i = size; i-- > 0;)
        text_add(file, (const char *)bytes + i, 1);
}

static void add_big_endian(struct text *file, const void *elements, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++)
        add_reversed(file, (const char *)elements + i * size, size);
}

static void add_idx(struct text *file, unsigned char type, const uint32_t *dim, int rank,
                    const void *elements, size_t count, size_t size)
{
    const char magic[4] = {0, 0, (char)type, (char)rank};
    text_add(file, magic, 4);
    for (int i = 0; i < rank; i++)
        add_reversed(file, &dim[i], 4);
    add_big_endian(file, elements, count, size);
}

static const char *put_idx(const char *name, unsigned char type, const uint32_t *dim, int rank,
                           const void *elements, size_t count, size_t size)
{
    struct text file = {0};
    add_idx(&file, type, dim, rank, elements, count, size);
    const char *path = put(name, file.bytes, file.length);
    text_release(&file);
    return path;
}

static const char *put_npy_header(const char *name, int version, const char *header,
                                  const void *elements, size_t bytes)
{
    struct text file = {0};
    size_t length = strlen(header);
    const char start[] = {(char)0x93, 'N', 'U', 'M', 'P', 'Y', (char)version, 0};
    text_add(&file, start, sizeof(start));
    text_add(&file, (const char *)&length, version == 1 ? 2 : 4);
    text_add(&file, header, length);
    text_add(&file, elements, bytes);
    const char *path = put(name, file.bytes, file.length);
    text_release(&file);
    return path;
}

static const char *put_npy(const char *name, const char *descr, const char *shape,
                           const void *elements, size_t bytes)
{
    char header[256];
    snprintf(header, sizeof(header),
             "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }     \n", descr, shape);
    return put_npy_header(name, 1, header, elements, bytes);
}

/* Readers */

static struct dataset *open_spec(const struct dataset_spec *spec)
{
    struct dataset *dataset = NULL;
    struct error error;
    if (dataset_open(spec, NULL, &dataset, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return dataset;
}

static struct dataset_spec spec_of(const char *samples, const char *labels)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = samples;
    spec.labels = labels;
    return spec;
}

static void check_sample(struct dataset *dataset, size_t i, const double *expected, int line)
{
    float values[64];
    struct error error;
    assert_true(dataset_elements(dataset) <= LENGTH(values));
    if (dataset_read(dataset, i, values, &error) != STATUS_OK)
        fail_msg("line %d: %s: %s", line, error.where, error.text);
    for (size_t k = 0; k < dataset_elements(dataset); k++)
        if (!(fabs((double)values[k] - expected[k]) <= 1e-6 * fabs(expected[k])))
            fail_msg("line %d: sample %zu, element %zu: %.9g, expected %.9g", line, i, k,
                     (double)values[k], expected[k]);
}

#define check(dataset, i, ...) check_sample((dataset), (i), (const double[]){__VA_ARGS__}, __LINE__)

/* Opening fails with this status, a place that begins with the file's path, and a text that holds
 * the words. */
static void check_refused(const struct dataset_spec *spec, enum status status, const char *where,
                          const char *words)
{
    struct dataset *dataset = NULL;
    struct error error = {0};
    enum status got = dataset_open(spec, NULL, &dataset, &error);
    if (got == STATUS_OK) {
        dataset_free(dataset);
        fail_msg("opened, expected '%s'", words);
    }
    assert_null(dataset);
    if (got != status || error.status != status || !strstr(error.text, words) ||
        strncmp(error.where, where, strlen(where)) != 0)
        fail_msg("status %d, %s: %s; expected status %d, %s: %s", got, error.where, error.text,
                 status, where, words);
}

/* Element types */

static void idx_files_of_every_type_are_read(void **state)
{
    const struct {
        unsigned char type;
        size_t size;
        const void *elements;
    } cases[] = {{0x08, 1, (const uint8_t[]){0, 1, 127, 128, 254, 255}},
                 {0x09, 1, (const int8_t[]){0, 1, 127, -128, -2, -1}},
                 {0x0b, 2, (const int16_t[]){0, 1, 32767, -32768, 258, -2}},
                 {0x0c, 4, (const int32_t[]){0, 1, 16777216, -2147483647 - 1, 66051, -2}},
                 {0x0d, 4, (const float[]){0.0f, 1.5f, -2.25f, 1e30f, 3.0f, -1e-30f}},
                 {0x0e, 8, (const double[]){0.0, 1.5, -2.25, 1e30, 3.0, -1e-30}}};
    const double expected[][6] = {
        {0, 1, 127, 128, 254, 255},       {0, 1, 127, -128, -2, -1},
        {0, 1, 32767, -32768, 258, -2},   {0, 1, 16777216, -2147483648.0, 66051, -2},
        {0, 1.5, -2.25, 1e30, 3, -1e-30}, {0, 1.5, -2.25, 1e30, 3, -1e-30}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text file = {0};
        add_idx(&file, cases[i].type, (const uint32_t[]){2, 3}, 2, cases[i].elements, 6,
                cases[i].size);
        const char *paths[] = {put("plain", file.bytes, file.length),
                               put_gzip("compressed", file.bytes, file.length)};
        text_release(&file);
        for (size_t k = 0; k < LENGTH(paths); k++) {
            struct dataset_spec spec = spec_of(paths[k], NULL);
            struct dataset *dataset = open_spec(&spec);
            assert_int_equal(dataset_count(dataset), 2);
            assert_int_equal(dataset_elements(dataset), 3);
            assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
            check_sample(dataset, 1, expected[i] + 3, __LINE__);
            check_sample(dataset, 0, expected[i], __LINE__);
            dataset_free(dataset);
        }
    }
}

static void npy_files_of_every_type_are_read(void **state)
{
    const struct {
        const char *descr;
        size_t size;
        const void *elements;
        double expected[4];
    } cases[] = {
        {"<f4", 4, (const float[]){1.5f, -2, 0, 3e30f}, {1.5, -2, 0, 3e30}},
        {"<f8", 8, (const double[]){1.5, -2, 0, 3e30}, {1.5, -2, 0, 3e30}},
        {"<f2", 2, (const uint16_t[]){0x3c00, 0xc000, 0x0001, 0x7bff}, {1, -2, 0x1p-24, 65504}},
        {"|u1", 1, (const uint8_t[]){0, 1, 128, 255}, {0, 1, 128, 255}},
        {"<i1", 1, (const int8_t[]){0, 1, -128, -1}, {0, 1, -128, -1}},
        {"|i1", 1, (const int8_t[]){0, 1, -128, -1}, {0, 1, -128, -1}},
        {"<i2", 2, (const int16_t[]){0, 1, -32768, 258}, {0, 1, -32768, 258}},
        {"<u2", 2, (const uint16_t[]){0, 1, 65535, 258}, {0, 1, 65535, 258}},
        {"<i4", 4, (const int32_t[]){0, 1, -16777216, 66051}, {0, 1, -16777216, 66051}},
        {"=i4", 4, (const int32_t[]){0, 1, -16777216, 66051}, {0, 1, -16777216, 66051}},
        {"<u4", 4, (const uint32_t[]){0, 1, 4294967295u, 3}, {0, 1, 4294967295.0, 3}},
        {"<i8", 8, (const int64_t[]){0, -1, INT64_C(1) << 40, 3}, {0, -1, 0x1p40, 3}},
        {"<u8", 8, (const uint64_t[]){0, 1, UINT64_C(1) << 63, 3}, {0, 1, 0x1p63, 3}},
        {"|b1", 1, (const uint8_t[]){0, 1, 1, 0}, {0, 1, 1, 0}},
        {"<b1", 1, (const uint8_t[]){0, 1, 2, 0}, {0, 1, 1, 0}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path =
            put_npy("a.npy", cases[i].descr, "2, 2", cases[i].elements, 4 * cases[i].size);
        struct dataset_spec spec = spec_of(path, NULL);
        struct dataset *dataset = open_spec(&spec);
        assert_int_equal(dataset_count(dataset), 2);
        check_sample(dataset, 0, cases[i].expected, __LINE__);
        check_sample(dataset, 1, cases[i].expected + 2, __LINE__);
        dataset_free(dataset);
    }
}

static void big_endian_npy_files_are_read(void **state)
{
    const double numbers[] = {1.5, -3.25, 1e100, 7.0};
    struct text elements = {0};
    (void)state;
    add_big_endian(&elements, numbers, 4, sizeof(double));
    const char *path = put_npy("a.npy", ">f8", "4, 1", elements.bytes, elements.length);
    text_release(&elements);
    struct dataset_spec spec = spec_of(path, NULL);
    spec.scale = 0.5;
    struct dataset *dataset = open_spec(&spec);
    check(dataset, 1, -1.625);
    check(dataset, 3, 3.5);
    dataset_free(dataset);
}

static void npy_headers_may_be_written_in_many_ways(void **state)
{
    const struct {
        int version;
        const char *header;
        size_t count, elements;
    } cases[] = {
        {1, "{'descr': '<i2', 'fortran_order': False, 'shape': (6,), }\n", 6, 1},
        {1, "{'descr':'<i2','fortran_order':False,'shape':(3,2)}", 3, 2},
        {2, "{'shape': (2, 3), 'fortran_order': False, 'descr': '<i2'}  \n", 2, 3},
        {3, "{\"descr\": \"<i2\", \"fortran_order\": False, \"shape\": (1, 2, 3,)}\n", 1, 6},
        {3, " { 'descr' : '<i2' , 'fortran_order' : False , 'shape' : ( 6 , 1 , 1 ) , } ", 6, 1},
        {1, "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 3, 2)}", 1, 6},
    };
    const int16_t elements[] = {5, 6, 7, 8, 9, 10};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path =
            put_npy_header("a.npy", cases[i].version, cases[i].header, elements, sizeof(elements));
        struct dataset_spec spec = spec_of(path, NULL);
        struct dataset *dataset = open_spec(&spec);
        assert_int_equal(dataset_count(dataset), cases[i].count);
        assert_int_equal(dataset_elements(dataset), cases[i].elements);
        const double expected[] = {5, 6, 7, 8, 9, 10};
        for (size_t k = 0; k < cases[i].count; k++)
            check_sample(dataset, k, expected + k * cases[i].elements, __LINE__);
        dataset_free(dataset);
    }
}

static void raw_tensors_have_the_type_that_is_said(void **state)
{
    const unsigned char bytes[] = {0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1};
    const struct {
        enum type type;
        size_t elements;
        double expected[8];
    } cases[] = {{TYPE_COUNT, 2, {1, -10}},
                 {TYPE_F32, 2, {1, -10}},
                 {TYPE_I8, 8, {0, 0, -128, 63, 0, 0, 32, -63}},
                 {TYPE_U8, 8, {0, 0, 128, 63, 0, 0, 32, 193}},
                 {TYPE_I16, 4, {0, 0x3f80, 0, -16096}},
                 {TYPE_I32, 2, {0x3f800000, -1054867456.0}},
                 {TYPE_F16, 4, {0, 1.875, 0, -2.5625}},
                 {TYPE_BOOL, 8, {0, 0, 1, 1, 0, 0, 1, 1}}};
    (void)state;
    put("a.bin", bytes, sizeof(bytes));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = spec_of(folder, NULL);
        spec.type = cases[i].type;
        struct dataset *dataset = open_spec(&spec);
        assert_int_equal(dataset_count(dataset), 1);
        assert_int_equal(dataset_elements(dataset), cases[i].elements);
        check_sample(dataset, 0, cases[i].expected, __LINE__);
        dataset_free(dataset);
    }
}

static void raw_tensors_without_a_list_come_in_order_of_name(void **state)
{
    (void)state;
    for (int i = 9; i >= 0; i--) {
        char name[16];
        signed char byte = (signed char)i;
        snprintf(name, sizeof(name), "s%d.%s", i, i % 2 ? "bin" : "BIN");
        put(name, &byte, 1);
    }
    put_text("notes.txt", "not a tensor");
    struct dataset_spec spec = spec_of(folder, NULL);
    spec.type = TYPE_I8;
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_count(dataset), 10);
    assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
    for (size_t i = 0; i < 10; i++)
        check(dataset, i, (double)i);
    dataset_free(dataset);
}

/* Preprocessing and ranges */

static void elements_become_numbers_by_the_formula(void **state)
{
    const uint8_t elements[] = {10, 20, 30, 40, 50, 60};
    const uint32_t dim[] = {1, 1, 2, 3};
    (void)state;
    struct dataset_spec spec = spec_of(put_idx("a", 0x08, dim, 4, elements, 6, 1), NULL);
    spec.scale = 0.5;
    spec.zero_point = 10.0;
    struct dataset *dataset = open_spec(&spec);
    check(dataset, 0, 0, 5, 10, 15, 20, 25);
    dataset_free(dataset);
    spec.n_mean = 3;
    spec.n_deviation = 1;
    memcpy(spec.mean, (const double[]){1, 2, 3}, 3 * sizeof(double));
    spec.deviation[0] = 2.0;
    dataset = open_spec(&spec);
    check(dataset, 0, -0.5, 1.5, 3.5, 7, 9, 11);
    dataset_free(dataset);
    spec.n_mean = 1;
    spec.n_deviation = 3;
    memcpy(spec.deviation, (const double[]){1, -2, 4}, 3 * sizeof(double));
    dataset = open_spec(&spec);
    check(dataset, 0, -1, -2, 2.25, 14, -9.5, 6);
    dataset_free(dataset);
}

static void lists_of_raw_tensors_repeat(void **state)
{
    const int8_t elements[] = {1, 2, 3, 4};
    (void)state;
    put("a.bin", elements, 4);
    struct dataset_spec spec = spec_of(folder, NULL);
    spec.type = TYPE_I8;
    spec.n_mean = 2;
    spec.mean[1] = 10.0;
    struct dataset *dataset = open_spec(&spec);
    check(dataset, 0, 1, -8, 3, -6);
    dataset_free(dataset);
    spec.n_mean = 3;
    check_refused(&spec, STATUS_INVALID, folder, "3 values for mean do not divide 4 elements");
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
        const char *path = put_idx("a", 0x08, cases[i].dim, cases[i].rank, elements, 24, 1);
        for (int n = 0; n <= 4; n++) {
            struct dataset_spec spec = spec_of(path, NULL);
            spec.n_mean = n;
            if (n <= 1 || n == cases[i].fitting)
                dataset_free(open_spec(&spec));
            else
                check_refused(&spec, STATUS_INVALID, path, "values for mean, expected 0, 1 or one");
            spec.n_mean = 0;
            spec.n_deviation = n;
            for (int k = 0; k < n; k++)
                spec.deviation[k] = 1.0;
            if (n > 1 && n != cases[i].fitting)
                check_refused(&spec, STATUS_INVALID, path, "values for deviation, expected 0, 1");
        }
    }
}

static void numbers_that_cannot_be_meant_are_refused(void **state)
{
    const uint8_t elements[] = {1, 2};
    const char *path = put_idx("a", 0x08, (const uint32_t[]){2}, 1, elements, 2, 1);
    const struct dataset_spec good = spec_of(path, NULL);
    struct dataset_spec spec = good;
    (void)state;
    spec.scale = NAN;
    check_refused(&spec, STATUS_INVALID, path, "scale is nan, expected a finite number");
    spec.scale = 0.0;
    check_refused(&spec, STATUS_INVALID, path, "scale is 0");
    spec = good;
    spec.zero_point = INFINITY;
    check_refused(&spec, STATUS_INVALID, path, "zero_point is inf");
    spec = good;
    spec.n_mean = 1;
    spec.mean[0] = -INFINITY;
    check_refused(&spec, STATUS_INVALID, path, "mean is -inf");
    spec = good;
    spec.n_deviation = 1;
    check_refused(&spec, STATUS_INVALID, path, "deviation is 0");
    spec.deviation[0] = NAN;
    check_refused(&spec, STATUS_INVALID, path, "deviation is nan");
    spec = good;
    spec.n_mean = DATASET_CHANNELS_MAX + 1;
    check_refused(&spec, STATUS_INVALID, path, "17 values for mean, expected 0 to 16");
    spec.n_mean = -1;
    check_refused(&spec, STATUS_INVALID, path, "-1 values for mean");
}

static void a_part_of_the_samples_can_be_used(void **state)
{
    const uint8_t elements[] = {0, 1, 2, 3, 4};
    const char *path = put_idx("a", 0x08, (const uint32_t[]){5}, 1, elements, 5, 1);
    struct dataset_spec spec = spec_of(path, path);
    (void)state;
    spec.first = 2;
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_count(dataset), 3);
    check(dataset, 0, 2);
    assert_int_equal(dataset_class(dataset, 0), 2);
    dataset_free(dataset);
    spec.count = 1;
    dataset = open_spec(&spec);
    float value;
    struct error error;
    assert_int_equal(dataset_count(dataset), 1);
    assert_int_equal(dataset_read(dataset, 1, &value, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "sample 1 wanted of 1"));
    dataset_free(dataset);
    spec.count = 4;
    check_refused(&spec, STATUS_INVALID, path,
                  "4 samples wanted after the first 2, but there are 5");
    spec.count = SIZE_MAX;
    check_refused(&spec, STATUS_INVALID, path, "but there are 5");
    spec.at_most = true;
    dataset = open_spec(&spec);
    assert_int_equal(dataset_count(dataset), 3);
    dataset_free(dataset);
    spec.first = 5;
    spec.count = 0;
    check_refused(&spec, STATUS_INVALID, path, "5 samples to leave out, but there are 5");
}

static void samples_that_are_no_numbers_are_refused_when_read(void **state)
{
    const float elements[] = {1.0f, 2.0f, NAN, 3.0f, INFINITY, 1.0f};
    const double huge[] = {1.0, 1e200};
    float values[2];
    struct error error;
    (void)state;
    struct dataset_spec spec = spec_of(put_npy("a", "<f4", "3, 2", elements, 24), NULL);
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "element 0 of sample 1 is nan"));
    assert_int_equal(dataset_read(dataset, 2, values, &error), STATUS_FORMAT);
    dataset_free(dataset);
    spec = spec_of(put_npy("b", "<f8", "1, 2", huge, 16), NULL);
    dataset = open_spec(&spec);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "element 1 of sample 0 is 1e+200"));
    dataset_free(dataset);
}

/* Labels */

static const char *put_samples(uint32_t count)
{
    uint8_t elements[32] = {0};
    return put_idx("samples", 0x08, &count, 1, elements, count, 1);
}

static void classes_come_from_arrays_of_integers(void **state)
{
    const uint8_t bytes[] = {7, 0, 255};
    const int64_t longs[] = {7, 0, 255};
    const char *labels[] = {
        put_idx("l0", 0x08, (const uint32_t[]){3}, 1, bytes, 3, 1),
        put_npy("l1", "<i8", "3,", longs, sizeof(longs)),
        put_npy("l2", "<i8", "3, 1", longs, sizeof(longs)),
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(labels); i++) {
        struct dataset_spec spec = spec_of(put_samples(3), labels[i]);
        struct dataset *dataset = open_spec(&spec);
        assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
        assert_int_equal(dataset_class(dataset, 0), 7);
        assert_int_equal(dataset_class(dataset, 2), 255);
        dataset_free(dataset);
    }
}

static void targets_come_from_arrays_of_reals(void **state)
{
    const float pairs[] = {1.5f, -1, 2, -2, 3, -3};
    const double single[] = {0.25, 0.5, 0.75};
    size_t elements;
    (void)state;
    struct dataset_spec spec =
        spec_of(put_samples(3), put_npy("l", "<f4", "3, 2", pairs, sizeof(pairs)));
    spec.first = 1;
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_label_kind(dataset), LABEL_VECTOR);
    const float *target = dataset_target(dataset, 1, &elements);
    assert_int_equal(elements, 2);
    assert_memory_equal(target, pairs + 4, 2 * sizeof(float));
    dataset_free(dataset);
    spec = spec_of(put_samples(3), put_npy("m", "<f8", "3,", single, sizeof(single)));
    dataset = open_spec(&spec);
    target = dataset_target(dataset, 2, &elements);
    assert_int_equal(elements, 1);
    assert_true(fabs((double)target[0] - 0.75) < 1e-9);
    dataset_free(dataset);
}

static void labels_that_cannot_be_right_are_refused(void **state)
{
    const struct {
        const char *descr, *shape;
        const void *elements;
        size_t bytes;
        enum status status;
        const char *words;
    } cases[] = {
        {"<i4", "2,", (const int32_t[]){0, 1}, 8, STATUS_INVALID, "2 labels for 3 samples"},
        {"<i4", "4,", (const int32_t[]){0, 1, 2, 3}, 16, STATUS_INVALID, "4 labels for 3 samples"},
        {"<i4", "3,", (const int32_t[]){0, 1, -5}, 12, STATUS_FORMAT, "label 2 is -5, expected"},
        {"<i4", "3,", (const int32_t[]){0, 1 << 20, 2}, 12, STATUS_FORMAT, "label 1 is 1048576"},
        {"<u8", "3,", (const uint64_t[]){0, 1, UINT64_MAX}, 24, STATUS_FORMAT, "label 2 is 1844"},
        {"<i4", "3, 2", (const int32_t[]){0, 1, 0, 1, 0, 1}, 24, STATUS_UNSUPPORTED,
         "labels of 2 integers"},
        {"<f4", "3,", (const float[]){0, NAN, 1}, 12, STATUS_FORMAT, "element 0 of label 1 is nan"},
        {"<f8", "3,", (const double[]){0, 1, 1e300}, 24, STATUS_FORMAT, "label 2 is 1e+300"},
        {"<c8", "3,", (const float[6]){0}, 24, STATUS_UNSUPPORTED, "'descr' is '<c8'"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *labels =
            put_npy("l", cases[i].descr, cases[i].shape, cases[i].elements, cases[i].bytes);
        struct dataset_spec spec = spec_of(put_samples(3), labels);
        check_refused(&spec, cases[i].status, labels, cases[i].words);
    }
}

static void labels_of_other_kinds_are_refused(void **state)
{
    (void)state;
    const char *list = put_text("list.csv", "samples,2,1\n");
    struct dataset_spec spec = spec_of(put_samples(1), list);
    check_refused(&spec, STATUS_INVALID, list, "a list (CSV) goes with a folder");
    spec.labels = folder;
    check_refused(&spec, STATUS_INVALID, folder, "labels are in no IDX or NPY file");
    spec.labels = in_folder("missing");
    check_refused(&spec, STATUS_IO, spec.labels, "cannot open");
}

/* Lists of raw tensors */

static void put_tensors(void)
{
    const char *names[] = {"a.bin", "b.bin", "c d.raw"};
    for (int i = 0; i < 3; i++) {
        const float values[] = {(float)i, (float)-i};
        put(names[i], values, sizeof(values));
    }
}

static void a_list_names_tensors_and_classes(void **state)
{
    const char *lists[] = {
        "b.bin,3,2\nc d.raw,3,0\na.bin,3,1\n",
        "b.bin,3,2\nc d.raw,3,0\na.bin,3,1",
        "b.bin,3,2\r\nc d.raw,3,0\r\na.bin,3,1\r\n",
        "  b.bin , 3 , 2 \n\n\tc d.raw\t,3,\t0\n \na.bin,3,1\n\n",
    };
    (void)state;
    put_tensors();
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const char *own = put_text("y_labels.csv", lists[i]);
        for (int named = 0; named < 2; named++) {
            struct dataset_spec spec = spec_of(folder, named ? own : NULL);
            struct dataset *dataset = open_spec(&spec);
            assert_int_equal(dataset_count(dataset), 3);
            assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
            check(dataset, 0, 1, -1);
            check(dataset, 1, 2, -2);
            check(dataset, 2, 0, 0);
            assert_int_equal(dataset_class(dataset, 0), 2);
            assert_int_equal(dataset_class(dataset, 1), 0);
            assert_int_equal(dataset_class(dataset, 2), 1);
            dataset_free(dataset);
        }
    }
}

static void a_named_list_goes_before_the_own_one(void **state)
{
    (void)state;
    put_tensors();
    put_text("y_labels.csv", "a.bin,3,1\n");
    struct dataset_spec spec = spec_of(folder, put_text("other.csv", "b.bin,3,2\nb.bin,3,2\n"));
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_count(dataset), 2);
    check(dataset, 0, 1, -1);
    dataset_free(dataset);
}

static void an_array_can_label_a_folder(void **state)
{
    const uint8_t classes[] = {4, 5};
    (void)state;
    put_tensors();
    put_text("y_labels.csv", "a.bin,3,1\n");
    const char *labels = put_idx("l", 0x08, (const uint32_t[]){2}, 1, classes, 2, 1);
    struct dataset_spec spec = spec_of(folder, labels);
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(dataset_count(dataset), 2); /* a.bin and b.bin */
    check(dataset, 1, 1, -1);
    assert_int_equal(dataset_class(dataset, 1), 5);
    dataset_free(dataset);
}

static void malformed_lists_name_the_line(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *words;
    } cases[] = {
        {"a.bin,3\n", 1, "too few fields"},
        {"a.bin,3,1\nb.bin\n", 2, "too few fields"},
        {"a.bin,3,1,0\n", 1, "too many fields"},
        {"a.bin,3,1,\n", 1, "too many fields"},
        {"# comment\n", 1, "too few fields"},
        {"file,classes,class\n", 1, "the second field"},
        {"\n\n,3,1\n", 3, "the first field"},
        {"../a.bin,3,1\n", 1, "the first field"},
        {"..,3,1\n", 1, "the first field"},
        {".,3,1\n", 1, "the first field"},
        {"/etc/passwd,3,1\n", 1, "the first field"},
        {"sub/a.bin,3,1\n", 1, "the first field"},
        {"a.bin,0,0\n", 1, "the second field"},
        {"a.bin,-3,0\n", 1, "the second field"},
        {"a.bin,,0\n", 1, "the second field"},
        {"a.bin,2000000,0\n", 1, "the second field"},
        {"a.bin,99999999999999999999,0\n", 1, "the second field"},
        {"a.bin,3,-1\n", 1, "the third field"},
        {"a.bin,3,3\n", 1, "the third field"},
        {"a.bin,3,1x\n", 1, "the third field"},
        {"a.bin,3,\n", 1, "the third field"},
        {"a.bin,3,1.5\n", 1, "the third field"},
        {"a.bin,3,1\n\x1b[2J,3,1\n", 2, "control characters"},
        {"a.bin,3,1\n\x7f,3,1\n", 2, "control characters"},
    };
    (void)state;
    put_tensors();
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char where[600];
        const char *list = put_text("y_labels.csv", cases[i].text);
        struct dataset_spec spec = spec_of(folder, NULL);
        snprintf(where, sizeof(where), "%s:%d", list, cases[i].line);
        check_refused(&spec, STATUS_FORMAT, where, cases[i].words);
    }
}

static void lists_of_strange_bytes_are_refused(void **state)
{
    char line[1000];
    (void)state;
    put_tensors();
    const char *list = put("y_labels.csv", "a.bin\0,3,1\n", 11);
    struct dataset_spec spec = spec_of(folder, NULL);
    check_refused(&spec, STATUS_FORMAT, list, "control characters");
    memset(line, 'a', sizeof(line));
    put("y_labels.csv", line, sizeof(line));
    check_refused(&spec, STATUS_FORMAT, list, "the line is too long");
    line[300] = ',';
    put("y_labels.csv", line, 304);
    check_refused(&spec, STATUS_FORMAT, list, "too few fields");
    memcpy(line + 300, ",3,1\n", 5);
    put("y_labels.csv", line, 305);
    check_refused(&spec, STATUS_FORMAT, list, "the first field");
    put_text("y_labels.csv", " \n\r\n\n");
    check_refused(&spec, STATUS_FORMAT, list, "the list has no lines");
    put_text("y_labels.csv", "");
    check_refused(&spec, STATUS_FORMAT, list, "the file is empty");
}

static void tensors_must_be_there_and_alike(void **state)
{
    (void)state;
    put_tensors();
    struct dataset_spec spec = spec_of(folder, NULL);
    put_text("y_labels.csv", "a.bin,3,1\nmissing.bin,3,1\n");
    check_refused(&spec, STATUS_IO, in_folder("missing.bin"), "cannot open");
    put_text("y_labels.csv", "a.bin,3,1\nshort.bin,3,1\n");
    put_text("short.bin", "1234");
    check_refused(&spec, STATUS_FORMAT, in_folder("short.bin"), "has 4 bytes, expected 8 as the");
    put_text("short.bin", "12345");
    check_refused(&spec, STATUS_FORMAT, in_folder("short.bin"), "a multiple of 4 for elements");
    put_text("short.bin", "");
    check_refused(&spec, STATUS_FORMAT, in_folder("short.bin"), "has 0 bytes");
    put_text("y_labels.csv", "sub,3,1\n");
    assert_int_equal(mkdir(in_folder("sub"), 0700), 0);
    check_refused(&spec, STATUS_IO, in_folder("sub"), "not a regular file");
    spec.samples = in_folder("sub");
    check_refused(&spec, STATUS_INVALID, spec.samples, "neither 'y_labels.csv' nor a file '*.bin'");
    spec.samples = folder;
    spec.type = (enum type)77;
    check_refused(&spec, STATUS_INVALID, folder, "type 77");
    spec.type = (enum type) - 1;
    check_refused(&spec, STATUS_INVALID, folder, "type -1");
}

static void tensors_that_change_later_are_noticed(void **state)
{
    float values[2];
    struct error error;
    (void)state;
    put_tensors();
    struct dataset_spec spec = spec_of(folder, NULL);
    struct dataset *dataset = open_spec(&spec);
    put_text("b.bin", "123");
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "has 3 bytes now, expected 8"));
    unlink(in_folder("b.bin"));
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    dataset_free(dataset);
}

/* Malformed arrays */

static void malformed_idx_files_are_refused(void **state)
{
    static const struct {
        size_t size;
        const char *bytes;
        const char *words;
    } cases[] = {
        {3, "\0\0\x08", "no known format"},
        {4, "\0\0\x08\x01", "ends after 4 bytes, expected 8"},
        {6, "\0\0\x08\x01\0\0", "ends after 6 bytes, expected 8"},
        {8, "\0\0\x0a\x01\0\0\0\x01", "type 0x0a at byte 2"},
        {8, "\0\0\0\x01\0\0\0\x01", "type 0x00 at byte 2"},
        {8, "\0\0\x08\0\0\0\0\x01", "0 dimensions at byte 3"},
        {8, "\0\0\x08\x09\0\0\0\x01", "9 dimensions at byte 3"},
        {8, "\0\0\x08\xff\0\0\0\x01", "255 dimensions at byte 3"},
        {8, "\0\0\x08\x01\0\0\0\0", "dimension 0 is 0"},
        {12, "\0\0\x08\x02\0\0\0\x01\0\0\0\0", "dimension 1 is 0"},
        {10, "\0\0\x08\x01\0\0\0\x03\x01\x02", "has 10 bytes, expected 11"},
        {12, "\0\0\x08\x01\0\0\0\x03\x01\x02\x03\x04", "has 12 bytes, expected 11"},
        {12, "\0\0\x0e\x01\x7f\xff\xff\xff\0\0\0\0", "expected 17179869184"},
        {16, "\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", "promise more than"},
        {4, "\1\0\x08\x01", "no known format"},
        {4, "a,b,", "no known format"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = put("a.idx", cases[i].bytes, cases[i].size);
        struct dataset_spec spec = spec_of(path, NULL);
        check_refused(&spec, STATUS_FORMAT, path, cases[i].words);
    }
}

static void malformed_compressed_files_are_refused(void **state)
{
    const uint8_t elements[200] = {1, 2, 3};
    struct text file = {0};
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    add_idx(&file, 0x08, (const uint32_t[]){200}, 1, elements, 200, 1);
    const char *path = put_gzip("a.gz", file.bytes, file.length);
    assert_int_equal(file_read(path, 1000, &bytes, &size, &error), STATUS_OK);
    struct dataset_spec spec = spec_of(path, NULL);
    for (size_t cut = 2; cut < size; cut++) { /* at any place */
        put("a.gz", bytes, cut);
        check_refused(&spec, STATUS_FORMAT, path, "");
    }
    bytes[size - 6] ^= 1; /* the check sum */
    put("a.gz", bytes, size);
    check_refused(&spec, STATUS_FORMAT, path, "incorrect data check");
    free(bytes);
    put_gzip("a.gz", file.bytes, file.length - 1);
    check_refused(&spec, STATUS_FORMAT, path, "ends after 207 bytes, expected 208");
    text_add(&file, "x", 1);
    put_gzip("a.gz", file.bytes, file.length);
    check_refused(&spec, STATUS_FORMAT, path, "more data than its header says");
    put_gzip("a.gz", "\x93NUMPY", 6);
    check_refused(&spec, STATUS_FORMAT, path, "starts with bytes 93 4e, expected 00 00");
    text_release(&file);
}

/* A header that promises a little is followed by much; one that promises much, by little. */
static void compressed_files_cannot_exhaust_the_memory(void **state)
{
    const size_t size = (size_t)64 << 20;
    unsigned char *zeros = memory_try(size);
    (void)state;
    assert_non_null(zeros);
    memcpy(zeros, "\0\0\x08\x01\0\0\0\x10", 8);
    const char *path = put_gzip("bomb.gz", zeros, size);
    struct dataset_spec spec = spec_of(path, NULL);
    check_refused(&spec, STATUS_FORMAT, path, "more data than its header says");
    memcpy(zeros, "\0\0\x08\x02\0\0\xff\xff\0\xff\xff\xff", 12);
    put_gzip("bomb.gz", zeros, 1000);
    check_refused(&spec, STATUS_FORMAT, path, "more than 3");
    free(zeros);
}

static void malformed_npy_headers_are_refused(void **state)
{
    static const struct {
        const char *header;
        enum status status;
        const char *words;
    } cases[] = {
        {"", STATUS_FORMAT, "expected '{' at byte 10"},
        {"{", STATUS_FORMAT, "expected a key"},
        {"{}", STATUS_FORMAT, "no key 'descr'"},
        {"{'descr': '<f4', 'fortran_order': False}", STATUS_FORMAT, "no key 'shape'"},
        {"{'descr': '<f4', 'shape': (1,)}", STATUS_FORMAT, "no key 'fortran_order'"},
        {"{'descr': '<f4', 'descr': '<f4'}", STATUS_FORMAT, "key 'descr' is there twice"},
        {"{'version': 1}", STATUS_FORMAT, "key 'version' in the header"},
        {"{'a very long name of a key': 1}", STATUS_FORMAT, "expected a key"},
        {"{'descr", STATUS_FORMAT, "expected a key"},
        {"{'descr' '<f4'}", STATUS_FORMAT, "expected ':' at byte"},
        {"{'descr': '<f4' 'shape': (1,)}", STATUS_FORMAT, "expected ',' or '}'"},
        {"{'descr': <f4}", STATUS_FORMAT, "expected the text of 'descr'"},
        {"{'descr': '\n'}", STATUS_FORMAT, "expected the text of 'descr'"},
        {"{'descr': [('x', '<f4')]}", STATUS_UNSUPPORTED, "fields of a record"},
        {"{'fortran_order': 1}", STATUS_FORMAT, "expected True or False"},
        {"{'shape': 1}", STATUS_FORMAT, "expected the tuple of 'shape'"},
        {"{'shape': (,)}", STATUS_FORMAT, "expected a dimension"},
        {"{'shape': (-1,)}", STATUS_FORMAT, "expected a dimension"},
        {"{'shape': (1 2)}", STATUS_FORMAT, "expected ',' or ')'"},
        {"{'shape': (1", STATUS_FORMAT, "expected ',' or ')'"},
        {"{'shape': (1,1,1,1,1,1,1,1,1)}", STATUS_UNSUPPORTED, "more than 8 dimensions"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", STATUS_FORMAT,
         "expected nothing but space"},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}", STATUS_UNSUPPORTED,
         "'fortran_order' is True"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': ()}", STATUS_FORMAT, "'shape' is ()"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", STATUS_FORMAT,
         "dimension 0 is 0"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", STATUS_FORMAT,
         "4 bytes of elements, expected 8"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", STATUS_FORMAT,
         "4 bytes of elements, expected 3"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999999,)}",
         STATUS_FORMAT, "promise more than"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         STATUS_FORMAT, "promise more than"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", STATUS_UNSUPPORTED, "'<c8'"},
        {"{'descr': 'f4', 'fortran_order': False, 'shape': (1,)}", STATUS_UNSUPPORTED, "'f4'"},
        {"{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", STATUS_UNSUPPORTED, "'|f4'"},
        {"{'descr': '', 'fortran_order': False, 'shape': (1,)}", STATUS_UNSUPPORTED, "''"},
        {"{'descr': '|S4', 'fortran_order': False, 'shape': (1,)}", STATUS_UNSUPPORTED, "'|S4'"},
        {"{'descr': '<f4', 'fortran_order': Falsehood, 'shape': (1,)}", STATUS_FORMAT,
         "expected ',' or '}'"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = put_npy_header("a.npy", 1, cases[i].header, "abcd", 4);
        struct dataset_spec spec = spec_of(path, NULL);
        check_refused(&spec, cases[i].status, path, cases[i].words);
    }
}

static void malformed_npy_files_are_refused(void **state)
{
    static const struct {
        size_t size;
        const char *bytes;
        enum status status;
        const char *words;
    } cases[] = {
        {6, "\x93NUMPY", STATUS_FORMAT, "ends at byte 6"},
        {9, "\x93NUMPY\1\0\0", STATUS_FORMAT, "ends at byte 9"},
        {11, "\x93NUMPY\2\0\0\0\0", STATUS_FORMAT, "ends at byte 11"},
        {14, "\x93NUMPY\0\0\0\0\0\0\0\0", STATUS_UNSUPPORTED, "NPY version 0.0"},
        {14, "\x93NUMPY\4\0\0\0\0\0\0\0", STATUS_UNSUPPORTED, "NPY version 4.0"},
        {12, "\x93NUMPY\1\0\3\0{}", STATUS_FORMAT, "a header of 3 bytes at byte 10"},
        {14, "\x93NUMPY\2\0\xff\xff\xff\xff{}", STATUS_FORMAT, "a header of 4294967295 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = put("a.npy", cases[i].bytes, cases[i].size);
        struct dataset_spec spec = spec_of(path, NULL);
        check_refused(&spec, cases[i].status, path, cases[i].words);
    }
}

static void samples_that_are_no_files_are_refused(void **state)
{
    (void)state;
    struct dataset_spec spec = spec_of(in_folder("missing"), NULL);
    check_refused(&spec, STATUS_IO, spec.samples, "cannot open");
    spec.samples = put_text("empty", "");
    check_refused(&spec, STATUS_FORMAT, spec.samples, "no known format");
    spec.samples = in_folder("pipe");
    assert_int_equal(mkfifo(spec.samples, 0600), 0);
    check_refused(&spec, STATUS_IO, spec.samples, "neither a regular file nor a folder");
    spec.samples = "/dev/null";
    check_refused(&spec, STATUS_IO, spec.samples, "neither a regular file nor a folder");
}

static void idx_files_that_shrink_later_are_noticed(void **state)
{
    const uint8_t elements[] = {1, 2, 3, 4};
    float values[2];
    struct error error;
    (void)state;
    const char *path = put_idx("a", 0x08, (const uint32_t[]){2, 2}, 2, elements, 4, 1);
    struct dataset_spec spec = spec_of(path, NULL);
    struct dataset *dataset = open_spec(&spec);
    assert_int_equal(truncate(path, 15), 0);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "ends at byte 15, 1 bytes too early"));
    dataset_free(dataset);
}

static void nothing_can_be_freed(void **state)
{
    (void)state;
    dataset_free(NULL);
}

/* Data sets that exist */

static void keyword_samples_are_read(void **state)
{
    const char *shared = getenv("QUANTOP_TEST_DATA");
    char path[600];
    (void)state;
    snprintf(path, sizeof(path), "%s/datasets/kws01",
             shared ? shared : SOURCE_DIRECTORY "/../shared");
    if (access(path, R_OK) != 0) {
        print_message("skipped: no '%s' (QUANTOP_TEST_DATA names the folder of test data)\n", path);
        skip();
    }
    struct dataset_spec spec = spec_of(path, NULL);
    spec.type = TYPE_I8;
    spec.zero_point = 83.0;
    spec.scale = 0.584702909;
    struct dataset *dataset = open_spec(&spec);
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
    struct dataset_spec spec = spec_of(SOURCE_DIRECTORY "/data/test-images.idx.gz",
                                       SOURCE_DIRECTORY "/data/test-labels.idx.gz");
    (void)state;
    if (access(spec.samples, R_OK) != 0) {
        print_message("skipped: no '%s'\n", spec.samples);
        skip();
    }
    struct dataset *dataset = open_spec(&spec);
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

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

/* Drawn samples */

static void drawn_samples_have_the_shape_of_the_input(void **state)
{
    struct dataset_spec spec = spec_of("random:7", NULL);
    const struct shape image = SHAPE(1, 5, 4, 3);
    struct dataset *dataset, *shifted;
    struct error error;
    float a[60], b[60];
    (void)state;
    assert_int_equal(dataset_open(&spec, &image, &dataset, &error), STATUS_OK);
    assert_int_equal(dataset_count(dataset), 7);
    assert_int_equal(dataset_elements(dataset), 60);
    assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
    spec.first = 4;
    assert_int_equal(dataset_open(&spec, &image, &shifted, &error), STATUS_OK);
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
    struct dataset_spec spec = spec_of("random:1", NULL);
    const struct shape image = SHAPE(1, 2, 2, 3);
    struct dataset *plain, *scaled;
    struct error error;
    float a[12], b[12];
    (void)state;
    assert_int_equal(dataset_open(&spec, &image, &plain, &error), STATUS_OK);
    spec.scale = 2.0;
    spec.n_mean = 3;
    spec.mean[1] = 0.5;
    assert_int_equal(dataset_open(&spec, &image, &scaled, &error), STATUS_OK);
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
        struct dataset_spec spec = spec_of(wrong[i], NULL);
        check_refused(&spec, STATUS_INVALID, wrong[i], "expected a number of samples from 1");
    }
    struct dataset_spec spec = spec_of("random:8", NULL);
    check_refused(&spec, STATUS_INVALID, "random:8", "for a model with an input");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(idx_files_of_every_type_are_read),
        IN_FOLDER(npy_files_of_every_type_are_read),
        IN_FOLDER(big_endian_npy_files_are_read),
        IN_FOLDER(npy_headers_may_be_written_in_many_ways),
        IN_FOLDER(raw_tensors_have_the_type_that_is_said),
        IN_FOLDER(raw_tensors_without_a_list_come_in_order_of_name),
        IN_FOLDER(elements_become_numbers_by_the_formula),
        IN_FOLDER(lists_of_raw_tensors_repeat),
        IN_FOLDER(channels_are_the_last_dimension_of_images),
        IN_FOLDER(numbers_that_cannot_be_meant_are_refused),
        IN_FOLDER(a_part_of_the_samples_can_be_used),
        IN_FOLDER(samples_that_are_no_numbers_are_refused_when_read),
        IN_FOLDER(classes_come_from_arrays_of_integers),
        IN_FOLDER(targets_come_from_arrays_of_reals),
        IN_FOLDER(labels_that_cannot_be_right_are_refused),
        IN_FOLDER(labels_of_other_kinds_are_refused),
        IN_FOLDER(a_list_names_tensors_and_classes),
        IN_FOLDER(a_named_list_goes_before_the_own_one),
        IN_FOLDER(an_array_can_label_a_folder),
        IN_FOLDER(malformed_lists_name_the_line),
        IN_FOLDER(lists_of_strange_bytes_are_refused),
        IN_FOLDER(tensors_must_be_there_and_alike),
        IN_FOLDER(tensors_that_change_later_are_noticed),
        IN_FOLDER(malformed_idx_files_are_refused),
        IN_FOLDER(malformed_compressed_files_are_refused),
        IN_FOLDER(compressed_files_cannot_exhaust_the_memory),
        IN_FOLDER(malformed_npy_headers_are_refused),
        IN_FOLDER(malformed_npy_files_are_refused),
        IN_FOLDER(samples_that_are_no_files_are_refused),
        IN_FOLDER(idx_files_that_shrink_later_are_noticed),
        cmocka_unit_test(nothing_can_be_freed),
        cmocka_unit_test(keyword_samples_are_read),
        cmocka_unit_test(the_images_that_ship_are_read),
        cmocka_unit_test(drawn_samples_have_the_shape_of_the_input),
        cmocka_unit_test(drawn_samples_are_preprocessed),
        cmocka_unit_test(samples_that_cannot_be_drawn_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
