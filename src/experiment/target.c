#include "experiment/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "graph/op.h"
#include "graph/type.h"

/* TensorFlow Lite Micro's resolver of all operators (all_ops_resolver.cc, and what
 * micro_mutable_op_resolver.h has beside it), as far as this program knows them. */
#define MICRO_OPERATORS                                                                            \
    "ABS+ADD+ARG_MAX+ARG_MIN+AVERAGE_POOL_2D+BATCH_MATMUL+BATCH_TO_SPACE_ND+BROADCAST_TO+CAST+"    \
    "CEIL+CONCATENATION+CONV_2D+COS+CUMSUM+DEPTH_TO_SPACE+DEPTHWISE_CONV_2D+DEQUANTIZE+DIV+ELU+"   \
    "EQUAL+EXP+EXPAND_DIMS+FILL+FLOOR+FLOOR_DIV+FLOOR_MOD+FULLY_CONNECTED+GATHER+GATHER_ND+"       \
    "GREATER+GREATER_EQUAL+HARD_SWISH+L2_NORMALIZATION+LEAKY_RELU+LESS+LESS_EQUAL+LOG+"            \
    "LOGICAL_AND+LOGICAL_NOT+LOGICAL_OR+LOGISTIC+LOG_SOFTMAX+MAXIMUM+MAX_POOL_2D+MEAN+MINIMUM+"    \
    "MIRROR_PAD+MUL+NEG+NOT_EQUAL+PACK+PAD+PADV2+PRELU+QUANTIZE+REDUCE_MAX+RELU+RELU6+RESHAPE+"    \
    "RESIZE_BILINEAR+RESIZE_NEAREST_NEIGHBOR+ROUND+RSQRT+SELECT_V2+SHAPE+SIN+SLICE+SOFTMAX+"       \
    "SPACE_TO_BATCH_ND+SPACE_TO_DEPTH+SPLIT+SPLIT_V+SQRT+SQUARE+SQUARED_DIFFERENCE+SQUEEZE+"       \
    "STRIDED_SLICE+SUB+SUM+SVDF+TANH+TRANSPOSE+TRANSPOSE_CONV+UNIDIRECTIONAL_SEQUENCE_LSTM+UNPACK"
/* Coral's "TensorFlow models on the Edge TPU", table of supported operations. */
#define EDGE_TPU_OPERATORS                                                                         \
    "ADD+AVERAGE_POOL_2D+CONCATENATION+CONV_2D+DEPTHWISE_CONV_2D+EXPAND_DIMS+FULLY_CONNECTED+"     \
    "L2_NORMALIZATION+LOGISTIC+MAXIMUM+MAX_POOL_2D+MEAN+MINIMUM+MUL+PACK+PAD+PRELU+QUANTIZE+"      \
    "REDUCE_MAX+REDUCE_MIN+RELU+RELU6+RELU_N1_TO_1+RESHAPE+RESIZE_BILINEAR+"                       \
    "RESIZE_NEAREST_NEIGHBOR+RSQRT+SLICE+SOFTMAX+SPACE_TO_DEPTH+SPLIT+SQUARED_DIFFERENCE+"         \
    "SQUEEZE+STRIDED_SLICE+SUB+SUM+TANH+TRANSPOSE+TRANSPOSE_CONV+UNIDIRECTIONAL_SEQUENCE_LSTM"
/* LiteRT's "GPU delegates for LiteRT", list of supported operations. */
#define GPU_OPERATORS                                                                              \
    "ADD+AVERAGE_POOL_2D+CONCATENATION+CONV_2D+DEPTHWISE_CONV_2D+DEQUANTIZE+EXP+FULLY_CONNECTED+"  \
    "LOGISTIC+MAXIMUM+MAX_POOL_2D+MEAN+MINIMUM+MUL+PAD+PRELU+QUANTIZE+RELU+RELU6+RESHAPE+"         \
    "RESIZE_BILINEAR+SOFTMAX+STRIDED_SLICE+SUB+TRANSPOSE_CONV"

const struct target_row target_table[] = {
    {{"cortex-m", 1048576.0, 262144.0, false, "float32+int8+int16+int16/int8", MICRO_OPERATORS},
     "a small Cortex-M microcontroller (1 MiB of flash, 256 KiB of RAM) with TensorFlow Lite "
     "Micro"},
    {{"edge-tpu", 0.0, 0.0, true, "int8+uint8", EDGE_TPU_OPERATORS},
     "Coral's Edge TPU: 8-bit integers only"},
    {{"gpu", 0.0, 0.0, false, "float32+float32/float16+int8+uint8", GPU_OPERATORS},
     "a GPU by LiteRT's delegate"},
};
const size_t target_count = sizeof(target_table) / sizeof(target_table[0]);

