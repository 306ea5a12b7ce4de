#include "command/read_journal.h"

#include "command/command.h"

enum status journal_read_all(const char *path, struct journal_reader *reader,
                             struct results *results, struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    long applied, total = 0;
    for (;;) {
        enum status status = journal_read_more(reader, results, &applied, error);
        total += applied;
        if (status == STATUS_OK)
            break;
        if (status != STATUS_FORMAT)
            return status;
        command_warn("%s", error_line(error, line, sizeof(line)));
    }
    if (journal_reader_cut(reader))
        command_warn("%s: the last line is not complete", path);
    if (total == 0)
        return error_set(error, STATUS_FORMAT, path, "no event in the journal");
    return STATUS_OK;
}
