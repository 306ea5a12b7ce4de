#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/keys.h"

#define EVERYWHERE ((1u << CONTEXT_COUNT) - 1)

static bool binds(const struct key_binding *binding, int key)
{
    if (binding->function_key != 0 && UI_KEY_F(binding->function_key) == key)
        return true;
    for (int i = 0; i < BINDING_KEYS && binding->keys[i] != 0; i++)
        if (binding->keys[i] == key)
            return true;
    return false;
}

static void each_action_has_a_key_and_a_sentence(void **state)
{
    bool bound[ACTION_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < keymap_default.count; i++) {
        const struct key_binding *binding = &keymap_default.rows[i];
        size_t length = strlen(binding->help);
        bound[binding->action] = true;
        assert_true(length > 3);
        assert_int_equal(binding->help[length - 1], '.');
        assert_true(binding->contexts != 0 && (binding->contexts & ~EVERYWHERE) == 0);
        assert_true(binding->keys[0] != 0 || binding->function_key != 0);
        assert_true(binding->function_key >= 0 && binding->function_key <= 12);
    }
    for (int action = 0; action < ACTION_COUNT; action++)
        if (!bound[action])
            fail_msg("action %d has no key", action);
}

static void no_key_means_two_things_in_one_context(void **state)
{
    char name[KEY_NAME_SIZE];
    (void)state;
    for (unsigned context = 0; context < CONTEXT_COUNT; context++)
        for (int key = 1; key <= UI_KEY_F(12); key++) {
            int found = 0;
            for (size_t i = 0; i < keymap_default.count; i++)
                found += (keymap_default.rows[i].contexts & (1u << context)) &&
                         binds(&keymap_default.rows[i], key);
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
    for (size_t i = 0; i < keymap_default.count; i++) {
        const struct key_binding *binding = &keymap_default.rows[i];
        bool leaves = binding->action == ACTION_QUIT; /* q leads out by way of the table */
        assert_true(binding->keys[0] != 0 || leaves);
    }
}

static void uppercase_acts_and_lowercase_only_looks(void **state)
{
    (void)state;
    assert_int_equal(keys_find(&keymap_default, CONTEXT_TABLE, 'S')->action, ACTION_START);
    assert_int_equal(keys_find(&keymap_default, CONTEXT_TABLE, 'X')->action, ACTION_STOP);
    assert_int_equal(keys_find(&keymap_default, CONTEXT_TABLE, 's')->action, ACTION_SORT);
    assert_null(keys_find(&keymap_default, CONTEXT_TABLE, 'x'));
    for (size_t i = 0; i < keymap_default.count; i++)
        for (int key = 'a'; key <= 'z'; key++)
            if (binds(&keymap_default.rows[i], key)) {
                assert_int_not_equal(keymap_default.rows[i].action, ACTION_START);
                assert_int_not_equal(keymap_default.rows[i].action, ACTION_STOP);
                assert_int_not_equal(keymap_default.rows[i].action, ACTION_SKIP);
                assert_int_not_equal(keymap_default.rows[i].action, ACTION_REPEAT);
            }
}

static void some_ways_out_work_everywhere(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        assert_int_equal(keys_find(&keymap_default, context, UI_KEY_CTRL('c'))->action,
                         ACTION_LEAVE);
        assert_int_equal(keys_find(&keymap_default, context, UI_KEY_CTRL('z'))->action,
                         ACTION_SUSPEND);
        assert_int_equal(keys_find(&keymap_default, context, UI_KEY_CTRL('l'))->action,
                         ACTION_REPAINT);
        /* Letters are text in a prompt. */
        assert_true(context == CONTEXT_PROMPT || keys_find(&keymap_default, context, 'q'));
        assert_non_null(keys_find(&keymap_default, context, UI_KEY_ESCAPE));
    }
    assert_null(keys_find(&keymap_default, CONTEXT_QUESTION,
                          UI_KEY_ENTER)); /* nobody says yes by accident */
}

static void keys_are_found_by_context(void **state)
{
    (void)state;
    assert_int_equal(keys_find(&keymap_default, CONTEXT_TABLE, UI_KEY_F(10))->action, ACTION_QUIT);
    assert_int_equal(keys_find(&keymap_default, CONTEXT_HELP, UI_KEY_F(1))->action, ACTION_BACK);
    assert_null(keys_find(&keymap_default, CONTEXT_HELP, 'S'));
    assert_null(keys_find(&keymap_default, CONTEXT_TABLE, 0x1f600));
    assert_int_equal(keys_of_action(&keymap_default, CONTEXT_TABLE, ACTION_SELECT)->keys[0],
                     UI_KEY_CLICK_ROW);
    assert_null(keys_of_action(&keymap_default, CONTEXT_QUESTION, ACTION_SELECT));
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
    const struct key_binding *quit = keys_of_action(&keymap_default, CONTEXT_TABLE, ACTION_QUIT);
    assert_string_equal(keys_short_name(quit, name), "F10/q");
    keys_print_names(quit, &text);
    assert_string_equal(text.bytes, "F10, q, Esc");
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_has_a_key_and_a_sentence),
        cmocka_unit_test(no_key_means_two_things_in_one_context),
        cmocka_unit_test(a_function_key_is_never_the_only_way),
        cmocka_unit_test(uppercase_acts_and_lowercase_only_looks),
        cmocka_unit_test(some_ways_out_work_everywhere),
        cmocka_unit_test(keys_are_found_by_context),
        cmocka_unit_test(names_are_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
