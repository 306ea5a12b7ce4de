#include "formats/tflite/variables.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/sequence.h"

/* More than any network has; each of them is looked for among all. */
#define VARIABLES_MAX 4096

struct variable {
    const char *container, *name;
    int held;    /* what nodes read of the inference before; NO_TENSOR: none did yet */
    int current; /* what it holds at this point of the file; NO_TENSOR: what it held before */
    int initial; /* a constant; NO_TENSOR: none, or, of a variable tensor, zeros */
    bool is_tensor;
};

/* What is known of a tensor. */
struct variable_link {
    int stands_for; /* another tensor that has its value, or NO_TENSOR */
    int variable;   /* that it is, or whose name it is; -1: none */
    bool is_resource;
};

/* Operators that change variable tensors: which input, and which output is what becomes of it. */
static const struct {
    enum op op;
    int input, output;
} carried[] = {
    {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, SEQUENCE_STATE, SEQUENCE_NEXT_STATE},
    {OP_UNIDIRECTIONAL_SEQUENCE_LSTM, SEQUENCE_CELLS, SEQUENCE_NEXT_CELLS},
    {OP_SVDF, SVDF_STATE, SVDF_NEXT_STATE},
};

bool variables_have_operator(int code)
{
    return code == TFLITE_CALL_ONCE || code == TFLITE_VAR_HANDLE || code == TFLITE_READ_VARIABLE ||
           code == TFLITE_ASSIGN_VARIABLE;
}

int variables_output(enum op op, int input)
{
    for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
        if (carried[i].op == op && carried[i].input == input)
            return carried[i].output;
    return -1;
}

int variables_outputs(enum op op, int count)
{
    for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
        if (carried[i].op == op)
            return 1;
    return count;
}

void variables_release(struct variables *variables)
{
    free(variables->items);
    free(variables->links);
    *variables = (struct variables){0};
}

static const struct variable_link *find_link(const struct variables *variables, int tensor)
{
    bool is_known = tensor >= 0 && (size_t)tensor < variables->n_links;
    return is_known ? &variables->links[tensor] : NULL;
}

/* tensor: a number of the graph. */
static struct variable_link *need_link(struct variables *variables, int tensor)
{
    size_t wanted = (size_t)tensor + 1, old = variables->n_links;
    if (wanted > old) {
        size_t count = wanted > 2 * old ? wanted : 2 * old;
        variables->links = xrealloc(variables->links, count, sizeof(*variables->links));
        for (size_t i = old; i < count; i++)
            variables->links[i] = (struct variable_link){NO_TENSOR, -1, false};
        variables->n_links = count;
    }
    return &variables->links[tensor];
}

static enum status add_variable(struct variables *variables, const struct variable *variable,
                                struct error *error)
{
    if (variables->count == VARIABLES_MAX)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "more than %d variables are not supported", VARIABLES_MAX);
    variables->items = list_grow(variables->items, variables->count, &variables->capacity,
                                 sizeof(*variables->items));
    variables->items[variables->count++] = *variable;
    return STATUS_OK;
}

enum status variables_add_tensor(struct variables *variables, const struct graph *graph, int tensor,
                                 struct error *error)
{
    const struct tensor *info = &graph->tensors[tensor];
    const struct variable variable = {"", info->name, tensor, tensor, NO_TENSOR, true};
    if (info->data)
        return error_set(error, STATUS_FORMAT, NULL, "variable tensor '%s' has data", info->name);
    need_link(variables, tensor)->variable = (int)variables->count;
    return add_variable(variables, &variable, error);
}

void variables_add_resource(struct variables *variables, int tensor)
{
    need_link(variables, tensor)->is_resource = true;
}

bool variables_is_resource(const struct variables *variables, int tensor)
{
    const struct variable_link *link = find_link(variables, tensor);
    return link && link->is_resource;
}

int variables_resolve(const struct variables *variables, int tensor)
{
    const struct variable_link *link = find_link(variables, tensor);
    return link && link->stands_for != NO_TENSOR ? link->stands_for : tensor;
}

enum status variables_name(struct variables *variables, int resource, const char *container,
                           const char *name, struct error *error)
{
    size_t i = 0;
    while (i < variables->count && (variables->items[i].is_tensor ||
                                    strcmp(variables->items[i].container, container) != 0 ||
                                    strcmp(variables->items[i].name, name) != 0))
        i++;
    if (!variables_is_resource(variables, resource))
        return error_set(error, STATUS_FORMAT, NULL, "the output is no resource");
    need_link(variables, resource)->variable = (int)i;
    const struct variable variable = {container, name, NO_TENSOR, NO_TENSOR, NO_TENSOR, false};
    return i == variables->count ? add_variable(variables, &variable, error) : STATUS_OK;
}

/* The variable that a resource names, or NULL with the error set. */
static struct variable *find_variable(const struct variables *variables, int resource,
                                      struct error *error)
{
    const struct variable_link *link = find_link(variables, resource);
    if (link && link->is_resource && link->variable >= 0)
        return &variables->items[link->variable];
    error_set(error, STATUS_UNSUPPORTED, NULL, "the resource comes from no VAR_HANDLE");
    return NULL;
}

