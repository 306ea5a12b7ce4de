/* .onnx files with functions of their own: calls are inlined, and what they hold is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx/codes.h"
#include "made_harness.h"

static void set_float(Onnx__Attribute *attribute, float value)
{
    attribute->has_type = 1;
    attribute->type = ONNX_ATTRIBUTE_FLOAT;
    attribute->has_f = 1;
    attribute->f = value;
}

static void functions_are_inlined(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    Onnx__Function *function = made_add_function(&made, "Gate", "a b", "c");
    made_add_inside(&made, function, "Add", "t b", "c");
    made_add_inside(&made, function, "Abs", "a", "t");     /* out of order, too */
    made_call(&made, made_add(&made, "Gate", "x x", "t")); /* a name that is used inside */
    made_call(&made, made_add(&made, "Gate", "t x", "y"));
    made_gives(&made, (const float[]){6, -2, 9, -3, 12, -4, 15, -5});
}

/* What an attribute is called inside; what it is where the call leaves it out; a parameter that is
 * not given; a function in a function. */
static void functions_have_attributes_and_optional_inputs(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    Onnx__Function *leaky = made_add_function(&made, "Leaky", "a", "b");
    Onnx__Node *node = made_add_inside(&made, leaky, "LeakyRelu", "a", "b");
    made_add_attribute(made.arena, node, "alpha")->ref_attr_name =
        arena_strdup(made.arena, "slope");
    Onnx__Attribute *usual = arena_alloc(made.arena, sizeof(*usual));
    onnx__attribute__init(usual);
    usual->name = arena_strdup(made.arena, "slope");
    set_float(usual, 2.0f);
    MADE_APPEND(made.arena, leaky->attribute_proto, leaky->n_attribute_proto, usual);
    Onnx__Function *outer = made_add_function(&made, "Outer", "a low high", "b");
    node = made_call(&made, made_add_inside(&made, outer, "Leaky", "a", "t"));
    made_add_attribute(made.arena, node, "slope")->ref_attr_name =
        arena_strdup(made.arena, "factor");
    made_call(&made, made_add_inside(&made, outer, "Leaky", "t", "u"));
    made_add_inside(&made, outer, "Clip", "u low high", "b");
    node = made_call(&made, made_add(&made, "Outer", "x", "y"));
    set_float(made_add_attribute(made.arena, node, "factor"), 3.0f);
    made_gives(&made, (const float[]){2, -12, 3, -18, 4, -24, 5, -30});
}

static void set_ints(struct made *made, Onnx__Attribute *attribute, const int64_t *values,
                     size_t count)
{
    attribute->has_type = 1;
    attribute->type = ONNX_ATTRIBUTE_INTS;
    attribute->n_ints = count;
    attribute->ints = arena_copy(made->arena, values, count * sizeof(*values));
}

/* Windows of volumes, whose lists the node of the call has. */
static void volumes_in_functions_have_its_attributes(void **state)
{
    static const int64_t one[] = {1, 1, 1}, shape[] = {1, 1, 2, 2, 2};
    struct made made;
    (void)state;
    made_begin(&made);
    Onnx__Function *function = made_add_function(&made, "Pool", "a", "b");
    Onnx__Node *node = made_add_inside(&made, function, "MaxPool", "a", "b");
    made_add_attribute(made.arena, node, "kernel_shape")->ref_attr_name =
        arena_strdup(made.arena, "window");
    made_add_attribute(made.arena, node, "strides")->ref_attr_name =
        arena_strdup(made.arena, "steps");
    set_ints(&made,
             made_add_attribute(made.arena, made_add(&made, "Constant", "", "s"), "value_ints"),
             shape, 5);
    made.graph.node[0]->n_input = 0;
    made_add(&made, "Reshape", "x s", "v");
    node = made_call(&made, made_add(&made, "Pool", "v", "y"));
    set_ints(&made, made_add_attribute(made.arena, node, "window"), one, 3);
    set_ints(&made, made_add_attribute(made.arena, node, "steps"), one, 3);
    made_gives(&made, (const float[]){2, -2, 3, -3, 4, -4, 5, -5});
}

static void calls_with_more_than_the_function_has_are_refused(void **state)
{
    struct made made;
    (void)state;
    for (int i = 0; i < 2; i++) {
        made_begin(&made);
        Onnx__Function *function = made_add_function(&made, "Same", "a", "b");
        made_add_inside(&made, function, "Identity", "a", "b");
        made_call(&made, made_add(&made, "Same", i ? "x" : "x x", i ? "y more" : "y"));
        made_refuses(
            &made, STATUS_FORMAT,
            i ? "node 0 (Same, 'the Same'): 1 inputs and 2 outputs, but what stands for it has "
                "1 and 1"
              : "2 inputs and 1 outputs, but what stands for it has 1 and 1");
    }
}

