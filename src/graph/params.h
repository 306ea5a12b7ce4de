/* What an operator has beside its tensors: one struct per family, and a field table per struct from
 * which readers, writers, `inspect` and tests work. */
#ifndef GRAPH_PARAMS_H
#define GRAPH_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "graph/shape.h"
#include "graph/type.h"

/* The values are those of the .tflite schema, but for the last: the cells that struct pads says. */
enum padding { PADDING_SAME = 0, PADDING_VALID = 1, PADDING_EXPLICIT = 2 };
enum activation {
    ACTIVATION_NONE = 0,
    ACTIVATION_RELU = 1,
    ACTIVATION_RELU_N1_TO_1 = 2,
    ACTIVATION_RELU6 = 3,
};
/* Of the same list in the schema: recurrent layers alone have it. */
#define ACTIVATION_TANH 4
enum mirror { MIRROR_REFLECT = 0, MIRROR_SYMMETRIC = 1 };

/* Cells around an image with PADDING_EXPLICIT, not negative. They count as 0 in a convolution, as
 * nothing in a pool. */
struct pads {
    int32_t top, left, bottom, right;
};

/* CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV. Dilations are 1 and the multiplier 0 where they do
 * not apply. */
struct conv_params {
    int32_t padding, stride_h, stride_w, dilation_h, dilation_w, multiplier, activation;
    int32_t
        bias_type; /* type of a 16x8 bias when the file says so: TYPE_I32 or TYPE_I64; else F32 */
    struct pads pads;
};

struct pool_params {
    int32_t padding, stride_h, stride_w, filter_h, filter_w, activation;
    struct pads pads;
};

struct dense_params {
    int32_t activation;
    int32_t weights_format;    /* 0: row-major; others are refused */
    int32_t keep_num_dims;     /* the output keeps the leading dimensions of the input */
    int32_t asymmetric_inputs; /* hybrid: the input is quantized with a zero point at run time */
    int32_t bias_type;
};

struct matmul_params {
    int32_t adj_x, adj_y; /* the operand's last two dimensions are swapped */
    int32_t asymmetric_inputs;
};

/* ADD, SUB, MUL, DIV, L2_NORMALIZATION: a fused activation at most. */
struct arithmetic_params {
    int32_t activation;
    int32_t pot_scale_int16; /* ADD and SUB, int16: power-of-two scales (the schema's default) */
};

struct axis_params {
    int32_t axis, activation; /* CONCATENATION, ONE_HOT; the activation is NONE elsewhere */
};

struct pack_params {
    int32_t count, axis; /* PACK, UNPACK */
};

struct gather_params {
    int32_t axis, batch_dims;
};

struct reduce_params {
    int32_t keep_dims;
};

struct vector_params {
    int32_t present, count, values[SHAPE_RANK_MAX]; /* RESHAPE's new shape, SQUEEZE's dimensions */
};

struct slice_params {
    int32_t begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask, offset;
};

/* Which pixel RESIZE_NEAREST_NEIGHBOR takes at a coordinate x. By centers, as TFLite does:
 * floor(x), but with align_corners round(x), and with half_pixel_centers floor(x + 0.5). */
enum nearest {
    NEAREST_BY_CENTERS = 0,
    NEAREST_PREFER_FLOOR = 1, /* round(x), halves down */
    NEAREST_PREFER_CEIL = 2,  /* round(x), halves up */
    NEAREST_FLOOR = 3,
    NEAREST_CEIL = 4,
};

struct resize_params {
    int32_t align_corners, half_pixel_centers, nearest;
};

struct count_params {
    int32_t count; /* SPLIT, SPLIT_V: number of outputs */
};

struct mirror_params {
    int32_t mode;
};

struct cast_params {
    int32_t in_type, out_type; /* informative: the tensors' types rule */
};

struct type_params {
    int32_t type; /* ARG_MAX, SHAPE: TYPE_I32 or TYPE_I64 */
};

struct scalar_params {
    float value; /* SOFTMAX: beta; LEAKY_RELU: alpha */
};

struct flag_params {
    int32_t flag; /* GELU: the tanh approximation */
};

struct block_params {
    int32_t size; /* DEPTH_TO_SPACE, SPACE_TO_DEPTH: pixels per side */
};

/* CUMSUM: the sum of what stands before a place alone; of what stands behind it. */
struct cumulative_params {
    int32_t exclusive, reverse;
};

