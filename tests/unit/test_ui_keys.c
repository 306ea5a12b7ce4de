#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "ui/shared_keys.h"
#include "ui/ui.h"

#define SOURCE_BYTES_MAX ((size_t)1 << 20)
#define EVERYWHERE       ((1u << CONTEXT_COUNT) - 1)

static bool is(const struct key_binding *binding, const char *id)
{
    return binding && strcmp(binding->id, id) == 0;
}

static bool binds(const struct key_binding *binding, int key)
{
    if (binding->function_key != 0 && UI_KEY_F(binding->function_key) == key)
        return true;
    for (int i = 0; i < BINDING_KEYS && binding->keys[i] != 0; i++)
        if (binding->keys[i] == key)
            return true;
    return false;
}

static void each_binding_has_a_key_and_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < keymap_default()->count; i++) {
        const struct key_binding *binding = &keymap_default()->rows[i];
        size_t length = strlen(binding->help);
        assert_int_equal(strspn(binding->id, "abcdefghijklmnopqrstuvwxyz-"), strlen(binding->id));
        assert_non_null(binding->run);
        assert_true(length > 3);
        assert_int_equal(binding->help[length - 1], '.');
        assert_true(binding->contexts != 0 && (binding->contexts & ~EVERYWHERE) == 0);
        assert_true(binding->keys[0] != 0 || binding->function_key != 0);
        assert_true(binding->function_key >= 0 && binding->function_key <= 12);
    }
}

static void no_key_means_two_things_in_one_context(void **state)
{
    char name[KEY_NAME_SIZE];
    (void)state;
    for (unsigned context = 0; context < CONTEXT_COUNT; context++)
        for (int key = 1; key <= UI_KEY_F(12); key++) {
            int found = 0;
            for (size_t i = 0; i < keymap_default()->count; i++)
                found += (keymap_default()->rows[i].contexts & (1u << context)) &&
                         binds(&keymap_default()->rows[i], key);
            if (found > 1)
                fail_msg("%s means %d things in context %u", keys_name(key, name), found, context);
            if (key == 0x100) /* the keys beyond are not characters that anybody binds */
                key = UI_KEY_UP - 1;
        }
}

/* Terminals and desktops keep function keys to themselves. */
static void a_function_key_is_never_the_only_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < keymap_default()->count; i++) {
        const struct key_binding *binding = &keymap_default()->rows[i];
        bool leaves = is(binding, "quit"); /* q leads out by way of the table */
        assert_true(binding->keys[0] != 0 || leaves);
    }
}

static void uppercase_acts_and_lowercase_only_looks(void **state)
{
    (void)state;
    assert_true(is(keys_find(keymap_default(), CONTEXT_TABLE, 'S'), "start"));
    assert_true(is(keys_find(keymap_default(), CONTEXT_TABLE, 'X'), "stop"));
    assert_true(is(keys_find(keymap_default(), CONTEXT_TABLE, 's'), "sort"));
    assert_null(keys_find(keymap_default(), CONTEXT_TABLE, 'x'));
    for (size_t i = 0; i < keymap_default()->count; i++)
        for (int key = 'a'; key <= 'z'; key++)
            if (binds(&keymap_default()->rows[i], key)) {
                assert_false(is(&keymap_default()->rows[i], "start"));
                assert_false(is(&keymap_default()->rows[i], "stop"));
                assert_false(is(&keymap_default()->rows[i], "skip"));
                assert_false(is(&keymap_default()->rows[i], "repeat"));
            }
}

static void some_ways_out_work_everywhere(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        assert_true(is(keys_find(keymap_default(), context, UI_KEY_CTRL('c')), "leave"));
        assert_true(is(keys_find(keymap_default(), context, UI_KEY_CTRL('z')), "suspend"));
        assert_true(is(keys_find(keymap_default(), context, UI_KEY_CTRL('l')), "repaint"));
        /* Letters are text in a prompt. */
        assert_true(context == CONTEXT_PROMPT || keys_find(keymap_default(), context, 'q'));
        assert_non_null(keys_find(keymap_default(), context, UI_KEY_ESCAPE));
    }
    assert_null(keys_find(keymap_default(), CONTEXT_QUESTION,
                          UI_KEY_ENTER)); /* nobody says yes by accident */
}

static void keys_are_found_by_context(void **state)
{
    (void)state;
    assert_true(is(keys_find(keymap_default(), CONTEXT_TABLE, UI_KEY_F(10)), "quit"));
    assert_true(is(keys_find(keymap_default(), CONTEXT_HELP, UI_KEY_F(1)), "back"));
    assert_null(keys_find(keymap_default(), CONTEXT_HELP, 'S'));
    assert_null(keys_find(keymap_default(), CONTEXT_TABLE, 0x1f600));
    assert_int_equal(keys_of_id(keymap_default(), CONTEXT_TABLE, "select")->keys[0],
                     UI_KEY_CLICK_ROW);
    assert_null(keys_of_id(keymap_default(), CONTEXT_QUESTION, "select"));
}

