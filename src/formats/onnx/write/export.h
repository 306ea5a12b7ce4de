/* Writing .onnx files: tensors of a graph as values of the file, and the functions that write
 * operators.
 *
 * A tensor of the graph can exist in the file in two layouts: with its dimensions in the order of
 * the graph (images: NHWC), or, an image, with its channels before its rows (NCHW), which is what
 * image operators of ONNX take.
 *
 * Quantized models are written in the QDQ format: a quantized tensor exists as the integers that a
 * QuantizeLinear makes, and each of its readers gets a DequantizeLinear of its own. Runtimes
 * replace DequantizeLinear - operator - QuantizeLinear by an integer kernel. So every operator is
 * written for real numbers, whatever its type in the graph, and the functions here add what has to
 * be around it. */
#ifndef FORMATS_ONNX_WRITE_EXPORT_H
#define FORMATS_ONNX_WRITE_EXPORT_H

#include "formats/model.h"
#include "formats/onnx/write/file.h"
#include "graph/graph.h"

/* The order of a value's dimensions: that of the graph, or NCHW for a tensor of rank 4. */
enum export_layout { LAYOUT_AS_IS, LAYOUT_CHANNELS_FIRST, LAYOUT_COUNT };

struct export_tensor {
    int forms[LAYOUT_COUNT]; /* values that hold its elements; NO_VALUE: not in this layout */
    int source;              /* the constant that it is, or is a DEQUANTIZE of; or NO_TENSOR */
    int integers;           /* what it is a DEQUANTIZE of, written where it is read; or NO_TENSOR */
    const struct node *pad; /* the PAD that the convolutions that read it take over; or NULL */
    const struct node *maker; /* NULL: none makes it */
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

/* Writes a node of one operator; name is what .onnx files call that (op_table's onnx_name). */
typedef void export_function(struct exporter *exporter, const struct node *node, const char *name);

/* By operator; NULL: such nodes are refused. */
extern export_function *const export_functions[OP_COUNT];

/* The node cannot be written (STATUS_UNSUPPORTED). Whatever its function does afterwards is
 * ignored. */
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
/* The value cast to a type. */
int export_cast_to(struct exporter *exporter, int value, enum type type)
    __attribute__((nonnull(1)));
/* Zeros of the type, in the shape. */
int export_zeros(struct exporter *exporter, enum type type, const struct shape *shape)
    __attribute__((nonnull(1, 3)));

/* --- layouts */

/* The layout for an operator on these tensors that works element by element, or along dimensions
 * that the caller maps with export_axis: NCHW where one of them exists in NCHW alone, or some exist
 * in both and none in NHWC alone; never where a computed one has another rank than 4. */
enum export_layout export_layout_of(struct exporter *exporter, const int *tensors, int count)
    __attribute__((nonnull(1)));
/* Orders of dimensions as export_read_weights takes them: unchanged, and NHWC to NCHW. */
extern const int export_same_order[], export_first_order[];
/* The dimension in the layout that is dimension axis of the graph's tensor. */
int export_axis(enum export_layout layout, int axis);
/* The layout for an operator that drops dimensions of the tensor: the remaining ones have to be in
 * the order that they have in the graph. */
enum export_layout export_layout_without(struct exporter *exporter, int tensor, const bool *dropped)
    __attribute__((nonnull(1, 3)));
/* The layout for an operator that needs the elements in the order that they have in the graph: NCHW
 * where that is the same and saves a Transpose. */
enum export_layout export_layout_in_order(struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));

/* --- operands */

const struct tensor *export_tensor(const struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));
bool export_is_quantized(const struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
/* The type of a tensor's elements within the file: exporter->activations for int8 ones. */
enum type export_stored_type(const struct exporter *exporter, int tensor)
    __attribute__((nonnull(1)));
/* Whether two tensors are stored with the same elements for the same real numbers. */
bool export_stored_alike(const struct exporter *exporter, int a, int b) __attribute__((nonnull(1)));

/* Added to int8 elements and their zero points when they become uint8. */
#define EXPORT_UNSIGNED_SHIFT 128
/* The shape of scales and zero points: a scalar, or, per axis, a list. */
struct shape export_parameter_shape(const struct quantization *quant) __attribute__((nonnull(1)));
/* QuantizeLinear and DequantizeLinear with the scales and zero points of a tensor, to and from
 * integers of the type: its own, or uint8 for int8. order: of the value's dimensions, for a
 * quantized axis. */
int export_quantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                    int value) __attribute__((nonnull(1, 4)));
int export_dequantize(struct exporter *exporter, int tensor, enum type type, const int *order,
                      int value) __attribute__((nonnull(1, 4)));
/* The real numbers of a value as export_stored returns it. */
int export_dequantize_stored(struct exporter *exporter, int tensor, enum export_layout layout,
                             int value) __attribute__((nonnull(1)));

