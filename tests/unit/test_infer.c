/* Shape rules: what each operator makes of its inputs' shapes and constants, and what it refuses.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/infer.h"
#include "infer_rows.h"
#include "node_harness.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Operators whose output has the shape of their input. */
static const enum op unary[] = {OP_RELU,         OP_RELU6,
                                OP_RELU_N1_TO_1, OP_LEAKY_RELU,
                                OP_ELU,          OP_HARD_SWISH,
                                OP_GELU,         OP_EXP,
                                OP_LOGISTIC,     OP_TANH,
                                OP_SOFTMAX,      OP_L2_NORMALIZATION,
                                OP_LOG,          OP_SQRT,
                                OP_RSQRT,        OP_ABS,
                                OP_NEG,          OP_CAST,
                                OP_QUANTIZE,     OP_DEQUANTIZE,
                                OP_ERF,          OP_LOCAL_RESPONSE_NORMALIZATION,
                                OP_SILU,         OP_LOGICAL_NOT,
                                OP_LOG_SOFTMAX,  OP_ZEROS_LIKE,
                                OP_FLOOR,        OP_SIN,
                                OP_SQUARE,       OP_CEIL,
                                OP_COS,          OP_ROUND,
                                OP_SIGN};

/* Operators whose inputs broadcast to the shape of the output. */
static const enum op binary[] = {OP_ADD,         OP_SUB,        OP_MUL,
                                 OP_DIV,         OP_POW,        OP_MAXIMUM,
                                 OP_MINIMUM,     OP_PRELU,      OP_SQUARED_DIFFERENCE,
                                 OP_EQUAL,       OP_NOT_EQUAL,  OP_LESS,
                                 OP_LESS_EQUAL,  OP_GREATER,    OP_GREATER_EQUAL,
                                 OP_LOGICAL_AND, OP_LOGICAL_OR, OP_FLOOR_DIV,
                                 OP_FLOOR_MOD};

/* The rows for them, of any operator among them. */
static const struct infer_row unary_rows[] = {ROW(COUNT, "2x3x4", "2x3x4"), ROW(COUNT, ".", "."),
                                              ROW(COUNT, "0", "0"),
                                              ROW(COUNT, "1x1x1x1x1x1", "1x1x1x1x1x1")};
static const struct infer_row binary_rows[] = {
    ROW(COUNT, "2x3 2x3", "2x3"),   ROW(COUNT, "2x1 3", "2x3"),
    ROW(COUNT, "3 5x2x1", "5x2x3"), ROW(COUNT, ". 2x3", "2x3"),
    ROW(COUNT, ". .", "."),         ROW(COUNT, "2x3 2x4", "!"),
    ROW(COUNT, "2x3 3x2", "!"),     ROW(COUNT, "0x3 3", "0x3"),
    ROW(COUNT, "2x3 0", "!"),       ROW(COUNT, "1048576x1 1x1048577", "!")};

/* --- reading the rows ------------------------------------------------------------------------- */

static struct shape parse_shape(const char *word)
{
    struct shape shape = {0};
    if (word[0] == '.')
        return shape;
    for (char *end = NULL; !end || *end == 'x'; word = end + 1) {
        assert_in_range(shape.rank, 0, SHAPE_RANK_MAX - 1);
        shape.dim[shape.rank++] = (int32_t)strtol(word, &end, 10);
    }
    return shape;
}

/* "[1,2]" or "{1}" into values; returns how many. */
static int parse_list(const char *word, int64_t *values, float *reals, int most)
{
    int count = 0;
    const char *at = word + 1;
    while (*at != ']' && *at != '}') {
        char *end;
        assert_in_range(count, 0, most - 1);
        reals[count] = strtof(at, NULL);
        values[count++] = strtoll(at, &end, 10);
        end += strspn(end, ".0123456789");
        at = *end == ',' ? end + 1 : end;
    }
    return count;
}

static int add_list(struct graph *graph, const char *word)
{
    int64_t wide[8];
    int32_t narrow[8];
    float real[8];
    char kind = word[0];
    bool is_plain = kind == '[' || kind == '{';
    int count = parse_list(is_plain ? word : word + 1, wide, real, 8);
    for (int i = 0; i < count; i++)
        narrow[i] = (int32_t)wide[i];
    struct shape shape = strchr(word, '{') ? (struct shape){0} : SHAPE(count);
    if (kind == '?')
        return harness_tensor(graph, TYPE_I32, shape, 0.0f, 0);
    if (kind == 'f')
        return harness_constant(graph, TYPE_F32, shape, 0.0f, 0, real);
    return kind == 'L' ? harness_constant(graph, TYPE_I64, shape, 0.0f, 0, wide)
                       : harness_constant(graph, TYPE_I32, shape, 0.0f, 0, narrow);
}

