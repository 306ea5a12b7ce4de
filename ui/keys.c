#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#define IN(context) (1u << CONTEXT_##context)
#define PANES       (IN(TABLE) | IN(DETAILS))
#define LISTS       (PANES | IN(SORT) | IN(HELP))
#define EVERYWHERE  ((1u << CONTEXT_COUNT) - 1)

/* clang-format off */
const struct key_binding key_bindings[] = {
    {ACTION_HELP, PANES, {'?'}, 1, "Help", "Show what the keys, columns and marks mean.", ALWAYS},
    {ACTION_START, PANES, {'S'}, 5, "Start",
     "Start the run, or go on after a stop with what is not finished yet.", WHEN_STARTABLE},
    {ACTION_STOP, PANES, {'X'}, 8, "Stop",
     "Stop the run after asking; what is being measured is lost, finished rows stay.",
     WHEN_RUNNING},
    {ACTION_QUIT, IN(TABLE), {'q', UI_KEY_ESCAPE}, 10, "Quit",
     "Quit; asks first when a run is going.", ALWAYS},
    {ACTION_BACK, LISTS & ~IN(TABLE), {'q', UI_KEY_ESCAPE}, 0, "Back", "Go back to the table.",
     ALWAYS},
    {ACTION_SORT, PANES, {'s'}, 6, "Sort", "Choose the column to sort by from a list.", WHEN_ROWS},
    {ACTION_REVERSE, PANES, {'r'}, 7, "Reverse", "Reverse the direction of sorting.", WHEN_ROWS},
    {ACTION_SORT_LEFT, PANES, {'<'}, 0, NULL, "Sort by the column to the left.", WHEN_ROWS},
    {ACTION_SORT_RIGHT, PANES, {'>'}, 0, NULL, "Sort by the column to the right.", WHEN_ROWS},
    {ACTION_SORT_BY, PANES, {UI_KEY_CLICK_HEAD}, 0, NULL,
     "Sort by that column; by the column already chosen, reverse the direction.", ALWAYS},
    {ACTION_DETAILS, PANES, {UI_KEY_ENTER}, 3, "Details",
     "Show or hide the details of the selected row; where the screen has no room for both, they "
     "take the table's place.",
     WHEN_ROWS},
    {ACTION_FOCUS, PANES, {UI_KEY_TAB}, 0, "Pane",
     "Let the keys that move go to the other pane: table or details.", WHEN_ROWS},
    {ACTION_LEFT, IN(TABLE), {UI_KEY_LEFT, 'h'}, 0, NULL,
     "Bring back the columns that were moved out on the left.", ALWAYS},
    {ACTION_RIGHT, IN(TABLE), {UI_KEY_RIGHT, 'l'}, 0, NULL,
     "Move the first figure out on the left, so that columns which had no room come in.", ALWAYS},
    {ACTION_UP, LISTS, {UI_KEY_UP, 'k', UI_KEY_CTRL('p')}, 0, NULL, "Go one line up.", ALWAYS},
    {ACTION_DOWN, LISTS, {UI_KEY_DOWN, 'j', UI_KEY_CTRL('n')}, 0, NULL, "Go one line down.",
     ALWAYS},
    {ACTION_PAGE_UP, LISTS, {UI_KEY_PAGE_UP, UI_KEY_CTRL('b')}, 0, NULL, "Go one page up.", ALWAYS},
    {ACTION_PAGE_DOWN, LISTS, {UI_KEY_PAGE_DOWN, UI_KEY_CTRL('f'), ' '}, 0, NULL,
     "Go one page down.", ALWAYS},
    {ACTION_HALF_UP, LISTS, {UI_KEY_CTRL('u')}, 0, NULL, "Go half a page up.", ALWAYS},
    {ACTION_HALF_DOWN, LISTS, {UI_KEY_CTRL('d')}, 0, NULL, "Go half a page down.", ALWAYS},
    {ACTION_FIRST, LISTS, {'g', UI_KEY_HOME}, 0, NULL, "Go to the first line.", ALWAYS},
    {ACTION_LAST, LISTS, {'G', UI_KEY_END}, 0, NULL, "Go to the last line.", ALWAYS},
    {ACTION_WHEEL_UP, LISTS, {UI_KEY_WHEEL_UP}, 0, NULL, "Go three lines up.", ALWAYS},
    {ACTION_WHEEL_DOWN, LISTS, {UI_KEY_WHEEL_DOWN}, 0, NULL, "Go three lines down.", ALWAYS},
    {ACTION_SELECT, PANES | IN(SORT), {UI_KEY_CLICK_ROW}, 0, NULL, "Select that row.", ALWAYS},
    {ACTION_QUIT, LISTS & ~IN(TABLE), {0}, 10, NULL, "Quit; asks first when a run is going.",
     ALWAYS},
    {ACTION_BACK, IN(HELP), {'?'}, 1, NULL, "Go back to the table.", ALWAYS},
    {ACTION_CHOOSE, IN(SORT), {UI_KEY_ENTER}, 0, "Sort",
     "Sort by this column; by the column already chosen, reverse the direction.", ALWAYS},
    {ACTION_BACK, IN(SORT), {'s'}, 6, NULL, "Go back to the table.", ALWAYS},
    {ACTION_YES, IN(QUESTION), {'y', 'Y'}, 0, "Yes", "Do it.", ALWAYS},
    {ACTION_NO, IN(QUESTION), {'n', 'N', 'q', UI_KEY_ESCAPE}, 0, "No", "Leave things as they are.",
     ALWAYS},
    {ACTION_REPAINT, EVERYWHERE, {UI_KEY_CTRL('l')}, 0, NULL, "Draw the whole screen anew.",
     ALWAYS},
    {ACTION_SUSPEND, EVERYWHERE, {UI_KEY_CTRL('z')}, 0, NULL,
     "Suspend the program, and with it the run.", ALWAYS},
    {ACTION_LEAVE, EVERYWHERE, {UI_KEY_CTRL('c')}, 0, NULL,
     "Quit at once, without asking; the journal stays.", ALWAYS},
};
/* clang-format on */

