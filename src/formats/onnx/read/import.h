/* Turning the nodes of an .onnx graph into nodes of ours: what the files that convert operators
 * share.
 *
 * Operators are converted one by one, each after those that compute its inputs, and every tensor
 * keeps the layout (the order of its dimensions) that it has in the file: NCHW images are
 * transposed to NHWC before an operator that wants them so, and back after it; a later pass cancels
 * pairs of transpositions. Functions of the model are inlined, and of a branch whose condition is
 * known there are only the nodes.
 * The shape of every node is inferred when it is added, and what depends on constants alone is
 * computed at once, so that shapes that a file computes are known where they are needed.
 *
 * The first failure is remembered, and whatever follows it does nothing: converters need not check
 * each step. Functions then return NO_TENSOR, which all of them accept. */
#ifndef FORMATS_ONNX_READ_IMPORT_H
#define FORMATS_ONNX_READ_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/names.h"
#include "formats/onnx/onnx.h"
#include "graph/graph.h"

/* Functions and branches inside of each other, at most. */
#define IMPORT_DEPTH_MAX 32

/* A call of a function of the model, whose attributes are known by other names inside. */
struct import_call {
    const Onnx__Node *node;
    const Onnx__Function *function;
    const struct import_call *outer; /* that the call stands in; NULL: it stands in the graph */
};

/* Tensors of a kind, rising. */
struct import_marks {
    int *tensors;
    size_t count, capacity;
};

struct import {
    struct graph *graph;
    const char *path; /* of the file; external data is looked for beside it */
    const struct model_reading *reading;
    const Onnx__Model *model;
    struct onnx_names functions; /* numbers of the model's, by import_function_key */
    struct onnx_names external;  /* files whose bytes the allowance knows */
    bool widens_halves;          /* the model computes with float16: its tensors become float32 */
    /* What goes for the nodes that are being converted: of the graph, a function or a branch. */
    struct onnx_names names;
    Onnx__OperatorSet *const *sets;
    size_t n_sets;
    int64_t opset;                  /* version of the operators of domain "" */
    const struct import_call *call; /* NULL: outside of functions */
    const Onnx__Node *node;         /* that is being converted */
    uint64_t inputs_read;           /* of it, a bit each; those behind share the last one */
    struct import_marks narrow;     /* constants that the file stores in 4 bits each */
    struct import_marks brains;     /* float32 constants that the file stores as bfloat16 */
    int depth;                      /* of functions and branches inside of each other */
    size_t inlined;                 /* nodes, inputs and outputs that they brought in */
    bool is_placed;                 /* the error names its node */
    enum status status;
    struct error *error;
};

/* One row per operator, and per range of operator sets where its definition changed. */
struct onnx_row {
    const char *name;   /* "Conv" */
    const char *domain; /* NULL: the standard one */
    void (*convert)(struct import *import, const struct onnx_row *row);
    enum op op;          /* what the node becomes, for functions that several rows share */
    int64_t first, last; /* operator sets that the row is for; 0: no limit */
};

struct onnx_rows {
    const struct onnx_row *rows;
    size_t count;
};

#define ONNX_ROWS(identifier, rows_)                                                               \
    const struct onnx_rows identifier = {(rows_), sizeof(rows_) / sizeof((rows_)[0])}

/* Whether a domain, NULL or of any length, is that of the standard operators. */
bool onnx_domain_is_standard(const char *domain);

extern const struct onnx_rows onnx_math_rows, onnx_conv_rows, onnx_pool_rows, onnx_move_rows,
    onnx_pad_rows, onnx_reduce_rows, onnx_resize_rows, onnx_norm_rows, onnx_quant_rows,
    onnx_recurrent_rows, onnx_control_rows, onnx_logic_rows, onnx_function_rows, onnx_place_rows,
    onnx_fused_rows, onnx_attention_rows, onnx_grid_rows;

/* The row of a node, or NULL. */
const struct onnx_row *onnx_row_find(const struct import *import, const Onnx__Node *node)
    __attribute__((nonnull(1, 2)));
/* All rows, for listings and tests; NULL behind the last. */
const struct onnx_row *onnx_row_at(size_t index);

/* The operator set that goes for a domain here; 0: none is stated. */
int64_t import_opset(const struct import *import, const char *domain) __attribute__((nonnull(1)));

bool onnx_opset_is_known(int64_t opset);
/* Has the sets of a function go for what follows; where it states no standard one, that of around
 * it stays. */
void import_state_sets(struct import *import, const Onnx__Function *function)
    __attribute__((nonnull(1, 2)));

/* A file may state a text or leave it out. */
static inline const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* Fails with all that is not supported in a graph, in what its nodes call and in the operator sets
 * of the model; branches are looked at when it is known which one is taken. */
void import_refuse(struct import *import, const Onnx__Graph *graph) __attribute__((nonnull(1, 2)));

