/* What words mean: each has a sentence, and none stands twice in its table. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "command/topics.h"
#include "results/verdict_words.h"
#include "ui/widget/table.h"

static bool is_printable(const char *text)
{
    while (*text && ((unsigned char)*text >= 0x80 || isprint((unsigned char)*text)))
        text++;
    return *text == '\0';
}

static void every_word_has_a_sentence(void **state)
{
    (void)state;
    assert_true(command_topics.count >= 14);
    for (size_t k = 0; k < command_topics.count; k++) {
        const struct topic_kind *kind = &command_topics.kinds[k];
        assert_true(kind->count() > 0);
        for (size_t i = 0; i < kind->count(); i++) {
            const void *item = kind->item(i);
            struct text text = {0};
            kind->print(item, &text);
            const char *bytes = text.bytes;
            if (text.length < 10 || bytes[text.length - 1] != '.' ||
                bytes[text.length - 2] == '.' || strstr(bytes, "(null)") || !is_printable(bytes))
                fail_msg("%s %s: '%s'", kind->name, topic_name(item), bytes);
            text_release(&text);
        }
    }
}

static void no_word_stands_twice_in_a_table(void **state)
{
    (void)state;
    for (size_t k = 0; k < command_topics.count; k++) {
        const struct topic_kind *kind = &command_topics.kinds[k];
        for (size_t i = 0; i < kind->count(); i++)
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(topic_name(kind->item(i)), topic_name(kind->item(j)));
    }
}

/* Those that the table marks are words that can be explained. */
static void marked_verdicts_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < table_verdict_count; i++) {
        size_t k = 0;
        while (k < WORD_COUNT && strcmp(verdict_words[k].word, table_verdicts[i].word) != 0)
            k++;
        assert_int_not_equal(k, WORD_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_has_a_sentence),
        cmocka_unit_test(no_word_stands_twice_in_a_table),
        cmocka_unit_test(marked_verdicts_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
