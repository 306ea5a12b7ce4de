/* Settings: what a configuration says, how it is written again, what is kept of a session, and what
 * all that does to the screens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui/adjust.h"
#include "ui/settings_save.h"
#include "ui/table_panes.h"
#include "ui_harness.h"

/* A folder of its own, and what was read there. */
struct desk {
    char folder[32];
    char *path, *kept;
    struct settings settings;
    struct stage stage;
    bool has_stage;
};

static int desk_setup(void **state)
{
    struct desk *desk = xcalloc(1, sizeof(*desk));
    strcpy(desk->folder, "/tmp/quantop-desk-XXXXXX");
    if (!mkdtemp(desk->folder))
        return -1;
    desk->path = xasprintf("%s/config.yaml", desk->folder);
    desk->kept = xasprintf("%s/state/screen.yaml", desk->folder);
    settings_init(&desk->settings);
    *state = desk;
    return 0;
}

static int desk_teardown(void **state)
{
    struct desk *desk = *state;
    char *command = xasprintf("rm -rf '%s'", desk->folder);
    int status = system(command);
    free(command);
    if (desk->has_stage)
        stage_close(&desk->stage);
    settings_release(&desk->settings);
    free(desk->path);
    free(desk->kept);
    free(desk);
    return status;
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_text(const char *path, const char *wanted)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
    fclose(file);
    bytes[length] = '\0';
    assert_string_equal(bytes, wanted);
}

