/* The profiling pass of a runtime whose library records how long its steps take. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/clock.h"
#include "measure/stats.h"
#include "worker/diversion.h"
#include "worker/profiling.h"
#include "worker/sandbox.h"

/* Of more events than these, which the library keeps in memory and this program reads, nothing new
 * is to be learned. */
#define EVENTS_MOST 12000

/* So many of each kind are run in a turn at most, so that what disturbs for a moment disturbs both;
 * and so many at least, since each turn begins with some that do not count. */
#define TURN_MOST  (PROFILED_MOST / 8)
#define TURN_LEAST 4

/* Inferences of one session. */
struct series {
    struct runtime_session *session;
    double ns[PROFILED_MOST];      /* of those that count */
    size_t numbers[PROFILED_MOST]; /* of these among all, some of which begin a turn */
    size_t runs, all;
    size_t most;
};

static bool goes_on(const struct series *series, size_t runs, double end)
{
    return series->runs < series->most && runs < TURN_MOST &&
           (runs < TURN_LEAST || clock_seconds() < end);
}

static enum status run_turn(const struct profiling *profiling, struct series *series,
                            unsigned char *foreign, struct error *error)
{
    size_t first = series->runs;
    profiling->use(profiling->context, series->session);
    enum status status = profiling_begin_block(profiling, foreign, error);
    double end = clock_seconds() + profiling->block_seconds;
    series->all += PROFILED_WARMUP;
    while (status == STATUS_OK && goes_on(series, series->runs - first, end)) {
        uint64_t ns = 0;
        status = profiling->run(profiling->context, &ns, error);
        series->ns[series->runs] = (double)ns;
        series->numbers[series->runs++] = series->all++;
    }
    return status;
}

/* Both sessions in turns, for the time that there is, but for a fewest of inferences. */
static enum status run_turns(const struct profiling *profiling, struct series *plain,
                             struct series *recorded, struct error *error)
{
    enum status status = STATUS_OK;
    unsigned char *foreign = profiling_foreign();
    double end = clock_seconds() + 2.0 * profiling->seconds;
    while (status == STATUS_OK && recorded->runs < recorded->most &&
           (recorded->runs < PROFILED_LEAST || clock_seconds() < end)) {
        status = run_turn(profiling, plain, foreign, error);
        if (status == STATUS_OK)
            status = run_turn(profiling, recorded, foreign, error);
    }
    free(foreign);
    profiling->use(profiling->context, profiling->session);
    return status;
}

/* The median time of each step, in ns, of the inferences that count. */
static double *find_times(const struct runtime_record *record, const struct series *series)
{
    size_t width = (size_t)record->n_steps;
    double *times = xcalloc(width, sizeof(*times)), *ticks = xcalloc(series->runs, sizeof(*ticks));
    for (size_t i = 0; i < width; i++) {
        for (size_t k = 0; k < series->runs; k++)
            ticks[k] = record->ticks[series->numbers[k] * width + i];
        times[i] = record->tick_ns * stats_grouped_median(ticks, series->runs, 1.0);
    }
    free(ticks);
    return times;
}

/* What recording adds to each step: the steps of an inference take so much longer together than a
 * whole one that nobody records. None takes less than nothing, though. */
static double find_overhead(const double *times, size_t count, double whole)
{
    double sum = 0.0, least = INFINITY;
    for (size_t i = 0; i < count; i++) {
        sum += times[i];
        least = fmin(least, times[i]);
    }
    return fmin(fmax((sum - whole) / (double)count, 0.0), least);
}

static json_t *describe_all(const struct runtime_record *record, const struct series *recorded,
                            double whole)
{
    double *times = find_times(record, recorded);
    double overhead = find_overhead(times, (size_t)record->n_steps, whole);
    json_t *list = json_array();
    for (int i = 0; i < record->n_steps; i++)
        json_array_append_new(list, profiling_describe(&record->steps[i], times[i] - overhead));
    free(times);
    return json_pack("{s:s, s:I, s:s, s:f, s:f, s:o}", "event", "steps", "inferences",
                     (json_int_t)recorded->runs, "clock", record->clock, "overhead_ns", overhead,
                     "whole_ns", whole, "steps", list);
}

static enum status read_record(const struct runtime *runtime, const struct series *plain,
                               const struct series *recorded, json_t **event, struct error *error)
{
    struct runtime_record record;
    double whole[PROFILED_MOST];
    enum status status = runtime->recorded(recorded->session, &record, error);
    if (status != STATUS_OK)
        return status;
    if (record.n_runs != recorded->all)
        return error_set(error, STATUS_FORMAT, NULL, "%zu inferences were recorded of %zu",
                         record.n_runs, recorded->all);
    memcpy(whole, plain->ns, plain->runs * sizeof(*whole));
    *event = describe_all(&record, recorded, stats_median(whole, plain->runs));
    return STATUS_OK;
}

static size_t runs_for(int n_steps)
{
    size_t runs = EVENTS_MOST / (size_t)(n_steps > 0 ? n_steps : 1);
    return runs > PROFILED_MOST ? PROFILED_MOST : runs < PROFILED_LEAST ? PROFILED_LEAST : runs;
}

/* Nothing else is written by a confined worker, and nothing at all where nobody diverts it. */
static const char *why_not(void)
{
    if (diversion_file() < 0)
        return "the library writes a file for that, which this system cannot keep in memory";
    return sandbox_diverts() ? NULL
                             : "the library writes a file for that, which is kept in memory where "
                               "calls are filtered (seccomp)";
}

static enum status open_recorded(const struct profiling *profiling, struct series *recorded,
                                 struct error *error)
{
    int n_steps;
    if (why_not())
        return error_set(error, STATUS_UNSUPPORTED, NULL, "%s", why_not());
    diversion_arm();
    enum status status = profiling->model->runtime->record(profiling->model, diversion_file(),
                                                           &recorded->session, &n_steps, error);
    diversion_disarm();
    if (status == STATUS_OK)
        recorded->most = runs_for(n_steps);
    return status;
}

enum status profile_recorded(const struct profiling *profiling, json_t **event, struct error *error)
{
    struct series plain = {.session = profiling->session}, recorded = {0};
    enum status status = open_recorded(profiling, &recorded, error);
    if (status != STATUS_OK)
        return status;
    plain.most = recorded.most;
    status = run_turns(profiling, &plain, &recorded, error);
    if (status == STATUS_OK)
        status = read_record(profiling->model->runtime, &plain, &recorded, event, error);
    runtime_close(recorded.session);
    return status;
}