static int add_input(struct graph *graph, const char *word)
{
    if (word[0] == '-')
        return NO_TENSOR;
    if (word[0] == 'i')
        return harness_tensor(graph, TYPE_I32, parse_shape(word + 1), 0.0f, 0);
    return word[0] == '.' || isdigit((unsigned char)word[0])
               ? harness_tensor(graph, TYPE_F32, parse_shape(word), 0.0f, 0)
               : add_list(graph, word);
}

/* The next word of a text, which moves behind it; false at its end. */
static bool next_word(const char **text, char word[64])
{
    int length = 0;
    if (sscanf(*text, " %63s%n", word, &length) != 1)
        return false;
    *text += length;
    return true;
}

static bool is_refusal(const struct infer_row *row)
{
    return row->outputs[0] == '!' || row->outputs[0] == '?';
}

/* A graph of the row's node; op is what runs the row. */
static struct graph *build(const struct infer_row *row, enum op op)
{
    struct graph *graph = graph_new("g");
    int inputs[OP_INPUTS_MAX], outputs[8], n_inputs = 0, n_outputs = 0;
    const char *in = row->inputs, *out = row->outputs;
    char word[64];
    while (next_word(&in, word))
        inputs[n_inputs++] = add_input(graph, word);
    int refused = is_refusal(row) && out[1] ? atoi(out + 1) : 1;
    for (int i = 0; is_refusal(row) ? i < refused : next_word(&out, word); i++)
        outputs[n_outputs++] = harness_tensor(graph, TYPE_F32, SHAPE(77), 0.0f, 0);
    graph_add_node(graph, op, inputs, n_inputs, outputs, n_outputs, &row->params);
    return graph;
}

/* --- the rows --------------------------------------------------------------------------------- */

static void check_outputs(const struct infer_row *row, enum op op, const struct graph *graph)
{
    const char *out = row->outputs;
    char word[64], got[SHAPE_TEXT_SIZE];
    for (int i = 0; next_word(&out, word); i++) {
        struct shape expected = parse_shape(word);
        const struct shape *shape = &node_output(graph, &graph->nodes[0], i)->shape;
        if (!shape_equal(shape, &expected))
            fail_msg("%s of %s: output %d is %s, expected %s", op_name(op), row->inputs, i,
                     shape_text(shape, got), word);
    }
}

static bool fits(const struct shape *shape, const char *dims)
{
    bool is_open = strncmp(dims, "...", 3) == 0;
    int named = (int)strlen(dims) - (is_open ? 3 : 0);
    if (dims[0] == '\0')
        return shape_elements(shape) == 1;
    return is_open ? shape->rank >= named : shape->rank == named;
}

/* What the rule accepts and makes has the ranks that the row of the operator table says. Constant
 * lists may be scalars. */
static void check_described(const struct infer_row *row, enum op op, const struct graph *graph)
{
    const struct op_info *info = &op_table[op];
    const struct node *node = &graph->nodes[0];
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *in = node_input(graph, node, i);
        const char *dims = info->inputs[info->max_inputs == OP_VARIADIC ? 0 : i].dims;
        if (in && !in->data && !fits(&in->shape, dims))
            fail_msg("%s of %s: input %d is not %s", op_name(op), row->inputs, i, dims);
    }
    for (int i = 0; i < node->n_outputs; i++) {
        const char *dims = info->outputs[info->max_outputs == OP_VARIADIC ? 0 : i].dims;
        if (!fits(&node_output(graph, node, i)->shape, dims))
            fail_msg("%s of %s: output %d is not %s", op_name(op), row->inputs, i, dims);
    }
}

static void check_row(const struct infer_row *row, enum op op)
{
    struct graph *graph = build(row, op);
    struct error error = {0};
    enum status status = infer_node(graph, &graph->nodes[0], &error);
    enum status expected = !is_refusal(row)         ? STATUS_OK
                           : row->outputs[0] == '!' ? STATUS_FORMAT
                                                    : STATUS_UNSUPPORTED;
    if (status != expected)
        fail_msg("%s of %s: status %d (%s), expected %d", op_name(op), row->inputs, status,
                 error.text, expected);
    if (status == STATUS_OK) {
        check_outputs(row, op, graph);
        check_described(row, op, graph);
    } else {
        char place[80];
        snprintf(place, sizeof(place), "g: node 0 (%s)", op_name(op));
        assert_string_equal(error.where, place);
        assert_true(error.text[0] != '\0' && !isupper((unsigned char)error.text[0]));
    }
    graph_free(graph);
}