static void read_configuration(struct desk *desk, const char *text)
{
    struct error error;
    write_text(desk->path, text);
    settings_release(&desk->settings);
    settings_init(&desk->settings);
    if (settings_read(&desk->settings, desk->path, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
}

/* What was wrong, without the folder. */
static const char *problems_of(const struct desk *desk)
{
    static char problems[2048];
    const char *from = desk->settings.problems.length > 0 ? desk->settings.problems.bytes : "";
    size_t length = 0, folder = strlen(desk->folder) + 1;
    while (*from && length < sizeof(problems) - 1) {
        if (strncmp(from, desk->folder, folder - 1) == 0)
            from += folder;
        else
            problems[length++] = *from++;
    }
    problems[length] = '\0';
    return problems;
}

static const char *value_of(const struct desk *desk, enum setting setting)
{
    return desk->settings.values[setting];
}

/* The screens over what the configuration says. */
static struct ui *open_screens(struct desk *desk, const char *configuration)
{
    read_configuration(desk, configuration);
    if (desk->has_stage)
        stage_close(&desk->stage);
    stage_open(&desk->stage);
    desk->has_stage = true;
    adjust_begin(&desk->stage.ui, &desk->settings, NULL);
    stage_draw(&desk->stage, 24, 80);
    return &desk->stage.ui;
}

static unsigned type(struct desk *desk, const char *text)
{
    press(&desk->stage, text);
    return press_key(&desk->stage, UI_KEY_ENTER);
}

/* A line of the screen, from 0. */
static const char *line_of(const struct desk *desk, int number, char buffer[256])
{
    struct text drawn = {0};
    draw_buffer_print(&desk->stage.buffer, &drawn);
    const char *line = drawn.bytes;
    for (int i = 0; i < number; i++)
        line = strchr(line, '\n') + 1;
    snprintf(buffer, 256, "%.*s", (int)strcspn(line, "\n"), line);
    text_release(&drawn);
    return buffer;
}

static void assert_shown(struct desk *desk, const char *text, bool wanted)
{
    struct text drawn = {0};
    draw_buffer_print(&desk->stage.buffer, &drawn);
    if ((strstr(drawn.bytes, text) != NULL) != wanted)
        fail_msg("'%s' %s in\n%s", text, wanted ? "is not" : "is", drawn.bytes);
    text_release(&drawn);
}

static void a_configuration_says_what_it_wants_otherwise(void **state)
{
    struct desk *desk = *state;
    read_configuration(desk, "scheme: safe\n"
                             "mouse: yes\n"
                             "columns: [mode, speedup]\n"
                             "sort: -speedup\n"
                             "filter: '!fp32'\n"
                             "telepathy: {of: [a, later]}\n"
                             "presets:\n"
                             "  1: {columns: [], screen: charts}\n");
    assert_string_equal(problems_of(desk), "");
    assert_string_equal(value_of(desk, SETTING_SCHEME), "safe");
    assert_true(setting_is_on(value_of(desk, SETTING_MOUSE)));
    assert_string_equal(value_of(desk, SETTING_COLUMNS), "mode,speedup");
    assert_string_equal(value_of(desk, SETTING_SORT), "-speedup");
    assert_string_equal(value_of(desk, SETTING_FILTER), "!fp32");
    assert_null(value_of(desk, SETTING_GLYPHS));
    assert_int_equal(desk->settings.n_presets, 1);
    assert_string_equal(desk->settings.presets[0].values[SETTING_SCREEN], "charts");
    assert_string_equal(desk->settings.presets[0].values[SETTING_COLUMNS], "");
    read_configuration(desk, "");
    read_configuration(desk, "# nothing yet\n");
    assert_null(value_of(desk, SETTING_SCHEME));
}

static void what_is_wrong_is_said_with_its_place_and_counts_for_nothing(void **state)
{
    static const struct {
        const char *text, *problem;
    } rows[] = {
        {"scheme: purple\n",
         "config.yaml:1:9: scheme: 'purple' is none of default, light, contrast, safe or mono\n"},
        {"glyphs: [block]\n", "config.yaml:1:9: glyphs is a list, expected a text\n"},
        {"mouse: maybe\n",
         "config.yaml:1:8: mouse: 'maybe' is none of on, true, yes, off, false or "
         "no\n"},
        {"sort: [speedup, drop, mode]\n",
         "config.yaml:1:7: sort: at most 2 columns are expected\n"},
        {"\nsort: [speedup, -speedup]\n",
         "config.yaml:2:7: sort: column 'speedup' stands there twice\n"},
        {"columns: [speedap]\n",
         "config.yaml:1:10: columns: no column is called 'speedap', nearest is 'speedup'\n"},
        {"filter: '/(/'\n", NULL},
        {"onnxruntime: lib.so\n", "config.yaml:1:14: onnxruntime: 'lib.so' is no absolute path, "
                                  "which begins with a /\n"},
        {"sort: {a: b}\n",
         "config.yaml:1:7: sort is a mapping, expected a text or a list of texts\n"},
        {"sort: [[a]]\n", "config.yaml:1:7: sort is a list, expected a text or a list of texts\n"},
        {"sceme: safe\n", "config.yaml:1:1: 'sceme' is not known and left alone, nearest is "
                          "'scheme'\n"},
        {"presets: {1: {screen: x}}\n", "config.yaml:1:23: screen: 'x' is none of trials, layers, "
                                        "compare, charts, machine, steps, "
                                        "history, log, present or model\n"},
        {"presets: [a]\n", "config.yaml:1:10: presets is a list, expected a mapping\n"},
        {"presets: {1: 2}\n", "config.yaml:1:14: 1 is a text, expected a mapping\n"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_configuration(desk, rows[i].text);
        if (rows[i].problem)
            assert_string_equal(problems_of(desk), rows[i].problem);
        else
            assert_string_not_equal(problems_of(desk), "");
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            assert_null(value_of(desk, setting));
    }
}

static void what_is_no_mapping_is_an_error_and_stays(void **state)
{
    static const char *const texts[] = {"- a\n", "scheme\n", "a: [\n", "a: &x b\n", "\x01: a\n"};
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct error error;
        struct text said = {0};
        write_text(desk->path, texts[i]);
        settings_release(&desk->settings);
        settings_init(&desk->settings);
        assert_int_equal(settings_read(&desk->settings, desk->path, &error), STATUS_FORMAT);
        assert_non_null(strstr(error.where, "config.yaml:"));
        settings_set(&desk->settings, SETTING_SCHEME, "safe");
        assert_int_equal(settings_save(&desk->settings, &said, &error), STATUS_INVALID);
        assert_text(desk->path, texts[i]);
        text_release(&said);
    }
}

/* "": the key means nothing there. */
static const char *key_id(const struct desk *desk, enum context context, int key)
{
    const struct key_binding *binding = keys_find(&desk->settings.keymap, context, key);
    return binding ? binding->id : "";
}

static void actions_take_other_keys_or_none(void **state)
{
    struct desk *desk = *state;
    read_configuration(desk, "keys:\n"
                             "  trials: {up: [k], sort: [o, F6, ü], group: s, stop: []}\n"
                             "  all: {up: [Up], quit: [Q], go-layers: [Ctrl-K, PgDn],\n"
                             "        page-down: [], reveal: [' ', Enter]}\n");
    assert_string_equal(problems_of(desk), "");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 'o'), "sort");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 0xfc), "sort");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, UI_KEY_F(6)), "sort");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 's'), "group");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 'X'), "");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, UI_KEY_F(8)), "");
    assert_string_equal(key_id(desk, CONTEXT_DETAILS, 'X'), "stop");
    /* What is said of one screen goes before what is said of all. */
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 'k'), "up");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, UI_KEY_UP), "");
    assert_string_equal(key_id(desk, CONTEXT_LOG, 'k'), "");
    assert_string_equal(key_id(desk, CONTEXT_LOG, UI_KEY_UP), "up");
    /* Esc and q led out, F10 was a second binding of the same action. */
    assert_string_equal(key_id(desk, CONTEXT_TABLE, UI_KEY_ESCAPE), "");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, 'Q'), "quit");
    assert_string_equal(key_id(desk, CONTEXT_LOG, 'Q'), "quit");
    assert_string_equal(key_id(desk, CONTEXT_LOG, UI_KEY_F(10)), "");
    assert_string_equal(key_id(desk, CONTEXT_LOG, UI_KEY_CTRL('k')), "go-layers");
    assert_string_equal(key_id(desk, CONTEXT_LOG, UI_KEY_CTRL('f')), "");
    assert_string_equal(key_id(desk, CONTEXT_LOG, ' '), "");
    assert_string_equal(key_id(desk, CONTEXT_PRESENT, ' '), "reveal");
    assert_string_equal(key_id(desk, CONTEXT_TABLE, UI_KEY_CTRL('c')), "leave");
    /* What no key does can be done all the same. */
    assert_non_null(keys_of_id(&desk->settings.keymap, CONTEXT_TABLE, "stop"));
}

