/* Comparisons, logic on truth values, and the choice by them. */
#include <math.h>

#include "formats/onnx/read/import.h"

static int compared(struct import *import, enum op op, int a, int b)
{
    const int inputs[] = {import_cast(import, a, import_computing_type(import, a)),
                          import_cast(import, b, import_computing_type(import, b))};
    return import_emit(import, op, inputs, 2, NULL, TYPE_BOOL);
}

static void compare(struct import *import, const struct onnx_row *row)
{
    int a = import_needed(import, 0), b = import_needed(import, 1);
    import_output(import, 0, compared(import, row->op, a, import_aligned(import, a, b, row->op)));
}

static void negate(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    import_output(import, 0, import_emit(import, row->op, &x, 1, NULL, TYPE_BOOL));
}

static void where(struct import *import, const struct onnx_row *row)
{
    const int inputs[] = {import_needed(import, 0), import_needed(import, 1),
                          import_needed(import, 2)};
    enum type type = import_tensor(import, inputs[1])->type;
    import_output(import, 0, import_emit(import, row->op, inputs, 3, NULL, type));
}

/* Nothing but NaN differs from itself. */
static void is_nan(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    import_output(import, 0, compared(import, row->op, x, x));
}

static void is_infinite(struct import *import, const struct onnx_row *row)
{
    int x = import_needed(import, 0);
    bool above = import_attribute_int(import, "detect_positive", 1) != 0;
    bool below = import_attribute_int(import, "detect_negative", 1) != 0;
    if (above && below)
        x = import_unary(import, OP_ABS, x);
    /* Neither: no number equals NaN. */
    float sought = above ? INFINITY : below ? -INFINITY : NAN;
    import_output(import, 0, compared(import, row->op, x, import_float(import, sought)));
}

#define COMPARISON(text, op_)                                                                      \
    {                                                                                              \
        .name = (text), .convert = compare, .op = OP_##op_                                         \
    }

static const struct onnx_row rows[] = {
    COMPARISON("Equal", EQUAL),
    COMPARISON("Less", LESS),
    COMPARISON("LessOrEqual", LESS_EQUAL),
    COMPARISON("Greater", GREATER),
    COMPARISON("GreaterOrEqual", GREATER_EQUAL),
    COMPARISON("And", LOGICAL_AND),
    COMPARISON("Or", LOGICAL_OR),
    COMPARISON("Xor", NOT_EQUAL),
    {.name = "Not", .convert = negate, .op = OP_LOGICAL_NOT},
    {.name = "Where", .convert = where, .op = OP_SELECT_V2},
    {.name = "IsNaN", .convert = is_nan, .op = OP_NOT_EQUAL},
    {.name = "IsInf", .convert = is_infinite, .op = OP_EQUAL},
};

ONNX_ROWS(onnx_logic_rows, rows);
