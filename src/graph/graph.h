/* The graph: a network in memory, whatever file it came from.
 *
 * Tensors and nodes are numbered; nodes stand in execution order. A graph owns everything it refers
 * to through its arena, constants' bytes included, and is freed as a whole. It is passive data:
 * passes read it and build on it, and graph_check says whether it is sound.
 */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "graph/allowance.h"
#include "graph/entries.h"
#include "graph/op.h"
#include "graph/origin.h"
#include "graph/params.h"
#include "graph/rounding.h"
#include "graph/shape.h"
#include "graph/type.h"

#define NO_TENSOR (-1)

/* real = scale * (q - zero_point). */
struct quantization {
    int count; /* 0: not quantized; 1: per tensor; else one entry per index of dimension axis */
    int axis;
    /* 0, or of constants: so many neighbours along the axis share an entry, and entries lie in the
     * order of the elements, as if the axis had one index per block. */
    int32_t block;
    const float *scale;        /* finite and > 0; of constant weights and biases perhaps < 0 */
    const int32_t *zero_point; /* within the type's range */
};

struct tensor {
    const char *name; /* never NULL; made printable */
    enum type type;
    struct shape shape;
    struct quantization quant;
    int32_t bits;     /* that files keep of each element of a constant: 4 of int8; 0: all */
    int32_t shift;    /* taken from numbers that the file stores as uint8 (rewrite/signed.h): 128 */
    const void *data; /* a constant's elements, row-major, aligned to 16; NULL: computed or input */
};

struct node {
    enum op op;
    int n_inputs, n_outputs;
    int *inputs;          /* tensor numbers; NO_TENSOR for an optional input that is absent */
    int *outputs;         /* tensor numbers */
    struct origin origin; /* none: it is of no layer of the file */
    union op_params params;
    bool stays_float; /* quantization leaves it, and what it alone reads, as it is */
    bool is_wide;     /* where activations become int8, its own become int16 */
};

/* A variable: what a graph keeps from one inference to the next of the same sequence. */
struct state {
    const char *name; /* never NULL; made printable */
    int tensor;       /* what nodes read: no constant, no input, and no node writes it */
    /* Whose elements it takes over when the inference is done: any tensor of its type and shape,
     * another state's among them, which then counts as it was during the inference. */
    int next;
    const void *initial; /* its elements at the beginning of a sequence, stored like a constant's;
                            NULL: real zeros */
};

/* An entry of a file that says something about the model to others. */
struct metadata_entry {
    const char *name; /* made printable */
    const void *bytes;
    size_t size;
};

struct links;

struct graph {
    struct arena *arena;
    struct allowance allowance;    /* for constants in it */
    const char *name;              /* what messages call it: the file's path */
    const char *description;       /* free text of the file, or "" */
    enum rounding rounding;        /* of integer operators, and of QUANTIZE */
    struct graph_entries *entries; /* what else the file has, and names; NULL: nothing */
    /* MUL and AVERAGE_POOL_2D of 8 bits add the zero point, as the file has it, before they round,
     * so that halves go to the even stored number: ONNX Runtime does so, XNNPACK does not. */
    bool rounds_stored;
    struct tensor *tensors;
    struct node *nodes;
    int *inputs, *outputs;
    struct state *states;
    struct file_layer *layers; /* nodes of the file that the graph was read from */
    struct origin origin;      /* of nodes that are added */
    int n_tensors, n_nodes, n_inputs, n_outputs, n_states, n_layers;
    size_t tensor_capacity, node_capacity, layer_capacity;
    struct links *links;                   /* NULL: none are kept (links.h) */
    const struct metadata_entry *metadata; /* which files of the format that it came from keep */
    size_t n_metadata;
    const char *left_out; /* of the file, what none that is written will have: "a, b"; or "" */
    const char **remarks; /* what the user should know about what became of the model */
    size_t n_remarks, remark_capacity;
};

struct graph *graph_new(const char *name) __attribute__((returns_nonnull, nonnull(1)));
void graph_free(struct graph *graph);
/* A copy for passes that change it: it shares constants, names and other texts with the original,
 * which must outlive it, and has lists and remarks of its own. */
struct graph *graph_share(const struct graph *graph) __attribute__((returns_nonnull, nonnull(1)));

