/* What an experiment takes for no difference from its baseline. */
#ifndef EXPERIMENT_GATE_MARGINS_H
#define EXPERIMENT_GATE_MARGINS_H

#include "experiment/experiment.h"
#include "results/gate_hold.h"

static inline struct gate_margins gate_margins_of(const struct experiment *experiment)
{
    const struct gate_wishes *wishes = &experiment->gate;
    return (struct gate_margins){
        .slower = wishes->slower / 100.0,
        .larger = wishes->larger / 100.0,
        .memory = wishes->memory / 100.0,
        .drop = wishes->drop,
        .has_drop = wishes->has_drop,
        .trust = wishes->trust,
    };
}

#endif
