/* The variables of a .tflite file while it is read. There are two kinds:
 *
 *   - variable tensors, which operators change in place (LSTM, SVDF); those become outputs of the
 *     operator here, so that each tensor is written once;
 *   - resources, which VAR_HANDLE names, READ_VARIABLE reads and ASSIGN_VARIABLE sets, in the order
 *     of the file, and which a subgraph initializes that CALL_ONCE runs.
 *
 * Of both the graph gets its states. */
#ifndef FORMATS_TFLITE_VARIABLES_H
#define FORMATS_TFLITE_VARIABLES_H

#include "graph/graph.h"

/* TensorType code of what VAR_HANDLE gives. */
#define TFLITE_RESOURCE 13

enum variable_operator {
    TFLITE_CALL_ONCE = 129,
    TFLITE_VAR_HANDLE = 142,
    TFLITE_READ_VARIABLE = 143,
    TFLITE_ASSIGN_VARIABLE = 144,
};
bool variables_have_operator(int code);

/* The output that takes the place of an input which is a variable tensor; -1: it is none. */
int variables_output(enum op op, int input);
/* How many of a node's outputs are outputs in the file, too. */
int variables_outputs(enum op op, int count);

struct variable;
struct variable_link;

/* {0} is valid and empty. */
struct variables {
    struct variable *items;
    struct variable_link *links; /* per tensor of the graph, as far as there are any */
    size_t count, capacity, n_links;
    bool is_initial;     /* the subgraph that is read initializes them */
    bool is_initialized; /* it is, or has been */
};

void variables_release(struct variables *variables) __attribute__((nonnull(1)));

/* A tensor of the file that is a variable, or that names one: see above. */
enum status variables_add_tensor(struct variables *variables, const struct graph *graph, int tensor,
                                 struct error *error) __attribute__((nonnull(1, 2, 4)));
void variables_add_resource(struct variables *variables, int tensor) __attribute__((nonnull(1)));
bool variables_is_resource(const struct variables *variables, int tensor)
    __attribute__((nonnull(1)));
/* The tensor that a number of the file means at this point. */
int variables_resolve(const struct variables *variables, int tensor) __attribute__((nonnull(1)));

/* The resource gets the name of its variable. Strings live as long as the graph. */
enum status variables_name(struct variables *variables, int resource, const char *container,
                           const char *name, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));
/* Into tensor, of the file. */
enum status variables_read(struct variables *variables, int resource, int tensor,
                           struct error *error) __attribute__((nonnull(1, 4)));
enum status variables_assign(struct variables *variables, const struct graph *graph, int resource,
                             int tensor, struct error *error) __attribute__((nonnull(1, 2, 5)));

/* Gives a node that changes variable tensors the outputs that take their place. */
enum status variables_carry(struct variables *variables, struct graph *graph, struct node *node,
                            struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* Everything is read: gives the graph its states, and its outputs what they mean. */
enum status variables_finish(struct variables *variables, struct graph *graph, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

#endif
