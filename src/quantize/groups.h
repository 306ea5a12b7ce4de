/* Which tensors must share a scale: the groups that the operators' rules tie together. */
#ifndef QUANTIZE_GROUPS_H
#define QUANTIZE_GROUPS_H

#include "graph/graph.h"
#include "quantize/mode.h"
#include "quantize/scale.h"

struct groups {
    enum type type; /* of the activations: int8 or int16 */
    int count;
    struct group *items; /* one per tensor; a tensor's group is items[groups_root()] */
};

struct group {
    int parent;
    bool is_fixed; /* by an operator's rule */
    struct scale fixed;
    struct range range;
};

/* Each of so many tensors alone, with its calibrated range; those behind the ranges have none. */
void groups_init(struct groups *groups, enum type type, const struct ranges *ranges, int count)
    __attribute__((nonnull(1, 3)));
void groups_release(struct groups *groups) __attribute__((nonnull(1)));

int groups_root(const struct groups *groups, int tensor) __attribute__((nonnull(1)));
/* Gives the tensor's group a fixed scale; false when it has another one. */
bool groups_fix(struct groups *groups, int tensor, struct scale scale) __attribute__((nonnull(1)));
/* Widens the group's range. */
void groups_widen(struct groups *groups, int tensor, struct range range)
    __attribute__((nonnull(1)));
/* Unites two groups; false, and nothing changes, when their fixed scales differ or when a fixed
 * scale does not span what the other group needs. */
bool groups_tie(struct groups *groups, int a, int b) __attribute__((nonnull(1)));
/* The group's parameters: fixed, or from its range. */
struct scale groups_scale(const struct groups *groups, int tensor) __attribute__((nonnull(1)));
/* Whether the parameters are known: a fixed scale or a calibrated range. */
bool groups_known(const struct groups *groups, int tensor) __attribute__((nonnull(1)));

#endif
