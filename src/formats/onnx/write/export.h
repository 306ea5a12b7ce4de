/* What the writer of .onnx files consists of: tensors of a graph as values of the file, and the
 * functions that write operators.
 *
 * A tensor of the graph can exist in the file in two layouts: as it is, or, an image, with its
 * channels before its rows. A quantized one exists as integers behind a QuantizeLinear, and each of
 * its readers gets a DequantizeLinear of its own: that is what runtimes look for when they put
 * integer kernels in place of DequantizeLinear - operator - QuantizeLinear. So operators are
 * written for real numbers, whatever the type, and the functions here say what is around them. */
#ifndef FORMATS_ONNX_WRITE_EXPORT_H
#define FORMATS_ONNX_WRITE_EXPORT_H

#include "formats/model.h"
#include "formats/onnx/write/file.h"
#include "graph/graph.h"

enum export_layout { LAYOUT_AS_IS, LAYOUT_CHANNELS_FIRST, LAYOUT_COUNT };

struct export_tensor {
    int forms[LAYOUT_COUNT]; /* values that hold its elements; NO_VALUE: not in this layout */
    int source;              /* the constant that it is, or is a DEQUANTIZE of; NO_TENSOR: none */
    int integers;           /* what a DEQUANTIZE makes it of, once it is read; NO_TENSOR: nothing */
    const struct node *pad; /* that computes it, but is left to the convolutions that read it */
};

struct exporter {
    const struct graph *graph;
    enum type activations; /* what int8 activations become */
    struct onnx_file file;
    struct export_tensor *tensors;
    const struct node *node; /* being written */
    enum status status;      /* of it; see export_refuse */
    struct error *error;
};

/* How a node of one operator is written: by a function, which may need the name that the file has
 * for the operator. No function: such nodes are refused. */
struct export_row {
    void (*write)(struct exporter *exporter, const struct node *node, const char *name);
    const char *name;
};

extern const struct export_row export_rows[OP_COUNT];

/* The node cannot be written. What follows in its function is of no consequence. */
void export_refuse(struct exporter *exporter, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* --- nodes */

/* Appends a node with one output, which it returns. */
int export_emit(struct exporter *exporter, const char *op, const int *inputs, int n_inputs)
    __attribute__((nonnull(1, 2, 3)));
#define EMIT(exporter, op, ...)                                                                    \
    export_emit((exporter), (op), (int[]){__VA_ARGS__},                                            \
                (int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int)))

/* Constants: a list of int64, and scalars. */
int export_ints(struct exporter *exporter, const int64_t *numbers, int count)
    __attribute__((nonnull(1, 2)));
int export_dimensions(struct exporter *exporter, const struct shape *shape)
    __attribute__((nonnull(1, 2)));
int export_int(struct exporter *exporter, int64_t number) __attribute__((nonnull(1)));
int export_float(struct exporter *exporter, float number) __attribute__((nonnull(1)));

/* --- layouts */

/* What tensors of these operands allow for an operator that works on every element alone, or along
 * dimensions that the caller renames: images with channels first when one of them is there so. */
enum export_layout export_layout_of(struct exporter *exporter, const int *tensors, int count)
    __attribute__((nonnull(1)));
/* The orders of dimensions that export_read_weights takes: none changed, and an image with its
 * channels first. */
extern const int export_same_order[], export_first_order[];
/* Where dimension axis of an image is. */
int export_axis(enum export_layout layout, int axis);
/* The layout in which an operator that drops dimensions of the tensor finds the others in their
 * order. */
enum export_layout export_layout_without(struct exporter *exporter, int tensor, const bool *dropped)
    __attribute__((nonnull(1, 3)));
/* The layout in which it takes no Transpose to read the elements in their order. */
enum export_layout export_layout_in_order(struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));

/* --- operands */

const struct tensor *export_tensor(const struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));
bool export_is_quantized(const struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
/* The type of a tensor's elements inside of the file. */
enum type export_stored_type(const struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));
/* Whether two tensors have the same elements for the same real numbers. */
bool export_stored_alike(const struct exporter *exporter, int a, int b) __attribute__((nonnull(1)));

/* What int8 elements and their zero points gain when they become uint8. */
#define EXPORT_UNSIGNED_SHIFT 128
struct shape export_parameter_shape(const struct quantization *quant) __attribute__((nonnull(1)));
/* QuantizeLinear and DequantizeLinear with the parameters of a tensor, to and from integers of its
 * type, or uint8 for int8. */
int export_quantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                    int value) __attribute__((nonnull(1, 4)));
int export_dequantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                      int value) __attribute__((nonnull(1, 4)));
/* The real numbers of what export_stored returns. */
int export_dequantize_stored(struct exporter *exporter, int tensor, enum export_layout layout,
                             int value) __attribute__((nonnull(1)));