/* A tensor's real numbers (its elements, where it is not quantized). In NCHW, a constant of lower
 * rank is read as an image, so that it broadcasts along the same dimensions as in NHWC. */
int export_read(struct exporter *exporter, int tensor, enum export_layout layout)
    __attribute__((nonnull(1)));
/* The same in the order of the graph, in another shape of as many elements. */
int export_read_shaped(struct exporter *exporter, int tensor, const struct shape *shape)
    __attribute__((nonnull(1, 3)));
/* The same with permuted dimensions: dimension i is dimension order[i] of the tensor. Constants
 * keep their type: weights stay int8. */
int export_read_weights(struct exporter *exporter, int tensor, const int *order)
    __attribute__((nonnull(1, 3)));
/* The elements of a constant, not dequantized; order as in export_read_weights. The type is its
 * own, or uint8 for int8: then they are counted from the lowest int8. */
int export_raw_constant(struct exporter *exporter, int tensor, const int *order, enum type type)
    __attribute__((nonnull(1, 3)));
/* Of a quantized tensor: constants of its scales and of its zero points. */
int export_scale(struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
int export_zero_point(struct exporter *exporter, int tensor) __attribute__((nonnull(1)));
/* The biases of a product as a list; data, weights and bias are inputs of the node. Where the
 * product is one of integers: int32 with the scale of the accumulator. NO_VALUE where the node has
 * no bias. */
int export_read_bias(struct exporter *exporter, int data, int weights, int bias)
    __attribute__((nonnull(1)));

/* --- results */

/* Says that value is what the node has computed: the tensor's real numbers in the layout. */
void export_define(struct exporter *exporter, int tensor, enum export_layout layout, int value)
    __attribute__((nonnull(1)));
/* The same for a value to which the activation (enum activation) is still to be applied. */
void export_finish(struct exporter *exporter, int tensor, enum export_layout layout, int value,
                   int32_t activation) __attribute__((nonnull(1)));
/* Appends the activation alone, unless the range of the tensor's integers implies it. */
int export_activate(struct exporter *exporter, int tensor, int value, int32_t activation)
    __attribute__((nonnull(1)));
/* Between two operators that one node is written as: rounds the value to what the quantized tensor
 * can hold, as runtimes do for each operator. */
int export_between(struct exporter *exporter, int tensor, int value) __attribute__((nonnull(1)));
/* The tensor in the layout as it is stored: the integers of a quantized one. */
int export_stored(struct exporter *exporter, int tensor, enum export_layout layout)
    __attribute__((nonnull(1)));

/* Whether a PAD can be left to the nodes that read it; see struct export_tensor. */
bool export_is_padding(const struct exporter *exporter, const struct node *pad)
    __attribute__((nonnull(1, 2)));

/* --- functions of export_functions, by the file that has them */

#define EXPORT(what)                                                                               \
    void export_##what(struct exporter *exporter, const struct node *node, const char *name)

/* elements.c: element by element */
EXPORT(elementwise);
EXPORT(arithmetic);
EXPORT(activation);
EXPORT(leaky_relu);
EXPORT(rsqrt);
EXPORT(squared_difference);
EXPORT(prelu);
EXPORT(not_equal);
EXPORT(square);
EXPORT(floor_div);
EXPORT(floor_mod);
EXPORT(select);
EXPORT(gelu);
EXPORT(silu);
EXPORT(converted);
EXPORT(cast);
EXPORT(dynamic_quantize);
/* normalize.c: along a dimension */
EXPORT(softmax);
EXPORT(log_softmax);
EXPORT(cumsum);
EXPORT(truth_reduction);
EXPORT(l2_normalization);
EXPORT(response);
EXPORT(layer_normalization);
EXPORT(reduction);
EXPORT(mean);
EXPORT(arg_max);
EXPORT(recurrent);
/* windows.c */
EXPORT(conv);
EXPORT(transpose_conv);
EXPORT(pool);
/* products.c */
EXPORT(fully_connected);
EXPORT(batch_matmul);
/* moves.c: elements in another order or shape */
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
/* select.c: some of the elements */
EXPORT(split);
EXPORT(split_v);
EXPORT(slice);
EXPORT(gather);
EXPORT(shape);
/* places.c: elements by their numbers, and lists of numbers */
EXPORT(gather_nd);
EXPORT(scatter_nd);
EXPORT(update_slice);
EXPORT(embedding_lookup);
EXPORT(top_k);
EXPORT(one_hot);
EXPORT(where);
EXPORT(range);
EXPORT(rank);
EXPORT(zeros_like);
EXPORT(broadcast_args);
/* blocks.c: elements repeated, turned around, dealt out to batches */
EXPORT(fill);
EXPORT(reverse);
EXPORT(space_to_batch);
EXPORT(batch_to_space);

/* Whether a product of two inputs of the node is dynamically quantized: float32 data, quantized at
 * run time, times constant integers. */
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
