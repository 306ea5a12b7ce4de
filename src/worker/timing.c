/* Timing: one process, one artifact, one placement; blocks on request. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "hardware/witness.h"
#include "measure/clock.h"
#include "results/json_text.h"
#include "worker/artifact.h"
#include "worker/ceilings.h"
#include "worker/messages.h"
#include "worker/profiling.h"
#include "worker/sandbox.h"
#include "worker/worker.h"

/* A block never holds more inferences: its median is good enough and the journal stays small. */
#define BLOCK_INFERENCES_MAX 400
/* Untimed inferences at the start of a block, after another process had the caches. */
#define BLOCK_WARMUP 3
/* How long threads that go on spinning are waited for; those of ONNX Runtime take 30 ms. */
#define REST_SECONDS_MAX 0.2
/* Share of one processing unit that a process at rest may use. */
#define REST_SHARE 0.2
/* The least warm-up of a fresh process. */
#define WARMUP_LEAST 5
/* The least of so many is what asking for the time takes. */
#define CLOCK_TRIES 32

struct bench {
    const struct work *work;
    struct runtime_model *model;
    struct runtime_session *session;
    unsigned char *inputs;
    size_t one, count, next; /* bytes of an input, how many there are, whose turn it is */
    double load_ms;
    double *step_ns;  /* per step, the shortest of the watched runs: nothing disturbed that one */
    double *turns_ns; /* per step, its turns in the present run */
    int n_steps;
    uint64_t told_at; /* ns */
    double clock_ns;  /* what asking for the time takes */
};

static void bench_release(struct bench *bench)
{
    runtime_close(bench->session);
    runtime_release(bench->model);
    free(bench->inputs);
    free(bench->step_ns);
    free(bench->turns_ns);
}

/* Finding a library does not count as start-up: an application has it from the beginning, as this
 * program has its engine. */
static enum status bench_load(struct bench *bench, struct error *error)
{
    const struct work *work = bench->work;
    const struct runtime *runtime;
    struct placement placement = {.n_threads = work->n_pus, .pus = work->pus};
    struct runtime_options options = {
        .placement = &placement, .isa = isa_from_name(work->isa), .is_direct = work->is_direct};
    enum status status = artifact_runtime(work, &runtime, error);
    double start = clock_seconds();
    if (status == STATUS_OK)
        status = artifact_load(work, &options, &bench->model, error);
    if (status == STATUS_OK)
        status = runtime->open(bench->model, &bench->session, error);
    bench->load_ms = (clock_seconds() - start) * 1e3;
    if (status == STATUS_OK)
        status = artifact_inputs(bench->model, &bench->inputs, &bench->one, &bench->count, error);
    return status;
}

/* One inference on the next input; its time in ns, without the copying of the input. */
static enum status run_once(struct bench *bench, uint64_t *ns, struct error *error)
{
    const unsigned char *bytes = bench->inputs + bench->next * bench->one;
    bench->next = (bench->next + 1) % bench->count;
    for (int i = 0; i < bench->model->n_inputs; i++) {
        size_t size = tensor_bytes(&bench->model->inputs[i]);
        memcpy(bench->session->inputs[i], bytes, size);
        bytes += size;
    }
    uint64_t start = clock_ns();
    enum status status = bench->session->run(bench->session, error);
    *ns = clock_ns() - start;
    double most = bench->work->inference_seconds, seconds = (double)*ns * 1e-9;
    if (status == STATUS_OK && most > 0.0 && seconds > most)
        return error_set(error, STATUS_INVALID, NULL,
                         "one inference took %.3g s, more than %g s (key "
                         "'limits.inference_seconds')",
                         seconds, most);
    return status;
}

/* A run is over: its steps are compared with those of the runs before. */
static void end_watched_run(struct bench *bench)
{
    for (int i = 0; i < bench->n_steps; i++) {
        if (bench->turns_ns[i] >= 0.0)
            bench->step_ns[i] = fmin(bench->step_ns[i], bench->turns_ns[i]);
        bench->turns_ns[i] = -1.0; /* none yet */
    }
}

static void watch_step(void *context, int step)
{
    struct bench *bench = context;
    uint64_t now = clock_ns();
    double took = fmax((double)(now - bench->told_at) - bench->clock_ns, 0.0);
    if (step >= 0)
        bench->turns_ns[step] = fmax(bench->turns_ns[step], 0.0) + took;
    else
        end_watched_run(bench);
    bench->told_at = clock_ns();
}

