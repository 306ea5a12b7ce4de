/* Texts from elsewhere, which no terminal must take for more than texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const struct {
    const char *given, *printable;
} texts[] = {
    {"", ""},
    {"plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
     "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"\x1b[31mred\x07\n\t\x7f", "?[31mred????"},
    /* one-byte controls in two bytes */
    {"\xc2\x9b"
     "31m\xc2\xa0",
     "??31m\xc2\xa0"},
    /* the direction of writing */
    {"a\xe2\x80\xae"
     "b\xe2\x81\xa6"
     "c",
     "a???b???c"},
    /* cut, alone, too long, a surrogate, too large */
    {"\xe2\x82", "??"},
    {"\xe2\x82z", "??z"},
    {"\x80\xbf", "??"},
    {"a\xd8\x9c"
     "b",
     "a??b"}, /* ARABIC LETTER MARK */
    {"\xc0\xaf\xe0\x80\xaf", "?????"},
    {"\xed\xa0\x80", "???"},
    {"\xf4\x90\x80\x80\xff", "?????"},
};

static void texts_are_made_printable(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char copy[64];
        struct text text = {0};
        snprintf(copy, sizeof(copy), "%s", texts[i].given);
        assert_int_equal(text_is_printable(copy), strcmp(copy, texts[i].printable) == 0);
        text_make_printable(copy);
        assert_string_equal(copy, texts[i].printable);
        text_add_string(&text, "\n");
        text_add_printable(&text, texts[i].given);
        assert_string_equal(text.bytes + 1, texts[i].printable);
        assert_int_equal(text.bytes[0], '\n');
        text_release(&text);
    }
}

static void errors_hold_printable_texts(void **state)
{
    struct error error;
    char line[sizeof(error.where) + sizeof(error.text) + 4], name[sizeof(error.text) + 64];
    (void)state;
    error_set(&error, STATUS_IO, "a\nb", "no '%s'", "\x1b]0;t\x07");
    error_within(&error, "%s", "c\rd");
    assert_string_equal(error_line(&error, line, sizeof(line)), "c?d: a?b: no '?]0;t?'");
    /* a message that is cut within a character */
    memset(name, 'x', sizeof(name));
    memcpy(name + sizeof(error.text) - 3, "\xf0\x9f\x98\x80", 5);
    error_set(&error, STATUS_IO, NULL, "%s", name);
    assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
    assert_string_equal(error.text + sizeof(error.text) - 5, "xx??");
}

__attribute__((format(printf, 2, 3))) static char *printable(struct arena *arena,
                                                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = printable_text(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* Whole, unless a file holds a name of absurd length. */
static void formatted_texts_are_whole(void **state)
{
    static char name[PRINTABLE_MOST + 2];
    struct arena *arena = arena_new();
    (void)state;
    memset(name, 'x', PRINTABLE_MOST - 1);
    char *text = printable(arena, "%s\n", name);
    assert_int_equal(strlen(text), PRINTABLE_MOST);
    assert_string_equal(text + PRINTABLE_MOST - 2, "x?");
    text = printable(arena, "%s\n\n", name);
    assert_int_equal(strlen(text), PRINTABLE_MOST);
    assert_string_equal(text + PRINTABLE_MOST - 4, "x...");
    assert_string_equal(printable(arena, "%s", ""), "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_made_printable),
        cmocka_unit_test(errors_hold_printable_texts),
        cmocka_unit_test(formatted_texts_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