static void functions_that_never_end_are_refused(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    Onnx__Function *function = made_add_function(&made, "Self", "a", "b");
    made_call(&made, made_add_inside(&made, function, "Self", "a", "b"));
    made_call(&made, made_add(&made, "Self", "x", "y"));
    made_refuses(&made, STATUS_UNSUPPORTED, "inside of each other, more than 32 deep");
    made_begin(&made);
    for (int f = 0; f < 25; f++) { /* 2^25 nodes in all */
        char name[8], next[8];
        snprintf(name, sizeof(name), "F%d", f);
        snprintf(next, sizeof(next), "F%d", f + 1);
        function = made_add_function(&made, name, "a", "c");
        for (int i = 0; i < 2; i++) {
            Onnx__Node *node = made_add_inside(&made, function, f < 24 ? next : "Abs",
                                               i ? "b" : "a", i ? "c" : "b");
            if (f < 24)
                made_call(&made, node);
        }
    }
    made_call(&made, made_add(&made, "F0", "x", "y"));
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "functions and branches of more than 4194304 nodes, inputs");
}

/* What a function holds is there again with each call: all together it is bounded by the file. */
static void what_functions_hold_is_bounded_with_its_calls(void **state)
{
    enum { BYTES = 1 << 20, CALLS = 32 + 256 };
    struct made made;
    Onnx__Tensor tensor;
    int64_t count = BYTES;
    (void)state;
    made_begin(&made);
    Onnx__Function *function = made_add_function(&made, "Holds", "a", "b");
    Onnx__Node *node = made_add_inside(&made, function, "Constant", "", "c");
    Onnx__Attribute *attribute = made_add_attribute(made.arena, node, "value");
    made_add_inside(&made, function, "Identity", "a", "b");
    node->n_input = 0;
    onnx__tensor__init(&tensor);
    tensor.has_data_type = tensor.has_raw_data = 1;
    tensor.data_type = 2;
    tensor.n_dims = 1;
    tensor.dims = &count;
    tensor.raw_data.len = BYTES;
    tensor.raw_data.data = arena_alloc(made.arena, BYTES);
    attribute->has_type = 1;
    attribute->type = 4; /* TENSOR */
    attribute->t = &tensor;
    for (int i = 0; i <= CALLS; i++) {
        char in[8], out[8];
        snprintf(in, sizeof(in), i == 0 ? "x" : "v%d", i - 1);
        snprintf(out, sizeof(out), i == CALLS ? "y" : "v%d", i);
        made_call(&made, made_add(&made, "Holds", in, out));
    }
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "node 288 (Holds, 'the Holds'): node 0 (Constant, 'the Constant'): 1048576 elements of "
        "a constant");
}

static void add_external(struct made *made, const char *name, const char *location, int64_t bytes)
{
    made_add_constant(made, name, 2, 0);
    Onnx__Tensor *tensor = made->graph.initializer[made->graph.n_initializer - 1];
    Onnx__Entry *entry = arena_alloc(made->arena, sizeof(*entry));
    tensor->has_raw_data = 0;
    tensor->raw_data.len = 0;
    tensor->n_dims = 1;
    tensor->dims = arena_copy(made->arena, &bytes, sizeof(bytes));
    tensor->has_data_location = 1;
    tensor->data_location = 1; /* EXTERNAL */
    onnx__entry__init(entry);
    entry->key = arena_strdup(made->arena, "location");
    entry->value = arena_strdup(made->arena, location);
    MADE_APPEND(made->arena, tensor->external_data, tensor->n_external_data, entry);
}

/* So is what is read from another file again and again, by whatever name. */
static void what_constants_share_is_bounded_by_its_file(void **state)
{
    enum { BYTES = 1 << 20, CONSTANTS = 32 + 256 };
    char folder[] = "/tmp/quantop-external-XXXXXX", name[16];
    struct made made;
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *data = path_join(folder, "w.bin"), *path = path_join(folder, "m.onnx");
    void *zeros = xcalloc(BYTES, 1);
    struct error error = {0};
    assert_int_equal(file_write(data, zeros, BYTES, &error), STATUS_OK);
    made_begin(&made);
    for (int i = 0; i <= CONSTANTS; i++) {
        snprintf(name, sizeof(name), "w%d", i);
        add_external(&made, name, i % 2 ? "w.bin" : "./w.bin", BYTES);
    }
    made_add(&made, "Identity", "x", "y");
    struct graph *graph;
    enum status status = made_load_as(path, &made, &graph, &error);
    unlink(data);
    rmdir(folder);
    assert_int_equal(status, STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.where, "m.onnx: initializer 288 ('w288')"));
    arena_free(made.arena);
    free(data);
    free(path);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_inlined),
        cmocka_unit_test(functions_have_attributes_and_optional_inputs),
        cmocka_unit_test(volumes_in_functions_have_its_attributes),
        cmocka_unit_test(calls_with_more_than_the_function_has_are_refused),
        cmocka_unit_test(functions_that_never_end_are_refused),
        cmocka_unit_test(what_functions_hold_is_bounded_with_its_calls),
        cmocka_unit_test(what_constants_share_is_bounded_by_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
