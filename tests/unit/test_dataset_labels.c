/* Labels in every form that people have, archives of arrays, and tables of features. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "dataset_harness.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static const char *put_samples(uint32_t count)
{
    uint8_t elements[32] = {0};
    return data_put_idx("samples", 0x08, &count, 1, elements, count, 1);
}

static void check_classes(const struct dataset *dataset, const int32_t *classes, size_t count)
{
    assert_int_equal(dataset_count(dataset), count);
    assert_int_equal(dataset_label_kind(dataset), LABEL_CLASS);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(dataset_class(dataset, i), classes[i]);
}

/* Arrays */

static void whole_numbers_are_classes_whatever_their_type(void **state)
{
    const struct {
        const char *descr, *shape;
        const void *elements;
        size_t bytes;
    } cases[] = {
        {"<i8", "3,", (const int64_t[]){2, 0, 1}, 24},
        {"|u1", "3, 1", (const uint8_t[]){2, 0, 1}, 3},
        {"<f4", "3,", (const float[]){2, 0, 1}, 12},
        {"<f8", "3, 1", (const double[]){2, 0, 1}, 24},
        {"<f4", "3, 3", (const float[]){0, 0, 1, 1, 0, 0, 0, 1, 0}, 36},
        {"|u1", "3, 3", (const uint8_t[]){0, 0, 1, 1, 0, 0, 0, 1, 0}, 9},
        {"<i8", "3, 3", (const int64_t[]){0, 0, 1, 1, 0, 0, 0, 1, 0}, 72},
        {"|b1", "3, 3", (const uint8_t[]){0, 0, 1, 1, 0, 0, 0, 1, 0}, 9},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *labels =
            data_put_npy("l", cases[i].descr, cases[i].shape, cases[i].elements, cases[i].bytes);
        struct dataset_spec spec = data_spec(put_samples(3), labels);
        struct dataset *dataset = data_open(&spec);
        check_classes(dataset, (const int32_t[]){2, 0, 1}, 3);
        dataset_free(dataset);
    }
}

static void other_real_numbers_are_targets(void **state)
{
    const struct {
        const char *shape;
        size_t elements, count;
        float values[6];
    } cases[] = {
        {"3,", 1, 3, {0.5f, 1, 2}},
        {"3, 1", 1, 3, {-1, 1, 1}},
        {"3, 2", 2, 6, {0, 1, 1, 0, 1, 1}},
        {"3, 2", 2, 6, {0, 0, 1, 0, 1, 0}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t elements;
        struct dataset_spec spec =
            data_spec(put_samples(3), data_put_npy("l", "<f4", cases[i].shape, cases[i].values,
                                                   cases[i].count * sizeof(float)));
        struct dataset *dataset = data_open(&spec);
        assert_int_equal(dataset_label_kind(dataset), LABEL_VECTOR);
        const float *target = dataset_target(dataset, 1, &elements);
        assert_int_equal(elements, cases[i].elements);
        assert_memory_equal(target, cases[i].values + elements, elements * sizeof(float));
        dataset_free(dataset);
    }
}

static void maps_of_classes_are_targets(void **state)
{
    const uint8_t map[] = {0, 1, 2, 2, 1, 1, 0, 0, 2};
    size_t elements;
    (void)state;
    struct dataset_spec spec =
        data_spec(put_samples(3), data_put_npy("l", "|u1", "3, 3", map, sizeof(map)));
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_label_kind(dataset), LABEL_VECTOR);
    const float *target = dataset_target(dataset, 1, &elements);
    assert_true(elements == 3 && target[0] == 2.0f && target[1] == 1.0f && target[2] == 1.0f);
    dataset_free(dataset);
}

static void classes_that_are_numbers_are_targets_too(void **state)
{
    const float ages[] = {31, 7, 64};
    size_t elements;
    (void)state;
    struct dataset_spec spec =
        data_spec(put_samples(3), data_put_npy("l", "<f4", "3,", ages, sizeof(ages)));
    struct dataset *dataset = data_open(&spec);
    check_classes(dataset, (const int32_t[]){31, 7, 64}, 3);
    assert_memory_equal(dataset_target(dataset, 2, &elements), ages + 2, sizeof(float));
    assert_int_equal(elements, 1);
    dataset_free(dataset);
}

