/* quantop layers: which layer costs the accuracy, of a run that is over or of one made for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/read_journal.h"
#include "command/run.h"
#include "command/terminal.h"
#include "experiment/outputs.h"
#include "report/layers.h"
#include "results/journals.h"

static const struct option_row own[] = {
    {"mode", 'm', .argument = "MODE",
     .help = "only the layers of this mode, by its name or as the table of a run has it"},
    {"sort", .argument = "COLUMN",
     .help = "the worst by this column first, by its name in the CSV; if not given, " LAYERS_BY_COST
             ", or " LAYERS_BY_ERROR " where steps were not timed"},
    {"top", .argument = "N", .help = "only the first N layers of each row"},
#define X(identifier, name_, help_) {.name = #name_, .argument = "FILE", .help = (help_)},
    LAYER_REPORT_LIST(X)
#undef X
        {"quiet", 'q', .help = "no progress, only the layers and errors"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {
    &group_help, &group_own, &group_models,    &group_shapes, &group_run,    &group_guard,
    &group_data, &group_isa, &group_libraries, &group_set,    &group_config, NULL};

static enum status choose_sort(const char *name, struct layer_choice *choice, struct error *error)
{
    choice->sort = layer_column_find(name);
    if (choice->sort)
        return STATUS_OK;
    const char *near =
        text_nearest(name, layer_columns, layer_column_count, sizeof(layer_columns[0]));
    return error_set(error, STATUS_INVALID, "option --sort", "no column '%s'%s%s%s", name,
                     near ? ", nearest is '" : "; quantop(1) lists them", near ? near : "",
                     near ? "'" : "");
}

static enum status choose_top(const char *text, struct layer_choice *choice, struct error *error)
{
    long top;
    if (!text_to_long(text, &top) || top < 1)
        return error_set(error, STATUS_INVALID, "option --top",
                         "expected a number of layers, from 1 on");
    choice->top = (size_t)top;
    return STATUS_OK;
}

static enum status choose(const struct arguments *arguments, struct layer_choice *choice,
                          struct error *error)
{
    const char *sort = arguments_value(arguments, "sort");
    const char *top = arguments_value(arguments, "top");
    *choice = (struct layer_choice){.mode = arguments_value(arguments, "mode"),
                                    .style = terminal_style()};
    enum status status = sort ? choose_sort(sort, choice, error) : STATUS_OK;
    return status == STATUS_OK && top ? choose_top(top, choice, error) : status;
}

static enum status refuse_none(struct results *results, const struct layer_choice *choice,
                               struct error *error)
{
    if (layers_any(results, choice))
        return STATUS_OK;
    for (int i = 0; choice->mode && i < results_count(results); i++)
        if (layers_has_row(results_row(results, i), choice))
            return error_set(error, STATUS_INVALID, NULL,
                             "no layers of mode '%s' were looked at: fp32 has no errors, and other "
                             "modes need key layers.seconds",
                             choice->mode);
    return choice->mode ? error_set(error, STATUS_INVALID, "option --mode",
                                    "no row of the run has mode '%s'", choice->mode)
                        : error_set(error, STATUS_INVALID, NULL,
                                    "no layers were looked at in this run: key layers.seconds says "
                                    "for how long to, and 'quantop why --steps' what each step "
                                    "takes");
}

/* journal: what no output may overwrite; NULL: there is none to fear for. */
static enum status write_all_formats(const struct arguments *arguments, const char *journal,
                                     struct results *results, const struct layer_choice *choice,
                                     struct error *error)
{
    bool any = false;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < LAYER_REPORT_COUNT; i++) {
        const struct layer_report_format *format = &layer_report_formats[i];
        const char *path = arguments_value(arguments, format->name);
        struct text bytes = {0};
        if (!path)
            continue;
        any = true;
        status = journal ? output_refuse_input(path, journal, error) : STATUS_OK;
        if (status == STATUS_OK)
            format->write(results, choice, &bytes);
        if (status == STATUS_OK)
            status = file_write(path, bytes.bytes, bytes.length, error);
        text_release(&bytes);
    }
    if (status == STATUS_OK && !any) {
        struct text out = {0};
        layers_write_text(results, choice, &out);
        terminal_print(&out);
    }
    return status;
}

static enum status show(const struct arguments *arguments, const char *journal,
                        struct results *results, struct error *error)
{
    struct layer_choice choice;
    enum status status = choose(arguments, &choice, error);
    if (status == STATUS_OK)
        status = refuse_none(results, &choice, error);
    return status == STATUS_OK ? write_all_formats(arguments, journal, results, &choice, error)
                               : status;
}

static enum status show_run(const struct arguments *arguments, struct launch *launch,
                            struct error *error)
{
    return show(arguments, journal_path(launch->journal), launch->results, error);
}

/* What describes an experiment says nothing about one that was made. */
static enum status refuse_keys(const struct arguments *arguments, struct error *error)
{
    char place[64];
    for (size_t i = 0; i < arguments->n_uses; i++) {
        const struct option_row *row = arguments->uses[i].row;
        if (!row->key && !row->names_key && strcmp(row->name, "resume") != 0)
            continue;
        snprintf(place, sizeof(place), "option --%s", row->name);
        return error_set(error, STATUS_INVALID, place,
                         "it says what to measure, which is done in the journal");
    }
    return STATUS_OK;
}

static enum status show_journal(const struct arguments *arguments, struct error *error)
{
    char *path;
    struct journal_reader *reader = NULL;
    enum status status = refuse_keys(arguments, error);
    if (status == STATUS_OK)
        status = journal_find(arguments->words[0], &path, error);
    if (status != STATUS_OK)
        return status;
    struct results *results = results_new();
    status = journal_reader_open(path, &reader, error);
    if (status == STATUS_OK)
        status = journal_read_all(path, reader, results, error);
    if (status == STATUS_OK)
        status = show(arguments, path, results, error);
    results_free(results);
    journal_reader_close(reader);
    free(path);
    return status;
}

/* Journals are lines of JSON, which no profile and no model is. */
static bool is_journal(const char *word)
{
    bool is_one = strcmp(word, JOURNAL_LAST) == 0 || path_has_suffix(word, ".jsonl");
    FILE *file = is_one ? NULL : fopen(word, "r");
    if (file) {
        is_one = fgetc(file) == '{';
        fclose(file);
    }
    return is_one;
}

static enum exit_status layers(const struct arguments *arguments)
{
    struct layer_choice choice;
    struct error error;
    if (choose(arguments, &choice, &error) != STATUS_OK) /* before anything is measured */
        return command_fail(&error);
    if (arguments->n_words > 0 && is_journal(arguments->words[0]))
        return show_journal(arguments, &error) == STATUS_OK ? EXIT_DONE : command_fail(&error);
    struct arguments keeping = *arguments;
    keeping.keeps_ledger = true;
    return run_measure(&keeping, false, show_run);
}

const struct command command_layers = {
    .name = "layers",
    .arguments = "[JOURNAL | PROFILE | MODEL]",
    .text = "show which layers cost the accuracy: the error of each alone and in the whole mode, "
            "clipping, ranges, and what the network loses by it. A journal has them if its "
            "profile has layers.seconds; else they are measured",
    .groups = groups,
    .most_arguments = 1,
    .run = layers,
};