/* LOCAL_RESPONSE_NORMALIZATION: x / (bias + alpha * the sum of squares within radius)^beta. */
struct response_params {
    int32_t radius;
    float bias, alpha, beta;
};

/* LAYER_NORMALIZATION: over dimension axis and all behind it. */
struct norm_params {
    int32_t axis;
    float epsilon;
};

/* LSTM, GRU, SIMPLE_RNN. */
enum direction { DIRECTION_FORWARD = 0, DIRECTION_REVERSE = 1, DIRECTION_BOTH = 2 };

struct recurrent_params {
    int32_t direction;
    int32_t linear_before_reset; /* GRU */
};

/* UNIDIRECTIONAL_SEQUENCE_LSTM. */
struct sequence_params {
    int32_t activation; /* of cells: the schema's number, of which ACTIVATION_TANH is supported */
    float cell_clip, projection_clip; /* clamp to -clip..clip; 0: do not */
    int32_t time_major;               /* the input is TNI, not NTI */
    int32_t asymmetric_inputs;
    int32_t diagonal;          /* recurrent weights are vectors: refused */
    float hidden_scale;        /* integers: of what the output gates leave, before the projection */
    int32_t hidden_zero_point; /* likewise */
};

struct svdf_params {
    int32_t rank, activation, asymmetric_inputs;
};

/* DETECTION_POSTPROCESS. Encodings are divided by the scales. Regular suppression goes class by
 * class, the other one by each box's best class alone and gives it max_classes_per_detection. */
struct detection_params {
    int32_t max_detections, max_classes_per_detection, detections_per_class, use_regular_nms;
    int32_t num_classes; /* without that of the background, which may be the first score */
    float score_threshold, iou_threshold, y_scale, x_scale, h_scale, w_scale;
};

union op_params {
    struct conv_params conv;
    struct pool_params pool;
    struct dense_params dense;
    struct matmul_params matmul;
    struct arithmetic_params arithmetic;
    struct axis_params axis;
    struct pack_params pack;
    struct gather_params gather;
    struct reduce_params reduce;
    struct vector_params vector;
    struct slice_params slice;
    struct resize_params resize;
    struct count_params count;
    struct mirror_params mirror;
    struct cast_params cast;
    struct type_params type;
    struct scalar_params scalar;
    struct flag_params flag;
    struct block_params block;
    struct cumulative_params cumulative;
    struct response_params response;
    struct norm_params norm;
    struct recurrent_params recurrent;
    struct sequence_params sequence;
    struct svdf_params svdf;
    struct detection_params detection;
};

enum field_kind {
    FIELD_INT,        /* int32 */
    FIELD_BOOL,       /* one byte in the file, int32 here */
    FIELD_BYTE,       /* the same, of an enumeration whose values have no names here */
    FIELD_PADDING,    /* enum padding */
    FIELD_ACTIVATION, /* enum activation */
    FIELD_MIRROR,     /* enum mirror */
    FIELD_TYPE,       /* enum type; a TensorType code in the file */
    FIELD_FLOAT,      /* float */
    FIELD_INTS,       /* struct vector_params from its first member on */
    FIELD_PADS,       /* struct pads; never stored in files */
};

/* One field of an options table, or of the map that a custom operator has in its place. */
struct param_field {
    const char *name; /* as the file spells it */
    enum field_kind kind;
    size_t offset;    /* into union op_params */
    int slot;         /* field id in the schema's options table; -1: it has no such field */
    int32_t fallback; /* value of an absent field (enum type for FIELD_TYPE); 0 for what is no
                         single integer */
};

#define PARAM_FIELDS_MAX 11

/* The fields of one options table of the schema, or of such a map, in the order of their names. */
struct param_schema {
    const char *name; /* "Conv2DOptions" */
    int tflite_tag;   /* member of the schema's BuiltinOptions union; 0: the operator has none */
    int count;
    struct param_field fields[PARAM_FIELDS_MAX];
};

/* All fields at their fallback values. */
void params_init(union op_params *params, const struct param_schema *schema)
    __attribute__((nonnull(1, 2)));

#define PARAM_TEXT_SIZE 48
/* One field's value for people: "SAME", "RELU6", "2". */
const char *param_text(const union op_params *params, const struct param_field *field,
                       char buffer[PARAM_TEXT_SIZE]) __attribute__((nonnull(1, 2, 3)));

#endif