/* Lists */

static void lists_label_arrays(void **state)
{
    static const char *const lists[] = {
        "2\n0\n1\n",
        "label\n2\n0\n1\n",
        "score\n2\n0\n1",
        "1,0\n0,2\n2,1\n",
        "index,label\n1,0\n2,1\n0,2",
        "2.0000\r\n0.0000\r\n1.0000\r\n",
        "zoo\nape\nbee\n",
        "class,id\nz,0\nb,1\nm,2\n",
        "\"zoo, the\"\n\"a\"\"pe\"\nbee\n",
        "id\tclass\n0\t2\n1\t0\n2\t1\n",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(lists); i++) {
        struct dataset_spec spec = data_spec(put_samples(3), data_put_text("l.csv", lists[i]));
        struct dataset *dataset = data_open(&spec);
        check_classes(dataset, (const int32_t[]){2, 0, 1}, 3);
        dataset_free(dataset);
    }
}

static void names_of_classes_are_kept(void **state)
{
    (void)state;
    struct dataset_spec spec =
        data_spec(put_samples(4), data_put_text("l.csv", "dog\nant\ndog\ncat\n"));
    struct dataset *dataset = data_open(&spec);
    check_classes(dataset, (const int32_t[]){2, 0, 2, 1}, 4);
    assert_string_equal(dataset_class_name(dataset, 2), "dog");
    data_check_remark(dataset, "3 names of classes are numbered in order, from 0 'ant' to 2 'dog'");
    dataset_free(dataset);
}

static void numbers_of_a_list_may_be_targets(void **state)
{
    size_t elements;
    (void)state;
    struct dataset_spec spec = data_spec(put_samples(2), data_put_text("l.csv", "0.5\n-3\n"));
    struct dataset *dataset = data_open(&spec);
    assert_int_equal(dataset_label_kind(dataset), LABEL_VECTOR);
    assert_true(dataset_target(dataset, 1, &elements)[0] == -3.0f && elements == 1);
    dataset_free(dataset);
}

static void a_column_of_labels_can_be_named(void **state)
{
    static const char *const columns[] = {"truth", "3"};
    (void)state;
    for (size_t i = 0; i < LENGTH(columns); i++) {
        struct dataset_spec spec =
            data_spec(put_samples(2), data_put_text("l.csv", "id,label,truth\n0,5,6\n1,7,8\n"));
        spec.label_column = columns[i];
        struct dataset *dataset = data_open(&spec);
        check_classes(dataset, (const int32_t[]){6, 8}, 2);
        dataset_free(dataset);
    }
}

static void lists_that_leave_doubt_are_refused(void **state)
{
    static const struct {
        const char *text;
        int line; /* 0: the file as a whole */
        enum status status;
        const char *words;
    } cases[] = {
        {"1\n0\n", 0, STATUS_INVALID, "2 labels for 3 samples: there is none for sample 2"},
        {"1\n0\n1\n0\n", 4, STATUS_FORMAT, "label 3, but there are 3 samples"},
        {"0,1\n1,1\n1,0\n", 3, STATUS_FORMAT, "a second label for sample 1"},
        {"1,5\n2,5\n3,5\n", 3, STATUS_FORMAT, "there is no sample 3, 3 are counted from 0"},
        {"a,1\nb,1\nc,0\n", 1, STATUS_FORMAT, "'a' is no sample's number"},
        {"0.5,1\n1,1\n2,0\n", 1, STATUS_FORMAT, "'0.5' is no sample's number"},
        {"0,1\n1e20,1\n2,0\n", 2, STATUS_FORMAT, "there is no sample 100000000000000000000, 3 are"},
        {"0,1,2\n1,2,3\n2,3,4\n", 1, STATUS_FORMAT, "3 columns, expected a label"},
        {"0,1\n1\n2,1\n", 2, STATUS_FORMAT, "1 fields, expected 2"},
        {"0,1\n1,\n2,1\n", 0, STATUS_FORMAT, "the label of sample 1 is empty"},
        {"1\n\"0\n1\n", 2, STATUS_FORMAT, "a quote is open"},
        {"1\n\"0\"x\n1\n", 2, STATUS_FORMAT, "text behind a closing quote"},
        {"1\n\x1b[2J\n1\n", 2, STATUS_FORMAT, "control characters"},
        {"", 0, STATUS_FORMAT, "the file is empty"},
        {"\n \n\n", 0, STATUS_FORMAT, "the list has no lines"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char where[600];
        const char *list = data_put_text("l.csv", cases[i].text);
        struct dataset_spec spec = data_spec(put_samples(3), list);
        snprintf(where, sizeof(where), cases[i].line ? "%s:%d" : "%s", list, cases[i].line);
        data_check_refused(&spec, cases[i].status, where, cases[i].words);
    }
}

/* Archives */

/* A member of an archive, as its local header and its entry in the directory have it. */
struct member {
    const char *name;
    struct text packed;
    size_t size, offset;
    uint32_t sum;
    int method;
};

static void add_number(struct text *file, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char byte = (char)(i < sizeof(number) ? number >> 8 * i : 0);
        text_add(file, &byte, 1);
    }
}