static void keys_that_cannot_be_are_told_of_and_none_counts(void **state)
{
    static const struct {
        const char *keys, *problem;
    } rows[] = {
        {"  trials: {sort: [r]}\n",
         "config.yaml:2:19: key 'r' of 'sort' means 'reverse' in trials: give that other keys, or "
         "none ([]), too\n"},
        {"  trials:\n    sort: [o]\n    reverse: [z, o]\n    group: []\n",
         "config.yaml:3:12: key 'o' of 'sort' means 'reverse' in trials: give that other keys, or "
         "none ([]), too\n"},
        {"  trials: {sorts: [r]}\n", "config.yaml:2:12: no action is called 'sorts' in trials\n"},
        {"  log: {sort: [r]}\n", "config.yaml:2:9: no action is called 'sort' in log\n"},
        {"  trials: {select: [r]}\n", "config.yaml:2:12: no action is called 'select' in trials\n"},
        {"  table: {sort: [r]}\n",
         "config.yaml:2:3: keys go to no screen that is called 'table'\n"},
        {"  trials: {sort: [Hyper-x]}\n", "config.yaml:2:19: no key is called 'Hyper-x'\n"},
        {"  trials: {sort: ['']}\n", "config.yaml:2:19: no key is called ''\n"},
        {"  trials: {sort: [F25]}\n", "config.yaml:2:19: no key is called 'F25'\n"},
        {"  trials: {sort: {a: b}}\n", "config.yaml:2:18: no key is called 'a mapping'\n"},
        {"  trials: {sort: [a, b, c, d, i]}\n",
         "config.yaml:2:31: there is no room for the key 'i'\n"},
        {"  all: {leave: []}\n", "config.yaml:2:9: the key always stays of 'leave'\n"},
        {"  trials: {sort: [Ctrl-C]}\n",
         "config.yaml:2:19: key 'Ctrl-C' of 'sort' means 'leave' in trials: give that other keys, "
         "or none ([]), too\n"},
        {"  prompt: {accept: [x]}\n",
         "config.yaml:2:21: what is typed at the prompt has to have 'x'\n"},
        {"  trials: sort\n", "config.yaml:2:11: actions and their keys are expected of 'trials'\n"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = xasprintf("keys:\n%s  dry-run: {up: [z]}\n", rows[i].keys);
        char *wanted = xasprintf("%sall keys are the program's own\n", rows[i].problem);
        read_configuration(desk, text);
        assert_string_equal(problems_of(desk), wanted);
        assert_string_equal(key_id(desk, CONTEXT_DRY_RUN, 'z'), "");
        assert_ptr_equal(desk->settings.keymap.rows, keymap_default()->rows);
        free(text);
        free(wanted);
    }
}

/* Each key has one name, which leads back to it. */
static void names_of_keys_are_read_as_they_are_written(void **state)
{
    char name[KEY_NAME_SIZE];
    (void)state;
    for (int key = 1; key <= UI_KEY_F(KEY_FUNCTIONS); key++) {
        bool is_typed = key < 0x7f || (key > 0xa0 && key < 0x300) || key >= UI_KEY_UP;
        bool is_mouse = key >= UI_KEY_WHEEL_UP && key <= UI_KEY_F0;
        if (is_typed && !is_mouse && (key >= ' ' || (key <= 26 && key > 0)))
            assert_int_equal(keys_parse(keys_name(key, name)), key);
    }
    assert_int_equal(keys_parse("esc"), UI_KEY_ESCAPE);
    assert_int_equal(keys_parse("ctrl-l"), UI_KEY_CTRL('l'));
    assert_int_equal(keys_parse("wheel up"), 0);
    assert_int_equal(keys_parse("\x80"), 0);
}

static void footer_help_and_clicks_follow_the_keys(void **state)
{
    struct desk *desk = *state;
    struct ui *ui = open_screens(desk, "keys: {trials: {sort: [O], filter: [], quit: [B]},\n"
                                       "       details: {sort: [O], filter: []}}\n");
    char line[256];
    assert_shown(desk, "O Sort", true);
    assert_shown(desk, "F6/s", false);
    assert_shown(desk, "Filter", false);
    press(&desk->stage, "\\");
    assert_int_equal(ui_context(ui), CONTEXT_TABLE);
    press(&desk->stage, "O");
    assert_int_equal(ui_context(ui), CONTEXT_SORT);
    press_key(&desk->stage, UI_KEY_ESCAPE);
    const char *footer = line_of(desk, 23, line);
    action_of_click(ui, 23, (int)(strstr(footer, "O Sort") - footer));
    assert_int_equal(ui_context(ui), CONTEXT_SORT);
    press_key(&desk->stage, UI_KEY_ESCAPE);
    press(&desk->stage, "?");
    assert_shown(desk, "Choose the column", true);
    assert_shown(desk, "Show only the rows", false);
    press_key(&desk->stage, UI_KEY_ESCAPE);
    /* At the prompt it can be done all the same. */
    type(desk, ":filter");
    assert_int_equal(ui_context(ui), CONTEXT_PROMPT);
}

static void sentences_name_the_key_that_there_is(void **state)
{
    struct desk *desk = *state;
    open_screens(desk, "keys: {trials: {freeze: [z], search: []}}\n");
    press(&desk->stage, "z");
    assert_shown(desk, "rows keep their places until z", true);
    press(&desk->stage, "n");
    assert_shown(desk, "nothing was searched for yet: :search does", true);
    /* A page without a key is named, and found by the mouse. */
    struct ui *ui = open_screens(desk, "keys: {trials: {go-log: [L], go-layers: []}}\n");
    char line[256];
    const char *title = line_of(desk, 0, line);
    assert_non_null(strstr(title, "[1]Trials Layers 3 4 5 6 7 L 9"));
    action_of_click(ui, 0, (int)(strstr(title, "Layers") - title));
    assert_int_equal(ui_context(ui), CONTEXT_LAYERS);
}

static void columns_and_sorting_are_those_of_the_settings(void **state)
{
    struct desk *desk = *state;
    struct ui *ui =
        open_screens(desk, "columns: [state, speedup, mode]\nsort: [placement, +drop]\n");
    const struct table *table = &table_panes(ui)->table;
    char heads[256];
    line_of(desk, 4, heads);
    const char *state_at = strstr(heads, " state"), *speed_at = strstr(heads, " speedup");
    const char *mode_at = strstr(heads, " mode");
    assert_true(state_at && speed_at && mode_at && state_at < speed_at && speed_at < mode_at);
    assert_null(strstr(heads, "median"));
    assert_ptr_equal(&columns[table->sort_column], column_find("placement"));
    assert_ptr_equal(&columns[table->then_column], column_find("drop"));
    assert_false(table->then_descending);
    /* All rows agree in the first one: the second decides within each group. */
    struct table_source source = table_source_of(ui);
    double last = -1e300;
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = source.row(source.context, table->order[i]);
        bool begins =
            i == 0 || table->group_of[table->order[i]] != table->group_of[table->order[i - 1]];
        if (row->drop.present && !begins)
            assert_true(row->drop.value >= last);
        last = row->drop.present ? row->drop.value : last;
    }
    /* On the screen: the second key is chosen in the list. */
    press(&desk->stage, "s");
    press(&desk->stage, "jjt");
    assert_int_not_equal(table->then_column, column_find("drop") - columns);
    type(desk, ":set columns \"\"");
    assert_non_null(strstr(line_of(desk, 4, heads), "median"));
}

