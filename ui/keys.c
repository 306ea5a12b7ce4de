#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#define IN(context) (1u << CONTEXT_##context)
#define PANES       (IN(TABLE) | IN(DETAILS))
/* The main screens, named in the first line. */
#define MAIN (PANES | PAGES)
#define PAGES                                                                                      \
    (IN(LAYERS) | IN(COMPARE) | IN(CHARTS) | IN(MACHINE) | IN(STEPS) | IN(HISTORY) | IN(LOG) |     \
     IN(PRESENT))
#define LISTS (MAIN | IN(SORT) | IN(HELP) | IN(START) | IN(FORM) | IN(DRY_RUN))
/* Those from which there is nothing to go back to. */
#define FIRST      (IN(TABLE) | IN(START))
#define EVERYWHERE ((1u << CONTEXT_COUNT) - 1)

/* clang-format off */
static const struct key_binding own[] = {
    {ACTION_HELP, MAIN | IN(START) | IN(FORM), {'?'}, 1, "Help",
     .help = "Show what the keys, columns and marks mean."},
    {ACTION_START, PANES, {'S'}, 5, "Start",
     .help = "Start the run, or go on after a pause, or after a stop with what is not finished "
             "yet.",
     .condition = WHEN_STARTABLE},
    {ACTION_STOP, PANES, {'X'}, 8, "Stop",
     .help = "Stop the run after asking; what is being measured is lost, finished rows stay.",
     .condition = WHEN_RUNNING},
    {ACTION_PAUSE, MAIN, {'p'}, 0, "Pause",
     .help = "Let the run, or the one that is played again, wait or go on. A run waits once the "
             "present round is over, or what is done instead; its limits and times wait, too.",
     .condition = WHEN_PAUSABLE},
    {ACTION_FASTER, MAIN, {']'}, 0, "Faster",
     .help = "Play the run twice as fast.", .condition = WHEN_REPLAYING},
    {ACTION_SLOWER, MAIN, {'['}, 0, "Slower",
     .help = "Play the run half as fast.", .condition = WHEN_REPLAYING},
    {ACTION_RESTART, MAIN, {'R'}, 0, "Restart",
     .help = "Play the run again from its beginning.", .condition = WHEN_REPLAYED},
    {ACTION_QUIT, FIRST, {'q', UI_KEY_ESCAPE}, 10, "Quit",
     .help = "Quit; asks first when a run is going."},
    {ACTION_BACK, LISTS & ~FIRST, {'q', UI_KEY_ESCAPE}, 0, "Back",
     .help = "Go back to the table, or to the start screen."},
    {ACTION_HOME, MAIN, {'0'}, 0, "Home",
     .help = "Go back to the start screen, where the program began with it; asks first when a run "
             "is going.",
     .condition = WHEN_HOME},
    {ACTION_TAG, IN(TABLE), {' '}, 0, "Tag",
     .help = "Tag the row to compare it with others, or take its tag away; at most four have one.",
     .condition = WHEN_ROWS},
    {ACTION_COMPARE, PANES, {'c'}, 0, "Compare",
     .help = "Compare the tagged rows; without tags, the selected row with its fp32 row, or fp32 "
             "with others.",
     .condition = WHEN_ROWS},
    {ACTION_SEARCH, PANES, {'/'}, 0, "Find",
     .help = "Find a row while typing: a text, /expression/, column:text or column:>number; "
             "blanks mean and, | means or, ! means not.", .condition = WHEN_ROWS},
    {ACTION_FILTER, PANES, {'\\'}, 4, "Filter",
     .help = "Show only the rows that match such a text; an empty one shows all again.",
     .condition = WHEN_ROWS},
    {ACTION_SORT, PANES, {'s'}, 6, "Sort",
     .help = "Choose the column to sort by from a list.", .condition = WHEN_ROWS},
    {ACTION_REVERSE, PANES, {'r'}, 7, "Reverse",
     .help = "Reverse the direction of sorting.", .condition = WHEN_ROWS},
    {ACTION_EXPORT, MAIN, {'e'}, 0, "Export",
     .help = "Write this page as text into a file, which must be a new one."},
    {ACTION_EXPORT_MODEL, PANES, {'E'}, 0, "Model",
     .help = "Make the model of the selected row once more and write it into a file, which must be "
             "a new one: .tflite or .onnx.", .condition = WHEN_ROWS},
    {ACTION_SKIP, PANES, {'K'}, 0, "Skip",
     .help = "Leave the selected row out: what was measured of it stays, and the others go on.",
     .condition = WHEN_MEASURING},
    {ACTION_REPEAT, PANES, {'A'}, 0, "Again",
     .help = "Measure the selected row once more, when it is done, failed or skipped, and with it "
             "those that are compared with it; asks first where figures are lost.",
     .condition = WHEN_MEASURING},
    {ACTION_COPY, MAIN, {'y'}, 0, NULL,
     .help = "Copy the details of the selected row, or the page, to the terminal's clipboard."},
    {ACTION_SORT_LEFT, PANES, {'<'}, 0, NULL,
     .help = "Sort by the column to the left.", .condition = WHEN_ROWS},
    {ACTION_SORT_RIGHT, PANES, {'>'}, 0, NULL,
     .help = "Sort by the column to the right.", .condition = WHEN_ROWS},
    {ACTION_SORT_BY, PANES, {UI_KEY_CLICK_HEAD}, 0, NULL,
     .help = "Sort by that column; by the column already chosen, reverse the direction."},
    {ACTION_DETAILS, PANES, {UI_KEY_ENTER}, 3, "Details",
     .help = "Show or hide the details of the selected row; where the screen has no room for "
             "both, they take the table's place. On the head of a group, fold it or show its rows.",
     .condition = WHEN_ROWS},
    {ACTION_WHY, PANES, {'w'}, 0, "Why",
     .help = "Show or hide why the selected row is as fast, or as right, as it is; where the "
             "screen has no room for that, the details have it.",
     .condition = WHEN_ROWS},
    {ACTION_METER, PANES, {'m'}, 0, NULL,
     .help = "Draw a meter of the header in another way: bar, text, graph, digits; a click is for "
             "the meter below it."},
    {ACTION_CHOOSE_METER, PANES, {','}, 0, NULL,
     .help = "Choose the meter that is drawn in another way: progress, load, clock, trust."},
    {ACTION_NEXT, PANES, {'n'}, 0, NULL,
     .help = "Go to the next row that was searched for.", .condition = WHEN_ROWS},
    {ACTION_PREVIOUS, PANES, {'N'}, 0, NULL,
     .help = "Go to the row before that was searched for.", .condition = WHEN_ROWS},
    {ACTION_GROUP, PANES, {'o'}, 0, NULL,
     .help = "Group the rows by model, placement, runtime or not at all.",
     .condition = WHEN_ROWS},
    {ACTION_FOLD_ALL, PANES, {'-'}, 0, NULL,
     .help = "Fold all groups to their heads, or show all their rows.", .condition = WHEN_ROWS},
    {ACTION_FOLD_THAT, PANES, {UI_KEY_CLICK_GROUP}, 0, NULL,
     .help = "Fold that group, or show its rows."},
    {ACTION_FREEZE, PANES, {'Z'}, 0, NULL,
     .help = "Keep the rows in their places, whatever is measured, or let them be sorted again.",
     .condition = WHEN_ROWS},
    {ACTION_FOLLOW, PANES, {'F'}, 0, NULL,
     .help = "Let the selection follow the row that is worked on, until it is moved.",
     .condition = WHEN_ROWS},
    {ACTION_FOCUS, PANES, {UI_KEY_TAB}, 0, "Pane",
     .help = "Let the keys that move go to the other pane: table or details.",
     .condition = WHEN_ROWS},
    {ACTION_GO, MAIN, {'1'}, 0, NULL,
     .help = "Go to the table of trials.", .argument = CONTEXT_TABLE,
     .id = "go-trials"},
    {ACTION_GO, MAIN, {'2'}, 0, NULL,
     .help = "Go to the layers of the selected row: what each costs and what it is worth.",
     .argument = CONTEXT_LAYERS,
     .id = "go-layers"},
    {ACTION_GO, MAIN, {'3'}, 0, NULL,
     .help = "Go to the comparison of rows.", .argument = CONTEXT_COMPARE,
     .id = "go-compare"},
    {ACTION_GO, MAIN, {'4'}, 0, NULL,
     .help = "Go to the charts of rows over two figures.", .argument = CONTEXT_CHARTS,
     .id = "go-charts"},
    {ACTION_GO, MAIN, {'5'}, 0, NULL,
     .help = "Go to the machine that was measured on.", .argument = CONTEXT_MACHINE,
     .id = "go-machine"},
    {ACTION_GO, MAIN, {'6'}, 0, NULL,
     .help = "Go to the steps of the selected row: kernels, shapes and times.",
     .argument = CONTEXT_STEPS,
     .id = "go-steps"},
    {ACTION_GO, MAIN, {'7'}, 0, NULL,
     .help = "Go to this run beside the one that --baseline names.",
     .argument = CONTEXT_HISTORY,
     .id = "go-history"},
    {ACTION_GO, MAIN, {'8'}, 0, NULL,
     .help = "Go to the log of what happened.", .argument = CONTEXT_LOG,
     .id = "go-log"},
    {ACTION_GO, MAIN, {'9'}, 0, NULL,
     .help = "Go to the figures of one row in large digits, for those in the last row.",
     .argument = CONTEXT_PRESENT,
     .id = "go-present"},
    {ACTION_NEXT_MODE, IN(LAYERS), {UI_KEY_ENTER}, 0, "Mode",
     .help = "Take the next row of the same model whose layers were looked at."},
    {ACTION_WEIGHTS, IN(LAYERS), {'w'}, 0, "Weights",
     .help = "Give the weights and the output of the selected layer, with the levels that the mode "
             "has for them, the whole page; then the list again."},
    {ACTION_LAYERS_RIGHT, IN(LAYERS), {'>'}, 0, "Sort",
     .help = "Sort the layers by the column to the right, the worst first."},
    {ACTION_LAYERS_LEFT, IN(LAYERS), {'<'}, 0, NULL,
     .help = "Sort the layers by the column to the left; left of the first is the model's order."},
    {ACTION_LEVELS, IN(MACHINE), {'+'}, 0, "More",
     .help = "Show one more level of the machine.", .argument = 1},
    {ACTION_LEVELS, IN(MACHINE), {'-'}, 0, "Fewer",
     .help = "Show one level of the machine less.", .argument = -1},
    {ACTION_LEVELS, IN(MACHINE), {'*'}, 0, "All",
     .help = "Show all levels of the machine.", .argument = 0},
    {ACTION_SORT_STEPS, IN(STEPS), {'s'}, 6, "Sort",
     .help = "The longest steps first, or in the order of the plan."},
    {ACTION_REVEAL, IN(PRESENT), {' ', UI_KEY_ENTER, UI_KEY_PAGE_DOWN}, 0, "Next",
     .help = "Show the next row."},
    {ACTION_HIDE, IN(PRESENT), {UI_KEY_ERASE, UI_KEY_PAGE_UP}, 0, NULL,
     .help = "Take the last row away."},
    {ACTION_NEXT_X, IN(CHARTS), {'x'}, 0, "Across", .help = "Take the next figure across."},
    {ACTION_NEXT_Y, IN(CHARTS), {'v'}, 0, "Upwards", .help = "Take the next figure upwards."},
    {ACTION_LEFT, IN(TABLE), {UI_KEY_LEFT, 'h'}, 0, NULL,
     .help = "Bring back the columns that were moved out on the left."},
    {ACTION_RIGHT, IN(TABLE), {UI_KEY_RIGHT, 'l'}, 0, NULL,
     .help = "Move the first figure out on the left, so that columns which had no room come in."},
    {ACTION_UP, LISTS, {UI_KEY_UP, 'k', UI_KEY_CTRL('p')}, 0, NULL,
     .help = "Go one line up."},
    {ACTION_DOWN, LISTS, {UI_KEY_DOWN, 'j', UI_KEY_CTRL('n')}, 0, NULL,
     .help = "Go one line down."},
    {ACTION_PAGE_UP, LISTS & ~IN(PRESENT), {UI_KEY_PAGE_UP, UI_KEY_CTRL('b')}, 0, NULL,
     .help = "Go one page up."},
    {ACTION_PAGE_DOWN, LISTS & ~IN(PRESENT), {UI_KEY_PAGE_DOWN, UI_KEY_CTRL('f')}, 0, NULL,
     .help = "Go one page down."},
    {ACTION_PAGE_DOWN, LISTS & ~(IN(TABLE) | IN(START) | IN(FORM) | IN(PRESENT)), {' '}, 0, NULL,
     .help = "Go one page down."},
    {ACTION_HALF_UP, LISTS, {UI_KEY_CTRL('u')}, 0, NULL,
     .help = "Go half a page up."},
    {ACTION_HALF_DOWN, LISTS, {UI_KEY_CTRL('d')}, 0, NULL,
     .help = "Go half a page down."},
    {ACTION_FIRST, LISTS, {'g', UI_KEY_HOME}, 0, NULL,
     .help = "Go to the first line."},
    {ACTION_LAST, LISTS, {'G', UI_KEY_END}, 0, NULL,
     .help = "Go to the last line."},
    {ACTION_WHEEL_UP, LISTS, {UI_KEY_WHEEL_UP}, 0, NULL,
     .help = "Go three lines up."},
    {ACTION_WHEEL_DOWN, LISTS, {UI_KEY_WHEEL_DOWN}, 0, NULL,
     .help = "Go three lines down."},
    {ACTION_SELECT,
     PANES | IN(SORT) | IN(LAYERS) | IN(CHARTS) | IN(STEPS) | IN(HISTORY) | IN(PRESENT) |
     IN(START) | IN(FORM), {UI_KEY_CLICK_ROW}, 0, NULL,
     .help = "Select that row."},
    {ACTION_QUIT, LISTS & ~FIRST, {0}, 10, NULL,
     .help = "Quit; asks first when a run is going."},
    {ACTION_SEARCH_HELP, IN(HELP), {'/'}, 0, "Find",
     .help = "Find a line while typing a part of it."},
    {ACTION_NEXT_IN_HELP, IN(HELP), {'n'}, 0, NULL,
     .help = "Go to the next line that was searched for."},
    {ACTION_PREVIOUS_IN_HELP, IN(HELP), {'N'}, 0, NULL,
     .help = "Go to the line before that was searched for."},
    {ACTION_BACK, IN(HELP), {'?'}, 1, NULL,
     .help = "Go back to the screen before."},
    {ACTION_OPEN, IN(START), {UI_KEY_ENTER}, 0, "Open",
     .help = "Open what is selected: the form of a model, a folder, an experiment to measure, an "
             "earlier run."},
    {ACTION_DEFAULT, IN(START), {'D'}, 5, "Default",
     .help = "Measure the default experiment, which ships with the program."},
    {ACTION_SECTION, IN(START), {UI_KEY_TAB}, 0, "Section",
     .help = "Go to the next section: models, folders, experiments, earlier runs."},
    {ACTION_TAG_RUN, IN(START), {' '}, 0, "Tag",
     .help = "Tag the earlier run to compare it with another one, or take its tag away."},
    {ACTION_COMPARE_RUNS, IN(START), {'c'}, 0, "Compare",
     .help = "Show the newer one of two runs beside the older one: of those that are tagged, or of "
             "the tagged and the selected one."},
    {ACTION_BEGIN, IN(FORM), {'S'}, 5, "Start",
     .help = "Measure what the form says."},
    {ACTION_WRITE, IN(FORM), {'W'}, 0, "Write",
     .help = "Write it as a profile, with comments, into a file, which must be a new one."},
    {ACTION_DRY_RUN, IN(FORM), {'D'}, 0, "Dry run",
     .help = "Try out the model and the data: what is read, whether fp32 makes sense of it, how "
             "long a run takes."},
    {ACTION_EDIT, IN(FORM), {UI_KEY_ENTER}, 0, "Change",
     .help = "Change the selected field: type a text, take the next choice, check a box or not."},
    {ACTION_OPTIONS, IN(FORM), {'o'}, 0, "Options",
     .help = "Open the options of the selected mode."},
    {ACTION_SAMPLE_NEXT, IN(FORM), {'n'}, 0, "Sample",
     .help = "Look at the next sample, as the model is fed it."},
    {ACTION_SAMPLE_PREVIOUS, IN(FORM), {'N'}, 0, NULL,
     .help = "Look at the sample before."},
    {ACTION_ENLARGE, IN(FORM), {'v'}, 0, NULL,
     .help = "Show the sample in the place of the fields, or the fields again."},
    {ACTION_TOGGLE, IN(FORM), {' '}, 0, "Check",
     .help = "Check the selected box or not; take the next choice."},
    {ACTION_STEP_LEFT, IN(FORM), {UI_KEY_LEFT, 'h'}, 0, NULL,
     .help = "Go to the box to the left; take the choice before."},
    {ACTION_STEP_RIGHT, IN(FORM), {UI_KEY_RIGHT, 'l'}, 0, NULL,
     .help = "Go to the box to the right; take the next choice."},
    {ACTION_DOWN, IN(FORM), {UI_KEY_TAB}, 0, NULL,
     .help = "Go to the next field."},
    {ACTION_COPY_COMMAND, IN(FORM), {'y'}, 0, NULL,
     .help = "Copy the command to the terminal's clipboard."},
    {ACTION_CHOOSE, IN(SORT), {UI_KEY_ENTER}, 0, "Sort",
     .help = "Sort by this column; by the column already chosen, reverse the direction."},
    {ACTION_CHOOSE_THEN, IN(SORT), {'t'}, 0, "Then",
     .help = "Let this column decide between rows that are equal in the first one; by the one "
             "already chosen, reverse the direction."},
    {ACTION_BACK, IN(SORT), {'s'}, 6, NULL,
     .help = "Go back to the table."},
    {ACTION_YES, IN(QUESTION), {'y', 'Y'}, 0, "Yes",
     .help = "Do it."},
    {ACTION_NO, IN(QUESTION), {'n', 'N', 'q', UI_KEY_ESCAPE}, 0, "No",
     .help = "Leave things as they are."},
    {ACTION_ACCEPT, IN(PROMPT), {UI_KEY_ENTER}, 0, "Accept", .help = "Take the text."},
    {ACTION_CANCEL, IN(PROMPT), {UI_KEY_ESCAPE}, 0, "Cancel",
     .help = "Leave things as they were before."},
    {ACTION_ERASE, IN(PROMPT), {UI_KEY_ERASE, UI_KEY_CTRL('h')}, 0, NULL,
     .help = "Take the last character away."},
    {ACTION_CLEAR, IN(PROMPT), {UI_KEY_CTRL('u')}, 0, "Clear", .help = "Empty the line."},
    {ACTION_COMMAND, MAIN | IN(START), {':'}, 0, NULL,
     .help = "Type a command: set and a setting with its value, preset and a name, save to keep "
             "what was set, add or remove and a mode or placement of the run, or the name of "
             "anything that a key does here; see quantop-config(5)."},
    {ACTION_PRESET, MAIN, {'='}, 0, NULL,
     .help = "Take the next preset of the configuration: settings that belong together."},
    {ACTION_REPAINT, EVERYWHERE, {UI_KEY_CTRL('l')}, 0, NULL,
     .help = "Draw the whole screen anew."},
    {ACTION_SUSPEND, EVERYWHERE, {UI_KEY_CTRL('z')}, 0, NULL,
     .help = "Suspend the program, and with it the run."},
    {ACTION_LEAVE, EVERYWHERE, {UI_KEY_CTRL('c')}, 0, NULL,
     .help = "Quit at once, without asking; the journal stays."},
};
/* clang-format on */

