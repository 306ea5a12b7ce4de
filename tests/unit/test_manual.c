/* The man pages: made from the tables, whole, and roff that means what the texts mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "experiment/keys.h"
#include "graph/op.h"
#include "man/manual.h"
#include "man/roff.h"
#include "results/why.h"
#include "ui/keys.h"
#include "ui/settings.h"

/* One section of a page. free() it. */
static char *section_of(void (*print)(struct text *out), const char *heading)
{
    struct text page = {0};
    print(&page);
    const char *start = strstr(page.bytes, heading);
    assert_non_null(start);
    start += strlen(heading);
    const char *end = strstr(start, "\n.SH ");
    assert_non_null(end);
    char *section = xasprintf("%.*s\n", (int)(end - start), start);
    text_release(&page);
    return section;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* No text of the tables starts a line that roff would take as a request. */
static void only_requests_start_with_a_dot(const char *section)
{
    for (const char *line = section; *line; line = strchr(line, '\n') + 1) {
        assert_true(*line != '\'');
        assert_true(*line != '.' || strncmp(line, ".TP\n", 4) == 0 ||
                    strncmp(line, ".B ", 3) == 0 || strncmp(line, ".SS ", 4) == 0);
    }
}

static void texts_stay_as_they_are_in_roff(void **state)
{
    static const struct {
        const char *plain, *roff;
    } rows[] = {{"a-b", "a\\-b"},
                {"C:\\x", "C:\\ex"},
                {".5 of it. 'x'", "\\&.5 of it. 'x'"},
                {"'x'.", "\\&'x'."},
                {"", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct text out = {0};
        text_add_string(&out, ">");
        roff_text(rows[i].plain, &out);
        assert_string_equal(out.bytes + 1, rows[i].roff);
        text_release(&out);
    }
}

static void the_manual_has_every_key_of_a_profile(void **state)
{
    char *keys = section_of(page_profile, ".SH KEYS\n");
    (void)state;
    for (size_t i = 0; i < key_count(); i++) {
        char *line = xasprintf("\n.B %s\n", key_at(i)->path);
        assert_int_equal(count_of(keys, line), 1);
        free(line);
    }
    assert_int_equal(count_of(keys, ".TP\n"), key_count());
    assert_int_equal(count_of(keys, ".SS "), key_section_count());
    assert_non_null(strstr(keys, ".SS measure\n"));
    assert_non_null(strstr(keys, "\nA number from 0.1 to 60000 ms; 20 by default.\n"));
    only_requests_start_with_a_dot(keys);
    free(keys);
}

/* Each binding belongs to one group, so help and manual list it once. */
static void the_manual_has_all_bindings_once(void **state)
{
    char *keys = section_of(page_quantop, ".SH KEYS\n");
    size_t groups = 0;
    (void)state;
    for (size_t i = 0; i < keymap_default()->count; i++)
        groups += keys_starts_group(keymap_default(), i);
    assert_int_equal(count_of(keys, ".TP\n"), keymap_default()->count);
    assert_int_equal(count_of(keys, ".SS "), groups);
    assert_non_null(strstr(keys, ".TP\n\\fBF10\\fR, \\fBq\\fR, \\fBEsc\\fR\nQuit; asks"));
    assert_non_null(strstr(keys, "\\fBCtrl\\-L\\fR"));
    only_requests_start_with_a_dot(keys);
    free(keys);
}

/* One entry of a list with this name. */
static void has_item(const char *section, const char *name)
{
    struct text item = {0};
    text_add_string(&item, ".TP\n\\fB");
    roff_text(name, &item);
    text_add_string(&item, "\\fR\n");
    if (count_of(section, item.bytes) != 1)
        fail_msg("'%s' is not there, or several times", name);
    text_release(&item);
}

static void the_manual_has_all_settings_and_actions_once(void **state)
{
    char *settings = section_of(page_config, ".SH SETTINGS\n");
    char *keys = section_of(page_config, ".SH KEYS\n");
    (void)state;
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        has_item(settings, setting_rows[setting].name);
    for (size_t i = 0; i < keymap_default()->count; i++)
        if (!keys_is_mouse(&keymap_default()->rows[i]))
            has_item(keys, keymap_default()->rows[i].id);
    assert_non_null(strstr(settings, "\nTakes default, light, contrast, safe or mono.\n"));
    assert_non_null(strstr(keys, "\nIn trials, details.\n"));
    free(settings);
    free(keys);
}

static void the_manual_has_all_rules_that_say_why_once(void **state)
{
    char *reasons = section_of(page_quantop, ".SH REASONS\n");
    (void)state;
    for (size_t i = 0; i < why_rule_count; i++)
        has_item(reasons, why_rules[i].name);
    assert_int_equal(count_of(reasons, ".TP\n"), why_rule_count);
    only_requests_start_with_a_dot(reasons);
    free(reasons);
}

/* No family of them is left out, and each has a heading. */
static void the_page_of_operators_has_all_of_them_once(void **state)
{
    struct text page = {0};
    (void)state;
    page_operators(&page);
    for (int op = 0; op < OP_COUNT; op++) {
        char *row = xasprintf("\n| %s | ", op_name((enum op)op));
        if (count_of(page.bytes, row) != 1)
            fail_msg("%s has no row, or several", op_name((enum op)op));
        free(row);
    }
    assert_int_equal(count_of(page.bytes, "\n## "), FAMILY_COUNT - FAMILY_NONE - 1);
    assert_null(strstr(page.bytes, "(null)"));
    text_release(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_stay_as_they_are_in_roff),
        cmocka_unit_test(the_manual_has_every_key_of_a_profile),
        cmocka_unit_test(the_manual_has_all_bindings_once),
        cmocka_unit_test(the_manual_has_all_settings_and_actions_once),
        cmocka_unit_test(the_manual_has_all_rules_that_say_why_once),
        cmocka_unit_test(the_page_of_operators_has_all_of_them_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
