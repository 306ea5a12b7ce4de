/* The rows of keys, which stand in several files; known to keys.c and these alone. */
#ifndef EXPERIMENT_KEY_TABLE_H
#define EXPERIMENT_KEY_TABLE_H

#include "experiment/keys.h"

struct key_list {
    const struct key *rows;
    size_t count;
};

extern const struct key_list keys_of_subject, keys_of_run;

/* Where a row stores to. */
#define AT(member) offsetof(struct draft, member)
#define IN(member) offsetof(struct draft, experiment.member)

#endif