/* Adds to what is left out. */
void graph_leave_out(struct graph *graph, const char *what) __attribute__((nonnull(1, 2)));

/* Appends and returns the number. The struct is copied, what it points to is not: it must live in
 * the graph's arena (or outlive the graph). Pointers into graph->tensors move. */
int graph_add_tensor(struct graph *graph, const struct tensor *tensor)
    __attribute__((nonnull(1, 2)));
/* The same for a constant of int32 numbers, of rank 1. */
int graph_add_list(struct graph *graph, const int32_t *values, int count)
    __attribute__((nonnull(1, 2)));
/* Appends a node with its own copies of the lists; params NULL means the operator's fallbacks. Its
 * origin is that of the graph: a pass that writes the nodes anew sets that first.
 * The reference is valid until the next node is added. */
struct node *graph_add_node(struct graph *graph, enum op op, const int *inputs, int n_inputs,
                            const int *outputs, int n_outputs, const union op_params *params)
    __attribute__((returns_nonnull, nonnull(1)));
/* Sets the graph's inputs or outputs (lists are copied). */
void graph_set_inputs(struct graph *graph, const int *tensors, int count)
    __attribute__((nonnull(1)));
void graph_set_outputs(struct graph *graph, const int *tensors, int count)
    __attribute__((nonnull(1)));
/* The same for its variables. */
void graph_set_states(struct graph *graph, const struct state *states, int count)
    __attribute__((nonnull(1)));

/* Adds a remark, made printable. */
void graph_remark(struct graph *graph, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Takes all nodes out, leaving the list empty for a pass that appends them again, changed or not,
 * with graph_add_node or graph_keep_node. The returned array has *count items and stays valid. */
struct node *graph_take_nodes(struct graph *graph, int *count) __attribute__((nonnull(1, 2)));
struct node *graph_keep_node(struct graph *graph, const struct node *node)
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* Per-tensor quantization parameters in the graph's arena. */
struct quantization quantization_per_tensor(struct graph *graph, float scale, int32_t zero_point)
    __attribute__((nonnull(1)));
/* Which entry of its quantization is that of an element, where there are some. */
size_t quantization_entry(const struct tensor *tensor, size_t element) __attribute__((nonnull(1)));
bool quantization_equal(const struct quantization *a, const struct quantization *b)
    __attribute__((nonnull(1, 2)));

/* Whether a tensor holds whole numbers that stand for themselves: an integer type, no scale. */
bool tensor_is_whole(const struct tensor *tensor) __attribute__((nonnull(1)));
/* Bytes of a tensor's elements. */
size_t tensor_bytes(const struct tensor *tensor) __attribute__((nonnull(1)));
/* Tensor of the i-th input, or NULL where it is absent (or the list is shorter). */
const struct tensor *node_input(const struct graph *graph, const struct node *node, int i)
    __attribute__((nonnull(1, 2)));
const struct tensor *node_output(const struct graph *graph, const struct node *node, int i)
    __attribute__((nonnull(1, 2)));

/* "node 12 (CONV_2D)" in buffer: how messages name a node of the graph. */
#define NODE_TEXT_SIZE 64
const char *node_text(const struct graph *graph, const struct node *node,
                      char buffer[NODE_TEXT_SIZE]) __attribute__((nonnull(1, 2, 3)));

/* The ends that nodes work between. Sources are there before the first node: inputs, then what
 * states hold. Sinks must be there behind the last one: outputs, then what states take. */
int graph_n_sources(const struct graph *graph) __attribute__((nonnull(1)));
int graph_source(const struct graph *graph, int i) __attribute__((nonnull(1)));
int graph_n_sinks(const struct graph *graph) __attribute__((nonnull(1)));
int graph_sink(const struct graph *graph, int i) __attribute__((nonnull(1)));

/* Whether some node reads the tensor or it is a sink of the graph; how often. */
int graph_uses(const struct graph *graph, int tensor) __attribute__((nonnull(1)));
/* The node that writes the tensor, or NULL: a constant, a source, NO_TENSOR. */
struct node *graph_producer(const struct graph *graph, int tensor) __attribute__((nonnull(1)));

/* Everything a later layer relies on: numbers in range, arity, each tensor written once and before
 * it is read, constants not written, quantization sound. Shapes are shape inference's business. */
enum status graph_check(const struct graph *graph, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
