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
