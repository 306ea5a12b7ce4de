/* Timing: one process, one artifact, one placement; blocks on request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session.h"
#include "measure/clock.h"
#include "worker/artifact.h"
#include "worker/worker.h"

/* A block never holds more inferences: its median is good enough and the journal stays small. */
#define BLOCK_INFERENCES_MAX 400
/* Untimed inferences at the start of a block, after another process had the caches. */
#define BLOCK_WARMUP 3
/* The least warm-up of a fresh process. */
#define WARMUP_LEAST 5

struct bench {
    const struct work *work;
    struct graph *graph;
    struct plan *plan;
    struct pool *pool;
    struct session *session;
    unsigned char *inputs;
    size_t one, count, next; /* bytes of an input, how many there are, whose turn it is */
    double load_ms;
};

static void bench_release(struct bench *bench)
{
    session_free(bench->session);
    pool_free(bench->pool);
    plan_free(bench->plan);
    graph_free(bench->graph);
    free(bench->inputs);
}

static enum status bench_load(struct bench *bench, struct error *error)
{
    const struct work *work = bench->work;
    struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    struct plan_options options = {.threads = work->n_pus, .isa = isa_from_name(work->isa)};
    double start = clock_seconds();
    enum status status = pool_new(&placement, &bench->pool, error);
    if (status == STATUS_OK)
        status = artifact_load(work->model, &bench->graph, error);
    if (status == STATUS_OK)
        status = plan_new(bench->graph, &options, &bench->plan, error);
    if (status == STATUS_OK)
        status = session_new(bench->plan, bench->pool, &bench->session, error);
    bench->load_ms = (clock_seconds() - start) * 1e3;
    if (status == STATUS_OK)
        status = artifact_inputs(bench->graph, &bench->inputs, &bench->one, &bench->count, error);
    return status;
}

/* One inference on the next input; its time in ns, without the copying of the input. */
static uint64_t run_once(struct bench *bench)
{
    const unsigned char *bytes = bench->inputs + bench->next * bench->one;
    bench->next = (bench->next + 1) % bench->count;
    for (int i = 0; i < bench->graph->n_inputs; i++) {
        size_t size = tensor_bytes(&bench->graph->tensors[bench->graph->inputs[i]]);
        memcpy(session_input(bench->session, i), bytes, size);
        bytes += size;
    }
    uint64_t start = clock_ns();
    session_run(bench->session);
    return clock_ns() - start;
}

static void warm_up(struct bench *bench)
{
    double end = clock_seconds() + bench->work->warmup_ms * 1e-3;
    for (int runs = 0; runs < WARMUP_LEAST || clock_seconds() < end; runs++)
        run_once(bench);
}

/* How many steps each kernel has, and the best instruction set among them. */
static json_t *count_kernels(const struct plan *plan, enum isa *best)
{
    json_t *counts = json_object();
    *best = ISA_REFERENCE;
    for (int i = 0; i < plan_steps(plan); i++) {
        const char *name = plan_step_kernel(plan, i);
        json_int_t before = json_integer_value(json_object_get(counts, name));
        json_object_set_new(counts, name, json_integer(before + 1));
        *best = plan_step_isa(plan, i) > *best ? plan_step_isa(plan, i) : *best;
    }
    return counts;
}

static void emit_process(const struct bench *bench, double first_ms)
{
    struct plan_sizes sizes = plan_sizes(bench->plan);
    enum isa best;
    json_t *kernels = count_kernels(bench->plan, &best);
    worker_emit(json_pack(
        "{s:s, s:i, s:i, s:f, s:f, s:I, s:I, s:I, s:s, s:o}", "event", "process", "trial",
        bench->work->trial, "process", bench->work->process, "load_ms", bench->load_ms, "first_ms",
        first_ms, "arena_bytes", (json_int_t)sizes.arena_bytes, "weight_bytes",
        (json_int_t)sizes.weight_bytes, "scratch_bytes", (json_int_t)sizes.scratch_bytes, "isa",
        isa_table[best].name, "kernels", kernels));
}

static void run_block(struct bench *bench, json_int_t round)
{
    uint64_t times[BLOCK_INFERENCES_MAX];
    size_t count = 0;
    for (int i = 0; i < BLOCK_WARMUP; i++)
        run_once(bench);
    double end = clock_seconds() + bench->work->block_ms * 1e-3;
    do
        times[count++] = run_once(bench);
    while (count < BLOCK_INFERENCES_MAX && clock_seconds() < end);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_integer((json_int_t)times[i]));
    worker_emit(json_pack("{s:s, s:i, s:I, s:i, s:o}", "event", "block", "trial",
                          bench->work->trial, "round", round, "process", bench->work->process, "ns",
                          list));
}

/* Peak resident memory of this process, of which nothing is inherited: the VmHWM line. */
static double peak_bytes(void)
{
    char line[128];
    double kib = 0.0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kib * 1024.0;
}

static void serve(struct bench *bench)
{
    json_t *request;
    while ((request = worker_await()) != NULL) {
        const char *what = json_string_value(json_object_get(request, "do"));
        json_int_t round = json_integer_value(json_object_get(request, "round"));
        bool block = what && strcmp(what, "block") == 0;
        json_decref(request);
        if (!block)
            break;
        run_block(bench, round);
    }
    worker_emit(json_pack("{s:s, s:i, s:i, s:f}", "event", "memory", "trial", bench->work->trial,
                          "process", bench->work->process, "peak_bytes", peak_bytes()));
}

enum status worker_time(const struct work *work, struct error *error)
{
    struct bench bench = {.work = work};
    enum status status = bench_load(&bench, error);
    if (status == STATUS_OK) {
        double first_ms = (double)run_once(&bench) * 1e-6;
        warm_up(&bench);
        emit_process(&bench, first_ms);
        serve(&bench);
    }
    bench_release(&bench);
    return status;
}