/* --- nodes of a graph, a branch or a function --- */

void import_initializers(struct import *import, const Onnx__Graph *graph)
    __attribute__((nonnull(1, 2)));
/* Converts all nodes, each after those that it needs, in the order of the file where that will do.
 * A cycle is an error. */
void import_nodes(struct import *import, Onnx__Node *const *nodes, size_t count)
    __attribute__((nonnull(1)));
/* That order: numbers of nodes, to be freed; NULL after a failure. */
size_t *import_order(struct import *import, Onnx__Node *const *nodes, size_t count)
    __attribute__((nonnull(1)));
/* Notes the functions of the model. */
void import_note_functions(struct import *import) __attribute__((nonnull(1)));
/* The number of the function that the node calls, or -1. */
int import_function_of(struct import *import, const Onnx__Node *node)
    __attribute__((nonnull(1, 2)));
/* Puts what the function of that number computes in the place of the node. */
void import_call_function(struct import *import, int number) __attribute__((nonnull(1)));

/* Remembers what is wrong with the node; only the first call counts. STATUS_FORMAT: the file is
 * malformed; STATUS_UNSUPPORTED: it is sound, but cannot be expressed here. */
void import_fail(struct import *import, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(1, 3)));
static inline bool import_ok(const struct import *import)
{
    return import->status == STATUS_OK;
}

/* --- inputs and outputs of the node --- */

/* Number of inputs, absent ones at the end not counted. */
int import_inputs(const struct import *import) __attribute__((nonnull(1)));
/* What stands for the parameter of a function that a call leaves out. */
#define ABSENT_TENSOR (-2)
/* The i-th input, or NO_TENSOR where it is absent. */
int import_input(struct import *import, int i) __attribute__((nonnull(1)));
/* The same for an input that must be there. */
int import_needed(struct import *import, int i) __attribute__((nonnull(1)));
/* Fails where there is an input that nobody has asked for: what it says must not be lost. */
void import_check_inputs(struct import *import) __attribute__((nonnull(1)));
bool import_has_output(const struct import *import, int i) __attribute__((nonnull(1)));
/* Says what the i-th output is. Outputs that the node does not name need not be computed. */
void import_output(struct import *import, int i, int tensor) __attribute__((nonnull(1)));

/* A tensor; an empty one for NO_TENSOR. The reference is valid until a tensor is added. */
const struct tensor *import_tensor(const struct import *import, int tensor)
    __attribute__((nonnull(1), returns_nonnull));
struct shape import_shape(const struct import *import, int tensor) __attribute__((nonnull(1)));
bool import_is_constant(const struct import *import, int tensor) __attribute__((nonnull(1)));

/* --- constants --- */

/* Elements of an integer constant that decides a shape. */
#define IMPORT_INTS_MAX 64
struct import_ints {
    int count;
    int64_t values[IMPORT_INTS_MAX];
};
/* Count 0 after a failure; what is the name in messages. */
struct import_ints import_ints(struct import *import, int tensor, const char *what)
    __attribute__((nonnull(1, 3)));
/* The only element of a float32 or integer constant; 0 after a failure. */
double import_scalar(struct import *import, int tensor, const char *what)
    __attribute__((nonnull(1, 3)));

/* Whether a constant had elements of 4 bits in the file, which are wider now. */
bool import_is_narrow(const struct import *import, int tensor) __attribute__((nonnull(1)));
/* The tensor was made last of all that are noted. */
void import_note_narrow(struct import *import, int tensor) __attribute__((nonnull(1)));
/* A float32 constant as the file stores it, where that is bfloat16 and it may be weights, of rank 2
 * and more; else itself. */
int import_as_stored(struct import *import, int tensor) __attribute__((nonnull(1)));

/* New constants; elements are copied. NULL: the shape has none. */
int import_constant(struct import *import, enum type type, const struct shape *shape,
                    const void *elements) __attribute__((nonnull(1, 3)));
int import_float(struct import *import, float value) __attribute__((nonnull(1)));
/* int32, rank 1. */
int import_list(struct import *import, const int32_t *values, int count)
    __attribute__((nonnull(1, 2)));
/* A constant whose elements, zeros so far, the caller sets: for shapes that a file decides (see
 * graph/allowance.h). NULL after a failure. */
void *import_made(struct import *import, enum type type, const struct shape *shape, int *tensor)
    __attribute__((nonnull(1, 3, 4)));
/* A constant from a message of the file; its data may be in another file below the model's
 * folder. */
int import_tensor_message(struct import *import, const Onnx__Tensor *message)
    __attribute__((nonnull(1, 2)));