static void names_are_for_people(void **state)
{
    static const struct {
        int key;
        const char *name;
    } rows[] = {{'q', "q"},
                {UI_KEY_F(10), "F10"},
                {UI_KEY_CTRL('l'), "Ctrl-L"},
                {UI_KEY_ESCAPE, "Esc"},
                {UI_KEY_TAB, "Tab"},
                {UI_KEY_PAGE_DOWN, "PgDn"},
                {' ', "Space"}};
    char name[KEY_SHORT_SIZE];
    struct text text = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(keys_name(rows[i].key, name), rows[i].name);
    const struct key_binding *quit = keys_of_id(keymap_default(), CONTEXT_TABLE, "quit");
    assert_string_equal(keys_short_name(quit, name), "F10/q");
    keys_print_names(quit, &text);
    assert_string_equal(text.bytes, "F10, q, Esc");
    text_release(&text);
}

/* The text of a file of the source tree; freed by the caller. */
static char *read_source(const char *path)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    struct text text = {0};
    if (file_read(path, SOURCE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    text_add(&text, (const char *)bytes, size);
    free(bytes);
    return text.bytes;
}

/* A screen is one file, named as its variable, and its table is in there. */
static void each_screen_is_a_file(void **state)
{
    static const char *const variables[] = {
#define X(context, variable, id, name, kind, page) [context] = #variable,
        SCREEN_LIST(X)
#undef X
    };
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        char path[512], defined[64];
        snprintf(path, sizeof(path), "%s/ui/%s.c", getenv("SOURCE"), variables[context]);
        snprintf(defined, sizeof(defined), "\nconst struct screen %s = {\n", variables[context]);
        char *text = read_source(path);
        if (!strstr(text, defined))
            fail_msg("%s does not define %s", path, variables[context]);
        free(text);
    }
}

/* All that the list says of a main screen, or nothing of that. */
static void rows_of_screens_are_whole(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct screen_row *row = &screen_rows[context];
        bool is_page = row->kind == KIND_TABLE || row->kind == KIND_PAGE;
        assert_true(row->kind != 0 && (row->kind & (row->kind - 1)) == 0);
        assert_true((row->tab != NULL) == is_page && (row->help != NULL) == is_page);
        assert_int_equal(row->key != 0, is_page);
        assert_int_equal(screen_find(row->id), is_page ? context : CONTEXT_COUNT);
        assert_non_null(ui_screens[context]->draw);
        if (!is_page)
            continue;
        const struct key_binding *way = keys_find(keymap_default(), CONTEXT_LOG, row->key);
        assert_true(is(way, row->go));
        assert_int_equal(way->argument, context);
    }
}

static void assert_reachable(enum context context, const struct key_table *table)
{
    for (size_t i = 0; table && i < table->count; i++)
        for (int n = 0, key; (key = keys_nth(&table->rows[i], n)) != 0; n++) {
            const struct key_binding *found = keys_find(keymap_default(), context, key);
            if (!is(found, table->rows[i].id) || found->run != table->rows[i].run ||
                found->argument != table->rows[i].argument)
                fail_msg("%s is not reached in %s", table->rows[i].id, screen_rows[context].id);
        }
}

static void each_key_of_a_screen_is_reached_there(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const struct screen *screen = ui_screens[context];
        assert_true(screen->keys.count > 0 || screen->more_keys || screen->move);
        assert_reachable(context, &screen->keys);
        assert_reachable(context, screen->more_keys);
    }
}

/* Where a screen of these kinds has another use for one of the keys. */
static bool may_be_hidden(enum context context, const struct key_binding *binding)
{
    static const struct {
        enum context context;
        const char *id;
        int key;
    } hidden[] = {{CONTEXT_PRESENT, "page-up", UI_KEY_PAGE_UP},
                  {CONTEXT_PRESENT, "page-down", UI_KEY_PAGE_DOWN},
                  {CONTEXT_PRESENT, "page-down", ' '},
                  {CONTEXT_TABLE, "page-down", ' '},
                  {CONTEXT_START, "page-down", ' '},
                  {CONTEXT_FORM, "page-down", ' '}};
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
        if (hidden[i].context == context && is(binding, hidden[i].id) &&
            binding->keys[0] == hidden[i].key)
            return true;
    return false;
}

