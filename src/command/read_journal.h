/* Journals of runs, as commands read them. */
#ifndef COMMAND_READ_JOURNAL_H
#define COMMAND_READ_JOURNAL_H

#include "base/text.h"
#include "results/journal.h"

/* Reads what is there. Lines that are damaged are named and skipped; a journal of which nothing can
 * be read is an error. */
enum status journal_read_all(const char *path, struct journal_reader *reader,
                             struct results *results, struct error *error)
    __attribute__((nonnull(1, 2, 3, 4)));

/* Takes what can be read of the journal of a run, without a word on what cannot; an error where
 * that is nothing. The results are the caller's to free. */
enum status journal_read_some(const char *path, struct results **results, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Adds "12 of 14 rows done, 1 failed"; returns the rows that are done. */
int journal_count_rows(struct results *results, struct text *out) __attribute__((nonnull(1, 2)));

#endif
