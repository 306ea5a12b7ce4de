/* Data sets: folders of raw tensors, with and without lists, and recordings whose windows are
 * samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dataset_harness.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* Folders of raw tensors */

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
    data_put("a.bin", bytes, sizeof(bytes));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = data_spec(data_folder, NULL);
        spec.type = cases[i].type;
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_count(dataset), 1);
        assert_int_equal(dataset_elements(dataset), cases[i].elements);
        data_check_sample(dataset, 0, cases[i].expected, __LINE__);
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
        data_put(name, &byte, 1);
    }
    data_put_text("notes.txt", "not a tensor");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.type = TYPE_I8;
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 10);
    assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
    for (size_t i = 0; i < 10; i++)
        data_check(dataset, i, (double)i);
    dataset_free(dataset);
}

/* Lists of raw tensors */

static void put_tensors(void)
{
    const char *names[] = {"a.bin", "b.bin", "c d.raw"};
    for (int i = 0; i < 3; i++) {
        const float values[] = {(float)i, (float)-i};
        data_put(names[i], values, sizeof(values));
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
        const char *own = data_put_text("y_labels.csv", lists[i]);
        for (int named = 0; named < 2; named++) {
            struct dataset_spec spec = data_spec(data_folder, named ? own : NULL);
            struct dataset *dataset = data_open(&spec);
            assert_int_equal(dataset_count(dataset), 3);
            assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
            data_check(dataset, 0, 1, -1);
            data_check(dataset, 1, 2, -2);
            data_check(dataset, 2, 0, 0);
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
    data_put_text("y_labels.csv", "a.bin,3,1\n");
    struct dataset_spec spec =
        data_spec(data_folder, data_put_text("other.csv", "b.bin,3,2\nb.bin,3,2\n"));
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 2);
    data_check(dataset, 0, 1, -1);
    dataset_free(dataset);
}

static void an_array_can_label_a_folder(void **state)
{
    const uint8_t classes[] = {4, 5};
    (void)state;
    put_tensors();
    data_put_text("y_labels.csv", "a.bin,3,1\n");
    const char *labels = data_put_idx("l", 0x08, (const uint32_t[]){2}, 1, classes, 2, 1);
    struct dataset_spec spec = data_spec(data_folder, labels);
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 2); /* a.bin and b.bin */
    data_check(dataset, 1, 1, -1);
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
        {"a.bin,3,1,0\n", 1, "too few fields"},
        {"a.bin,3,1,\n", 1, "too few fields"},
        {"a.bin,3,1,4,4,\n", 1, "too many fields"},
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
        {"a.bin,3,1\na.bin,3,1,4,4\n", 2, "5 fields, but the lines before it have 3"},
        {"a.bin,3,1,4,4\na.bin,3,1\n", 2, "3 fields, but the lines before it have 5"},
        {"a.bin,3,1,4,4\n\na.bin,3,1,8,4\n", 3, "a window of 8 bytes, but the lines before"},
        {"a.bin,3,1,0,4\n", 1, "the window, '0', is not a number of bytes"},
        {"a.bin,3,1,-4,4\n", 1, "the window, '-4'"},
        {"a.bin,3,1,6,4\n", 1, "a multiple of 4 for elements of type"},
        {"a.bin,3,1,,4\n", 1, "the window, ''"},
        {"a.bin,3,1,1099511627780,4\n", 1, "the window, '1099511627780'"},
        {"a.bin,3,1,99999999999999999999,4\n", 1, "the window, '99999999999999999999'"},
        {"a.bin,3,1,4,0\n", 1, "the stride, '0', is not a number of bytes"},
        {"a.bin,3,1,4,-4\n", 1, "the stride, '-4'"},
        {"a.bin,3,1,4,2\n", 1, "the stride, '2'"},
        {"a.bin,3,1,4,4x\n", 1, "the stride, '4x'"},
        {"a.bin,3,1,4,1e9\n", 1, "the stride, '1e9'"},
    };
    (void)state;
    put_tensors();
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char where[600];
        const char *list = data_put_text("y_labels.csv", cases[i].text);
        struct dataset_spec spec = data_spec(data_folder, NULL);
        snprintf(where, sizeof(where), "%s:%d", list, cases[i].line);
        data_check_refused(&spec, STATUS_FORMAT, where, cases[i].words);
    }
}

/* Recordings, whose windows are samples */

/* Ten elements of type float32, which count up. */
static void put_recording(const char *name, float first)
{
    float values[10];
    for (int i = 0; i < 10; i++)
        values[i] = first + (float)i;
    data_put(name, values, sizeof(values));
}

