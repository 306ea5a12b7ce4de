/* Journals of runs, as commands read them. */
#ifndef COMMAND_READ_JOURNAL_H
#define COMMAND_READ_JOURNAL_H

#include "results/journal.h"

/* Reads what is there. Lines that are damaged are named and skipped; a journal of which nothing can
 * be read is an error. */
enum status journal_read_all(const char *path, struct journal_reader *reader,
                             struct results *results, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

#endif