static void check_shared(const struct shared_key *shared)
{
    const struct key_binding *binding = &shared->binding;
    int key = keys_nth(binding, 0);
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        bool is_meant = (screen_rows[context].kind & shared->kinds) &&
                        (!shared->fits || shared->fits(ui_screens[context]));
        const struct key_binding *found = keys_find(keymap_default(), context, key);
        bool is_there = is(found, binding->id) && found->keys[0] == binding->keys[0];
        if (is_there != (is_meant && !may_be_hidden(context, binding)))
            fail_msg("%s in %s", binding->id, screen_rows[context].id);
    }
}

/* A screen that takes a shared key for itself does so on purpose. */
static void shared_keys_are_on_all_screens_of_their_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < shared_keys_first_count; i++)
        check_shared(&shared_keys_first[i]);
    for (size_t i = 0; i < shared_keys_last_count; i++)
        check_shared(&shared_keys_last[i]);
}

static bool has_row(const struct key_table *table, const struct key_binding *row)
{
    for (size_t i = 0; table && i < table->count; i++)
        if (is(row, table->rows[i].id) && row->keys[0] == table->rows[i].keys[0])
            return true;
    return false;
}

/* Help or back, and the way out, come first in each footer, before what the screen has itself. */
static void footers_begin_with_the_ways_out(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        bool is_own = false;
        for (size_t i = 0; i < keymap_default()->count; i++) {
            const struct key_binding *row = &keymap_default()->rows[i];
            if (!(row->contexts & (1u << context)) || !row->label)
                continue;
            bool leads = is(row, "help") || is(row, "quit") || is(row, "back");
            assert_false(is_own && leads);
            is_own |= has_row(&ui_screens[context]->keys, row) ||
                      has_row(ui_screens[context]->more_keys, row);
        }
    }
}

static bool is_somewhere(const char *id)
{
    bool found = false;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        found |= keys_of_id(keymap_default(), context, id) != NULL;
    return found;
}

/* The context that is named in front of a place; CONTEXT_COUNT: none is. */
static enum context named_context(const char *from, const char *to)
{
    static const char *const names[] = {
#define X(context, variable, id, name, kind, page) [context] = #context ",",
        SCREEN_LIST(X)
#undef X
    };
    enum context context = 0;
    for (; context < CONTEXT_COUNT; context++) {
        const char *found = strstr(from, names[context]);
        if (found && found < to)
            break;
    }
    return context;
}

/* Checks the first text between each call of a function and its end, an id of the context that
 * stands before it, or else of any; returns how many there are. */
static int check_calls(const char *path, const char *call, bool in_context)
{
    char *text = read_source(path);
    int count = 0;
    for (const char *next = text; (next = strstr(next, call)) != NULL;) {
        next += strlen(call);
        const char *end = strchr(next, ';'), *begin = strchr(next, '"');
        char id[64];
        if (!end || !begin || begin > end)
            continue;
        snprintf(id, sizeof(id), "%.*s", (int)strcspn(begin + 1, "\""), begin + 1);
        enum context context = named_context(next, begin);
        bool is_found = in_context ? context < CONTEXT_COUNT &&
                                         keys_of_id(keymap_default(), context, id) != NULL
                                   : is_somewhere(id);
        if (!is_found)
            fail_msg("%s: nothing is called '%s'", path, id);
        count++;
    }
    free(text);
    return count;
}

/* Sentences and clicks ask for actions by their ids. */
static void each_id_that_is_asked_for_exists(void **state)
{
    static const char *const folders[] = {"ui", "ui/widget"};
    int said = 0, clicked = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char pattern[512];
        glob_t files;
        snprintf(pattern, sizeof(pattern), "%s/%s/*.c", getenv("SOURCE"), folders[i]);
        assert_int_equal(glob(pattern, 0, NULL, &files), 0);
        for (size_t k = 0; k < files.gl_pathc; k++) {
            said += check_calls(files.gl_pathv[k], "ui_key(", true);
            clicked += check_calls(files.gl_pathv[k], "draw_click(", false);
        }
        globfree(&files);
    }
    assert_in_range(said, 9, 100);
    assert_in_range(clicked, 9, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_binding_has_a_key_and_a_sentence),
        cmocka_unit_test(no_key_means_two_things_in_one_context),
        cmocka_unit_test(a_function_key_is_never_the_only_way),
        cmocka_unit_test(uppercase_acts_and_lowercase_only_looks),
        cmocka_unit_test(some_ways_out_work_everywhere),
        cmocka_unit_test(keys_are_found_by_context),
        cmocka_unit_test(names_are_for_people),
        cmocka_unit_test(each_screen_is_a_file),
        cmocka_unit_test(rows_of_screens_are_whole),
        cmocka_unit_test(each_key_of_a_screen_is_reached_there),
        cmocka_unit_test(shared_keys_are_on_all_screens_of_their_kinds),
        cmocka_unit_test(footers_begin_with_the_ways_out),
        cmocka_unit_test(each_id_that_is_asked_for_exists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
