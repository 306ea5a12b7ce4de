/* Journals of earlier runs, and of those that go on. */
#include <sys/stat.h>

#include "base/file.h"
#include "command/read_journal.h"
#include "command/start_kinds.h"
#include "report/models.h"
#include "results/journals.h"
#include "results/recommend.h"

/* So many are listed; `quantop journals` has all. */
#define JOURNALS_MOST 50
/* Larger ones take too long to read here. */
#define BYTES_MOST ((double)(8 << 20))

void start_list_journals(struct start_lists *lists, const char *folder)
{
    struct journals journals;
    struct error ignored; /* without a state folder there are no journals to list */
    if (journals_list(folder, &journals, &ignored) != STATUS_OK)
        return;
    for (size_t i = 0; i < journals.count && i < JOURNALS_MOST; i++) {
        struct stat state;
        const char *path = journals.paths[i];
        if (stat(path, &state) == 0)
            start_add(lists, START_JOURNAL, path, path_name(path), (double)state.st_size);
    }
    journals_release(&journals);
}

/* Of which item the answers are told. */
struct telling {
    struct start_lists *lists;
    size_t item;
    const char *first; /* answer; NULL: none yet */
};

static void tell_answer(struct results *results, const char *model, void *context)
{
    struct telling *telling = context;
    struct recommendation answer = recommend(results, model);
    if (!answer.text[0])
        return;
    start_add_fact(telling->lists, telling->item, "answer", "%s: %s", model, answer.text);
    if (!telling->first)
        telling->first = start_text(telling->lists, "%s", answer.text);
}

/* "2026-11-30 12:48" of "2026-11-30T12:48:07+0100" */
static const char *date_of(struct start_lists *lists, const char *started)
{
    return start_text(lists, "%.10s%s%.5s", started, started[0] ? " " : "",
                      strnlen(started, 11) == 11 ? started + 11 : "");
}

/* What it is about: its title, or else its first model. */
static const char *subject_of(const struct results *results)
{
    const char *title = results_run(results)->title;
    if (title[0])
        return title;
    return results_count(results) > 0 ? results_row_as_it_stands(results, 0)->model : "no rows";
}

static const char *host_of(const struct run_info *run)
{
    return run->host[0] ? run->host : "?";
}

static void tell_run(struct start_lists *lists, size_t item, struct results *results)
{
    const struct run_info *run = results_run(results);
    struct start_item *shown = &lists->start.items[item];
    struct telling telling = {.lists = lists, .item = item};
    struct text rows = {0};
    int count = results_count(results), done = journal_count_rows(results, &rows);
    shown->name = date_of(lists, run->started);
    lists->entries[item].started = start_text(lists, "%s", run->started);
    shown->figure = start_text(lists, "%d/%d", done, count);
    start_add_fact(lists, item, "run", "%s, %s, %s", subject_of(results),
                   run_progress_name(results_progress(results)), rows.bytes);
    report_each_model(results, tell_answer, &telling);
    start_add_fact(lists, item, "machine", "%s, %s", host_of(run), run->cpu);
    shown->text = start_text(
        lists, "%s on %s  %s%s%s", run_progress_name(results_progress(results)), host_of(run),
        subject_of(results), telling.first ? ": " : "", telling.first ? telling.first : "");
    text_release(&rows);
}

void start_look_at_journal(struct start_lists *lists, size_t item)
{
    const struct start_entry *entry = &lists->entries[item];
    struct start_item *shown = &lists->start.items[item];
    struct results *results;
    struct error error;
    if (entry->bytes > BYTES_MOST) {
        shown->text = "too large to be looked at here: Enter opens it";
    } else if (journal_read_some(entry->path, &results, &error) == STATUS_OK) {
        tell_run(lists, item, results);
        results_free(results);
    } else {
        shown->text = "no journal that can be read";
        shown->refusal = start_text(lists, "%s", error.text);
        start_add_fact(lists, item, "why not", "%s", error.text);
    }
    start_add_fact(lists, item, "journal", "%s", entry->path);
}
