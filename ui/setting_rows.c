/* The table of settings, and what is a value of each. */
#include <stdio.h>
#include <string.h>

#include "results/column.h"
#include "results/filter.h"
#include "ui/completion.h"
#include "ui/screen_prompt.h"
#include "ui/screens.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widget/meter.h"

/* The names of a table of texts, as people list them. */
static void list_names(const char *const *names, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++)
        text_printf(out, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", names[i]);
}

static enum status check_name(const char *text, const char *const *names, size_t count,
                              struct error *error)
{
    struct text list = {0};
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0)
            return STATUS_OK;
    list_names(names, count, &list);
    error_set(error, STATUS_INVALID, NULL, "'%s' is none of %s", text, list.bytes);
    text_release(&list);
    return STATUS_INVALID;
}

static void add_names(const char *const *names, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++)
        completion_add(out, names[i]);
}

#define COUNT_OF(names) (sizeof(names) / sizeof((names)[0]))

static const char *const scheme_names[] = {
#define X(scheme, name, text, red, green, magenta, cyan, added, removed) name,
    SCHEME_LIST(X)
#undef X
};

static void takes_scheme(struct text *out)
{
    list_names(scheme_names, COUNT_OF(scheme_names), out);
}

static enum status check_scheme(const char *text, struct error *error)
{
    return check_name(text, scheme_names, COUNT_OF(scheme_names), error);
}

static void scheme_values(struct text *out)
{
    add_names(scheme_names, COUNT_OF(scheme_names), out);
}

static const char *const glyphs_names[] = {
#define X(glyphs, name) name,
    GLYPHS_LIST(X)
#undef X
};

static void takes_glyphs(struct text *out)
{
    list_names(glyphs_names, COUNT_OF(glyphs_names), out);
}

static enum status check_glyphs(const char *text, struct error *error)
{
    return check_name(text, glyphs_names, COUNT_OF(glyphs_names), error);
}

static void glyphs_values(struct text *out)
{
    add_names(glyphs_names, COUNT_OF(glyphs_names), out);
}

static void takes_meter(struct text *out)
{
    list_names(meter_mode_names, METER_MODE_COUNT, out);
}

static enum status check_meter(const char *text, struct error *error)
{
    return check_name(text, meter_mode_names, METER_MODE_COUNT, error);
}

static void meter_values(struct text *out)
{
    add_names(meter_mode_names, METER_MODE_COUNT, out);
}

/* Whatever people write for yes; the words for no stand behind them. */
static const char *const flag_names[] = {"on", "true", "yes", "off", "false", "no"};
#define FLAG_ON 3

static void takes_flag(struct text *out)
{
    text_add_string(out, "on or off");
}

static enum status check_flag(const char *text, struct error *error)
{
    return check_name(text, flag_names, COUNT_OF(flag_names), error);
}

static void flag_values(struct text *out)
{
    add_names(flag_names, COUNT_OF(flag_names), out);
}

bool setting_is_on(const char *text)
{
    for (size_t i = 0; i < FLAG_ON; i++)
        if (strcmp(flag_names[i], text) == 0)
            return true;
    return false;
}

static size_t screen_names(const char *names[CONTEXT_COUNT])
{
    size_t count = 0;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (screen_rows[context].tab)
            names[count++] = screen_rows[context].id;
    return count;
}

static void takes_screen(struct text *out)
{
    const char *names[CONTEXT_COUNT];
    list_names(names, screen_names(names), out);
}

static enum status check_screen(const char *text, struct error *error)
{
    const char *names[CONTEXT_COUNT];
    return check_name(text, names, screen_names(names), error);
}

static void screen_values(struct text *out)
{
    const char *names[CONTEXT_COUNT];
    add_names(names, screen_names(names), out);
}

static enum status unknown_column(const char *name, struct error *error)
{
    const char *near = text_nearest(name, columns, column_count, sizeof(columns[0]));
    return near ? error_set(error, STATUS_INVALID, NULL,
                            "no column is called '%s', nearest is '%s'", name, near)
                : error_set(error, STATUS_INVALID, NULL, "no column is called '%s'", name);
}

/* One name of a list, with its sign where signs mean something. */
static enum status take_column(char *name, int *place, int *direction, struct error *error)
{
    int sign = name[0] == '-' ? -1 : name[0] == '+' ? 1 : 0;
    const struct column *column = column_find(direction && sign != 0 ? name + 1 : name);
    if (!column)
        return unknown_column(name, error);
    *place = (int)(column - columns);
    if (direction)
        *direction = sign;
    return STATUS_OK;
}

enum status setting_columns(const char *text, size_t most, int *places, int *directions,
                            size_t *count, struct error *error)
{
    char name[64];
    *count = 0;
    for (const char *next = text; *next; *count += 1) {
        size_t length = strcspn(next, ",");
        if (*count == most)
            return error_set(error, STATUS_INVALID, NULL, "at most %zu columns are expected", most);
        snprintf(name, sizeof(name), "%.*s", (int)length, next);
        enum status status =
            take_column(name, &places[*count], directions ? &directions[*count] : NULL, error);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < *count; i++)
            if (places[i] == places[*count])
                return error_set(error, STATUS_INVALID, NULL, "column '%s' stands there twice",
                                 columns[places[i]].id);
        next += length + (next[length] == ',');
    }
    return STATUS_OK;
}

