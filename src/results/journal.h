/* The journal: an append-only file of events, one JSON object per line, the single source of truth.
 */
#ifndef RESULTS_JOURNAL_H
#define RESULTS_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "results/results.h"

struct journal;

/* Creates path, or a new file named after the time in the state directory when path is NULL. What
 * is in a file is never lost: one that has contents is STATUS_INVALID, as is one that another
 * process writes. STATUS_IO: it cannot be written. Closed with journal_close. */
enum status journal_create(const char *path, struct journal **journal, struct error *error)
    __attribute__((nonnull(2, 3)));
/* Opens a journal to write on at its end; nothing is written yet. STATUS_INVALID: another process
 * writes it. Closed with journal_close. */
enum status journal_continue(const char *path, struct journal **journal, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Closes it; a file that journal_create made and that is still empty is removed. NULL is fine. */
void journal_close(struct journal *journal);
const char *journal_path(const struct journal *journal)
    __attribute__((returns_nonnull, nonnull(1)));

/* Writes one line at once, in one write(2). After STATUS_IO (a full disk) the journal stays usable:
 * later events are tried again. */
enum status journal_append(struct journal *journal, const json_t *event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* What was written survives a crash of the machine: STATUS_IO where it may not. Takes a moment. */
enum status journal_sync(struct journal *journal, struct error *error)
    __attribute__((nonnull(1, 2)));

/* Reading, of a journal that may still be written by somebody else. */
struct journal_reader;
/* STATUS_IO: path cannot be read, or is not a regular file. */
enum status journal_reader_open(const char *path, struct journal_reader **reader,
                                struct error *error) __attribute__((nonnull(1, 2, 3)));
void journal_reader_close(struct journal_reader *reader);
/* From here on, lists of events that few pages of a screen show are read when they are asked for,
 * and what is wrong in them is told of then (results/late.h). */
void journal_reader_put_off(struct journal_reader *reader) __attribute__((nonnull(1)));
/* Applies all complete lines that are there and not read yet; a line that is not a sound event is
 * an error that names it (path:line), and the reader goes on behind it at the next call. An
 * unfinished last line is left for later; one that was cut off and that journal_continue closed is
 * skipped. *applied counts the events. */
enum status journal_read_more(struct journal_reader *reader, struct results *results, long *applied,
                              struct error *error) __attribute__((nonnull(1, 2, 3, 4)));
/* The next event alone, applied to nothing: *event is a new reference, or NULL where there are no
 * more complete lines. Errors of lines that are not JSON as above. */
enum status journal_read_event(struct journal_reader *reader, json_t **event, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Whether bytes are left that make no whole line: a journal cut off while it was written. */
bool journal_reader_cut(const struct journal_reader *reader) __attribute__((nonnull(1)));

#endif