/* Whether the model computes with float16, instead of just converting what is stored in it. */
bool onnx_computes_halves(const Onnx__Model *model) __attribute__((nonnull(1)));
/* The type that tensors of a TensorProto.DataType get in this graph. */
enum type import_type(const struct import *import, int32_t code) __attribute__((nonnull(1)));
/* A constant of the file as the graph computes with it: float16 weights go through a DEQUANTIZE. */
int import_widened(struct import *import, int constant) __attribute__((nonnull(1)));

/* --- attributes of the node --- */

const Onnx__Attribute *import_attribute(const struct import *import, const char *name)
    __attribute__((nonnull(1, 2)));
int64_t import_attribute_int(struct import *import, const char *name, int64_t missing)
    __attribute__((nonnull(1, 2)));
float import_attribute_float(struct import *import, const char *name, float missing)
    __attribute__((nonnull(1, 2)));
/* Whether a text attribute has this value; one that is missing has the value `missing`. */
bool import_attribute_is(const struct import *import, const char *name, const char *value,
                         const char *missing) __attribute__((nonnull(1, 2, 3, 4)));
/* A list of integers; count 0 when it is missing. */
struct import_ints import_attribute_ints(struct import *import, const char *name)
    __attribute__((nonnull(1, 2)));
/* An operand that was an attribute in older operator sets: constant input i, or the attribute where
 * that input is absent. */
struct import_ints import_operand_ints(struct import *import, int i, const char *name)
    __attribute__((nonnull(1, 3)));

/* An axis from -rank to rank-1 as 0 to rank-1. */
int import_axis(struct import *import, int64_t axis, int rank) __attribute__((nonnull(1)));
/* A number that becomes a parameter, which must fit 32 bits; what is its name in messages. */
int32_t import_i32(struct import *import, int64_t value, const char *what)
    __attribute__((nonnull(1, 3)));

/* --- nodes --- */

/* What the standard operator of the name makes of these inputs (NO_TENSOR: absent), with the node's
 * attributes: its first output. For operators that are one with something around it. */
int import_standard(struct import *import, const char *name, const int *inputs, int n_inputs)
    __attribute__((nonnull(1, 2, 3)));

/* A node to be added. */
struct import_node {
    enum op op;
    const int *inputs;
    int n_inputs;
    const union op_params *params; /* NULL: the operator's fallbacks */
    const enum type *types;        /* of the outputs */
    int n_outputs;
};

/* Adds a node and returns its only output, of the type given; a constant when all inputs are.
 * params NULL: the operator's fallbacks. */
int import_emit(struct import *import, enum op op, const int *inputs, int n_inputs,
                const union op_params *params, enum type type) __attribute__((nonnull(1, 3)));
/* The same with several outputs; outputs[] receives their numbers. */
void import_emit_node(struct import *import, const struct import_node *node, int *outputs)
    __attribute__((nonnull(1, 2, 3)));
/* One and two operands; the output has the type of the first. */
int import_unary(struct import *import, enum op op, int a) __attribute__((nonnull(1)));
int import_binary(struct import *import, enum op op, int a, int b) __attribute__((nonnull(1)));
/* The second operand of a binary operator, b, as it broadcasts to a: before operator set 7 it could
 * be aligned with an axis of a, and the slopes of PRelu were one per channel. */
int import_aligned(struct import *import, int a, int b, enum op op) __attribute__((nonnull(1)));
/* The type in which operators compute with the tensor's elements: int32 for narrower integers,
 * which wrap around when they are cast back, float32 for float16 and float64. */
enum type import_computing_type(const struct import *import, int tensor)
    __attribute__((nonnull(1)));

/* A float32 tensor times a number; the tensor itself for 1. */
int import_scaled(struct import *import, int tensor, double factor) __attribute__((nonnull(1)));

/* The elements in another shape; the tensor itself when it has that shape already. */
int import_reshape(struct import *import, int tensor, const struct shape *shape)
    __attribute__((nonnull(1, 3)));
int import_transpose(struct import *import, int tensor, const int32_t *order)
    __attribute__((nonnull(1, 3)));
/* NCHW to NHWC and back, of tensors of rank 4. */
int import_to_nhwc(struct import *import, int tensor) __attribute__((nonnull(1)));
int import_to_nchw(struct import *import, int tensor) __attribute__((nonnull(1)));
int import_cast(struct import *import, int tensor, enum type type) __attribute__((nonnull(1)));

/* numpy's matmul: a vector on the left is a row, one on the right a column. A matrix that is stored
 * in the file becomes the weights of a FULLY_CONNECTED. */
int import_matmul(struct import *import, int a, int b) __attribute__((nonnull(1)));

/* A tensor as an image, NCHW: [N, C, L] becomes [N, C, 1, L], rank 4 stays, others are
 * unsupported. */
int import_to_image(struct import *import, int tensor) __attribute__((nonnull(1)));
/* Back to the rank that the tensor had. */
int import_from_image(struct import *import, int tensor, int rank) __attribute__((nonnull(1)));

#endif