static void takes_columns(struct text *out)
{
    text_add_string(out, "a list of columns, in their order; empty: those that there is room for");
}

static enum status check_columns(const char *text, struct error *error)
{
    int places[SETTING_COLUMNS_MAX];
    size_t count;
    return setting_columns(text, SETTING_COLUMNS_MAX, places, NULL, &count, error);
}

static void column_values(struct text *out)
{
    for (size_t i = 0; i < column_count; i++)
        completion_add(out, columns[i].id);
}

static void takes_sort(struct text *out)
{
    text_add_string(out, "one column or two, with - for descending or + for ascending in front; "
                         "empty: the order of the trials");
}

static enum status check_sort(const char *text, struct error *error)
{
    int places[SETTING_SORT_MAX], directions[SETTING_SORT_MAX];
    size_t count;
    return setting_columns(text, SETTING_SORT_MAX, places, directions, &count, error);
}

static void takes_filter(struct text *out)
{
    text_add_string(out, "a text as the key of the filter takes it; empty: all rows");
}

static enum status check_filter(const char *text, struct error *error)
{
    struct filter *filter = NULL;
    if (strlen(text) >= PROMPT_SIZE)
        return error_set(error, STATUS_INVALID, NULL, "a filter has less than %d bytes",
                         PROMPT_SIZE);
    enum status status = *text ? filter_parse(text, &filter, error) : STATUS_OK;
    filter_free(filter);
    return status;
}

static void takes_path(struct text *out)
{
    text_add_string(out, "an absolute path");
}

static enum status check_path(const char *text, struct error *error)
{
    return text[0] == '/' ? STATUS_OK
                          : error_set(error, STATUS_INVALID, NULL,
                                      "'%s' is no absolute path, which begins with a /", text);
}

const struct setting_row setting_rows[SETTING_COUNT] = {
    [SETTING_SCHEME] = {"scheme", false, false, "Colours of the screens.", takes_scheme,
                        check_scheme, scheme_values},
    [SETTING_GLYPHS] =
        {"glyphs", false, false,
         "What is drawn with: braille has distributions and pictures twice as fine, "
         "where the font has it; auto is block, or ascii where the locale is not UTF-8.",
         takes_glyphs, check_glyphs, glyphs_values},
    [SETTING_MOUSE] = {"mouse", false, false,
                       "Whether clicks and the wheel are asked for. Off, the terminal reports "
                       "nothing of the mouse, and selects text with it.",
                       takes_flag, check_flag, flag_values},
    [SETTING_SCREEN] = {"screen", false, true, "The page that is shown first.", takes_screen,
                        check_screen, screen_values},
    [SETTING_COLUMNS] = {"columns", true, false,
                         "Columns of the table of trials, by their names in COLUMNS of "
                         "quantop(1). Where there is no room for all, those that matter least go.",
                         takes_columns, check_columns, column_values},
    [SETTING_SORT] =
        {"sort", true, true,
         "The columns that the table of trials is sorted by: the second one decides "
         "between rows that are equal in the first. Without a sign the best come first.",
         takes_sort, check_sort, column_values},
    [SETTING_FILTER] = {"filter", false, true, "Which rows the table of trials shows.",
                        takes_filter, check_filter, NULL},
    [SETTING_PROGRESS_METER] = {"progress-meter", false, false,
                                "How the header draws how far the run is. A graph is the course "
                                "of this session; digits have room from 34 lines on.",
                                takes_meter, check_meter, meter_values},
    [SETTING_LOAD_METER] = {"load-meter", false, false,
                            "Likewise how many processing units of this machine compute, while a "
                            "run goes on.",
                            takes_meter, check_meter, meter_values},
    [SETTING_CLOCK_METER] = {"clock-meter", false, false,
                             "Likewise how fast the clock went in the last block, beside the "
                             "fastest one; its course is that of the blocks.",
                             takes_meter, check_meter, meter_values},
    [SETTING_TRUST_METER] = {"trust-meter", false, false,
                             "Likewise how far the times of rows can be trusted: rows by grade; "
                             "bar, graph and digits have the share of A and B.",
                             takes_meter, check_meter, meter_values},
    [SETTING_ONNXRUNTIME] =
        {"onnxruntime", false, false,
         "The library of ONNX Runtime, for all commands that load it, where neither an "
         "option, a profile nor QUANTOP_ONNXRUNTIME names one. Its code runs.",
         takes_path, check_path, NULL},
};

enum setting setting_find(const char *name)
{
    enum setting setting = 0;
    while (setting < SETTING_COUNT && strcmp(setting_rows[setting].name, name) != 0)
        setting++;
    return setting;
}

enum status setting_check(const char *name, const char *text, enum setting *setting,
                          struct error *error)
{
    *setting = setting_find(name);
    if (*setting < SETTING_COUNT)
        return setting_rows[*setting].check(text, error) == STATUS_OK
                   ? STATUS_OK
                   : error_within(error, "%s", name);
    const char *near = text_nearest(name, setting_rows, SETTING_COUNT, sizeof(struct setting_row));
    return near ? error_set(error, STATUS_INVALID, NULL,
                            "no setting is called '%s', nearest is '%s'", name, near)
                : error_set(error, STATUS_INVALID, NULL, "no setting is called '%s'", name);
}