const struct target_option target_option_table[] = {
    {"flash", "the largest file, such as 512 KiB"},
    {"ram", "the most that activations may take, such as 64 KiB"},
    {"integer_only", "true where it has no floating point"},
    {"types", "what operators may compute on, such as int8 or int16/int8 (activations/weights)"},
    {"operators", "those that it runs, such as CONV_2D; all without"},
};
const size_t target_option_count = sizeof(target_option_table) / sizeof(target_option_table[0]);

static bool is_operator(const char *name)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (strcmp(op_name((enum op)op), name) == 0)
            return true;
    return false;
}

/* "int8", "int16/int8". */
static bool is_type(const char *name)
{
    const char *slash = strchr(name, '/');
    char *first = slash ? xasprintf("%.*s", (int)(slash - name), name) : xstrdup(name);
    bool good =
        type_from_name(first) != TYPE_COUNT && (!slash || type_from_name(slash + 1) != TYPE_COUNT);
    free(first);
    return good;
}

/* Checks a list with a + between items. */
static enum status check_list(const char *list, bool (*is_item)(const char *), const char *noun,
                              struct error *error)
{
    char *copy = xstrdup(list), *rest = copy;
    enum status status = STATUS_OK;
    for (char *item = strsep(&rest, "+"); item && status == STATUS_OK; item = strsep(&rest, "+"))
        if (!is_item(item))
            status = error_set(error, STATUS_INVALID, NULL, "unknown %s '%s'", noun, item);
    free(copy);
    return status;
}

static enum status set_bytes(double *bytes, const char *value, struct error *error)
{
    double number;
    if (!text_to_bytes(value, &number) || !(number >= 1.0))
        return error_set(error, STATUS_INVALID, NULL,
                         "'%s' is no size, expected one such as 500 KiB", value);
    *bytes = number;
    return STATUS_OK;
}

static enum status set_truth(bool *truth, const char *value, struct error *error)
{
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return error_set(error, STATUS_INVALID, NULL, "'%s' is neither true nor false", value);
    *truth = strcmp(value, "true") == 0;
    return STATUS_OK;
}

static enum status set_list(struct arena *arena, const char **list, const char *value,
                            bool (*is_item)(const char *), const char *noun, struct error *error)
{
    enum status status = check_list(value, is_item, noun, error);
    if (status == STATUS_OK)
        *list = arena_strdup(arena, value);
    return status;
}

enum status target_option_set(struct arena *arena, struct target *target, const char *name,
                              const char *value, struct error *error)
{
    if (strcmp(name, "flash") == 0)
        return set_bytes(&target->flash, value, error);
    if (strcmp(name, "ram") == 0)
        return set_bytes(&target->ram, value, error);
    if (strcmp(name, "integer_only") == 0)
        return set_truth(&target->integer_only, value, error);
    if (strcmp(name, "types") == 0)
        return set_list(arena, &target->types, value, is_type, "type", error);
    if (strcmp(name, "operators") == 0)
        return set_list(arena, &target->operators, value, is_operator, "operator", error);
    const char *near = text_nearest(name, target_option_table, target_option_count,
                                    sizeof(target_option_table[0]));
    return error_set(error, STATUS_INVALID, NULL, "targets have no '%s'%s%s%s", name,
                     near ? ", nearest is '" : "", near ? near : "", near ? "'" : "");
}

static const struct target_row *row_of(const char *name)
{
    for (size_t i = 0; i < target_count; i++)
        if (strcmp(target_table[i].target.name, name) == 0)
            return &target_table[i];
    return NULL;
}

struct target target_of(struct arena *arena, const char *name)
{
    const struct target_row *row = row_of(name);
    return row ? row->target
               : (struct target){.name = arena_strdup(arena, name), .types = "", .operators = ""};
}

struct parsing {
    struct arena *arena;
    struct target *target;
};

static enum status take_option(void *context, const char *name, const char *value,
                               struct error *error)
{
    const struct parsing *parsing = context;
    return target_option_set(parsing->arena, parsing->target, name, value, error);
}

enum status target_parse(const char *text, struct arena *arena, struct target *target,
                         struct error *error)
{
    const char *colon = strchr(text, ':');
    char *name = colon ? xasprintf("%.*s", (int)(colon - text), text) : xstrdup(text);
    struct parsing parsing = {arena, target};
    enum status status = STATUS_OK;
    if (!colon && !row_of(name)) {
        const char *near = text_nearest(name, target_table, target_count, sizeof(target_table[0]));
        status = error_set(
            error, STATUS_INVALID, NULL,
            "unknown target '%s', %s '%s'; others need limits, such as %s:ram=64 KiB", name,
            near ? "nearest is" : "there is", near ? near : target_table[0].target.name, "mine");
    }
    *target = target_of(arena, name);
    free(name);
    if (status == STATUS_OK && colon) {
        char *options = xstrdup(colon + 1);
        status = text_set_options(options, take_option, &parsing, error);
        free(options);
    }
    return status;
}
