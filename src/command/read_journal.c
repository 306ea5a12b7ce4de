#include "command/read_journal.h"

#include "command/command.h"

/* So many lines are told that are no events: of a file that is no journal, none is. */
#define TOLD_MOST 3

enum status journal_read_all(const char *path, struct journal_reader *reader,
                             struct results *results, struct error *error)
{
    struct error damage[TOLD_MOST];
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    long applied, total = 0, damaged = 0;
    enum status status;
    while ((status = journal_read_more(reader, results, &applied, error)) == STATUS_FORMAT) {
        total += applied;
        if (damaged < TOLD_MOST)
            damage[damaged] = *error;
        damaged++;
    }
    total += applied;
    if (status != STATUS_OK)
        return status;
    if (total == 0 && damaged > 0) {
        *error = damage[0];
        return error_within(error, "not a journal");
    }
    if (total == 0)
        return error_set(error, STATUS_FORMAT, path, "no event in the journal");
    for (long i = 0; i < damaged && i < TOLD_MOST; i++)
        command_warn("%s", error_line(&damage[i], line, sizeof(line)));
    if (damaged > TOLD_MOST)
        command_warn("%s: %ld more lines are no events", path, damaged - TOLD_MOST);
    if (journal_reader_cut(reader))
        command_warn("%s: the last line is not complete", path);
    return STATUS_OK;
}

enum status journal_read_some(const char *path, struct results **results, struct error *error)
{
    struct journal_reader *reader;
    long applied, total = 0;
    enum status status = journal_reader_open(path, &reader, error);
    if (status != STATUS_OK)
        return status;
    struct results *read = results_new();
    do {
        status = journal_read_more(reader, read, &applied, error);
        total += applied;
    } while (status == STATUS_FORMAT);
    journal_reader_close(reader);
    if (total > 0 && results_run_event(read)) {
        *results = read;
        return STATUS_OK;
    }
    results_free(read);
    return status == STATUS_OK ? error_set(error, STATUS_FORMAT, path, "no run in it") : status;
}

int journal_count_rows(struct results *results, struct text *out)
{
    int done = 0, failed = 0, skipped = 0, count = results_count(results);
    for (int i = 0; i < count; i++) {
        done += results_row(results, i)->state == TRIAL_DONE;
        failed += results_row(results, i)->state == TRIAL_FAILED;
        skipped += results_row(results, i)->state == TRIAL_SKIPPED;
    }
    text_printf(out, "%d of %d row%s done", done, count, count == 1 ? "" : "s");
    if (failed > 0)
        text_printf(out, ", %d failed", failed);
    if (skipped > 0)
        text_printf(out, ", %d skipped", skipped);
    return done;
}
