/* .onnx models made message by message, with operators that the writer does not write. */
#ifndef TESTS_MESSAGE_HARNESS_H
#define TESTS_MESSAGE_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/shape.h"
#include "graph/type.h"

/* A model in the making; freed with message_free. Names and elements are copied, or made up here
 * and live as long. */
struct message;

struct message *message_new(int opset);
void message_free(struct message *message);

/* Names of a new input and of a new constant. A dimension of an input below 0 is open. */
const char *message_input(struct message *message, enum type type, struct shape shape);
const char *message_constant(struct message *message, enum type type, struct shape shape,
                             const void *elements);
const char *message_float(struct message *message, float value);

/* Appends a node; NULL for the standard domain, and for an input that is absent. Returns the name
 * of its output. */
const char *message_node(struct message *message, const char *domain, const char *op,
                         const char *const *inputs, int n_inputs);
/* One more output of the last node, by its name. */
const char *message_node_output(struct message *message);
/* Attributes of the last node. */
void message_int(struct message *message, const char *name, long long value);
void message_ints(struct message *message, const char *name, const int *values, int count);
void message_real(struct message *message, const char *name, float value);
void message_text(struct message *message, const char *name, const char *value);

/* An output of the model; without a shape until message_shape. */
void message_output(struct message *message, const char *name, enum type type);
void message_shape(struct message *message, int output, const struct shape *shape);

/* Writes the file; the test ends when that fails. */
void message_write(const struct message *message, const char *path);

#endif