static void windows_of_recordings_are_samples(void **state)
{
    struct dataset_window window;
    (void)state;
    put_recording("r.bin", 0);
    put_recording("s.bin", 100);
    const char *list = data_put_text("y_labels.csv", "s.bin, 2, 1, 12, 8\nr.bin,2,0,12,28\n");
    for (int named = 0; named < 2; named++) {
        struct dataset_spec spec = data_spec(data_folder, named ? list : NULL);
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_count(dataset), 6);
        assert_int_equal(dataset_elements(dataset), 3);
        data_check(dataset, 0, 100, 101, 102);
        data_check(dataset, 1, 102, 103, 104);
        data_check(dataset, 3, 106, 107, 108);
        data_check(dataset, 4, 0, 1, 2);
        data_check(dataset, 5, 7, 8, 9);
        for (size_t i = 0; i < 6; i++) {
            assert_int_equal(dataset_class(dataset, i), i < 4);
            assert_true(dataset_window(dataset, i, &window));
            assert_string_equal(window.file, i < 4 ? "s.bin" : "r.bin");
            assert_int_equal(window.recording, i >= 4);
            assert_int_equal(window.number, i < 4 ? i : i - 4);
            assert_int_equal(window.count, i < 4 ? 4 : 2);
        }
        data_check_remark(dataset, "1 of 2 recordings end with bytes that fill no window");
        dataset_free(dataset);
    }
}

static void a_part_of_the_windows_keeps_its_recordings(void **state)
{
    struct dataset_window window;
    (void)state;
    put_recording("r.bin", 0);
    put_recording("s.bin", 100);
    data_put_text("y_labels.csv", "r.bin,2,0,8,8\ns.bin,2,1,8,8\ns.bin,2,0,8,40\n");
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.first = 4;
    spec.count = 6;
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 6);
    data_check(dataset, 0, 8, 9);
    assert_true(dataset_window(dataset, 0, &window));
    assert_int_equal(window.number, 4);
    assert_int_equal(window.count, 5);
    data_check(dataset, 1, 100, 101);
    assert_true(dataset_window(dataset, 5, &window));
    assert_int_equal(window.recording, 1);
    assert_int_equal(window.number, 4);
    dataset_free(dataset);
    spec.first = 10;
    spec.count = 0;
    dataset = data_open(&spec); /* a file may be there twice */
    assert_true(dataset_window(dataset, 0, &window));
    assert_int_equal(window.recording, 2);
    assert_int_equal(window.count, 1);
    assert_int_equal(dataset_class(dataset, 0), 0);
    dataset_free(dataset);
    data_put_text("y_labels.csv", "r.bin,2,0\n");
    spec.first = 0;
    dataset = data_open(&spec);
    assert_false(dataset_window(dataset, 0, &window));
    dataset_free(dataset);
}

static void recordings_must_hold_windows(void **state)
{
    float values[2];
    struct error error;
    (void)state;
    put_recording("r.bin", 0);
    struct dataset_spec spec = data_spec(data_folder, NULL);
    data_put_text("y_labels.csv", "r.bin,2,0,44,4\n");
    data_check_refused(&spec, STATUS_FORMAT, data_path("r.bin"),
                       "has 40 bytes, less than its window of 44");
    data_put_text("y_labels.csv", "r.bin,2,0,1099511627776,1099511627776\n");
    data_check_refused(&spec, STATUS_FORMAT, data_path("r.bin"), "less than its window");
    data_put_text("y_labels.csv", "r.bin,2,0,8,4\nlong.bin,2,0,8,4\n");
    data_check_refused(&spec, STATUS_IO, data_path("long.bin"), "cannot open");
    data_put_text("long.bin", "");
    data_check_refused(&spec, STATUS_FORMAT, data_path("long.bin"), "has 0 bytes");
    assert_int_equal(truncate(data_path("long.bin"), 100000001), 0);
    data_check_refused(&spec, STATUS_FORMAT, data_path("long.bin"), "a multiple of 4");
    assert_int_equal(truncate(data_path("long.bin"), (4L << 24) - 28), 0);
    data_check_refused(&spec, STATUS_FORMAT, data_path("long.bin"),
                       "has 16777208 windows, 16777217 with those before it, expected at most "
                       "16777216");
    assert_int_equal(truncate(data_path("long.bin"), 4000000), 0);
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_count(dataset), 9 + 999999);
    data_check(dataset, 9 + 999998, 0, 0);
    assert_int_equal(truncate(data_path("long.bin"), 40), 0);
    assert_int_equal(dataset_read(dataset, 8, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 9, values, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "has 40 bytes now, expected 4000000"));
    dataset_free(dataset);
}

