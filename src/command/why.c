/* quantop why: what makes each row of a run as fast, or as right, as it is. */
#include <stdlib.h>

#include "base/arena.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/read_journal.h"
#include "command/terminal.h"
#include "hardware/topology.h"
#include "report/steps.h"
#include "results/journals.h"
#include "results/steps.h"
#include "results/why.h"

static const struct option_row own[] = {
    {"steps", .help = "list the steps of each row, too: what they take, compute and move, the "
                      "kernels that ran, and what bounds them"},
};
static OPTION_GROUP(group_own, own);
static const struct option_group *const groups[] = {&group_help, &group_own, NULL};

/* Beside what was measured, what textbooks promise. */
static void print_promise(const struct row *row, struct text *out)
{
    if (row->speedup.present && row->baseline != row->trial)
        text_printf(out, ", %.2f times as fast as fp32", row->speedup.value);
    if (row->speedup.present && row->promised_faster.present)
        text_printf(out, " (promised: %.3g)", row->promised_faster.value);
    if (row->size_ratio.present && row->promised_smaller.present)
        text_printf(out, ", %.2f times smaller (promised: %.3g)", row->size_ratio.value,
                    row->promised_smaller.value);
    if (row->promise[0])
        text_printf(out, ": %s", row->promise);
}

static void print_row(struct results *results, int trial, struct text *out)
{
    const struct row *row = results_row(results, trial);
    struct reason *reasons;
    struct arena *arena = arena_new();
    size_t count = results_why(results, trial, arena, &reasons);
    text_printf(out, "%s: %s on %s, %s: ", row->model, row->label, row->runtime,
                placement_phrase(row->placement));
    if (!row->median.present)
        text_printf(out, "not measured%s%s", row->reason[0] ? ": " : "", row->reason);
    else
        text_printf(out, "%.4g us", row->median.value * 1e-3);
    print_promise(row, out);
    text_add_string(out, "\n");
    for (size_t i = 0; i < count; i++)
        text_printf(out, "  %s: %s\n    %s\n", reasons[i].rule->name, reasons[i].text,
                    reasons[i].rule->remedy);
    if (*row_bound_by(row))
        text_printf(out, "  time by what bounds it: %s\n", row_bound_by(row));
    if (results_profile(results, trial)) {
        struct text caution = {0};
        step_profile_caution(results_profile(results, trial), row->median.value, &caution);
        if (caution.length > 0)
            text_printf(out, "  %s\n", caution.bytes);
        text_release(&caution);
    }
    if (row->median.present && !results_profile(results, trial)) {
        text_add_string(out, "  ");
        results_why_missing(results, trial, out);
        text_add_string(out, "\n");
    }
    arena_free(arena);
}

static enum status explain(const char *path, bool with_steps, struct error *error)
{
    struct journal_reader *reader;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    struct results *results = results_new();
    struct table_style style = terminal_style();
    struct text out = {0};
    status = journal_read_all(path, reader, results, error);
    for (int i = 0; status == STATUS_OK && i < results_count(results); i++) {
        print_row(results, i, &out);
        if (with_steps)
            steps_write_text(results, i, &style, &out);
    }
    if (out.length > 0)
        terminal_print(&out);
    text_release(&out);
    results_free(results);
    journal_reader_close(reader);
    return status;
}

static enum exit_status why(const struct arguments *arguments)
{
    struct error error;
    char *path;
    enum status status = journal_find(arguments->words[0], &path, &error);
    if (status == STATUS_OK) {
        status = explain(path, arguments_has(arguments, "steps"), &error);
        free(path);
    }
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_why = {
    .name = "why",
    .arguments = "JOURNAL",
    .text = "say why each row of a run is as fast or slow as it is, and what to do about it",
    .groups = groups,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = why,
};
