/* Stores values where the rows of the keys say. */
#ifndef EXPERIMENT_KEY_SET_H
#define EXPERIMENT_KEY_SET_H

#include "experiment/setting.h"

/* Checks the value and stores it, as a default; on an error the draft is unchanged. */
enum status key_set(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
/* The same for a value that somebody gave: the draft remembers where. */
enum status key_give(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));

/* For the kinds that are samples, in key_inputs.c. */
enum status key_set_samples(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
enum status key_set_inputs(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));

/* For the kinds that are lists, in key_lists.c. */
enum status key_set_models(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
enum status key_set_modes(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
enum status key_set_placements(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
enum status key_set_shapes(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
/* In key_targets.c. */
enum status key_set_targets(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));
enum status key_set_runtimes(const struct setting *setting, const struct value *value)
    __attribute__((nonnull(1, 2)));

#endif