static void deflate_bytes(const char *bytes, size_t size, struct text *packed)
{
    unsigned char buffer[4096];
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (unsigned)size;
    stream.next_out = buffer;
    stream.avail_out = sizeof(buffer);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    text_add(packed, (const char *)buffer, sizeof(buffer) - stream.avail_out);
    deflateEnd(&stream);
}

static struct member new_member(const char *name, const struct text *npy, bool deflated)
{
    struct member member = {.name = name, .size = npy->length, .method = deflated ? 8 : 0};
    member.sum = (uint32_t)crc32(0, (const unsigned char *)npy->bytes, (unsigned)npy->length);
    if (deflated)
        deflate_bytes(npy->bytes, npy->length, &member.packed);
    else
        text_add(&member.packed, npy->bytes, npy->length);
    return member;
}

static void add_common(struct text *file, const struct member *member)
{
    add_number(file, 20, 2);
    add_number(file, 0, 2);
    add_number(file, (uint64_t)member->method, 2);
    add_number(file, 0, 4);
    add_number(file, member->sum, 4);
    add_number(file, member->packed.length, 4);
    add_number(file, member->size, 4);
    add_number(file, strlen(member->name), 2);
}

static const char *put_archive(const char *name, struct member *members, size_t count)
{
    struct text file = {0};
    for (size_t i = 0; i < count; i++) {
        members[i].offset = file.length;
        text_add(&file, "PK\3\4", 4);
        add_common(&file, &members[i]);
        add_number(&file, 4, 2);
        text_add_string(&file, members[i].name);
        add_number(&file, 0xffff, 4); /* an extra field without content */
        text_add(&file, members[i].packed.bytes, members[i].packed.length);
    }
    size_t directory = file.length;
    for (size_t i = 0; i < count; i++) {
        text_add(&file, "PK\1\2", 4);
        add_number(&file, 20, 2);
        add_common(&file, &members[i]);
        add_number(&file, 0, 12);
        add_number(&file, members[i].offset, 4);
        text_add_string(&file, members[i].name);
    }
    size_t size = file.length - directory;
    text_add(&file, "PK\5\6\0\0\0\0", 8);
    add_number(&file, count, 2);
    add_number(&file, count, 2);
    add_number(&file, size, 4);
    add_number(&file, directory, 4);
    add_number(&file, 0, 2);
    const char *path = data_put(name, file.bytes, file.length);
    text_release(&file);
    return path;
}

/* An NPY file of bytes. */
static struct text npy_of(const char *shape, const uint8_t *elements, size_t count)
{
    struct text npy = {0}, header = {0};
    text_printf(&header, "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }\n", shape);
    text_add(&npy, "\x93NUMPY\1\0", 8);
    add_number(&npy, header.length, 2);
    text_add(&npy, header.bytes, header.length);
    text_add(&npy, (const char *)elements, count);
    text_release(&header);
    return npy;
}

static void release_members(struct member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_release(&members[i].packed);
}

