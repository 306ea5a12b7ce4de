#include "results_harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "results/column.h"
#include "results/recommend.h"

static json_t *parse(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static json_t *parse(const char *format, va_list arguments)
{
    char text[4096];
    json_error_t problem;
    int length = vsnprintf(text, sizeof(text), format, arguments);
    assert_in_range(length, 1, sizeof(text) - 1);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *event = json_loads(text, JSON_DECODE_ANY, &problem);
    if (!event)
        fail_msg("%s: %s", text, problem.text);
    return event;
}

json_t *harness_json(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    json_t *event = parse(format, arguments);
    va_end(arguments);
    return event;
}

static void apply(struct results *results, const json_t *event)
{
    struct error error = {0};
    if (results_apply(results, event, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

void harness_apply(struct results *results, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    json_t *event = parse(format, arguments);
    va_end(arguments);
    apply(results, event);
    json_decref(event);
}

void harness_trial(struct results *results, int trial, const char *label, int baseline)
{
    char compared[24] = "null";
    if (baseline >= 0)
        snprintf(compared, sizeof(compared), "%d", baseline);
    harness_apply(results,
                  "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': 'm', 'mode': '%s', "
                  "'label': '%s', 'placement': '1', 'threads': 1, 'baseline': %s}",
                  trial, trial, label, label, compared);
}

void harness_runtime(struct results *results, int trial, const char *label, const char *runtime,
                     int baseline, int builtin)
{
    char others[2][24] = {"null", "null"};
    for (int i = 0; i < 2; i++)
        if ((i ? builtin : baseline) >= 0)
            snprintf(others[i], sizeof(others[i]), "%d", i ? builtin : baseline);
    harness_apply(results,
                  "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': 'm', 'mode': '%s', "
                  "'label': '%s', 'placement': '1', 'threads': 1, 'runtime': '%s', 'baseline': %s, "
                  "'builtin': %s}",
                  trial, trial, label, label, runtime, others[0], others[1]);
}

struct results *harness_two_rows(void)
{
    struct results *results = results_new();
    harness_trial(results, 0, "fp32", 0);
    harness_trial(results, 1, "int8", 0);
    return results;
}

void harness_metric(struct results *results, const char *metric)
{
    for (int i = 0; i < 2; i++)
        harness_apply(results,
                      "{'event': 'prepared', 'candidate': %d, 'bytes': 1, 'metric': '%s', "
                      "'samples': 100}",
                      i, metric);
}

void harness_block(struct results *results, int trial, int round, int process, double ns)
{
    harness_apply(results,
                  "{'event': 'block', 'trial': %d, 'round': %d, 'process': %d, 'ns': [%.17g]}",
                  trial, round, process, ns);
}

/* Samples of ten classes in turn; those that are missed get the class five further on. */
static json_t *scores_event(int candidate, int samples, int first_miss, int last_miss)
{
    json_t *values = json_array(), *top1 = json_array(), *labels = json_array();
    for (int i = 0; i < samples; i++) {
        bool missed = i >= first_miss && i < last_miss;
        json_array_append_new(values, json_real(missed ? 0.0 : 1.0));
        json_array_append_new(top1, json_integer((i + (missed ? 5 : 0)) % 10));
        json_array_append_new(labels, json_integer(i % 10));
    }
    return json_pack("{s:s, s:i, s:i, s:o, s:o, s:o}", "event", "scores", "candidate", candidate,
                     "first", 0, "values", values, "top1", top1, "labels", labels);
}

void harness_scores(struct results *results, int candidate, int samples, int first_miss,
                    int last_miss)
{
    json_t *event = scores_event(candidate, samples, first_miss, last_miss);
    apply(results, event);
    json_decref(event);
}

#define RUN                                                                                        \
    "{'event': 'run', 'format': 1, 'version': '0.1', 'started': '2020-01-02T03:04:05', 'title': "  \
    "'two models', 'profile': 'p.yaml', 'host': 'h', 'cpu': 'a CPU', 'isa': 'avx2', 'topology': "  \
    "'1 core', 'seed': 11, 'constraints': {'max_drop': 60.0}}"
#define TRIAL                                                                                      \
    "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': '%s', 'path': "                     \
    "'/models/%d.tflite', "                                                                        \
    "'mode': '%s', 'label': '%s', 'runtime': 'builtin', 'placement': '%s', 'threads': 2, "         \
    "'baseline': %d}"
#define PREPARED                                                                                   \
    "{'event': 'prepared', 'candidate': %d, 'bytes': %d, 'base_bytes': 400000, 'nodes': 9, "       \
    "'metric': 'top1', 'samples': 50, 'float_nodes': [%s], 't': 2.5}"
#define PROCESS                                                                                    \
    "{'event': 'process', 'trial': %d, 'process': %d, 'load_ms': 1.5, 'first_ms': 0.75, "          \
    "'arena_bytes': 2048, 'weight_bytes': 12345, 'isa': 'avx2', 'kernels': {'conv': 8, 'add': 1}}"

/* What rows of one model are called and how they go. */
static const struct {
    const char *model, *mode, *label, *placement;
    int baseline, bytes;
    const char *floats;
    double ratio;  /* latency of fp32 over this; 0: never timed */
    int last_miss; /* samples missed, of 50; -1: not scored */
    const char *end;
} plan[] = {
    {"plain", "fp32", "fp32", "1", 0, 400000, "", 1.0, 5, "{'event': 'done', 'trial': 0}"},
    {"plain", "int8", "int8", "1", 0, 104857, "{'node': 3, 'op': 'ELU'}", 2.5, 6,
     "{'event': 'done', 'trial': 1}"},
    {"plain", "16x8", "wide, \\\"slow\\\" | 16x8", "pu:0,2", 0, 110000, "", 0.0, -1,
     "{'event': 'failed', 'trial': 2, 'stage': 'timing', 'reason': 'killed\\nby µ, again'}"},
    {"naïve|µ, \\\"x\\\"", "int8", "int8 ±", "cores", 4, 100000, "", 0.8, 25,
     "{'event': 'done', 'trial': 3}"},
    {"naïve|µ, \\\"x\\\"", "fp32", "fp32", "cores", 4, 400000, "", 1.0, 0,
     "{'event': 'done', 'trial': 4}"},
    {"naïve|µ, \\\"x\\\"", "fp16", "fp16", "cores", 4, 200000, "", 1.004, -1,
     "{'event': 'failed', 'trial': 5, 'stage': '', 'reason': 'out of memory'}"},
};

#define ROWS (int)(sizeof(plan) / sizeof(plan[0]))

/* Nine processes of two rounds. fp32 drifts, and the others wander around their ratio. */
static void add_blocks(json_t *events, int trial)
{
    for (int round = 0; round < 18; round++) {
        double drift = 1e6 + 1e4 * round, wander = 1.0 + 0.002 * (round / 2 - 4) * (trial % 4);
        int ns = (int)(drift / plan[trial].ratio * wander);
        if (round % 2 == 0)
            json_array_append_new(events, harness_json(PROCESS, trial, round / 2));
        json_array_append_new(
            events, harness_json("{'event': 'block', 'trial': %d, 'round': %d, 'process': %d, "
                                 "'ns': [%d, %d, %d], 't': %d}",
                                 trial, round, round / 2, ns, ns + 5000, ns - 5000, 3 + round));
    }
}

json_t *harness_run_events(void)
{
    json_t *events = json_array();
    json_array_append_new(events, harness_json(RUN));
    for (int i = 0; i < ROWS; i++)
        json_array_append_new(events,
                              harness_json(TRIAL, i, i, plan[i].model, i / 3, plan[i].mode,
                                           plan[i].label, plan[i].placement, plan[i].baseline));
    for (int i = ROWS - 1; i >= 0; i--) {
        json_array_append_new(events, harness_json(PREPARED, i, plan[i].bytes, plan[i].floats));
        if (plan[i].ratio > 0.0)
            add_blocks(events, i);
        if (plan[i].last_miss >= 0)
            json_array_append_new(events, scores_event(i, 50, 0, plan[i].last_miss));
        json_array_append_new(
            events, harness_json("{'event': 'memory', 'trial': %d, 'peak_bytes': 7340032}", i));
        json_array_append_new(events, harness_json("%s", plan[i].end));
    }
    json_array_append_new(events, harness_json("{'event': 'end', 't': 99.5}"));
    return events;
}

struct results *harness_run_results(void)
{
    struct results *results = results_new();
    json_t *events = harness_run_events(), *event;
    size_t i;
    json_array_foreach(events, i, event)
    {
        apply(results, event);
    }
    json_decref(events);
    return results;
}

static void add_figure(struct text *out, const struct column *column, const struct figure *figure)
{
    text_printf(out, "  %s %d %d", column->id, figure->present, figure->bounded);
    if (figure->present)
        text_printf(out, " %.17g %.17g %.17g\n", figure->value, figure->low, figure->high);
    else
        text_printf(out, " (%s)\n", figure->reason);
}

void harness_fingerprint(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    text_printf(out, "%s %s %s %s %s %s %s %s metric %s %ld elapsed %g %d %d revision %lu\n",
                run->title, run->profile, run->version, run->started, run->host, run->cpu, run->isa,
                run->topology, run->metric ? run->metric->name : "-", run->samples, run->elapsed,
                run->stopped, run->ended, (unsigned long)results_revision(results));
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        struct recommendation choice = recommend(results, row->model);
        text_printf(out, "%d %d %d %d %zu %d %s\n", row->trial, row->candidate, row->threads,
                    row->baseline, row->n_blocks, (int)choice.verdict, choice.text);
        for (size_t c = 0; c < column_count; c++)
            if (columns[c].kind == COLUMN_TEXT)
                text_printf(out, "  %s %s\n", columns[c].id, columns[c].text(row));
            else
                add_figure(out, &columns[c], columns[c].figure(row));
    }
}

void harness_absent(const struct figure *figure, const char *reason)
{
    assert_false(figure->present);
    assert_string_equal(figure->reason, reason);
}
