/* Data sets in IDX and NPY files: arrays of every type as samples and as labels, plain or
 * compressed, and files that are not what they say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset_harness.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static const char *put_gzip(const char *name, const void *bytes, size_t size)
{
    const char *path = data_path(name);
    gzFile stream = gzopen(path, "wb9");
    assert_non_null(stream);
    assert_int_equal(gzwrite(stream, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(stream), Z_OK);
    return path;
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
        data_add_idx(&file, cases[i].type, (const uint32_t[]){2, 3}, 2, cases[i].elements, 6,
                     cases[i].size);
        const char *paths[] = {data_put("plain", file.bytes, file.length),
                               put_gzip("compressed", file.bytes, file.length)};
        text_release(&file);
        for (size_t k = 0; k < LENGTH(paths); k++) {
            struct dataset_spec spec = data_spec(paths[k], NULL);
            struct dataset *dataset = data_open(&spec);
            assert_int_equal(dataset_count(dataset), 2);
            assert_int_equal(dataset_elements(dataset), 3);
            assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
            data_check_sample(dataset, 1, expected[i] + 3, __LINE__);
            data_check_sample(dataset, 0, expected[i], __LINE__);
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
            data_put_npy("a.npy", cases[i].descr, "2, 2", cases[i].elements, 4 * cases[i].size);
        struct dataset_spec spec = data_spec(path, NULL);
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_count(dataset), 2);
        data_check_sample(dataset, 0, cases[i].expected, __LINE__);
        data_check_sample(dataset, 1, cases[i].expected + 2, __LINE__);
        dataset_free(dataset);
    }
}

static void big_endian_npy_files_are_read(void **state)
{
    const double numbers[] = {1.5, -3.25, 1e100, 7.0};
    struct text elements = {0};
    (void)state;
    data_add_big_endian(&elements, numbers, 4, sizeof(double));
    const char *path = data_put_npy("a.npy", ">f8", "4, 1", elements.bytes, elements.length);
    text_release(&elements);
    struct dataset_spec spec = data_spec(path, NULL);
    spec.scale = 0.5;
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 1, -1.625);
    data_check(dataset, 3, 3.5);
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
        const char *path = data_put_npy_header("a.npy", cases[i].version, cases[i].header, elements,
                                               sizeof(elements));
        struct dataset_spec spec = data_spec(path, NULL);
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_count(dataset), cases[i].count);
        assert_int_equal(dataset_elements(dataset), cases[i].elements);
        const double expected[] = {5, 6, 7, 8, 9, 10};
        for (size_t k = 0; k < cases[i].count; k++)
            data_check_sample(dataset, k, expected + k * cases[i].elements, __LINE__);
        dataset_free(dataset);
    }
}

/* Labels */

static const char *put_samples(uint32_t count)
{
    uint8_t elements[32] = {0};
    return data_put_idx("samples", 0x08, &count, 1, elements, count, 1);
}

static void classes_come_from_arrays_of_integers(void **state)
{
    const uint8_t bytes[] = {7, 0, 255};
    const int64_t longs[] = {7, 0, 255};
    const char *labels[] = {
        data_put_idx("l0", 0x08, (const uint32_t[]){3}, 1, bytes, 3, 1),
        data_put_npy("l1", "<i8", "3,", longs, sizeof(longs)),
        data_put_npy("l2", "<i8", "3, 1", longs, sizeof(longs)),
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(labels); i++) {
        struct dataset_spec spec = data_spec(put_samples(3), labels[i]);
        struct dataset *dataset = data_open(&spec);
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
        data_spec(put_samples(3), data_put_npy("l", "<f4", "3, 2", pairs, sizeof(pairs)));
    spec.first = 1;
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_label_kind(dataset), LABEL_VECTOR);
    const float *target = dataset_target(dataset, 1, &elements);
    assert_int_equal(elements, 2);
    assert_memory_equal(target, pairs + 4, 2 * sizeof(float));
    dataset_free(dataset);
    spec = data_spec(put_samples(3), data_put_npy("m", "<f8", "3,", single, sizeof(single)));
    dataset = data_open(&spec);
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
        {"<f4", "3,", (const float[]){0, NAN, 1}, 12, STATUS_FORMAT, "element 0 of label 1 is nan"},
        {"<f8", "3,", (const double[]){0, 1, 1e300}, 24, STATUS_FORMAT, "label 2 is 1e+300"},
        {"<c8", "3,", (const float[6]){0}, 24, STATUS_UNSUPPORTED, "'descr' is '<c8'"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *labels =
            data_put_npy("l", cases[i].descr, cases[i].shape, cases[i].elements, cases[i].bytes);
        struct dataset_spec spec = data_spec(put_samples(3), labels);
        data_check_refused(&spec, cases[i].status, labels, cases[i].words);
    }
}