static void members_of_archives_are_found(void **state)
{
    static const char *const names[][2] = {
        {"x.npy", "y.npy"}, {"y.npy", "x.npy"}, {"arr_0.npy", "arr_1.npy"}, {"X", "Y"}};
    struct text samples = npy_of("3, 2", (const uint8_t[]){1, 2, 3, 4, 5, 6}, 6);
    struct text labels = npy_of("3,", (const uint8_t[]){2, 0, 1}, 3);
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        bool swapped = i == 1;
        struct member members[] = {new_member(names[i][0], swapped ? &labels : &samples, i % 2),
                                   new_member(names[i][1], swapped ? &samples : &labels, true)};
        struct dataset_spec spec = data_spec(put_archive("set.npz", members, 2), NULL);
        struct dataset *dataset = data_open(&spec);
        data_check(dataset, 1, 3, 4);
        check_classes(dataset, (const int32_t[]){2, 0, 1}, 3);
        dataset_free(dataset);
        release_members(members, 2);
    }
    text_release(&samples);
    text_release(&labels);
}

/* tests/data/arrays holds what NumPy wrote. */
static void archives_of_numpy_are_read(void **state)
{
    static const char *const names[] = {"deflated.npz", "stored.npz"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        char path[512];
        snprintf(path, sizeof(path), SOURCE_DIRECTORY "/tests/data/arrays/%s", names[i]);
        struct dataset_spec spec = data_spec(path, NULL);
        struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 4), -1));
        data_check(dataset, 5, 20, 21, 22, 23);
        check_classes(dataset, (const int32_t[]){0, 1, 2, 0, 1, 2}, 6);
        dataset_free(dataset);
    }
    struct dataset_spec spec = data_spec(SOURCE_DIRECTORY "/tests/data/arrays/fortran.npy", NULL);
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 1, 4, 5, 6, 7);
    dataset_free(dataset);
}

static void a_member_can_be_named(void **state)
{
    struct text train = npy_of("2,", (const uint8_t[]){8, 9}, 2);
    struct text test = npy_of("2,", (const uint8_t[]){1, 0}, 2);
    struct member members[] = {new_member("x_train.npy", &train, true),
                               new_member("y_test.npy", &test, false)};
    char samples[600], labels[600];
    (void)state;
    const char *path = put_archive("set.npz", members, 2);
    snprintf(samples, sizeof(samples), "%s:x_train", path);
    snprintf(labels, sizeof(labels), "%s:y_test.npy", path);
    struct dataset_spec spec = data_spec(samples, labels);
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 0, 8);
    check_classes(dataset, (const int32_t[]){1, 0}, 2);
    dataset_free(dataset);
    spec.samples = path;
    data_check_refused(&spec, STATUS_INVALID, path,
                       "has no member x among x_train.npy, y_test.npy: give one as in set.npz:x");
    release_members(members, 2);
    text_release(&train);
    text_release(&test);
}

/* Any byte that is wrong, and any end that is missing, is an error or changes nothing. */
static void damaged_archives_are_refused(void **state)
{
    struct text samples = npy_of("2,", (const uint8_t[]){8, 9}, 2);
    struct member member = new_member("x.npy", &samples, true);
    unsigned char bytes[1024];
    (void)state;
    const char *path = put_archive("set.npz", &member, 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (size_t at = 0; at < size; at++) {
        struct dataset *dataset;
        struct error error = {0};
        unsigned char kept = bytes[at];
        struct dataset_spec spec = data_spec(path, NULL);
        bytes[at] ^= 0x41;
        data_put("set.npz", bytes, size);
        if (dataset_open(&spec, NULL, &dataset, &error) == STATUS_OK) {
            data_check(dataset, 1, 9);
            dataset_free(dataset);
        }
        bytes[at] = kept;
        data_put("set.npz", bytes, at + 1);
        if (at + 1 < size)
            data_check_refused(&spec, STATUS_FORMAT, path, "");
    }
    text_release(&member.packed);
    text_release(&samples);
}

/* Arrays in Fortran's order */

static void fortran_order_is_turned(void **state)
{
    const int16_t elements[] = {1, 7, 4, 10, 2, 8, 5, 11, 3, 9, 6, 12};
    (void)state;
    const char *path =
        data_put_npy_header("a.npy", 1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2,2,3)}",
                            elements, sizeof(elements));
    struct dataset_spec spec = data_spec(path, NULL);
    struct dataset *dataset = data_open(&spec);
    data_check(dataset, 0, 1, 2, 3, 4, 5, 6);
    data_check(dataset, 1, 7, 8, 9, 10, 11, 12);
    dataset_free(dataset);
}