/* Five columns with a header, or of which the user named one, are labels by name. */
static void five_columns_may_be_another_list(void **state)
{
    static const struct {
        const char *text, *column;
    } lists[] = {
        {"file,x,y2,z,label\na.bin,1,2,3,7\nb.bin,1,2,3,8\n", NULL},
        {"file,x,y2,z,w\na.bin,1,7,3,0\nb.bin,1,8,3,0\n", "y2"},
    };
    const float values[] = {1, 2};
    (void)state;
    data_put("a.bin", values, sizeof(values));
    data_put("b.bin", values, sizeof(values));
    for (size_t i = 0; i < LENGTH(lists); i++) {
        struct dataset_spec spec = data_spec(data_folder, data_put_text("l.csv", lists[i].text));
        spec.label_column = lists[i].column;
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_class(dataset, 0), 7);
        assert_int_equal(dataset_class(dataset, 1), 8);
        dataset_free(dataset);
    }
}

static void lists_of_strange_bytes_are_refused(void **state)
{
    char line[1000];
    (void)state;
    put_tensors();
    const char *list = data_put("y_labels.csv", "a.bin\0,3,1\n", 11);
    struct dataset_spec spec = data_spec(data_folder, NULL);
    data_check_refused(&spec, STATUS_FORMAT, list, "control characters");
    memset(line, 'a', sizeof(line));
    data_put("y_labels.csv", line, sizeof(line));
    data_check_refused(&spec, STATUS_FORMAT, list, "the line is too long");
    line[300] = ',';
    data_put("y_labels.csv", line, 304);
    data_check_refused(&spec, STATUS_FORMAT, list, "too few fields");
    memcpy(line + 300, ",3,1\n", 5);
    data_put("y_labels.csv", line, 305);
    data_check_refused(&spec, STATUS_FORMAT, list, "the first field");
    data_put_text("y_labels.csv", " \n\r\n\n");
    data_check_refused(&spec, STATUS_FORMAT, list, "the list has no lines");
    data_put_text("y_labels.csv", "");
    data_check_refused(&spec, STATUS_FORMAT, list, "the file is empty");
}

static void tensors_must_be_there_and_alike(void **state)
{
    (void)state;
    put_tensors();
    struct dataset_spec spec = data_spec(data_folder, NULL);
    data_put_text("y_labels.csv", "a.bin,3,1\nmissing.bin,3,1\n");
    data_check_refused(&spec, STATUS_IO, data_path("missing.bin"), "cannot open");
    data_put_text("y_labels.csv", "a.bin,3,1\nshort.bin,3,1\n");
    data_put_text("short.bin", "1234");
    data_check_refused(&spec, STATUS_FORMAT, data_path("short.bin"),
                       "has 4 bytes, expected 8 like the");
    data_put_text("short.bin", "12345");
    data_check_refused(&spec, STATUS_FORMAT, data_path("short.bin"),
                       "a multiple of 4 for elements");
    data_put_text("short.bin", "");
    data_check_refused(&spec, STATUS_FORMAT, data_path("short.bin"), "has 0 bytes");
    data_put_text("y_labels.csv", "sub,3,1\n");
    assert_int_equal(mkdir(data_path("sub"), 0700), 0);
    data_check_refused(&spec, STATUS_IO, data_path("sub"), "not a regular file");
    spec.samples = data_path("sub");
    data_check_refused(&spec, STATUS_INVALID, spec.samples,
                       "neither 'y_labels.csv' nor a file '*.bin'");
    spec.samples = data_folder;
    spec.type = (enum type)77;
    data_check_refused(&spec, STATUS_INVALID, data_folder, "unknown element type 77");
    spec.type = (enum type) - 1;
    data_check_refused(&spec, STATUS_INVALID, data_folder, "unknown element type -1");
}

static void tensors_that_change_later_are_noticed(void **state)
{
    float values[2];
    struct error error;
    (void)state;
    put_tensors();
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset *dataset = data_open(&spec);
    data_put_text("b.bin", "123");
    assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_OK);
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    assert_non_null(strstr(error.text, "has 3 bytes now, expected 8"));
    unlink(data_path("b.bin"));
    assert_int_equal(dataset_read(dataset, 1, values, &error), STATUS_IO);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(raw_tensors_have_the_type_that_is_said),
        IN_FOLDER(raw_tensors_without_a_list_come_in_order_of_name),
        IN_FOLDER(a_list_names_tensors_and_classes),
        IN_FOLDER(a_named_list_goes_before_the_own_one),
        IN_FOLDER(an_array_can_label_a_folder),
        IN_FOLDER(malformed_lists_name_the_line),
        IN_FOLDER(windows_of_recordings_are_samples),
        IN_FOLDER(a_part_of_the_windows_keeps_its_recordings),
        IN_FOLDER(recordings_must_hold_windows),
        IN_FOLDER(five_columns_may_be_another_list),
        IN_FOLDER(lists_of_strange_bytes_are_refused),
        IN_FOLDER(tensors_must_be_there_and_alike),
        IN_FOLDER(tensors_that_change_later_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