const struct keymap keymap_default = {own, sizeof(own) / sizeof(own[0])};

bool keys_has(const struct key_binding *binding, int key)
{
    if (binding->function_key != 0 && key == UI_KEY_F(binding->function_key))
        return true;
    for (int i = 0; i < BINDING_KEYS && binding->keys[i] != 0; i++)
        if (binding->keys[i] == key)
            return true;
    return false;
}

bool keys_is_mouse(const struct key_binding *binding)
{
    return binding->keys[0] >= UI_KEY_WHEEL_UP && binding->keys[0] < UI_KEY_F0;
}

const struct key_binding *keys_find(const struct keymap *keymap, enum context context, int key)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].contexts & (1u << context)) && keys_has(&keymap->rows[i], key))
            return &keymap->rows[i];
    return NULL;
}

const struct key_binding *keys_of_action(const struct keymap *keymap, enum context context,
                                         enum action action)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].contexts & (1u << context)) && keymap->rows[i].action == action)
            return &keymap->rows[i];
    return NULL;
}

const struct key_binding *keys_of_id(const struct keymap *keymap, enum context context,
                                     const char *id)
{
    for (size_t i = 0; i < keymap->count; i++)
        if ((keymap->rows[i].contexts & (1u << context)) &&
            strcmp(keys_id(&keymap->rows[i]), id) == 0)
            return &keymap->rows[i];
    return NULL;
}

