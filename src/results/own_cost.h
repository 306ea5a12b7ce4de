/* What a run cost besides its workers: the process that runs them and draws the screen, so that
 * readers can judge whether it disturbed what it measured. */
#ifndef RESULTS_OWN_COST_H
#define RESULTS_OWN_COST_H

#include "base/text.h"
#include "results/results.h"

/* Seconds, added up over the processes of a run that was resumed; an interrupted one told none. */
struct own_cost {
    double seconds;  /* that the process was there; 0: nobody says what it cost */
    double cpu;      /* that it computed in them */
    double runner;   /* of cpu: starting workers, taking in what they say, the journal */
    double pictures; /* of the screen that were drawn; 0: there was no screen */
};

const struct own_cost *results_own_cost(const struct results *results)
    __attribute__((returns_nonnull, nonnull(1)));

/* Appends "0.21 s of CPU in 60 s (0.35 %), 0.11 s of it in drawing 150 pictures, 2.5 a second";
 * nothing where nobody says. */
void results_say_own_cost(const struct results *results, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
