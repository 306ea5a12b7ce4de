/* Bands: neighbouring steps that take turns, so that what one makes is read while a core's cache
 * has it, where a whole tensor would come from further away. Of the tensor between two steps only
 * the pixels that are still needed are kept, in a ring's worth of memory: when that is full, they
 * move to its beginning. Items are computed as they would be in whole steps, so results are the
 * same to the bit. */
#ifndef ENGINE_BAND_H
#define ENGINE_BAND_H

#include "engine/planner.h"

/* Items of the last stage of a step. */
struct band_turn {
    int step;
    size_t first, last; /* the items first..last-1 */
    /* Before them: so many pixels of output 0, from keep_from on, move to the beginning of its
     * memory, which then stands for pixel keep_from. */
    bool moves;
    size_t keep_from, keep_count;
};

/* Only the first step may have stages before its last one; they run before the turns. */
struct band {
    int first, last; /* steps, both included */
    struct band_turn *turns;
    size_t n_turns;
};

/* Finds the bands of a plan for one thread whose steps are complete: sets band, ring_pixels and
 * scratch_at of the steps, and the plan's scratch_bytes. */
void band_find_all(struct planner *planner) __attribute__((nonnull(1)));

#endif
