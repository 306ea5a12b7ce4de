/* What bounds a step: the products that it multiplies or the bytes that it moves, at the ceilings
 * that were measured on its placement. Source: S. Williams, A. Waterman, D. Patterson, 2009,
 * Roofline: An Insightful Visual Performance Model for Multicore Architectures. */
#ifndef RESULTS_ROOFLINE_H
#define RESULTS_ROOFLINE_H

#include "base/text.h"
#include "results/steps.h"

enum bound {
    BOUND_UNKNOWN,  /* there are no ceilings */
    BOUND_COMPUTE,  /* its products take longest */
    BOUND_MEMORY,   /* its bytes do */
    BOUND_OVERHEAD, /* neither explains a good part of its time */
    BOUND_COUNT
};

extern const char *const bound_names[BOUND_COUNT];

struct roofline {
    enum bound bound;
    const char *level;            /* of memory, that it waits for most: "L2"; NULL: none is known */
    double compute_ns, memory_ns; /* what its products and its bytes take at least */
    double efficiency;            /* the longer of the two over its time */
};

struct roofline step_roofline(const struct step_profile *profile, const struct step *step)
    __attribute__((nonnull(1, 2)));

/* Appends what bounds the step, with the figure that this rests on; nothing where that is not
 * known. */
void roofline_describe_step(const struct step_profile *profile, const struct step *step,
                            struct text *out) __attribute__((nonnull(1, 2, 3)));
/* What the steps take at the ceilings, as a share of their time; NaN where that is not known of all
 * of them. */
double roofline_efficiency(const struct step_profile *profile) __attribute__((nonnull(1)));
/* Appends what bounds the row, by shares of its time, with the figures that it rests on; nothing
 * where there are no ceilings. */
void roofline_describe(const struct step_profile *profile, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
