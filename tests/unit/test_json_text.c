/* Texts in JSON: said to people, or carried byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"
#include "results/json_text.h"

/* Through JSON and back. */
static void expect_carried(const char *text)
{
    struct arena *arena = arena_new();
    json_t *list = json_pack("[o]", json_carried(text));
    char *line = json_dumps(list, JSON_COMPACT);
    assert_non_null(line);
    json_t *read = json_loads(line, 0, NULL);
    assert_non_null(read);
    const char *back = json_carried_value(json_array_get(read, 0), arena);
    assert_non_null(back);
    assert_string_equal(back, text);
    json_decref(list);
    json_decref(read);
    free(line);
    arena_free(arena);
}

static void paths_come_out_as_they_went_in(void **state)
{
    static const char *const texts[] = {
        "",
        "plain",
        "m\xc3\xb6"
        "del",
        "latin m\xf6"
        "del",
        "\xff\xfe\x80",
        "cut \xe2\x82",
        "\xf4\x8f\xbe\x80 stands for 80",
        "\xf4\x8f\xbf\xbf and ff",
        "\xf4\x8f\xbf",
        "\xed\xa0\x80 surrogate",
        "a\nb\"c\\",
        "\xf4\x8f\xbd\xbf next to them",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect_carried(texts[i]);
}

static void any_bytes_come_out_as_they_went_in(void **state)
{
    static const unsigned char often[] = {0xf4, 0x8f, 0xbe, 0xbf, 0x80, 0xc3, 'a', 0xe2};
    struct random random = {1};
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[12];
        size_t length = (size_t)random_below(&random, sizeof(text));
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(random_below(&random, 3) ? often[random_below(&random, sizeof(often))]
                                                      : 1 + random_below(&random, 255));
        text[length] = '\0';
        expect_carried(text);
    }
}

static void utf8_is_carried_as_it_is(void **state)
{
    json_t *carried = json_carried("m\xc3\xb6\xf0\x9f\x99\x82");
    (void)state;
    assert_string_equal(json_string_value(carried), "m\xc3\xb6\xf0\x9f\x99\x82");
    json_decref(carried);
    carried = json_carried(NULL);
    assert_true(json_is_null(carried));
    json_decref(carried);
}

static void what_is_said_is_printable(void **state)
{
    json_t *said = json_said("cut \xe2\x82 \x1b[31m \xc2\x9b");
    (void)state;
    assert_string_equal(json_string_value(said), "cut ?? ?[31m ??");
    json_decref(said);
    said = json_said(NULL);
    assert_string_equal(json_string_value(said), "");
    json_decref(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_come_out_as_they_went_in),
        cmocka_unit_test(any_bytes_come_out_as_they_went_in),
        cmocka_unit_test(utf8_is_carried_as_it_is),
        cmocka_unit_test(what_is_said_is_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