/* A tensor's real numbers (or whatever its elements are, when it is not quantized). With channels
 * first, a constant of lower rank comes as an image that broadcasts as it should. */
int export_read(struct exporter *exporter, int tensor, enum export_layout layout)
    __attribute__((nonnull(1)));
/* The same as it is, in another shape of as many elements. */
int export_read_shaped(struct exporter *exporter, int tensor, const struct shape *shape)
    __attribute__((nonnull(1, 3)));
/* The same with permuted dimensions: dimension i is dimension order[i] of the tensor. Constants
 * stay in the type that they have. */
int export_read_weights(struct exporter *exporter, int tensor, const int *order)
    __attribute__((nonnull(1, 3)));
/* The elements themselves of a constant; with channels first as in export_read. */
int export_raw_constant(struct exporter *exporter, int tensor, const int *order)
    __attribute__((nonnull(1, 3)));
/* Of a quantized tensor: constants of its scales and of its zero points. */
int export_scale(struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
int export_zero_point(struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
/* The biases of a product of two operands of the node as a list, in the integers of the accumulator
 * when the product is one of integers. NO_VALUE where the node has none. */
int export_read_bias(struct exporter *exporter, int data, int weights, int bias)
    __attribute__((nonnull(1)));

/* --- results */

/* The node has computed the tensor's real numbers. */
void export_define(struct exporter *exporter, int tensor, enum export_layout layout, int value)
    __attribute__((nonnull(1)));
/* The same, but for an activation that is still to come (enum activation). */
void export_finish(struct exporter *exporter, int tensor, enum export_layout layout, int value,
                   int32_t activation) __attribute__((nonnull(1)));
/* Appends the activation alone, unless the tensor's integers cannot leave its range anyway. */
int export_activate(struct exporter *exporter, int tensor, int value, int32_t activation)
    __attribute__((nonnull(1)));
/* Between two operators of one node, real numbers that a quantized tensor can hold: rounds them to
 * it. */
int export_between(struct exporter *exporter, int tensor, int value) __attribute__((nonnull(1)));
/* The tensor in the layout, as it is stored. */
int export_stored(struct exporter *exporter, int tensor, enum export_layout layout)
    __attribute__((nonnull(1)));

/* Whether a PAD can be left to the nodes that read it; see struct export_tensor. */
bool export_is_padding(const struct exporter *exporter, const struct node *pad)
    __attribute__((nonnull(1, 2)));

/* --- functions of export_rows, by the file that has them */

#define EXPORT(what)                                                                               \
    void export_##what(struct exporter *exporter, const struct node *node, const char *name)

/* onnx_write_elements.c: elements alone */
EXPORT(elementwise);
EXPORT(arithmetic);
EXPORT(activation);
EXPORT(leaky_relu);
EXPORT(rsqrt);
EXPORT(squared_difference);
EXPORT(prelu);
EXPORT(gelu);
EXPORT(silu);
EXPORT(converted);
EXPORT(cast);
EXPORT(dynamic_quantize);
/* onnx_write_normalize.c: elements along a dimension */
EXPORT(softmax);
EXPORT(l2_normalization);
EXPORT(response);
EXPORT(layer_normalization);
EXPORT(reduction);
EXPORT(mean);
EXPORT(arg_max);
EXPORT(recurrent);
/* onnx_write_windows.c */
EXPORT(conv);
EXPORT(transpose_conv);
EXPORT(pool);
/* onnx_write_products.c */
EXPORT(fully_connected);
EXPORT(batch_matmul);
/* onnx_write_moves.c: elements in another order or shape */
EXPORT(reshape);
EXPORT(squeeze);
EXPORT(expand_dims);
EXPORT(transpose);
EXPORT(pad);
EXPORT(mirror_pad);
EXPORT(concatenation);
EXPORT(pack);
EXPORT(unpack);
EXPORT(depth_space);
EXPORT(tile);
EXPORT(broadcast_to);
EXPORT(resize);
/* onnx_write_select.c: some of the elements */
EXPORT(split);
EXPORT(split_v);
EXPORT(slice);
EXPORT(gather);
EXPORT(shape);

/* Products of real numbers, quantized at run time, and constant integers. */
bool export_is_dynamic(const struct exporter *exporter, int data, int weights)
    __attribute__((nonnull(1)));
/* Writes the value data times input 1 of the node, whose dimensions are ordered as in
 * export_read_weights, plus input 2 where there is one. op is "ConvInteger" or "MatMulInteger"; set
 * adds its attributes, if not NULL. channels is the shape of one number per channel of the result;
 * NULL: there are no channels and no biases. */
int export_dynamic_product(struct exporter *exporter, const char *op, int data, const int *order,
                           const struct shape *channels, void (*set)(struct exporter *exporter))
    __attribute__((nonnull(1, 2, 4)));

#endif
