/* The journals of a folder, the newest of which has a name of its own. */
#ifndef RESULTS_JOURNALS_H
#define RESULTS_JOURNALS_H

#include <stddef.h>

#include "base/error.h"

/* In the place of a journal's path: the one in the state directory that was written to last. A file
 * of that name has to be given with its folder. */
#define JOURNAL_LAST "last"

struct journals {
    char **paths; /* that written to last comes first */
    size_t count;
};

/* The files of a folder whose names end in .jsonl; NULL: the state directory. STATUS_IO: it cannot
 * be read. Released with journals_release. */
enum status journals_list(const char *directory, struct journals *journals, struct error *error)
    __attribute__((nonnull(2, 3)));
void journals_release(struct journals *journals) __attribute__((nonnull(1)));

/* The path that a name stands for, which the caller frees. STATUS_INVALID: JOURNAL_LAST where there
 * is none yet. */
enum status journal_find(const char *name, char **path, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
