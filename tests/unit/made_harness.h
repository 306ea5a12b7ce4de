/* .onnx models in tests whose values are named by the test: x, float32 [2, 4], becomes y. */
#ifndef TESTS_MADE_HARNESS_H
#define TESTS_MADE_HARNESS_H

#include "base/arena.h"
#include "base/error.h"
#include "formats/onnx/messages.h"
#include "graph/graph.h"

/* A model in the making. Its parts live in the arena, which made_gives and made_refuses free. */
struct made {
    struct arena *arena;
    Onnx__Model model;
    Onnx__Graph graph;
};

/* A copy of the list of pointers with room for one more. */
void *made_grow(struct arena *arena, void *list, size_t count);
#define MADE_APPEND(arena, list, count, item)                                                      \
    do {                                                                                           \
        (list) = made_grow((arena), (list), (count));                                              \
        (list)[(count)++] = (item);                                                                \
    } while (0)

void made_begin(struct made *made);
/* Adds words, separated by blanks, to a list of names; "-" is an empty one. */
void made_add_names(struct arena *arena, const char *words, char ***list, size_t *count);
/* A value without type and shape. */
Onnx__ValueInfo *made_info(struct arena *arena, const char *name);
/* States a domain's version. */
void made_opset(struct arena *arena, Onnx__OperatorSet ***sets, size_t *count, const char *domain,
                int64_t version);
/* Adds a node, "the Add", to a list, to the model, to a function: "Add" of "a b" gives "c". */
Onnx__Node *made_add_node(struct arena *arena, Onnx__Node ***list, size_t *count, const char *op,
                          const char *inputs, const char *outputs);
Onnx__Node *made_add(struct made *made, const char *op, const char *inputs, const char *outputs);
Onnx__Node *made_add_inside(struct made *made, Onnx__Function *function, const char *op,
                            const char *inputs, const char *outputs);
Onnx__Attribute *made_add_attribute(struct arena *arena, Onnx__Node *node, const char *name);
/* A constant without dimensions: int64 (type 7) or of one byte. */
void made_add_constant(struct made *made, const char *name, int32_t type, int64_t value);
/* A function of the domain "own". */
Onnx__Function *made_add_function(struct made *made, const char *name, const char *inputs,
                                  const char *outputs);
/* Makes the node a call of such a function. */
Onnx__Node *made_call(struct made *made, Onnx__Node *node);

/* Loads the model as a file of that path, or of "m.onnx". */
enum status made_load_as(const char *path, const struct made *made, struct graph **graph,
                         struct error *error);
enum status made_load(const struct made *made, struct graph **graph, struct error *error);

/* Runs the model and ends it; the samples are 2, -2, 3, -3, 4, -4, 5, -5. */
void made_gives(struct made *made, const float expected[8]);
/* Loads the model, which is refused with words in the message, and ends it. */
void made_refuses(struct made *made, enum status expected, const char *words);

#endif
