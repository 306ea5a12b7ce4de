#include "results/own_cost.h"

#include "results/members.h"
#include "results/state.h"

const struct own_cost *results_own_cost(const struct results *results)
{
    return &results->own_cost;
}

enum status results_take_own_cost(struct results *results, const json_t *event, struct error *error)
{
    struct own_cost *sum = &results->own_cost;
    double seconds, cpu, runner, pictures = number_or(event, "pictures", 0.0);
    if (!number_member(event, "seconds", &seconds) || seconds <= 0.0)
        return malformed(error, event, "seconds");
    if (!number_member(event, "cpu", &cpu) || cpu < 0.0)
        return malformed(error, event, "cpu");
    if (!number_member(event, "runner", &runner) || runner < 0.0 || runner > cpu)
        return malformed(error, event, "runner");
    if (pictures < 0.0)
        return malformed(error, event, "pictures");
    sum->seconds += seconds;
    sum->cpu += cpu;
    sum->runner += runner;
    sum->pictures += pictures;
    return STATUS_OK;
}

void results_say_own_cost(const struct results *results, struct text *out)
{
    const struct own_cost *cost = &results->own_cost;
    if (cost->seconds <= 0.0)
        return;
    text_printf(out, "%.2f s of CPU in %.0f s (%.2f %%)", cost->cpu, cost->seconds,
                100.0 * cost->cpu / cost->seconds);
    if (cost->pictures > 0.0)
        text_printf(out, ", %.2f s of it for the screen: %.0f pictures, %.1f a second",
                    cost->cpu - cost->runner, cost->pictures, cost->pictures / cost->seconds);
}
