/* Options of custom operators: maps written and read, those of another writer, and bytes that
 * nobody vouches for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "formats/tflite/flexbuffer.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct flexbuffer_entry entries[] = {
    {"", FLEXBUFFER_INT, 7},
    {"alpha", FLEXBUFFER_INT, (uint32_t)-100},
    {"beta", FLEXBUFFER_FLOAT, 0x3f800000}, /* 1.0 */
    {"gamma", FLEXBUFFER_BOOL, 1},
};

/* Memory of exactly that size, so that what reads beyond it is seen. */
static unsigned char *exactly(const unsigned char *bytes, size_t size)
{
    unsigned char *copy = xcalloc(size > 0 ? size : 1, 1);
    memcpy(copy, bytes, size);
    return copy;
}

static struct flexbuffer_value find(const struct flexbuffer_map *map, const char *key)
{
    struct flexbuffer_value value;
    struct error error;
    assert_int_equal(flexbuffer_find(map, key, &value, &error), STATUS_OK);
    return value;
}

static struct flexbuffer_map need(const unsigned char *bytes, size_t size)
{
    struct flexbuffer_map map;
    struct error error = {0};
    if (flexbuffer_open(bytes, size, &map, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return map;
}

static void what_is_written_is_read(void **state)
{
    unsigned char written[FLEXBUFFER_BYTES_MAX];
    size_t size = flexbuffer_write(entries, LENGTH(entries), written);
    unsigned char *bytes = exactly(written, size);
    struct flexbuffer_map map = need(bytes, size);
    (void)state;
    assert_int_equal(map.count, LENGTH(entries));
    assert_int_equal(find(&map, "").whole, 7);
    assert_int_equal(find(&map, "alpha").whole, -100);
    assert_int_equal(find(&map, "alpha").kind, FLEXBUFFER_WHOLE);
    assert_true(find(&map, "beta").real == 1.0);
    assert_int_equal(find(&map, "beta").kind, FLEXBUFFER_REAL);
    assert_int_equal(find(&map, "gamma").whole, 1);
    assert_int_equal(find(&map, "delta").kind, FLEXBUFFER_NULL);
    free(bytes);
    size = flexbuffer_write(entries, 0, written);
    map = need(written, size);
    assert_int_equal(map.count, 0);
    assert_int_equal(find(&map, "").kind, FLEXBUFFER_NULL);
}

/* By hand from the format's document: {a: -2, b: 300 (unsigned), c: 0.5 (double, elsewhere), d: -1
 * (elsewhere), e: "x", f: null, g: true}, with values of two bytes. */
#define PACKED(type, width) ((type) << 2 | (width))
static const unsigned char foreign[] = {
    /* from 0: keys */
    'a', 0, 'b', 0, 'c', 0, 'd', 0, 'e', 0, 'f', 0, 'g', 0, 0, 0,
    /* 16: 0.5 */
    0, 0, 0, 0, 0, 0, 0xe0, 0x3f,
    /* 24: -1; 26: a text behind its length */
    0xff, 1, 'x', 0,
    /* 29: where the keys are, behind their number */
    7, 29, 28, 27, 26, 25, 24, 23,
    /* 36: where that is, the width of its numbers, and how many values there are */
    7, 0, 1, 0, 7, 0,
    /* 42: values, then their types */
    0xfe, 0xff, 44, 1, 30, 0, 24, 0, 24, 0, 0, 0, 1, 0, PACKED(1, 1), PACKED(2, 1), PACKED(8, 3),
    PACKED(6, 0), PACKED(5, 0), PACKED(0, 0), PACKED(26, 0),
    /* 63: the root, which is a map at 42 */
    21, PACKED(9, 1), 1};

static void other_widths_are_read(void **state)
{
    unsigned char *bytes = exactly(foreign, sizeof(foreign));
    struct flexbuffer_map map = need(bytes, sizeof(foreign));
    (void)state;
    assert_int_equal(map.count, 7);
    assert_int_equal(find(&map, "a").whole, -2);
    assert_int_equal(find(&map, "b").whole, 300);
    assert_true(find(&map, "c").real == 0.5);
    assert_int_equal(find(&map, "d").whole, -1);
    assert_int_equal(find(&map, "e").kind, FLEXBUFFER_OTHER);
    assert_int_equal(find(&map, "f").kind, FLEXBUFFER_NULL);
    assert_int_equal(find(&map, "g").whole, 1);
    free(bytes);
}

struct damage {
    size_t at;
    unsigned char byte;
    const char *key, *text;
};

/* Each changes one byte of the map above. */
static void damage_is_named(void **state)
{
    static const struct damage damages[] = {
        {65, 3, NULL, "byte 65 of the options: not the width of a number"},
        {65, 64, NULL, "byte 65 of the options: not the width of a number"},
        {64, PACKED(10, 1), NULL, "byte 64 of the options: not the type of a map"},
        {63, 64, NULL, "byte 63 of the options: leads to before their beginning"},
        {63, 59, NULL, "byte 4 of the options: no room for a map"},
        {40, 9, NULL, "byte 40 of the options: more values than there is room for"},
        {38, 3, NULL, "byte 38 of the options: not the width of a number"},
        {36, 37, NULL, "byte 36 of the options: leads to before their beginning"},
        {28, 6, NULL, "byte 29 of the options: not as many names as there are values"},
        {30, 29, NULL, "byte 30 of the options: names that are not in order"},
        {31, 40, NULL, "byte 31 of the options: leads to before their beginning"},
        {46, 47, "c", "byte 46 of the options: leads to before their beginning"},
        {58, PACKED(8, 0), "c", "byte 16 of the options: a real number of less than 4 bytes"},
        {56, PACKED(3, 1), "a", "byte 42 of the options: a real number of less than 4 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(damages); i++) {
        unsigned char *bytes = exactly(foreign, sizeof(foreign));
        struct flexbuffer_map map;
        struct flexbuffer_value value;
        struct error error = {0};
        bytes[damages[i].at] = damages[i].byte;
        enum status status = flexbuffer_open(bytes, sizeof(foreign), &map, &error);
        if (damages[i].key) {
            assert_int_equal(status, STATUS_OK);
            status = flexbuffer_find(&map, damages[i].key, &value, &error);
        }
        assert_int_equal(status, STATUS_FORMAT);
        assert_string_equal(error.text, damages[i].text);
        free(bytes);
    }
}

static void too_much_is_refused(void **state)
{
    unsigned char *bytes = xcalloc(FLEXBUFFER_SIZE_MAX + 1, 1);
    struct flexbuffer_map map;
    struct error error;
    (void)state;
    assert_int_equal(flexbuffer_open(bytes, FLEXBUFFER_SIZE_MAX + 1, &map, &error),
                     STATUS_UNSUPPORTED);
    /* At 6 a map of 257 values with keys of one byte. */
    const unsigned char map_of_many[] = {0, 0, 1, 0, 1, 1};
    memcpy(bytes, map_of_many, sizeof(map_of_many));
    size_t size = 1000;
    const unsigned char end[] = {(unsigned char)((size - 4 - 6) & 255),
                                 (unsigned char)((size - 4 - 6) >> 8), PACKED(9, 1), 2};
    memcpy(bytes + size - 4, end, sizeof(end));
    assert_int_equal(flexbuffer_open(bytes, size, &map, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.text, "257 options, at most 256 are supported");
    free(bytes);
}

/* Whatever bytes there are, nothing is read beside them: a sanitizer, or valgrind, looks. */
static void try_bytes(const unsigned char *from, size_t size)
{
    static const char *const keys[] = {"", "a", "c", "d", "alpha", "gamma"};
    unsigned char *bytes = exactly(from, size);
    struct flexbuffer_map map;
    struct flexbuffer_value value;
    struct error error;
    if (flexbuffer_open(bytes, size, &map, &error) == STATUS_OK) {
        assert_in_range(map.count, 0, FLEXBUFFER_COUNT_MAX);
        for (size_t i = 0; i < LENGTH(keys); i++)
            flexbuffer_find(&map, keys[i], &value, &error);
    } else {
        assert_true(error.status == STATUS_FORMAT || error.status == STATUS_UNSUPPORTED);
    }
    free(bytes);
}

static void bytes_of_any_kind_are_harmless(void **state)
{
    unsigned char written[FLEXBUFFER_BYTES_MAX], other[FLEXBUFFER_BYTES_MAX];
    size_t sizes[] = {flexbuffer_write(entries, LENGTH(entries), written), sizeof(foreign)};
    struct random random = {17};
    (void)state;
    for (int which = 0; which < 2; which++) {
        const unsigned char *bytes = which ? foreign : written;
        for (size_t size = 0; size <= sizes[which]; size++) {
            try_bytes(bytes, size);                         /* its beginning, */
            try_bytes(bytes + (sizes[which] - size), size); /* and its end */
        }
        for (size_t at = 0; at < sizes[which]; at++)
            for (int byte = 0; byte < 256; byte++) {
                memcpy(other, bytes, sizes[which]);
                other[at] = (unsigned char)byte;
                try_bytes(other, sizes[which]);
            }
    }
    for (int i = 0; i < 100000; i++) {
        size_t size = random_below(&random, 40);
        for (size_t k = 0; k < size; k++)
            other[k] = (unsigned char)random_below(&random, i % 2 ? 256 : 12);
        if (size > 2) { /* so that many begin as maps do */
            other[size - 1] = (unsigned char)(1 << random_below(&random, 3));
            other[size - 2] = (unsigned char)PACKED(9, random_below(&random, 3));
        }
        try_bytes(other, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(other_widths_are_read),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(bytes_of_any_kind_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
