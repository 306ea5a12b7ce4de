/* quantop journals: what was measured here, the newest first. */
#include <stdio.h>

#include "base/file.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/read_journal.h"
#include "command/terminal.h"
#include "report/models.h"
#include "results/journals.h"
#include "results/recommend.h"

static const struct option_group *const groups[] = {&group_help, NULL};

static void add_answer(struct results *results, const char *model, void *context)
{
    struct text *out = context;
    struct recommendation answer = recommend(results, model);
    text_printf(out, "  %s%s%s\n", model, answer.text[0] ? ": " : "", answer.text);
}

static void add_run(const char *path, struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    text_printf(out, "%s  %s  %s on %s: ", path_name(path), run->started,
                run_progress_name(results_progress(results)), run->host[0] ? run->host : "?");
    journal_count_rows(results, out);
    text_printf(out, "%s%s\n", run->title[0] ? "  " : "", run->title);
    report_each_model(results, add_answer, out);
}

/* The line of one that cannot be read says why. */
static void add_journal(const char *path, struct text *out)
{
    struct results *results;
    struct error error;
    if (journal_read_some(path, &results, &error) != STATUS_OK) {
        text_printf(out, "%s  %s\n", path_name(path), error.text);
        return;
    }
    add_run(path, results, out);
    results_free(results);
}

static enum exit_status list(const struct arguments *arguments)
{
    const char *folder = arguments->n_words > 0 ? arguments->words[0] : NULL;
    struct journals journals;
    struct text out = {0};
    struct error error;
    if (journals_list(folder, &journals, &error) != STATUS_OK)
        return command_fail(&error);
    if (journals.count == 0)
        text_add_string(&out, "no journals yet\n");
    for (size_t i = 0; i < journals.count; i++) {
        add_journal(journals.paths[i], &out);
        terminal_print(&out);
    }
    terminal_print(&out);
    journals_release(&journals);
    return EXIT_DONE;
}

const struct command command_journals = {
    .name = "journals",
    .arguments = "[FOLDER]",
    .text = "list the journals in the state folder or another one, that written to last first: "
            "rows, models, and the answer for each",
    .groups = groups,
    .most_arguments = 1,
    .run = list,
};