/* Tables */

static void tables_have_features_and_labels(void **state)
{
    static const struct {
        const char *text, *column;
    } cases[] = {
        {"a,b,label\n0.5,1,2\n-2,3e1,0\n", NULL},
        {"label,a,b\n2,0.5,1\n0,-2,30\n", NULL},
        {"a;y;b\n0.5;2.0;1\n-2;0.0;30\n", NULL},
        {"a,truth,b\n0.5,2,1\n-2,0,30\n", "truth"},
        {"0.5,1,2\n-2,30,0\n", "3"},
        {"0,1,class\n0.5,1,2\n-2,30,0\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dataset_spec spec = data_spec(data_put_text("t.csv", cases[i].text), NULL);
        spec.label_column = cases[i].column;
        struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 2), -1));
        data_check(dataset, 0, 0.5, 1);
        data_check(dataset, 1, -2, 30);
        check_classes(dataset, (const int32_t[]){2, 0}, 2);
        dataset_free(dataset);
    }
}

static void tables_need_neither_header_nor_labels(void **state)
{
    static const char *const tables[] = {"0.5,1\n-2,30\n", "a,b\n0.5,1\n-2,30",
                                         "0,1\n0.5,1\n-2,30"};
    (void)state;
    for (size_t i = 0; i < LENGTH(tables); i++) {
        struct dataset_spec spec = data_spec(data_put_text("t.csv", tables[i]), NULL);
        struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 2), -1));
        assert_int_equal(dataset_count(dataset), 2);
        data_check(dataset, 1, -2, 30);
        assert_int_equal(dataset_label_kind(dataset), LABEL_NONE);
        dataset_free(dataset);
    }
}

static void malformed_tables_name_the_line(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *words;
    } cases[] = {
        {"a,b\n1,2\n3,\n", 3, "column 2 is '', expected a number"},
        {"a,b\n1,x\n", 2, "column 2 is 'x', expected a number"},
        {"1,2\n3,nan\n", 2, "column 2 is 'nan', expected a number"},
        {"1,2\n3\n", 2, "1 fields, expected 2 as in the first line"},
        {"class,label\n1,2\n", 1, "2 columns may hold labels: name one with data.label_column"},
        {"a,b\n", 0, "the table has no rows below its header"},
        {"label\n1\n", 0, "the table has no columns but that of labels"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char where[600];
        const char *table = data_put_text("t.csv", cases[i].text);
        struct dataset_spec spec = data_spec(table, NULL);
        snprintf(where, sizeof(where), cases[i].line ? "%s:%d" : "%s", table, cases[i].line);
        data_check_refused(&spec, STATUS_FORMAT, where, cases[i].words);
    }
    struct dataset_spec spec = data_spec(data_put_text("t.csv", "a,b,c\n1,2,3\n"), NULL);
    data_check_refused_for(&spec, data_input(&SHAPE(1, 2), -1), STATUS_INVALID, spec.samples,
                           "do not fit the input 1x2 of 'x'; data.label_column names a column");
    spec.label_column = "d";
    data_check_refused(&spec, STATUS_FORMAT, spec.samples, "there is no column 'd' among 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(whole_numbers_are_classes_whatever_their_type),
        IN_FOLDER(other_real_numbers_are_targets),
        IN_FOLDER(maps_of_classes_are_targets),
        IN_FOLDER(classes_that_are_numbers_are_targets_too),
        IN_FOLDER(lists_label_arrays),
        IN_FOLDER(names_of_classes_are_kept),
        IN_FOLDER(numbers_of_a_list_may_be_targets),
        IN_FOLDER(a_column_of_labels_can_be_named),
        IN_FOLDER(lists_that_leave_doubt_are_refused),
        IN_FOLDER(members_of_archives_are_found),
        cmocka_unit_test(archives_of_numpy_are_read),
        IN_FOLDER(a_member_can_be_named),
        IN_FOLDER(damaged_archives_are_refused),
        IN_FOLDER(fortran_order_is_turned),
        IN_FOLDER(tables_have_features_and_labels),
        IN_FOLDER(tables_need_neither_header_nor_labels),
        IN_FOLDER(malformed_tables_name_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
