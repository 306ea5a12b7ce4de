#include "worker/profiling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/stats.h"
#include "measure/ticks.h"

/* Of so many spans between two readings with nothing in between, the median is subtracted. */
#define EMPTY_SPANS 101

struct pass {
    bool has_counter;
    int n_steps;
    uint64_t told;     /* when the watcher returned, in ticks */
    uint64_t *spans;   /* of the present run, one per step: the sum of its turns */
    uint64_t overhead; /* what watching adds to a turn, in ticks */
};

static void tell(void *context, int step)
{
    struct pass *pass = context;
    uint64_t now = ticks_now(pass->has_counter);
    uint64_t span = now - pass->told;
    if (step < 0) /* a run begins */
        memset(pass->spans, 0, (size_t)pass->n_steps * sizeof(*pass->spans));
    else if (span > pass->overhead)
        pass->spans[step] += span - pass->overhead;
    pass->told = ticks_now(pass->has_counter);
}

static double median_ticks(const uint64_t *first, size_t stride, size_t count)
{
    double *values = xcalloc(count, sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = (double)first[i * stride];
    double median = stats_median(values, count);
    free(values);
    return median;
}

/* What watching adds to a span, in ticks. The call goes through a pointer, as a session's does. */
static double measure_overhead(bool has_counter)
{
    void (*volatile told)(void *context, int step) = tell;
    uint64_t spans[EMPTY_SPANS] = {0};
    struct pass pass = {.has_counter = has_counter, .spans = spans};
    told(&pass, -1);
    for (int i = 0; i < EMPTY_SPANS; i++)
        told(&pass, i);
    return median_ticks(spans, 1, EMPTY_SPANS);
}

/* Spans of all watched runs, run by run: n_steps of each. */
struct record {
    uint64_t *spans;
    double whole_ns[PROFILED_MOST]; /* of an inference right behind each, which nobody watched */
    size_t runs, width;
    double ns_per_tick, overhead; /* ns, ticks */
};

/* Between two blocks of a row that is timed, other rows have the caches: here somebody writes
 * through more than most of them hold. */
#define FOREIGN_BYTES ((size_t)32 << 20)

unsigned char *profiling_foreign(void)
{
    return memory_try(FOREIGN_BYTES);
}

enum status profiling_begin_block(const struct profiling *profiling, unsigned char *foreign,
                                  struct error *error)
{
    enum status status = STATUS_OK;
    uint64_t ignored;
    if (foreign)
        memset(foreign, 1, FOREIGN_BYTES);
    for (int i = 0; status == STATUS_OK && i < PROFILED_WARMUP; i++)
        status = profiling->run(profiling->context, &ignored, error);
    return status;
}

/* One inference that is watched, and one that is not: what the machine has become slower by since
 * the row was timed, it has for both. */
static enum status run_both(const struct profiling *profiling, struct pass *pass,
                            struct record *record, struct error *error)
{
    const struct runtime *runtime = profiling->model->runtime;
    uint64_t ns = 0;
    pass->spans = record->spans + record->runs * record->width;
    runtime->watch(profiling->session, tell, pass);
    enum status status = profiling->run(profiling->context, &ns, error);
    runtime->watch(profiling->session, NULL, NULL);
    if (status == STATUS_OK)
        status = profiling->run(profiling->context, &ns, error);
    record->whole_ns[record->runs] = (double)ns;
    return status;
}

static enum status run_all(const struct profiling *profiling, struct pass *pass,
                           struct record *record, struct error *error)
{
    enum status status = STATUS_OK;
    unsigned char *foreign = profiling_foreign();
    uint64_t start_ns = clock_ns(), start = ticks_now(pass->has_counter);
    double begin = clock_seconds(), now = begin, block_ends = begin;
    double each = profiling->seconds / PROFILED_MOST, due = 0.0;
    while (status == STATUS_OK && record->runs < PROFILED_MOST &&
           (record->runs < PROFILED_LEAST || now - begin < profiling->seconds)) {
        if (now >= block_ends) {
            status = profiling_begin_block(profiling, foreign, error);
            block_ends = clock_seconds() + profiling->block_seconds;
        }
        if (status == STATUS_OK)
            status = run_both(profiling, pass, record, error);
        now = clock_seconds();
        if (now - begin >= due) /* else the next ones take their place */
            due = (double)++record->runs * each;
    }
    free(foreign);
    uint64_t ticks = ticks_now(pass->has_counter) - start;
    record->ns_per_tick = ticks > 0 ? (double)(clock_ns() - start_ns) / (double)ticks : 1.0;
    return status;
}

static double step_ns(const struct record *record, int step)
{
    return median_ticks(record->spans + step, record->width, record->runs) * record->ns_per_tick;
}

static json_t *describe_nodes(const struct runtime_step *step)
{
    json_t *nodes = json_array();
    for (int i = 0; i < step->n_nodes; i++)
        json_array_append_new(nodes, json_integer(step->nodes[i]));
    return nodes;
}

/* What is not known is left out. */
static void set_known(json_t *object, const char *key, double value)
{
    if (value >= 0.0)
        json_object_set_new(object, key, json_real(value));
}

json_t *profiling_describe(const struct runtime_step *step, double ns)
{
    json_t *object = json_pack(
        "{s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:f}", "nodes", describe_nodes(step), "op",
        step->op, "merged", step->merged, "kernel", step->kernel, "isa", step->isa, "arithmetic",
        step->arithmetic, "input", step->input, "output", step->output, "ns", ns);
    set_known(object, "macs", step->macs);
    set_known(object, "constant_bytes", step->constant_bytes);
    set_known(object, "read_bytes", step->read_bytes);
    set_known(object, "written_bytes", step->written_bytes);
    return object;
}

/* Times are sums of spans that were cut at the same places in each run, so their medians add up to
 * about that of the whole. */
static json_t *describe_all(const struct runtime_step *steps, int count, const struct pass *pass,
                            struct record *record)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, profiling_describe(&steps[i], step_ns(record, i)));
    return json_pack("{s:s, s:I, s:s, s:f, s:f, s:o}", "event", "steps", "inferences",
                     (json_int_t)record->runs, "clock",
                     pass->has_counter ? TICKS_COUNTER_NAME : "system clock", "overhead_ns",
                     record->overhead * record->ns_per_tick, "whole_ns",
                     stats_median(record->whole_ns, record->runs), "steps", list);
}

enum status profile_steps(const struct profiling *profiling, json_t **event, struct error *error)
{
    const struct runtime *runtime = profiling->model->runtime;
    int count;
    const struct runtime_step *steps = runtime->steps(profiling->model, &count);
    struct pass pass = {.has_counter = ticks_has_counter(), .n_steps = count};
    struct record record = {.width = (size_t)count, .overhead = measure_overhead(pass.has_counter)};
    pass.overhead = (uint64_t)record.overhead;
    record.spans = xcalloc((size_t)count * PROFILED_MOST, sizeof(*record.spans));
    enum status status = run_all(profiling, &pass, &record, error);
    if (status == STATUS_OK)
        *event = describe_all(steps, count, &pass, &record);
    free(record.spans);
    return status;
}
