/* .onnx files with constants of 4 bits, and with scales of blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "formats/onnx/codes.h"
#include "made_harness.h"

static void add_tensor(struct made *made, const char *name, int32_t type, int64_t rows,
                       int64_t columns, const void *bytes, size_t size)
{
    const int64_t dims[] = {rows, columns};
    made_add_constant(made, name, type, 0);
    Onnx__Tensor *tensor = made->graph.initializer[made->graph.n_initializer - 1];
    tensor->n_dims = rows > 0 ? 2 : 0;
    tensor->dims = arena_copy(made->arena, dims, sizeof(dims));
    tensor->raw_data.len = size;
    tensor->raw_data.data = arena_copy(made->arena, bytes, size);
}

/* y = x + the real numbers of a constant [2, 4] of 4 bits: 1 2 -1 -8, 0 7 -2 -7. */
static Onnx__Node *begin_narrow(struct made *made, const char *operands)
{
    static const unsigned char bytes[] = {0x21, 0x8f, 0x70, 0x9e};
    made_begin(made);
    made->model.opset_import[0]->version = 21;
    add_tensor(made, "q", 22, 2, 4, bytes, sizeof(bytes));
    Onnx__Node *node = made_add(made, "DequantizeLinear", operands, "w");
    made_add(made, "Add", "x w", "y");
    return node;
}

static void set_int(struct made *made, Onnx__Node *node, const char *name, int64_t value)
{
    Onnx__Attribute *attribute = made_add_attribute(made->arena, node, name);
    attribute->has_type = 1;
    attribute->type = ONNX_ATTRIBUTE_INT;
    attribute->has_i = 1;
    attribute->i = value;
}

static void constants_of_4_bits_are_widened(void **state)
{
    static const float scale = 0.5f;
    struct made made;
    (void)state;
    begin_narrow(&made, "q s");
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    made_gives(&made, (const float[]){2.5f, -1, 2.5f, -7, 4, -0.5f, 4, -8.5f});
    begin_narrow(&made, "q s");
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    made.graph.initializer[0]->raw_data.len = 3;
    made_refuses(&made, STATUS_FORMAT, "initializer 0 ('q'): 3 bytes of data, expected 4");
    begin_narrow(&made, "q s"); /* integers of 4 bits are made nowhere */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    made_add(&made, "QuantizeLinear", "x s z", "v");
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s"); /* whatever became of their zero point before */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    made_add_constant(&made, "one", 7, 1);
    made_add(&made, "Expand", "z one", "zs");
    made_add(&made, "QuantizeLinear", "x s zs", "v");
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s"); /* nor with a scale that is computed */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    made_add(&made, "ReduceMax", "x", "m");
    made_add(&made, "QuantizeLinear", "x m z", "v");
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s");
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    made_add(&made, "ReduceMax", "x", "m");
    set_int(&made, made_add(&made, "QuantizeLinear", "x m", "v"), "output_dtype", 22);
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s");
    made.graph.input[0]->type->tensor_type->elem_type = 22;
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "unsupported element types: INT4 x1 (first: input 'x')");
}

static void blocks_have_scales_and_zero_points(void **state)
{
    static const float scales[] = {1.0f, 0.5f, 2.0f, 10.0f};
    static const unsigned char zeros[] = {0x01, 0x10}; /* 1 0, 0 1 */
    struct made made;
    (void)state;
    Onnx__Node *node = begin_narrow(&made, "q s");
    set_int(&made, node, "block_size", 2);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    made_gives(&made, (const float[]){3, 0, 2.5f, -7, 4, 10, -15, -75});
    node = begin_narrow(&made, "q s z");
    set_int(&made, node, "block_size", 2);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    add_tensor(&made, "z", 22, 2, 2, zeros, sizeof(zeros));
    made_gives(&made, (const float[]){2, -1, 2.5f, -7, 4, 10, -25, -85});
    node = begin_narrow(&made, "q s"); /* down the columns: one block each */
    set_int(&made, node, "block_size", 2);
    set_int(&made, node, "axis", 0);
    add_tensor(&made, "s", 1, 1, 4, scales, sizeof(scales));
    made_gives(&made, (const float[]){3, -1, 1, -83, 4, -0.5f, 1, -75});
    node = begin_narrow(&made, "q s");
    set_int(&made, node, "block_size", INT64_MAX);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    made_refuses(&made, STATUS_FORMAT, "scales of blocks of 9223372036854775807 do not fit");
    node = begin_narrow(&made, "x s");
    set_int(&made, node, "block_size", 2);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    made_refuses(&made, STATUS_UNSUPPORTED, "for constant integers alone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_of_4_bits_are_widened),
        cmocka_unit_test(blocks_have_scales_and_zero_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
