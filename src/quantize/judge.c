#include "quantize/judge.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "graph/comparable.h"
#include "quantize/counterpart.h"
#include "quantize/crew.h"

double judge_share(const float *expected, const float *found, size_t count)
{
    double noise = 0.0, signal = 0.0;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)found[i] - (double)expected[i];
        if (!isfinite(expected[i]))
            continue;
        if (!isfinite(found[i]))
            return INFINITY;
        noise += difference * difference;
        signal += (double)expected[i] * (double)expected[i];
    }
    return signal > 0.0 ? noise / signal : 0.0;
}

/* One of two graphs that run side by side, and put out the same real numbers. */
struct side {
    struct graph *graph;
    struct model_ends ends;
    struct model_data *data;
    struct crew_graph opened;
};

enum { REAL, MADE, SIDES };

struct judge {
    struct side sides[SIDES];
    double *changes; /* per run */
};

/* A tensor in real numbers. */
static int real_form(struct graph *graph, int tensor)
{
    struct tensor real = graph->tensors[tensor];
    if (real.type == TYPE_F32)
        return tensor;
    real.type = TYPE_F32;
    real.quant = (struct quantization){0};
    int out = graph_add_tensor(graph, &real);
    graph_add_node(graph, OP_DEQUANTIZE, &tensor, 1, &out, 1, NULL);
    return out;
}

static bool has_reals(const struct tensor *tensor)
{
    return tensor->type == TYPE_F32 ||
           (type_is_quantized(tensor->type) && tensor->quant.count == 1);
}

/* Has both put out what can be compared; how many tensors that are. */
static int set_outputs(struct side *sides)
{
    struct graph *real = sides[REAL].graph, *made = sides[MADE].graph;
    struct counterparts parts = counterparts_find(real, made);
    int *lists[SIDES], count = 0, all;
    for (int i = 0; i < SIDES; i++)
        lists[i] = xcalloc(COMPARABLE_MAX(real) + 1, sizeof(**lists));
    all = graph_comparable(real, lists[REAL]);
    for (int i = 0; i < all; i++) {
        int tensor = lists[REAL][i], other = parts.made_of[tensor];
        if (real->tensors[tensor].type != TYPE_F32 || other == NO_TENSOR ||
            !has_reals(&made->tensors[other]))
            continue;
        lists[REAL][count] = tensor;
        lists[MADE][count++] = real_form(made, other);
    }
    for (int i = 0; i < SIDES; i++) {
        graph_set_outputs(sides[i].graph, lists[i], count);
        free(lists[i]);
    }
    counterparts_release(&parts);
    return count;
}

static enum status side_open(struct side *side, const struct dataset_spec *spec,
                             const struct data_part *part, struct error *error)
{
    const struct plan_options options = {.threads = 1, .isa = isa_best(), .merges = true};
    enum status status = model_data_open(spec, &side->ends, &side->data, error);
    if (status != STATUS_OK)
        return status;
    model_data_take(side->data, part);
    return crew_open(side->graph, &options, &side->opened, error);
}

static void side_close(struct side *side)
{
    crew_close(&side->opened);
    model_data_free(side->data);
    ends_release(&side->ends);
    graph_free(side->graph);
}

static enum status side_run(const struct side *side, struct session *session, size_t run,
                            struct error *error)
{
    int count = side->graph->n_inputs;
    void **inputs = xcalloc((size_t)count + 1, sizeof(*inputs));
    for (int i = 0; i < count; i++)
        inputs[i] = session_input(session, i);
    enum status status = model_data_read(side->data, run, inputs, error);
    free(inputs);
    if (status != STATUS_OK)
        return status;
    session_run(session);
    return session_check(session, error);
}

static enum status judge_run(void *context, struct session *session, int thread, size_t run,
                             struct error *error)
{
    struct judge *judge = context;
    const struct graph *real = judge->sides[REAL].graph;
    struct session *other = judge->sides[MADE].opened.sessions[thread];
    enum status status = side_run(&judge->sides[REAL], session, run, error);
    if (status == STATUS_OK)
        status = side_run(&judge->sides[MADE], other, run, error);
    for (int i = 0; i < real->n_outputs && status == STATUS_OK; i++)
        judge->changes[run] += judge_share(session_output(session, i), session_output(other, i),
                                           shape_elements(&real->tensors[real->outputs[i]].shape));
    return status;
}

/* The sum is taken in the order of the runs, whoever did them. */
static enum status judge_all(struct judge *judge, double *change, struct error *error)
{
    size_t runs = model_data_runs(judge->sides[REAL].data);
    double sum = 0.0;
    judge->changes = xcalloc(runs + 1, sizeof(*judge->changes));
    enum status status = crew_run(&judge->sides[REAL].opened, judge_run, judge, runs, error);
    for (size_t i = 0; i < runs; i++)
        sum += judge->changes[i];
    *change = sum / ((double)runs * (double)judge->sides[REAL].graph->n_outputs);
    free(judge->changes);
    return status;
}

enum status judge_outputs(const struct graph *real, const struct graph *made,
                          const struct dataset_spec *spec, const struct data_part *part,
                          double *change, int *outputs, struct error *error)
{
    const struct graph *graphs[SIDES] = {real, made};
    struct judge judge = {0};
    enum status status = STATUS_OK;
    assert(real->n_states == 0 && made->n_states == 0);
    *change = 0.0;
    for (int i = 0; i < SIDES; i++) {
        judge.sides[i].graph = graph_share(graphs[i]);
        judge.sides[i].ends = ends_of_graph(graphs[i]);
    }
    *outputs = set_outputs(judge.sides);
    for (int i = 0; i < SIDES && status == STATUS_OK && *outputs > 0; i++)
        status = side_open(&judge.sides[i], spec, part, error);
    if (status == STATUS_OK && *outputs > 0)
        status = judge_all(&judge, change, error);
    for (int i = 0; i < SIDES; i++)
        side_close(&judge.sides[i]);
    return status;
}