enum status variables_read(struct variables *variables, int resource, int tensor,
                           struct error *error)
{
    struct variable *variable = find_variable(variables, resource, error);
    if (!variable)
        return error->status;
    if (variables->is_initial)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "variable '%s' is read while variables are initialized", variable->name);
    if (variable->current == NO_TENSOR)
        variable->held = variable->current = tensor;
    else
        need_link(variables, tensor)->stands_for = variable->current;
    return STATUS_OK;
}

static enum status initialize(struct variable *variable, const struct graph *graph, int tensor,
                              struct error *error)
{
    if (!graph->tensors[tensor].data)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "variable '%s' begins with a computed value, expected a constant",
                         variable->name);
    if (variable->current != NO_TENSOR)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "variable '%s' is initialized behind its first use", variable->name);
    variable->initial = tensor;
    return STATUS_OK;
}

enum status variables_assign(struct variables *variables, const struct graph *graph, int resource,
                             int tensor, struct error *error)
{
    struct variable *variable = find_variable(variables, resource, error);
    if (!variable)
        return error->status;
    if (variables->is_initial)
        return initialize(variable, graph, tensor, error);
    variable->current = variables_resolve(variables, tensor);
    return STATUS_OK;
}

/* The tensor that takes the place of a variable tensor, whose last one is tensor. */
static enum status carry(struct variables *variables, struct graph *graph, int tensor, int *next,
                         struct error *error)
{
    struct tensor made = graph->tensors[tensor];
    const struct variable_link *link = find_link(variables, tensor);
    if (!link || link->variable < 0 || link->is_resource)
        return error_set(error, STATUS_FORMAT, NULL, "state '%s' is no variable tensor", made.name);
    struct variable *variable = &variables->items[link->variable];
    int number = link->variable;
    *next = variable->current = graph_add_tensor(graph, &made);
    need_link(variables, variable->held)->stands_for = *next;
    need_link(variables, *next)->variable = number;
    return STATUS_OK;
}

enum status variables_carry(struct variables *variables, struct graph *graph, struct node *node,
                            struct error *error)
{
    int outputs[OP_OUTPUTS_MAX] = {NO_TENSOR, NO_TENSOR, NO_TENSOR, NO_TENSOR}, count = 1;
    if (node->n_outputs != 1)
        return STATUS_OK; /* one too many or none: graph_check says so */
    outputs[0] = node->outputs[0];
    for (int i = 0; i < node->n_inputs; i++) {
        int output = variables_output(node->op, i);
        if (output < 0 || node->inputs[i] == NO_TENSOR)
            continue;
        enum status status = carry(variables, graph, node->inputs[i], &outputs[output], error);
        if (status != STATUS_OK)
            return status;
        count = output + 1;
    }
    node->outputs = arena_copy(graph->arena, outputs, (size_t)count * sizeof(*outputs));
    node->n_outputs = count;
    return STATUS_OK;
}

/* The elements that a variable begins with. */
static enum status check_initial(const struct variable *variable, const struct graph *graph,
                                 struct error *error)
{
    if (variable->is_tensor)
        return STATUS_OK;
    if (variable->initial == NO_TENSOR)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "variable '%s' is read and nothing initializes it", variable->name);
    const struct tensor *held = &graph->tensors[variable->held];
    const struct tensor *initial = &graph->tensors[variable->initial];
    if (held->type == initial->type && shape_equal(&held->shape, &initial->shape))
        return STATUS_OK;
    char is[SHAPE_TEXT_SIZE], begins[SHAPE_TEXT_SIZE];
    return error_set(error, STATUS_FORMAT, NULL, "variable '%s' is %s %s, but begins as %s %s",
                     variable->name, type_name(held->type), shape_text(&held->shape, is),
                     type_name(initial->type), shape_text(&initial->shape, begins));
}

static enum status set_states(const struct variables *variables, struct graph *graph,
                              struct error *error)
{
    struct state *states = xcalloc(variables->count + 1, sizeof(*states));
    int count = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < variables->count && status == STATUS_OK; i++) {
        const struct variable *variable = &variables->items[i];
        if (variable->held == NO_TENSOR)
            continue; /* nothing of an inference reaches the next one */
        status = check_initial(variable, graph, error);
        states[count++] = (struct state){
            .name = variable->name,
            .tensor = variable->held,
            .next = variable->current,
            .initial =
                variable->initial == NO_TENSOR ? NULL : graph->tensors[variable->initial].data,
        };
    }
    graph_set_states(graph, states, count);
    free(states);
    return status;
}

enum status variables_finish(struct variables *variables, struct graph *graph, struct error *error)
{
    for (int i = 0; i < graph->n_outputs; i++)
        graph->outputs[i] = variables_resolve(variables, graph->outputs[i]);
    for (int i = 0; i < graph->n_inputs + graph->n_outputs; i++) {
        bool is_input = i < graph->n_inputs;
        int at = is_input ? i : i - graph->n_inputs;
        if (variables_is_resource(variables, is_input ? graph->inputs[at] : graph->outputs[at]))
            return error_set(error, STATUS_UNSUPPORTED, NULL, "%s %d of the graph is a resource",
                             is_input ? "input" : "output", at);
    }
    return set_states(variables, graph, error);
}