static void the_prompt_sets_and_says(void **state)
{
    struct desk *desk = *state;
    struct ui *ui = open_screens(desk, "");
    assert_true(type(desk, ":set scheme safe") & LOOP_LOOK);
    assert_int_equal(ui->look.scheme, SCHEME_SAFE);
    assert_true(type(desk, ":set glyphs braille") & LOOP_LOOK);
    assert_int_equal(ui->look.glyphs, GLYPHS_BRAILLE);
    assert_true(type(desk, ":set mouse on") & LOOP_LOOK);
    assert_true(ui->look.mouse);
    type(desk, ":set scheme");
    assert_shown(desk, "scheme is 'safe', and takes default, light, contrast, safe or mono", true);
    type(desk, ":set");
    assert_shown(desk, "set scheme, glyphs, mouse, screen, columns, sort, filter", true);
    type(desk, ":set screen log");
    assert_int_equal(ui_context(ui), CONTEXT_LOG);
    type(desk, ":go-trials");
    assert_int_equal(ui_context(ui), CONTEXT_TABLE);
    type(desk, ":set filter int8");
    assert_string_equal(table_panes(ui)->finder.filter_text, "int8");
    assert_true(type(desk, ":quit") & LOOP_QUIT);
    /* What will not do is said, and stays to be corrected. */
    static const struct {
        const char *typed, *said;
    } rows[] = {
        {":set scheme purple", "'purple' is none of default"},
        {":set sceme safe", "nearest is 'scheme'"},
        {":preset x", "no preset is called 'x', and the configuration has none"},
        {":sav", "nearest is 'save'"},
        {":reveal", "nothing here is called 'reveal'"},
        {":sort-by", "nothing here is called 'sort-by'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        type(desk, rows[i].typed);
        assert_shown(desk, rows[i].said, true);
        assert_int_equal(ui_context(ui), CONTEXT_PROMPT);
        press_key(&desk->stage, UI_KEY_ESCAPE);
    }
    type(desk, ":");
    assert_int_equal(ui_context(ui), CONTEXT_TABLE);
}

static void presets_take_turns_and_are_not_saved(void **state)
{
    struct desk *desk = *state;
    struct ui *ui = open_screens(desk, "presets:\n  wide: {filter: int8}\n  2: {screen: log}\n");
    press(&desk->stage, "=");
    assert_string_equal(table_panes(ui)->finder.filter_text, "int8");
    press(&desk->stage, "=");
    assert_int_equal(ui_context(ui), CONTEXT_LOG);
    type(desk, ":preset wide");
    assert_shown(desk, "preset wide", true);
    type(desk, ":preset 3");
    assert_shown(desk, "no preset is called '3'; there are wide, 2", true);
    press_key(&desk->stage, UI_KEY_ESCAPE);
    type(desk, ":save");
    assert_shown(desk, "nothing was set", true);
}

static void save(struct desk *desk, enum setting setting, const char *value, enum status wanted)
{
    struct text said = {0};
    struct error error = {.text = ""};
    settings_set(&desk->settings, setting, value);
    if (settings_save(&desk->settings, &said, &error) != wanted)
        fail_msg("%s: %s", error.where, error.text);
    if (wanted == STATUS_OK)
        assert_string_equal(said.bytes, setting_rows[setting].name);
    text_release(&said);
}

static void saving_changes_one_value_and_nothing_else(void **state)
{
    static const struct {
        const char *before;
        enum setting setting;
        const char *value, *after;
    } rows[] = {
        {"# mine\nscheme: light  # at home\nlater: {a: 1}\n", SETTING_SCHEME, "safe",
         "# mine\nscheme: safe  # at home\nlater: {a: 1}\n"},
        {"# mine\nlater: 1", SETTING_SCHEME, "safe", "# mine\nlater: 1\nscheme: safe\n"},
        {"", SETTING_COLUMNS, "mode,speedup", "columns: [mode, speedup]\n"},
        {"# ü\n", SETTING_FILTER, "a \"b\" \\", "# ü\nfilter: \"a \\\"b\\\" \\\\\"\n"},
        {"columns:\n  - mode  # first\n  - state\n# end\nmouse: on\n", SETTING_COLUMNS, "drop",
         "columns:\n  [drop]\n# end\nmouse: on\n"},
        {"columns: [mode,\n  state]   # both\n", SETTING_COLUMNS, "", "columns: []   # both\n"},
        {"scheme:\nmouse: on\n", SETTING_SCHEME, "mono", "scheme: mono\nmouse: on\n"},
        {"{scheme: 'light', mouse: on}\n", SETTING_SCHEME, "mono", "{scheme: mono, mouse: on}\n"},
        {"\xef\xbb\xbfü: 1\r\nscheme: light\r\n", SETTING_SCHEME, "mono",
         "\xef\xbb\xbfü: 1\r\nscheme: mono\r\n"},
        {"  mouse: on\n", SETTING_SORT, "-drop,+mode", "  mouse: on\n  sort: [-drop, +mode]\n"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        read_configuration(desk, rows[i].before);
        save(desk, rows[i].setting, rows[i].value, STATUS_OK);
        assert_text(desk->path, rows[i].after);
        read_configuration(desk, rows[i].after);
        assert_string_equal(value_of(desk, rows[i].setting), rows[i].value);
        struct error error;
        struct text said = {0};
        assert_int_equal(settings_save(&desk->settings, &said, &error), STATUS_INVALID);
        text_release(&said);
    }
    /* No place for another value. */
    read_configuration(desk, "{mouse: on}\n");
    save(desk, SETTING_SCHEME, "mono", STATUS_INVALID);
    assert_text(desk->path, "{mouse: on}\n");
    read_configuration(desk, "{scheme, mouse: on}\n");
    save(desk, SETTING_SCHEME, "mono", STATUS_INVALID);
    assert_text(desk->path, "{scheme, mouse: on}\n");
    read_configuration(desk, "mouse: on\n...\n");
    save(desk, SETTING_SCHEME, "mono", STATUS_INVALID);
    assert_text(desk->path, "mouse: on\n...\n");
}

static void files_are_written_at_the_end_of_links_and_not_against_their_mode(void **state)
{
    struct desk *desk = *state;
    struct error error;
    struct stat before, after;
    char *real = xasprintf("%s/dotfiles.yaml", desk->folder);
    /* A link stays one, and the mode of what it leads to. */
    write_text(real, "mouse: on\n");
    assert_int_equal(chmod(real, 0640), 0);
    assert_int_equal(symlink("dotfiles.yaml", desk->path), 0);
    assert_int_equal(settings_read(&desk->settings, desk->path, &error), STATUS_OK);
    save(desk, SETTING_SCHEME, "mono", STATUS_OK);
    assert_text(real, "mouse: on\nscheme: mono\n");
    assert_int_equal(lstat(desk->path, &after), 0);
    assert_true(S_ISLNK(after.st_mode));
    assert_int_equal(stat(real, &before), 0);
    assert_int_equal(before.st_mode & 07777, 0640);
    /* What is there already is not written again. */
    save(desk, SETTING_SCHEME, "mono", STATUS_OK);
    assert_int_equal(stat(real, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    /* Whoever took the right to write away, root or not, meant it. */
    assert_int_equal(chmod(real, 0440), 0);
    save(desk, SETTING_SCHEME, "safe", STATUS_IO);
    assert_text(real, "mouse: on\nscheme: mono\n");
    /* A link that leads nowhere stays. */
    assert_int_equal(unlink(real), 0);
    save(desk, SETTING_SCHEME, "safe", STATUS_IO);
    assert_int_equal(lstat(desk->path, &after), 0);
    assert_true(S_ISLNK(after.st_mode));
    free(real);
}

static void the_screen_says_where_it_saves_or_why_it_does_not(void **state)
{
    struct desk *desk = *state;
    open_screens(desk, "# mine\n");
    type(desk, ":set scheme safe");
    type(desk, ":save");
    assert_shown(desk, "scheme: in /tmp/quantop-desk-", true);
    assert_text(desk->path, "# mine\nscheme: safe\n");
    assert_int_equal(chmod(desk->path, 0400), 0);
    type(desk, ":set scheme mono");
    type(desk, ":save");
    assert_shown(desk, "the file is write-protected", true);
    free(desk->settings.path);
    desk->settings.path = NULL;
    type(desk, ":save");
    assert_shown(desk, "there is no configuration", true);
}

static void the_last_session_is_taken_up_again(void **state)
{
    struct desk *desk = *state;
    struct stat before, after;
    struct ui *ui = open_screens(desk, "scheme: light\n");
    settings_read_kept(&desk->settings, desk->kept);
    type(desk, ":set sort -speedup,+mode");
    type(desk, ":set filter a \"b\" \\|");
    type(desk, ":set screen charts");
    adjust_end(ui, NULL);
    assert_text(desk->kept, "# What quantop keeps of the last session; it writes this anew.\n"
                            "screen: charts\nsort: [-speedup, +mode]\n"
                            "filter: \"a \\\"b\\\" \\\\|\"\n");
    assert_text(desk->path, "scheme: light\n");
    /* So it is where the user comes from the start screen again. */
    assert_string_equal(desk->settings.values[SETTING_SCREEN], "charts");
    /* Another session: it counts where the configuration says nothing. */
    read_configuration(desk, "filter: int8\n");
    settings_read_kept(&desk->settings, desk->kept);
    stage_close(&desk->stage);
    stage_open(&desk->stage);
    ui = &desk->stage.ui;
    adjust_begin(ui, &desk->settings, NULL);
    stage_draw(&desk->stage, 24, 80);
    assert_int_equal(ui_context(ui), CONTEXT_CHARTS);
    assert_string_equal(table_panes(ui)->finder.filter_text, "int8");
    assert_ptr_equal(&columns[table_panes(ui)->table.then_column], column_find("mode"));
    assert_true(table_panes(ui)->table.descending);
    /* Nothing changed but what the configuration says: nothing is written. */
    type(desk, ":set filter a \"b\" \\|");
    assert_int_equal(stat(desk->kept, &before), 0);
    adjust_end(ui, NULL);
    assert_int_equal(stat(desk->kept, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    /* A page that the command line asked for is where nobody went. */
    press(&desk->stage, "8");
    adjust_end(ui, "log");
    assert_int_equal(stat(desk->kept, &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

static void what_is_kept_is_read_with_care(void **state)
{
    static const char *const texts[] = {
        "",
        "- a\n",
        "screen: nowhere\n",
        "sort: {a: b}\n",
        "scheme: mono\nonnxruntime: /tmp/x.so\nkeys: {all: {quit: []}}\n",
        "filter: '/(/'\n"};
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        write_text(desk->path, texts[i]);
        settings_release(&desk->settings);
        settings_init(&desk->settings);
        settings_read_kept(&desk->settings, desk->path);
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            assert_null(value_of(desk, setting));
        assert_ptr_equal(desk->settings.keymap.rows, keymap_default()->rows);
        assert_int_equal(desk->settings.problems.length, 0);
    }
}

static void bindings_of_one_name_do_the_same(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        for (size_t i = 0; i < keymap_default()->count; i++)
            for (size_t k = 0; k < i; k++) {
                const struct key_binding *a = &keymap_default()->rows[i],
                                         *b = &keymap_default()->rows[k];
                bool is_both = (a->contexts & b->contexts & (1u << context)) != 0;
                if (is_both && strcmp(a->id, b->id) == 0)
                    assert_ptr_equal(a->run, b->run);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_configuration_says_what_it_wants_otherwise),
        DESK_TEST(what_is_wrong_is_said_with_its_place_and_counts_for_nothing),
        DESK_TEST(what_is_no_mapping_is_an_error_and_stays),
        DESK_TEST(actions_take_other_keys_or_none),
        DESK_TEST(keys_that_cannot_be_are_told_of_and_none_counts),
        DESK_TEST(names_of_keys_are_read_as_they_are_written),
        DESK_TEST(footer_help_and_clicks_follow_the_keys),
        DESK_TEST(sentences_name_the_key_that_there_is),
        DESK_TEST(columns_and_sorting_are_those_of_the_settings),
        DESK_TEST(the_prompt_sets_and_says),
        DESK_TEST(presets_take_turns_and_are_not_saved),
        DESK_TEST(saving_changes_one_value_and_nothing_else),
        DESK_TEST(files_are_written_at_the_end_of_links_and_not_against_their_mode),
        DESK_TEST(the_screen_says_where_it_saves_or_why_it_does_not),
        DESK_TEST(the_last_session_is_taken_up_again),
        DESK_TEST(what_is_kept_is_read_with_care),
        DESK_TEST(bindings_of_one_name_do_the_same),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