const size_t key_binding_count = sizeof(key_bindings) / sizeof(key_bindings[0]);

static bool has_key(const struct key_binding *binding, int key)
{
    if (binding->function_key != 0 && key == UI_KEY_F(binding->function_key))
        return true;
    for (int i = 0; i < BINDING_KEYS && binding->keys[i] != 0; i++)
        if (binding->keys[i] == key)
            return true;
    return false;
}

const struct key_binding *keys_find(enum context context, int key)
{
    for (size_t i = 0; i < key_binding_count; i++)
        if ((key_bindings[i].contexts & (1u << context)) && has_key(&key_bindings[i], key))
            return &key_bindings[i];
    return NULL;
}

const struct key_binding *keys_of_action(enum context context, enum action action)
{
    for (size_t i = 0; i < key_binding_count; i++)
        if ((key_bindings[i].contexts & (1u << context)) && key_bindings[i].action == action)
            return &key_bindings[i];
    return NULL;
}

const char *keys_name(int key, char buffer[KEY_NAME_SIZE])
{
    static const struct {
        int key;
        const char *name;
    } names[] = {
        {UI_KEY_UP, "Up"},
        {UI_KEY_DOWN, "Down"},
        {UI_KEY_LEFT, "Left"},
        {UI_KEY_RIGHT, "Right"},
        {UI_KEY_PAGE_UP, "PgUp"},
        {UI_KEY_PAGE_DOWN, "PgDn"},
        {UI_KEY_HOME, "Home"},
        {UI_KEY_END, "End"},
        {UI_KEY_WHEEL_UP, "wheel up"},
        {UI_KEY_WHEEL_DOWN, "wheel down"},
        {UI_KEY_CLICK_ROW, "click on a row"},
        {UI_KEY_CLICK_HEAD, "click on a head"},
        {UI_KEY_TAB, "Tab"},
        {UI_KEY_ENTER, "Enter"},
        {UI_KEY_ESCAPE, "Esc"},
        {' ', "Space"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].key == key)
            return strcpy(buffer, names[i].name);
    if (key > UI_KEY_F0)
        snprintf(buffer, KEY_NAME_SIZE, "F%d", key - UI_KEY_F0);
    else if (key < ' ')
        snprintf(buffer, KEY_NAME_SIZE, "Ctrl-%c", key + 0x40);
    else
        snprintf(buffer, KEY_NAME_SIZE, "%c", key);
    return buffer;
}

int keys_nth(const struct key_binding *binding, int n)
{
    if (binding->function_key != 0 && n-- == 0)
        return UI_KEY_F(binding->function_key);
    return n < BINDING_KEYS ? binding->keys[n] : 0;
}

void keys_print_names(const struct key_binding *binding, struct text *out)
{
    char name[KEY_NAME_SIZE];
    for (int n = 0, key; (key = keys_nth(binding, n)) != 0; n++)
        text_printf(out, "%s%s", n > 0 ? ", " : "", keys_name(key, name));
}

const char *keys_short_name(const struct key_binding *binding, char buffer[KEY_SHORT_SIZE])
{
    char first[KEY_NAME_SIZE], second[KEY_NAME_SIZE];
    keys_name(keys_nth(binding, 0), first);
    bool twin = binding->function_key != 0 && binding->keys[0] != 0;
    if (twin)
        keys_name(binding->keys[0], second);
    snprintf(buffer, KEY_SHORT_SIZE, "%s%s%s", first, twin ? "/" : "", twin ? second : "");
    return buffer;
}

bool keys_starts_group(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (key_bindings[i].contexts == key_bindings[index].contexts)
            return false;
    return true;
}

void keys_print_group(const struct key_binding *binding, struct text *out)
{
    static const char *const names[] = {
#define X(context, name) [context] = name,
        CONTEXT_LIST(X)
#undef X
    };
    const char *before = "In the ";
    if (binding->contexts == EVERYWHERE) {
        text_add_string(out, "Everywhere");
        return;
    }
    for (unsigned context = 0; context < CONTEXT_COUNT; context++) {
        if (!(binding->contexts & (1u << context)))
            continue;
        text_printf(out, "%s%s", before, names[context]);
        before = ", ";
    }
}