const char *keys_id(const struct key_binding *binding)
{
    static const char *const ids[] = {
#define X(action, id) [action] = id,
        ACTION_LIST(X)
#undef X
    };
    return binding->id ? binding->id : ids[binding->action];
}

const char *keys_context_id(enum context context)
{
    static const char *const ids[] = {
#define X(context, name, id) [context] = id,
        CONTEXT_LIST(X)
#undef X
    };
    return ids[context];
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

const char *keys_said(const struct keymap *keymap, enum context context, enum action action,
                      char buffer[KEY_SAID_SIZE])
{
    const struct key_binding *binding = keys_of_action(keymap, context, action);
    char name[KEY_NAME_SIZE];
    int key = binding ? binding->keys[0] ? binding->keys[0] : keys_nth(binding, 0) : 0;
    if (key)
        snprintf(buffer, KEY_SAID_SIZE, "%s", keys_name(key, name));
    else
        snprintf(buffer, KEY_SAID_SIZE, ":%s", binding ? keys_id(binding) : "");
    return buffer;
}

bool keys_starts_group(const struct keymap *keymap, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (keymap->rows[i].contexts == keymap->rows[index].contexts &&
            keys_nth(&keymap->rows[i], 0) != 0)
            return false;
    return keys_nth(&keymap->rows[index], 0) != 0;
}

void keys_print_group(const struct key_binding *binding, struct text *out)
{
    static const char *const names[] = {
#define X(context, name, id) [context] = name,
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