static void shapes_follow_from_inputs_and_constants(void **state)
{
    (void)state;
    for (size_t i = 0; i < infer_row_count; i++)
        check_row(&infer_rows[i], infer_rows[i].op);
    for (size_t i = 0; i < LENGTH(unary) * LENGTH(unary_rows); i++)
        check_row(&unary_rows[i % LENGTH(unary_rows)], unary[i / LENGTH(unary_rows)]);
    for (size_t i = 0; i < LENGTH(binary) * LENGTH(binary_rows); i++)
        check_row(&binary_rows[i % LENGTH(binary_rows)], binary[i / LENGTH(binary_rows)]);
}

static void every_operator_has_a_row(void **state)
{
    bool reached[OP_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < infer_row_count; i++)
        reached[infer_rows[i].op] = reached[infer_rows[i].op] || !is_refusal(&infer_rows[i]);
    for (size_t i = 0; i < LENGTH(unary); i++)
        reached[unary[i]] = true;
    for (size_t i = 0; i < LENGTH(binary); i++)
        reached[binary[i]] = true;
    for (int op = 0; op < OP_COUNT; op++)
        if (!reached[op])
            fail_msg("%s: no row infers its shape", op_name((enum op)op));
}

/* --- hostile values --------------------------------------------------------------------------- */

#define HOSTILE_ROUNDS 30

static struct random random_state;

static int32_t hostile(void)
{
    static const int32_t values[] = {
        INT32_MIN, INT32_MIN + 1, -7,     -2,        -1,           0, 1, 2, 3, 5, 6, 255,
        65536,     1 << 30,       123456, INT32_MAX, INT32_MAX - 1};
    return values[random_below(&random_state, LENGTH(values))];
}

static bool one_in(size_t count)
{
    return random_below(&random_state, count) == 0;
}

static void damage_tensor(struct tensor *tensor)
{
    struct shape changed = tensor->shape;
    for (int i = 0; i < changed.rank; i++)
        if (one_in(3))
            changed.dim[i] = hostile() & INT32_MAX;
    if (!tensor->data && shape_is_valid(&changed))
        tensor->shape = changed;
    char *elements = (char *)(uintptr_t)tensor->data; /* from the arena: not really constant */
    size_t size = type_size(tensor->type);
    for (size_t i = 0; elements && i < shape_elements(&tensor->shape); i++) {
        int64_t value =
            tensor->type == TYPE_I64 && one_in(4) ? INT64_MIN + hostile() % 2 + 1 : hostile();
        if (one_in(2))
            memcpy(elements + i * size, &value, size);
    }
}

static void damage_params(struct node *node)
{
    const struct param_schema *schema = op_table[node->op].params;
    for (int i = 0; i < schema->count; i++) {
        char *member = (char *)&node->params + schema->fields[i].offset;
        int32_t value = hostile();
        if (schema->fields[i].kind == FIELD_INTS)
            ((struct vector_params *)member)->values[random_below(&random_state, 6)] = value;
        else if (schema->fields[i].kind == FIELD_PADS && one_in(3))
            memcpy(member + sizeof(value) * random_below(&random_state, 4), &value, sizeof(value));
        else if (one_in(3))
            memcpy(member, &value, sizeof(value));
    }
}

/* Whatever the values are, the rule refuses or makes shapes that are possible. */
static void check_hostile(const struct infer_row *row)
{
    struct graph *graph = build(row, row->op);
    struct error error = {0};
    for (int i = 0; i < graph->n_tensors; i++)
        damage_tensor(&graph->tensors[i]);
    damage_params(&graph->nodes[0]);
    if (infer_node(graph, &graph->nodes[0], &error) == STATUS_OK)
        for (int i = 0; i < graph->nodes[0].n_outputs; i++)
            assert_true(shape_is_valid(&node_output(graph, &graph->nodes[0], i)->shape));
    else
        assert_string_not_equal(error.text, "");
    graph_free(graph);
}

static void hostile_values_are_refused_or_make_possible_shapes(void **state)
{
    (void)state;
    random_state.state = 1;
    for (int round = 0; round < HOSTILE_ROUNDS; round++)
        for (size_t i = 0; i < infer_row_count; i++)
            check_hostile(&infer_rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_follow_from_inputs_and_constants),
        cmocka_unit_test(every_operator_has_a_row),
        cmocka_unit_test(hostile_values_are_refused_or_make_possible_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