/* Which steps the time goes to is found out while nothing is timed. */
static void watch_steps(struct bench *bench, bool begins)
{
    const struct runtime *runtime = bench->model->runtime;
    if (!runtime->watch)
        return;
    if (!begins) {
        runtime->watch(bench->session, NULL, NULL);
        end_watched_run(bench);
        return;
    }
    struct runtime_report report = runtime->report(bench->model);
    bench->step_ns = xcalloc((size_t)report.n_kernels, sizeof(*bench->step_ns));
    bench->turns_ns = xcalloc((size_t)report.n_kernels, sizeof(*bench->turns_ns));
    bench->n_steps = report.n_kernels;
    for (int i = 0; i < report.n_kernels; i++) {
        bench->step_ns[i] = HUGE_VAL;
        bench->turns_ns[i] = -1.0;
    }
    bench->clock_ns = HUGE_VAL;
    for (int i = 0; i < CLOCK_TRIES; i++) {
        uint64_t start = clock_ns();
        bench->clock_ns = fmin(bench->clock_ns, (double)(clock_ns() - start));
    }
    runtime->watch(bench->session, watch_step, bench);
}

static enum status warm_up(struct bench *bench, struct error *error)
{
    double end = clock_seconds() + bench->work->warmup_ms * 1e-3;
    enum status status = STATUS_OK;
    uint64_t ignored;
    watch_steps(bench, true);
    for (int runs = 0; status == STATUS_OK && (runs < WARMUP_LEAST || clock_seconds() < end);
         runs++)
        status = run_once(bench, &ignored, error);
    watch_steps(bench, false);
    return status;
}

/* How many steps each kernel has. */
static json_t *count_kernels(const struct runtime_report *report)
{
    json_t *counts = json_object();
    for (int i = 0; i < report->n_kernels; i++) {
        json_int_t before = json_integer_value(json_object_get(counts, report->kernels[i]));
        json_object_set_new(counts, report->kernels[i], json_integer(before + 1));
    }
    return counts;
}

/* The share of an inference's time that each kernel takes. */
static json_t *shares_of_kernels(const struct bench *bench, const struct runtime_report *report)
{
    json_t *shares = json_object();
    double whole = 0.0;
    for (int i = 0; i < report->n_kernels; i++)
        whole += bench->step_ns[i];
    for (int i = 0; whole > 0.0 && isfinite(whole) && i < report->n_kernels; i++) {
        const char *kernel = report->kernels[i];
        double before = json_number_value(json_object_get(shares, kernel));
        json_object_set_new(shares, kernel, json_real(before + bench->step_ns[i] / whole));
    }
    return shares;
}

static void set_bytes(json_t *event, const char *key, double bytes)
{
    if (bytes >= 0.0)
        json_object_set_new(event, key, json_integer((json_int_t)bytes));
}

static void emit_process(const struct bench *bench, double first_ms)
{
    struct runtime_report report = bench->model->runtime->report(bench->model);
    json_t *kernels = report.note ? json_said(report.note) : count_kernels(&report);
    json_t *event = json_pack("{s:s, s:i, s:i, s:f, s:f, s:s, s:s*, s:o, s:o}", "event", "process",
                              "trial", bench->work->trial, "process", bench->work->process,
                              "load_ms", bench->load_ms, "first_ms", first_ms, "isa", report.isa,
                              "arithmetic", report.arithmetic, "runtime_version",
                              json_said(bench->model->runtime->version()), "kernels", kernels);
    if (bench->step_ns)
        json_object_set_new(event, "shares", shares_of_kernels(bench, &report));
    set_bytes(event, "arena_bytes", report.arena_bytes);
    set_bytes(event, "weight_bytes", report.weight_bytes);
    set_bytes(event, "scratch_bytes", report.scratch_bytes);
    worker_emit(sandbox_tell(event));
}

/* Waits until the threads of a library do nothing any more: the processing units are the next
 * process's. Those of the engine sleep in no time. */
static void come_to_rest(const struct bench *bench)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    double start = clock_seconds(), time = start, cpu = clock_cpu_seconds(), share = 1.0;
    if (!bench->model->runtime->library || bench->work->n_pus == 1)
        return;
    while (share > REST_SHARE && time - start < REST_SECONDS_MAX) {
        double time_before = time, cpu_before = cpu;
        nanosleep(&moment, NULL);
        time = clock_seconds();
        cpu = clock_cpu_seconds();
        share = (cpu - cpu_before) / (time - time_before);
    }
}

