/* The recorded output of every operator, on every instruction set: integers bit for bit, floats
 * within the bound that the recordings' README states. A difference is named by the layer where it
 * begins, which outputs of whole networks do not tell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/session.h"
#include "graph_harness.h"
#include "model/load.h"

/* One line of NAME.layers0.csv. */
struct layer {
    int tensor;
    size_t offset, bytes;
    bool was_seen;
};

struct recording {
    const char *name;
    struct graph *graph;
    unsigned char *values;
    size_t size;
    struct layer layers[64];
    int n_layers;
    enum isa isa;
};

static const char *in_shared(const char *folder, const char *name, const char *suffix)
{
    static char path[1024];
    const char *shared = getenv("QUANTOP_SHARED");
    snprintf(path, sizeof(path), "%s/%s/%s%s",
             shared && shared[0] ? shared : SOURCE_DIRECTORY "/../shared", folder, name, suffix);
    return path;
}

static unsigned char *read_golden(const char *name, const char *suffix, size_t *size)
{
    struct error error;
    unsigned char *bytes;
    if (file_read(in_shared("golden", name, suffix), (size_t)64 << 20, &bytes, size, &error) !=
        STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return bytes;
}

/* The columns are op,opname,tensor,offset,bytes,type,...; the header has no numbers. */
static void read_layers(struct recording *recording)
{
    size_t size;
    unsigned char *bytes = read_golden(recording->name, ".layers0.csv", &size);
    char *text = xcalloc(size + 1, 1);
    memcpy(text, bytes, size);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        struct layer layer = {0};
        if (sscanf(line, "%*d,%*[^,],%d,%zu,%zu,", &layer.tensor, &layer.offset, &layer.bytes) != 3)
            continue;
        assert_true(recording->n_layers < 64);
        recording->layers[recording->n_layers++] = layer;
    }
    free(text);
    free(bytes);
    assert_true(recording->n_layers > 5);
}

/* Whether element i is what was recorded. */
static bool is_near(enum type type, const void *elements, const void *recorded, size_t i)
{
    size_t at = i * type_size(type);
    if (type != TYPE_F32)
        return memcmp((const char *)elements + at, (const char *)recorded + at, type_size(type)) ==
               0;
    double a = (double)((const float *)elements)[i], b = (double)((const float *)recorded)[i];
    return fabs(a - b) <= 1e-5 + 1e-4 * fabs(b);
}

static void compare_layer(const struct recording *recording, const struct layer *layer,
                          const void *elements)
{
    const struct tensor *tensor = &recording->graph->tensors[layer->tensor];
    assert_int_equal(tensor_bytes(tensor), layer->bytes);
    assert_true(layer->offset + layer->bytes <= recording->size);
    for (size_t i = 0; i < shape_elements(&tensor->shape); i++)
        if (!is_near(tensor->type, elements, recording->values + layer->offset, i))
            fail_msg("%s with %s kernels: element %zu of tensor %d ('%s') differs", recording->name,
                     isa_table[recording->isa].name, i, layer->tensor, tensor->name);
}

static void observe(void *context, int tensor, const void *elements)
{
    struct recording *recording = context;
    for (int i = 0; i < recording->n_layers; i++)
        if (recording->layers[i].tensor == tensor) {
            compare_layer(recording, &recording->layers[i], elements);
            recording->layers[i].was_seen = true;
        }
}

/* Views have no step, so that nobody sees their elements: those of their input were compared. */
static void check_all_seen(const struct recording *recording)
{
    for (int i = 0; i < recording->n_layers; i++) {
        const struct node *node = &recording->graph->nodes[i];
        if (!recording->layers[i].was_seen && node->op != OP_RESHAPE)
            fail_msg("%s: node %d was not compared", recording->name, i);
    }
}

static void run_on(struct recording *recording, enum isa isa)
{
    struct plan_options options = {.threads = 1, .isa = isa};
    size_t size;
    unsigned char *input = read_golden(recording->name, ".in.bin", &size);
    recording->isa = isa;
    struct machine machine = machine_new(recording->graph, &options);
    size_t one = tensor_bytes(&recording->graph->tensors[recording->graph->inputs[0]]);
    assert_true(size >= one);
    memcpy(session_input(machine.session, 0), input, one);
    session_observe(machine.session, observe, recording);
    session_run(machine.session);
    machine_free(&machine);
    free(input);
}

static void layers_are_as_recorded(void **state)
{
    struct recording recording = {.name = *state};
    struct error error;
    unsigned char *probe;
    if (file_read(in_shared("golden", recording.name, ".layers0.bin"), (size_t)64 << 20, &probe,
                  &recording.size, &error) != STATUS_OK)
        skip(); /* the recordings are not there */
    recording.values = probe;
    read_layers(&recording);
    if (graph_load(in_shared("models", recording.name, ".tflite"), NULL, &recording.graph,
                   &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (!isa_available((enum isa)isa))
            continue;
        for (int i = 0; i < recording.n_layers; i++)
            recording.layers[i].was_seen = false;
        run_on(&recording, (enum isa)isa);
        check_all_seen(&recording);
    }
    graph_free(recording.graph);
    free(recording.values);
}

#define MODEL(name) cmocka_unit_test_prestate(layers_are_as_recorded, (void *)(uintptr_t)(name))

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL("kws_float"),
        MODEL("kws_int8"),
        MODEL("resnet8_float"),
        MODEL("resnet8_int8"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
