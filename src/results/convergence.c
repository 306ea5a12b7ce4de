#include "results/convergence.h"

#include <math.h>
#include <string.h>

#include "results/needed.h"
#include "results/state.h"
#include "results/verdict.h"

/* Each of the first rounds is a point; behind them a quarter more than the one before. */
#define EACH_UP_TO 12

const char *speed_column(enum speed speed)
{
    static const char *const names[] = {
#define X(speed, column) [speed] = column,
        SPEED_LIST(X)
#undef X
    };
    return names[speed];
}

static const struct figure *figure_of(const struct row *row, enum speed speed)
{
    return speed == SPEED_VS_FP32      ? &row->speedup
           : speed == SPEED_VS_BUILTIN ? &row->vs_builtin
                                       : &row->typical;
}

bool speed_is_known(const struct row *row, enum speed speed)
{
    int other = speed == SPEED_VS_FP32      ? row->baseline
                : speed == SPEED_VS_BUILTIN ? row->builtin
                                            : -1;
    return figure_of(row, speed)->present && other != row->trial;
}

static size_t next_rounds(size_t rounds)
{
    return rounds < EACH_UP_TO ? rounds + 1 : rounds + rounds / 4;
}

static void add_point(struct convergence *convergence, size_t rounds, struct figure figure,
                      const char *verdict)
{
    convergence->points[convergence->count++] = (struct convergence_point){rounds, figure, verdict};
}

/* The figures of the first rounds, of which the row has more. */
static void compute(struct convergence *convergence, const struct results *results,
                    const struct trial_data *trial)
{
    size_t all = (size_t)trial->row.rounds.value;
    bool has_verdict = convergence->speed == SPEED_VS_FP32;
    for (size_t n = 1; n < all && convergence->count + 1 < CONVERGENCE_MOST; n = next_rounds(n)) {
        size_t observations;
        struct figure figure = figures_speed(results, trial, convergence->speed, n, &observations);
        if (figure.present)
            add_point(convergence, n, figure,
                      has_verdict
                          ? verdict_of_speed(&figure, observations, results->run.same_within)
                          : "");
    }
    if (speed_is_known(&trial->row, convergence->speed))
        add_point(convergence, all, *figure_of(&trial->row, convergence->speed),
                  has_verdict ? trial->row.speed_verdict : "");
}

void convergence_update(struct convergence *convergence, struct results *results, int trial,
                        enum speed speed)
{
    results_row(results, trial);
    const struct trial_data *data = &results->trials[trial];
    if (convergence->computed == data->computed && convergence->trial == trial &&
        convergence->speed == speed)
        return;
    *convergence = (struct convergence){.trial = trial, .speed = speed, .computed = data->computed};
    if (speed_is_known(&data->row, speed))
        compute(convergence, results, data);
}

size_t convergence_told(const struct convergence *convergence)
{
    size_t i = convergence->count;
    const char *last = i > 0 ? convergence->points[i - 1].verdict : "";
    if (!verdict_tells(last))
        return 0;
    while (i > 0 && strcmp(convergence->points[i - 1].verdict, last) == 0)
        i--;
    return convergence->points[i].rounds;
}

size_t convergence_narrow(const struct convergence *convergence, double reach)
{
    size_t i = convergence->count, rounds = 0;
    for (; i > 0 && figure_reach(&convergence->points[i - 1].figure) <= reach; i--)
        rounds = convergence->points[i - 1].rounds;
    return rounds;
}

double convergence_needed(const struct convergence *convergence, const struct row *row,
                          double reach)
{
    if (convergence->count == 0)
        return -1.0;
    const struct convergence_point *last = &convergence->points[convergence->count - 1];
    struct figure even = last->figure; /* as far to both sides, as figure_reach sees it */
    double value = even.value, half = figure_reach(&even) * value;
    if (half <= reach * value)
        return 0.0;
    even.low = value - half;
    even.high = value + half;
    double times = needed_times(row, &even, value * (1.0 + reach));
    return times < HUGE_VAL ? needed_rounded((times - 1.0) * (double)last->rounds) : -1.0;
}