/* What disturbed the block; of what the system does not tell nothing is said. */
static json_t *describe_witness(const struct witness *witness)
{
    const struct {
        const char *key;
        double value;
    } facts[] = {
        {"seconds", witness->seconds}, {"waited", witness->waited}, {"steal", witness->steal},
        {"others", witness->others},   {"pace", witness->pace},     {"switches", witness->switches},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        if (isfinite(facts[i].value))
            json_object_set_new(object, facts[i].key, json_real(facts[i].value));
    return object;
}

static enum status run_block(struct bench *bench, long round, struct error *error)
{
    uint64_t times[BLOCK_INFERENCES_MAX];
    size_t count = 0;
    enum status status = STATUS_OK;
    runtime_reset(bench->session);
    for (int i = 0; status == STATUS_OK && i < BLOCK_WARMUP; i++)
        status = run_once(bench, &times[0], error);
    const struct work *work = bench->work;
    struct witness_mark mark;
    witness_begin("", work->pus, work->n_pus, &mark);
    double end = clock_seconds() + work->block_ms * 1e-3;
    while (status == STATUS_OK && (count == 0 || clock_seconds() < end) &&
           count < BLOCK_INFERENCES_MAX)
        status = run_once(bench, &times[count++], error);
    if (status != STATUS_OK)
        return status;
    struct witness witness = witness_end("", work->pus, work->n_pus, &mark);
    come_to_rest(bench);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_integer((json_int_t)times[i]));
    worker_emit(json_pack("{s:s, s:i, s:I, s:i, s:o, s:o}", "event", "block", "trial",
                          bench->work->trial, "round", (json_int_t)round, "process",
                          bench->work->process, "ns", list, "facts", describe_witness(&witness)));
    return STATUS_OK;
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

static enum status run_next(void *context, uint64_t *ns, struct error *error)
{
    return run_once(context, ns, error);
}

static void use_session(void *context, struct runtime_session *session)
{
    struct bench *bench = context;
    come_to_rest(bench);
    bench->session = session;
    runtime_reset(session);
}

/* The event of the pass, or one that says why there is none; NULL: the runtime has no steps. */
static json_t *profile_or_say(const struct profiling *profiling)
{
    const struct runtime *runtime = profiling->model->runtime;
    struct error error;
    char line[sizeof(error.where) + sizeof(error.text) + 8];
    json_t *event = NULL;
    enum status status = runtime->watch    ? profile_steps(profiling, &event, &error)
                         : runtime->record ? profile_recorded(profiling, &event, &error)
                                           : STATUS_OK;
    if (status == STATUS_OK)
        return event;
    error_line(&error, line, sizeof(line));
    return json_pack("{s:s, s:o}", "event", "steps", "absent", json_said(line));
}

/* Behind all that is timed, so that it cannot disturb it; what goes wrong in it costs no row. */
static void profile(struct bench *bench)
{
    const struct profiling profiling = {.model = bench->model,
                                        .session = bench->session,
                                        .run = run_next,
                                        .context = bench,
                                        .seconds = bench->work->profile_seconds,
                                        .block_seconds = bench->work->block_ms * 1e-3,
                                        .use = use_session};
    if (!(bench->work->profile_seconds > 0.0))
        return;
    runtime_reset(bench->session);
    json_t *event = profile_or_say(&profiling);
    if (!event)
        return;
    if (ceilings_noted())
        json_object_set_new(event, "ceilings", ceilings_pack(ceilings_noted()));
    json_object_set_new(event, "trial", json_integer(bench->work->trial));
    json_object_set_new(event, "process", json_integer(bench->work->process));
    worker_emit(event);
}

static enum status serve(struct bench *bench, struct error *error)
{
    json_t *request;
    while ((request = worker_await()) != NULL) {
        long round;
        bool is_block = work_asks_for_block(request, &round);
        json_decref(request);
        if (!is_block)
            break;
        enum status status = run_block(bench, round, error);
        if (status != STATUS_OK)
            return status;
    }
    double peak = peak_bytes();
    profile(bench);
    worker_emit(json_pack("{s:s, s:i, s:i, s:f}", "event", "memory", "trial", bench->work->trial,
                          "process", bench->work->process, "peak_bytes", peak));
    return STATUS_OK;
}

enum status worker_time(const struct work *work, struct error *error)
{
    struct bench bench = {.work = work};
    uint64_t first;
    enum status status = bench_load(&bench, error);
    if (status == STATUS_OK)
        status = run_once(&bench, &first, error);
    if (status == STATUS_OK)
        status = warm_up(&bench, error);
    if (status == STATUS_OK) {
        emit_process(&bench, (double)first * 1e-6);
        status = serve(&bench, error);
    }
    bench_release(&bench);
    return status;
}
