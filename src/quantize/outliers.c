#include "quantize/outliers.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* With fewer there is no telling what is usual. */
#define RUNS_FEW 10
/* A range that is so many times as wide as that of all other runs is that run's: one bit of int8 is
 * lost to it. */
#define FAR 2.0
/* And beyond doubt. */
#define VERY_FAR 10.0

/* How far runs reach on one side of 0. */
struct reach {
    double most, next; /* of all runs, and of all but the one with the most */
    size_t run;        /* that has the most */
};

struct sides {
    struct reach lower, upper;
};

struct outliers {
    const struct graph *graph;
    struct sides *sides; /* per tensor */
    size_t runs;
};

struct outliers *outliers_new(const struct graph *graph)
{
    struct outliers *outliers = xcalloc(1, sizeof(*outliers));
    outliers->graph = graph;
    outliers->sides = xcalloc((size_t)graph->n_tensors, sizeof(*outliers->sides));
    return outliers;
}

void outliers_free(struct outliers *outliers)
{
    if (outliers)
        free(outliers->sides);
    free(outliers);
}

static void take(struct reach *reach, double value, size_t run)
{
    if (value > reach->most) {
        reach->next = reach->most;
        reach->most = value;
        reach->run = run;
    } else {
        reach->next = fmax(reach->next, value);
    }
}

void outliers_see(struct outliers *outliers, int tensor, size_t run, struct range range)
{
    struct sides *sides = &outliers->sides[tensor];
    outliers->runs = run + 1;
    if (!range.seen)
        return;
    take(&sides->lower, -(double)range.low, run);
    take(&sides->upper, (double)range.high, run);
}

static double without(const struct reach *reach, size_t run)
{
    return reach->most > 0.0 && reach->run == run ? reach->next : reach->most;
}

/* Whether the run alone makes the tensor's range as wide as it is. */
static bool is_far(const struct sides *sides, size_t run, double times)
{
    double all = sides->lower.most + sides->upper.most;
    double others = without(&sides->lower, run) + without(&sides->upper, run);
    return all > 0.0 && all >= times * others && others > 0.0;
}

struct range outliers_others(const struct outliers *outliers, int tensor)
{
    const struct sides *sides = &outliers->sides[tensor];
    return (struct range){(float)-sides->lower.next, (float)sides->upper.next, outliers->runs > 1};
}

static bool is_input(const struct graph *graph, int tensor)
{
    for (int i = 0; i < graph_n_sources(graph); i++)
        if (graph_source(graph, i) == tensor)
            return true;
    return false;
}

static bool is_set_by(const struct outliers *outliers, int tensor, size_t run)
{
    return is_far(&outliers->sides[tensor], run, FAR) && !is_input(outliers->graph, tensor);
}

/* Tensors that a run sets alone, and the first of them. */
static int count_set_by(const struct outliers *outliers, size_t run, int *first)
{
    int count = 0;
    for (int t = outliers->graph->n_tensors - 1; t >= 0; t--)
        if (is_set_by(outliers, t, run)) {
            count++;
            *first = t;
        }
    return count;
}

static bool is_told(const struct outliers *outliers, size_t run)
{
    const struct graph *graph = outliers->graph;
    for (int i = 0; i < graph->n_inputs; i++)
        if (is_far(&outliers->sides[graph->inputs[i]], run, VERY_FAR))
            return true;
    return false;
}

bool outliers_mark(const struct outliers *outliers, bool *is_out)
{
    bool any = false;
    for (int t = 0; t < outliers->graph->n_tensors && outliers->runs >= RUNS_FEW; t++) {
        const struct sides *sides = &outliers->sides[t];
        const size_t runs[] = {sides->lower.run, sides->upper.run};
        for (int i = 0; i < 2; i++)
            if (is_far(sides, runs[i], VERY_FAR))
                any = is_out[runs[i]] = true;
    }
    return any;
}

void outliers_tell(const struct outliers *outliers, const struct model_data *data, struct text *out)
{
    char name[MODEL_DATA_RUN_SIZE];
    int most = 0, tensor = 0, first = 0;
    size_t run = 0;
    for (int t = 0; t < outliers->graph->n_tensors; t++) {
        const size_t runs[] = {outliers->sides[t].lower.run, outliers->sides[t].upper.run};
        for (int i = 0; i < 2; i++) {
            int count =
                is_set_by(outliers, t, runs[i]) ? count_set_by(outliers, runs[i], &first) : 0;
            if (count > most) {
                most = count;
                run = runs[i];
                tensor = first;
            }
        }
    }
    if (most == 0 || outliers->runs < RUNS_FEW || is_told(outliers, run))
        return;
    const struct sides *sides = &outliers->sides[tensor];
    text_printf(out,
                "calibration %s alone sets the range of %d tensor%s, the first is '%.80s': %.3g to "
                "%.3g, and %.3g to %.3g without it: see whether it belongs there",
                model_data_run_name(data, run, name), most, most == 1 ? "" : "s",
                outliers->graph->tensors[tensor].name, 0.0 - sides->lower.most, sides->upper.most,
                0.0 - without(&sides->lower, run), without(&sides->upper, run));
}
