/* Where the time of a row goes: its steps, as the profiling pass found them, and the layers of the
 * float model's file that they do the work of. */
#ifndef RESULTS_STEPS_H
#define RESULTS_STEPS_H

#include <stddef.h>

#include "base/text.h"
#include "results/results.h"

/* A layer of the model's file. Texts are printable, "" where the file has none. */
struct layer_name {
    const char *name, *op;
};

/* A step of an inference: one call of a kernel. Texts are printable, "" where not known. */
struct step {
    const char *op;     /* operator of the file that ran: "CONV_2D" */
    const char *merged; /* others that the kernel computes on the way: "ADD" */
    const char *kernel, *isa;
    const char *arithmetic;     /* what is multiplied (kernels/ceiling.h); "read": nothing */
    const char *input, *output; /* types and shapes: "int8 1x28x28x16" */
    const int *layers;          /* numbers in the profile's list, ascending, each once */
    size_t n_layers;
    double macs; /* multiply-accumulates; negative: not known */
    double constant_bytes, read_bytes, written_bytes; /* likewise */
    double ns;                                        /* median of the profiled inferences */
    double share;                                     /* of the sum of all steps */
};

/* A ceiling of the placement: multiply-accumulates per second of a kind of products, or bytes read
 * per second from a level of memory that holds so many bytes (0: RAM). */
struct ceiling_rate {
    const char *name; /* "int8", "L2" */
    double rate, capacity;
};

struct step_profile {
    const struct step *steps;
    size_t n_steps;
    const struct layer_name *layers; /* of the model, in the order of its file */
    size_t n_layers;
    const struct ceiling_rate *products, *levels; /* none where they were not measured */
    size_t n_products, n_levels;
    double sum_ns;
    double touched_bytes; /* all that an inference touches between two uses of the same constant */
    double inferences;    /* so many were profiled */
    double overhead_ns;   /* that was subtracted from each step */
    double whole_ns;      /* of an inference that was not watched, measured beside; 0: not known */
    const char *clock;    /* what measured it */
};

/* Of a row; NULL: it was not profiled. Valid until the results are freed. */
const struct step_profile *results_profile(struct results *results, int trial)
    __attribute__((nonnull(1)));
/* Why a row that was to be profiled has no profile, which may be the line of the journal that
 * cannot be read; NULL: nobody says. */
const char *results_profile_absent(struct results *results, int trial) __attribute__((nonnull(1)));
/* Appends a clause on steps that watching slowed by more than was subtracted, or that were watched
 * on a machine that had another speed than while the row's median was measured (ns per inference;
 * 0: not known); nothing on others. */
void step_profile_caution(const struct step_profile *profile, double median_ns, struct text *out)
    __attribute__((nonnull(1, 3)));
/* What people call the step: the name of its first layer that has one, "conv_2d_3", else its
 * operator. */
const char *step_name(const struct step_profile *profile, const struct step *step)
    __attribute__((returns_nonnull, nonnull(1, 2)));

#endif