static void labels_of_other_kinds_are_refused(void **state)
{
    (void)state;
    struct dataset_spec spec = data_spec(put_samples(1), data_folder);
    data_check_refused(&spec, STATUS_INVALID, data_folder, "labels must be a file: IDX, NPY");
    spec.labels = data_path("missing");
    data_check_refused(&spec, STATUS_IO, spec.labels, "cannot open");
}

/* Malformed arrays */

static void malformed_idx_files_are_refused(void **state)
{
    static const struct {
        size_t size;
        const char *bytes;
        const char *words;
    } cases[] = {
        {3, "\0\0\x08", "unknown format"},
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
        {16, "\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", "ask for more than"},
        {4, "\1\0\x08\x01", "unknown format"},
        {4, "a,b,", "unknown format"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = data_put("a.idx", cases[i].bytes, cases[i].size);
        struct dataset_spec spec = data_spec(path, NULL);
        data_check_refused(&spec, STATUS_FORMAT, path, cases[i].words);
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
    data_add_idx(&file, 0x08, (const uint32_t[]){200}, 1, elements, 200, 1);
    const char *path = put_gzip("a.gz", file.bytes, file.length);
    assert_int_equal(file_read(path, 1000, &bytes, &size, &error), STATUS_OK);
    struct dataset_spec spec = data_spec(path, NULL);
    for (size_t cut = 2; cut < size; cut++) { /* at any place */
        data_put("a.gz", bytes, cut);
        data_check_refused(&spec, STATUS_FORMAT, path, "");
    }
    bytes[size - 6] ^= 1; /* the check sum */
    data_put("a.gz", bytes, size);
    data_check_refused(&spec, STATUS_FORMAT, path, "incorrect data check");
    free(bytes);
    put_gzip("a.gz", file.bytes, file.length - 1);
    data_check_refused(&spec, STATUS_FORMAT, path, "ends after 207 bytes, expected 208");
    text_add(&file, "x", 1);
    put_gzip("a.gz", file.bytes, file.length);
    data_check_refused(&spec, STATUS_FORMAT, path, "more data than its header says");
    put_gzip("a.gz", "\x93NUMPY", 6);
    data_check_refused(&spec, STATUS_FORMAT, path, "starts with bytes 93 4e, expected 00 00");
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
    struct dataset_spec spec = data_spec(path, NULL);
    data_check_refused(&spec, STATUS_FORMAT, path, "more data than its header says");
    memcpy(zeros, "\0\0\x08\x02\0\0\xff\xff\0\xff\xff\xff", 12);
    put_gzip("bomb.gz", zeros, 1000);
    data_check_refused(&spec, STATUS_FORMAT, path, "more than 3");
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
        {"{'descr': '<f4', 'descr': '<f4'}", STATUS_FORMAT, "key 'descr' appears twice"},
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
        {"{'descr': '<f4', 'fortran_order': False, 'shape': ()}", STATUS_FORMAT, "'shape' is ()"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", STATUS_FORMAT,
         "dimension 0 is 0"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", STATUS_FORMAT,
         "4 bytes of elements, expected 8"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", STATUS_FORMAT,
         "4 bytes of elements, expected 3"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999999,)}",
         STATUS_FORMAT, "ask for more than"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         STATUS_FORMAT, "ask for more than"},
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
        const char *path = data_put_npy_header("a.npy", 1, cases[i].header, "abcd", 4);
        struct dataset_spec spec = data_spec(path, NULL);
        data_check_refused(&spec, cases[i].status, path, cases[i].words);
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
        const char *path = data_put("a.npy", cases[i].bytes, cases[i].size);
        struct dataset_spec spec = data_spec(path, NULL);
        data_check_refused(&spec, cases[i].status, path, cases[i].words);
    }
}

static void idx_files_that_shrink_later_are_noticed(void **state)
{
    const uint8_t elements[] = {1, 2, 3, 4};
    float values[2];
    struct error error;
    (void)state;
    const char *path = data_put_idx("a", 0x08, (const uint32_t[]){2, 2}, 2, elements, 4, 1);
    struct dataset_spec spec = data_spec(path, NULL);
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(truncate(path, 15), 0);
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "ends at byte 15, 1 bytes too early"));
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(idx_files_of_every_type_are_read),
        IN_FOLDER(npy_files_of_every_type_are_read),
        IN_FOLDER(big_endian_npy_files_are_read),
        IN_FOLDER(npy_headers_may_be_written_in_many_ways),
        IN_FOLDER(classes_come_from_arrays_of_integers),
        IN_FOLDER(targets_come_from_arrays_of_reals),
        IN_FOLDER(labels_that_cannot_be_right_are_refused),
        IN_FOLDER(labels_of_other_kinds_are_refused),
        IN_FOLDER(malformed_idx_files_are_refused),
        IN_FOLDER(malformed_compressed_files_are_refused),
        IN_FOLDER(compressed_files_cannot_exhaust_the_memory),
        IN_FOLDER(malformed_npy_headers_are_refused),
        IN_FOLDER(malformed_npy_files_are_refused),
        IN_FOLDER(idx_files_that_shrink_later_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
