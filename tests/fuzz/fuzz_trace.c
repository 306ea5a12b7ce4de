/* Any bytes as what ONNX Runtime records of a session: steps whose figures are numbers and whose
 * texts steer no terminal, each with nodes of the model whose work it does; or an error that says
 * where. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx/messages.h"
#include "runtimes/ort_places.h"
#include "runtimes/ort_trace.h"
#include "tests/fuzz/fuzz.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The model of the session: two products, and what follows them. */
static const char *const rows[][4] = {
    {"Conv", "x", "w", "a"}, {"Relu", "a", "", "b"}, {"MatMul", "b", "v", "c"},
    {"Add", "c", "b", "d"},  {"Relu", "d", "", "e"},
};

static struct ort_places *make_places(void)
{
    Onnx__Model model = ONNX__MODEL__INIT;
    Onnx__Graph graph = ONNX__GRAPH__INIT;
    Onnx__Node nodes[COUNT(rows)], *list[COUNT(rows)];
    struct ort_places *places;
    struct error error;
    unsigned char *marked;
    size_t size;
    for (size_t n = 0; n < COUNT(rows); n++) {
        onnx__node__init(&nodes[n]);
        nodes[n].op_type = (char *)(uintptr_t)rows[n][0];
        nodes[n].input = (char **)(uintptr_t)&rows[n][1];
        nodes[n].n_input = 2;
        nodes[n].output = (char **)(uintptr_t)&rows[n][3];
        nodes[n].n_output = 1;
        list[n] = &nodes[n];
    }
    graph.node = list;
    graph.n_node = COUNT(rows);
    model.graph = &graph;
    unsigned char *bytes = xcalloc(onnx__model__get_packed_size(&model), 1);
    if (ort_places_mark(bytes, onnx__model__pack(&model, bytes), &places, &marked, &size, &error) !=
        STATUS_OK)
        abort();
    free(bytes);
    free(marked);
    return places;
}

/* A node is worked on by one step, and the nodes of a step are in order. */
static void check_places(const struct ort_places *places, const struct ort_trace *trace,
                         struct arena *arena)
{
    bool is_owned[COUNT(rows)] = {false};
    const char **names = xcalloc(trace->n_steps, sizeof(*names));
    for (size_t i = 0; i < trace->n_steps; i++)
        names[i] = trace->steps[i].name;
    const struct ort_place *found = ort_places_find(places, names, trace->n_steps, NULL, arena);
    for (size_t i = 0; i < trace->n_steps; i++)
        for (int n = 0; n < found[i].n_nodes; n++) {
            int node = found[i].nodes[n];
            if (node < 0 || (size_t)node >= COUNT(rows) || is_owned[node] ||
                (n > 0 && node <= found[i].nodes[n - 1]))
                abort();
            is_owned[node] = true;
        }
    free(names);
}

static void check_text(const char *text)
{
    char *copy = xstrdup(text);
    text_make_printable(copy);
    if (strcmp(copy, text) != 0)
        abort();
    free(copy);
}

static void check(const struct ort_trace *trace)
{
    if (trace->n_steps == 0 || trace->n_runs == 0)
        abort();
    for (size_t i = 0; i < trace->n_steps * trace->n_runs; i++)
        if (!isfinite(trace->us[i]) || trace->us[i] < 0.0)
            abort();
    for (size_t i = 0; i < trace->n_steps; i++) {
        const struct ort_trace_step *step = &trace->steps[i];
        const char *const texts[] = {step->op, step->provider, step->type, step->input,
                                     step->output};
        for (size_t n = 0; n < COUNT(texts); n++)
            check_text(texts[n]);
        if (!isfinite(step->read_bytes) || !isfinite(step->written_bytes))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ort_places *places;
    struct arena *arena = arena_new();
    struct ort_trace trace;
    struct error error = {0};
    unsigned char *bytes = fuzz_copy(data, size);
    if (!places)
        places = make_places();
    enum status status = ort_trace_read((const char *)bytes, size, arena, &trace, &error);
    if (status == STATUS_OK) {
        check(&trace);
        check_places(places, &trace, arena);
    }
    fuzz_check_error(status, &error, "onnxruntime");
    free(bytes);
    arena_free(arena);
    return 0;
}
