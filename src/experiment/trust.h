/* Profiles and journals come from strangers, too: none of them runs code, or writes where the user
 * did not say so. */
#ifndef EXPERIMENT_TRUST_H
#define EXPERIMENT_TRUST_H

#include "base/error.h"
#include "experiment/keys.h"

/* STATUS_INVALID for a library that a profile or a journal names, and for an output that lies
 * neither below the profile's folder nor below the current one, unless the draft is trusted. What
 * the command line says is always taken. */
enum status trust_check(const struct draft *draft, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
