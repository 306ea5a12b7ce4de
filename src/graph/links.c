#include "graph/links.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

#define NO_NODE (-1)

struct link {
    int producer; /* number of the node, or NO_NODE */
    int uses;
};

struct links {
    struct link *of; /* each tensor */
    size_t count, capacity;
};

/* The link of a tensor, which may be younger than the others. */
static struct link *link_of(struct graph *graph, int tensor)
{
    struct links *links = graph->links;
    while (links->count <= (size_t)tensor) {
        links->of = list_grow(links->of, links->count, &links->capacity, sizeof(*links->of));
        links->of[links->count++] = (struct link){NO_NODE, 0};
    }
    return &links->of[tensor];
}

static void count_use(struct graph *graph, int tensor, int times)
{
    if (graph->links && tensor != NO_TENSOR)
        link_of(graph, tensor)->uses += times;
}

static void set_producer(struct graph *graph, int tensor, int node)
{
    if (graph->links)
        link_of(graph, tensor)->producer = node;
}

void links_note_node(struct graph *graph, int number)
{
    const struct node *node = &graph->nodes[number];
    for (int i = 0; graph->links && i < node->n_inputs; i++)
        count_use(graph, node->inputs[i], 1);
    for (int i = 0; graph->links && i < node->n_outputs; i++)
        set_producer(graph, node->outputs[i], number);
}

/* What is read behind the last node. */
static void note_sinks(struct graph *graph)
{
    for (int i = 0; i < graph->n_outputs; i++)
        count_use(graph, graph->outputs[i], 1);
    for (int i = 0; i < graph->n_states; i++)
        count_use(graph, graph->states[i].next, 1);
}

void links_keep(struct graph *graph)
{
    graph->links = xcalloc(1, sizeof(*graph->links));
    note_sinks(graph);
    for (int n = 0; n < graph->n_nodes; n++)
        links_note_node(graph, n);
}

void links_forget_nodes(struct graph *graph)
{
    if (!graph->links)
        return;
    graph->links->count = 0;
    note_sinks(graph);
}

/* Whether no change went past the links. */
static bool are_right(struct graph *graph)
{
    struct links *kept = graph->links;
    bool right = true;
    links_keep(graph);
    for (int i = 0; right && i < graph->n_tensors; i++) {
        const struct link *now = link_of(graph, i);
        struct link then = (size_t)i < kept->count ? kept->of[i] : (struct link){NO_NODE, 0};
        right = now->uses == then.uses && now->producer == then.producer;
    }
    links_free(graph->links);
    graph->links = kept;
    return right;
}

void links_drop(struct graph *graph)
{
    int kept = 0;
    assert(are_right(graph));
    links_free(graph->links);
    graph->links = NULL;
    for (int n = 0; n < graph->n_nodes; n++)
        if (!links_is_removed(&graph->nodes[n]))
            graph->nodes[kept++] = graph->nodes[n];
    graph->n_nodes = kept;
}

void links_free(struct links *links)
{
    if (links)
        free(links->of);
    free(links);
}

static int number_of(const struct graph *graph, const struct node *node)
{
    return (int)(node - graph->nodes);
}

void links_set_inputs(struct graph *graph, struct node *node, int *inputs, int count)
{
    for (int i = 0; i < node->n_inputs; i++)
        count_use(graph, node->inputs[i], -1);
    node->inputs = inputs;
    node->n_inputs = count;
    for (int i = 0; i < count; i++)
        count_use(graph, inputs[i], 1);
}

void links_set_input(struct graph *graph, struct node *node, int i, int tensor)
{
    count_use(graph, node->inputs[i], -1);
    node->inputs[i] = tensor;
    count_use(graph, tensor, 1);
}

void links_set_output(struct graph *graph, struct node *node, int i, int tensor)
{
    int number = number_of(graph, node);
    if (graph->links && link_of(graph, node->outputs[i])->producer == number)
        set_producer(graph, node->outputs[i], NO_NODE);
    node->outputs[i] = tensor;
    set_producer(graph, tensor, number);
}

void links_remove_node(struct graph *graph, struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        count_use(graph, node->inputs[i], -1);
    for (int i = 0; i < node->n_outputs; i++)
        if (link_of(graph, node->outputs[i])->producer == number_of(graph, node))
            set_producer(graph, node->outputs[i], NO_NODE);
    node->n_inputs = node->n_outputs = 0;
}

bool links_is_removed(const struct node *node)
{
    return node->n_outputs == 0;
}

void links_pop_node(struct graph *graph)
{
    if (graph->links)
        links_remove_node(graph, &graph->nodes[graph->n_nodes - 1]);
    graph->n_nodes--;
}

int links_uses(const struct graph *graph, int tensor)
{
    const struct links *links = graph->links;
    return tensor != NO_TENSOR && (size_t)tensor < links->count ? links->of[tensor].uses : 0;
}

struct node *links_producer(const struct graph *graph, int tensor)
{
    const struct links *links = graph->links;
    bool known = tensor != NO_TENSOR && (size_t)tensor < links->count;
    return known && links->of[tensor].producer != NO_NODE
               ? &graph->nodes[links->of[tensor].producer]
               : NULL;
}
