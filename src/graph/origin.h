/* Provenance: which layers of a model's file a node does the work of. Rewrites keep it, so that
 * what is measured of a quantized and merged network can be told by the layers of the float model.
 *
 * A layer is a node of the file that was read, by its number there: an operator of the chosen
 * subgraph of a .tflite file, a node of the main graph of an .onnx file. What a file has in the
 * place of a node (functions, branches, composites) belongs to that node. */
#ifndef GRAPH_ORIGIN_H
#define GRAPH_ORIGIN_H

struct graph;
struct node;

struct file_layer {
    const char *name; /* of the node, or of its first output; "": neither has one. Printable */
    const char *op;   /* what the file calls the operator; printable */
};

/* Numbers of layers, ascending, each once; in the graph's arena, or one that outlives it. */
struct origin {
    int count;
    const int *layers;
};

/* Appends a layer to those of the graph and returns its number. The texts are not copied. */
int graph_add_layer(struct graph *graph, const char *name, const char *op)
    __attribute__((nonnull(1, 2, 3)));
/* Nodes that are added from now on belong to this layer. */
void graph_enter_layer(struct graph *graph, int layer) __attribute__((nonnull(1)));
/* Makes a layer of each node of a graph that was built, not read. */
void graph_name_layers(struct graph *graph) __attribute__((nonnull(1)));

/* All layers of both; in the graph's arena, or one of the two. */
struct origin origin_join(struct graph *graph, const struct origin *a, const struct origin *b)
    __attribute__((nonnull(1, 2, 3)));
/* The node does the work of these layers, too. */
void node_add_origin(struct graph *graph, struct node *node, const struct origin *other)
    __attribute__((nonnull(1, 2, 3)));
/* The layer by itself. */
struct origin graph_layer_origin(struct graph *graph, int layer) __attribute__((nonnull(1)));

#endif
