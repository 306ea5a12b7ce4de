#include "results/roofline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Below this share of a step's time its ceilings say nothing of it. */
#define EXPLAINED_LEAST 0.25

const char *const bound_names[BOUND_COUNT] = {
    [BOUND_UNKNOWN] = "not known",
    [BOUND_COMPUTE] = "compute-bound",
    [BOUND_MEMORY] = "memory-bound",
    [BOUND_OVERHEAD] = "overhead",
};

static double product_rate(const struct step_profile *profile, const char *arithmetic)
{
    for (size_t i = 0; i < profile->n_products; i++)
        if (strcmp(profile->products[i].name, arithmetic) == 0)
            return profile->products[i].rate;
    return 0.0;
}

static double level_rate(const struct step_profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->n_levels; i++)
        if (strcmp(profile->levels[i].name, name) == 0)
            return profile->levels[i].rate;
    return 0.0;
}

/* The share of so many bytes that lies between these places, counted from the first byte. */
static double share_between(double bytes, double from, double to)
{
    return bytes > 0.0 ? (fmin(bytes, to) - fmin(bytes, from)) / bytes : 0.0;
}

/* What reading and writing takes at least. Of all that an inference touches the nearest levels hold
 * as much as fits: what is read in turns stays in a cache that is somewhat too small for it by a
 * part, and no cache keeps more. So do the step's own activations, which the step before has just
 * written. *level: where it waits longest. There is a level. */
static double memory_time(const struct step_profile *profile, const struct step *step,
                          const char **level)
{
    double moved = step->read_bytes + step->written_bytes;
    double nearer = 0.0, seconds = 0.0, longest = 0.0;
    *level = profile->levels[0].name;
    for (size_t i = 0; i < profile->n_levels; i++) {
        const struct ceiling_rate *rate = &profile->levels[i];
        bool is_last = rate->capacity <= 0.0 || i + 1 == profile->n_levels;
        double holds = is_last ? INFINITY : fmax(rate->capacity, nearer);
        double bytes = step->constant_bytes * share_between(profile->touched_bytes, nearer, holds) +
                       moved * share_between(moved, nearer, holds);
        if (bytes / rate->rate > longest) {
            longest = bytes / rate->rate;
            *level = rate->name;
        }
        seconds += bytes / rate->rate;
        nearer = holds;
    }
    return 1e9 * seconds;
}

struct roofline step_roofline(const struct step_profile *profile, const struct step *step)
{
    struct roofline roofline = {.bound = BOUND_UNKNOWN};
    double rate = product_rate(profile, step->arithmetic);
    bool is_known = step->macs >= 0.0 && step->constant_bytes >= 0.0 && step->read_bytes >= 0.0 &&
                    step->written_bytes >= 0.0;
    if (!is_known || profile->n_levels == 0 || (step->macs > 0.0 && rate <= 0.0) || step->ns <= 0.0)
        return roofline;
    roofline.compute_ns = step->macs > 0.0 ? 1e9 * step->macs / rate : 0.0;
    roofline.memory_ns = memory_time(profile, step, &roofline.level);
    roofline.efficiency = fmax(roofline.compute_ns, roofline.memory_ns) / step->ns;
    roofline.bound = roofline.efficiency < EXPLAINED_LEAST      ? BOUND_OVERHEAD
                     : roofline.memory_ns > roofline.compute_ns ? BOUND_MEMORY
                                                                : BOUND_COMPUTE;
    return roofline;
}

void roofline_describe_step(const struct step_profile *profile, const struct step *step,
                            struct text *out)
{
    struct roofline roofline = step_roofline(profile, step);
    double percent = 100.0 * roofline.efficiency;
    if (roofline.bound == BOUND_COMPUTE)
        text_printf(out, "compute, at %.0f %% of %.4g GMAC/s (%s)", percent,
                    1e-9 * product_rate(profile, step->arithmetic), step->arithmetic);
    if (roofline.bound == BOUND_MEMORY)
        text_printf(out, "memory, above all %s (%.4g GB/s), at %.0f %%", roofline.level,
                    1e-9 * level_rate(profile, roofline.level), percent);
    if (roofline.bound == BOUND_OVERHEAD)
        text_printf(out, "overhead: ceilings explain %.0f %%", percent);
}

double roofline_efficiency(const struct step_profile *profile)
{
    double floor = 0.0, ns = 0.0;
    for (size_t i = 0; i < profile->n_steps; i++) {
        const struct step *step = &profile->steps[i];
        struct roofline roofline = step_roofline(profile, step);
        if (roofline.bound == BOUND_UNKNOWN && step->ns > 0.0)
            return NAN;
        floor += fmax(roofline.compute_ns, roofline.memory_ns);
        ns += step->ns;
    }
    return ns > 0.0 ? floor / ns : NAN;
}

/* "62 % compute-bound (at 45 % of 205 GMAC/s of int8)" of the products that take most time. */
static void describe_compute(const struct step_profile *profile, double share, double floor,
                             double time, const char *arithmetic, struct text *out)
{
    text_printf(
        out, "%.0f %% compute-bound, at %.0f %% of what the CPU multiplies (%s: %.4g GMAC/s)",
        100.0 * share, 100.0 * floor / time, arithmetic, 1e-9 * product_rate(profile, arithmetic));
}

/* Steps of one bound. */
struct part {
    double ns, floor, most;
    const struct step *longest;
    const char *level;
};

static void add_part(struct part *part, const struct step *step, const struct roofline *roofline)
{
    part->ns += step->ns;
    part->floor += fmax(roofline->compute_ns, roofline->memory_ns);
    if (step->ns > part->most) {
        part->most = step->ns;
        part->longest = step;
        part->level = roofline->level;
    }
}

void roofline_describe(const struct step_profile *profile, struct text *out)
{
    struct part parts[BOUND_COUNT] = {{0}};
    const char *separator = "";
    for (size_t i = 0; i < profile->n_steps; i++) {
        struct roofline roofline = step_roofline(profile, &profile->steps[i]);
        add_part(&parts[roofline.bound], &profile->steps[i], &roofline);
    }
    if (profile->n_levels == 0)
        return;
    const struct part *compute = &parts[BOUND_COMPUTE], *memory = &parts[BOUND_MEMORY];
    if (compute->longest) {
        describe_compute(profile, compute->ns / profile->sum_ns, compute->floor, compute->ns,
                         compute->longest->arithmetic, out);
        separator = "; ";
    }
    if (memory->longest) {
        text_printf(out,
                    "%s%.0f %% bound by memory, above all %s (%.4g GB/s), at %.0f %% of what it "
                    "delivers",
                    separator, 100.0 * memory->ns / profile->sum_ns, memory->level,
                    1e-9 * level_rate(profile, memory->level), 100.0 * memory->floor / memory->ns);
        separator = "; ";
    }
    if (parts[BOUND_OVERHEAD].longest)
        text_printf(out,
                    "%s%.0f %% neither (overhead, or what else a kernel does): ceilings explain "
                    "%.0f %% of it",
                    separator, 100.0 * parts[BOUND_OVERHEAD].ns / profile->sum_ns,
                    100.0 * parts[BOUND_OVERHEAD].floor / parts[BOUND_OVERHEAD].ns);
    bool tells = compute->longest || memory->longest || parts[BOUND_OVERHEAD].longest;
    if (tells && parts[BOUND_UNKNOWN].longest)
        text_printf(out, "; of %.0f %% it is not known",
                    100.0 * parts[BOUND_UNKNOWN].ns / profile->sum_ns);
}
