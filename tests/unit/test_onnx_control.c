/* .onnx files whose nodes are not simply one after the other: out of order, in branches; and all
 * that is refused about them at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "made_harness.h"
#include "network_harness.h"

/* A branch of an If: one node, whose output has the same name in all of them. */
static void add_branch(struct made *made, Onnx__Node *node, const char *name, const char *op,
                       const char *inputs)
{
    Onnx__Attribute *attribute = made_add_attribute(made->arena, node, name);
    Onnx__Graph branch;
    onnx__graph__init(&branch);
    made_add_node(made->arena, &branch.node, &branch.n_node, op, inputs, "inside");
    MADE_APPEND(made->arena, branch.output, branch.n_output, made_info(made->arena, "inside"));
    attribute->has_g = 1;
    attribute->g.len = onnx__graph__get_packed_size(&branch);
    attribute->g.data = arena_alloc(made->arena, attribute->g.len + 1);
    onnx__graph__pack(&branch, attribute->g.data);
}

static Onnx__Node *add_if(struct made *made, const char *condition, const char *output,
                          const char *then_op, const char *else_op)
{
    Onnx__Node *node = made_add(made, "If", condition, output);
    add_branch(made, node, "then_branch", then_op, "x");
    add_branch(made, node, "else_branch", else_op, "x");
    return node;
}

/* --- order ------------------------------------------------------------------------------------ */

static void nodes_in_any_order_are_sorted(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add(&made, "Sub", "c x", "y"); /* ((-x) + |x|) - x */
    made_add(&made, "Add", "a b", "c");
    made_add(&made, "Abs", "x", "b");
    made_add(&made, "Neg", "x", "a");
    made_gives(&made, (const float[]){-2, 6, -3, 9, -4, 12, -5, 15});
}

static void nodes_in_order_keep_it(void **state)
{
    struct made made;
    struct error error = {0};
    struct graph *graph;
    (void)state;
    made_begin(&made);
    made_add(&made, "Abs", "x", "a");
    made_add(&made, "Exp", "x", "b");
    made_add(&made, "Neg", "x", "c");
    made_add(&made, "Sub", "c b", "d");
    made_add(&made, "Add", "d a", "y");
    assert_int_equal(made_load(&made, &graph, &error), STATUS_OK);
    network_check_ops(graph, "ABS EXP NEG SUB ADD");
    graph_free(graph);
    arena_free(made.arena);
}

static void cycles_are_refused_by_name(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add(&made, "Abs", "x", "a");
    made_add(&made, "Add", "a c", "b");
    made_add(&made, "Neg", "b", "c");
    made_add(&made, "Exp", "c", "y");
    made_refuses(&made, STATUS_FORMAT,
                 "node 1 (Add, 'the Add') needs its own output 'b': the nodes form a cycle");
    made_begin(&made);
    made_add(&made, "Neg", "y", "y");
    made_refuses(&made, STATUS_FORMAT, "node 0 (Neg, 'the Neg') needs its own output 'y'");
}

/* Sorting needs no more of the stack for a long chain that stands on its head. */
static void a_long_chain_is_sorted(void **state)
{
    enum { LENGTH = 20000 };
    struct made made;
    char in[16], out[16];
    (void)state;
    made_begin(&made);
    made.graph.node = arena_alloc(made.arena, LENGTH * sizeof(Onnx__Node *));
    for (int i = LENGTH - 1; i >= 0; i--) {
        Onnx__Node **one = NULL;
        size_t none = 0;
        snprintf(in, sizeof(in), i == 0 ? "x" : "v%d", i - 1);
        snprintf(out, sizeof(out), i == LENGTH - 1 ? "y" : "v%d", i);
        made.graph.node[made.graph.n_node++] =
            made_add_node(made.arena, &one, &none, "Neg", in, out);
    }
    made_gives(&made, (const float[]){2, -2, 3, -3, 4, -4, 5, -5});
}

/* --- branches --------------------------------------------------------------------------------- */

static void a_constant_condition_takes_its_branch(void **state)
{
    struct made made;
    (void)state;
    for (int64_t value = 0; value < 2; value++) {
        made_begin(&made);
        made_add_constant(&made, "c", 9, value);
        add_if(&made, "c", "a", "Abs", "Neg");
        add_if(&made, "c", "b", "Neg", "Identity"); /* names inside are the same */
        made_add(&made, "Add", "a b", "y");
        if (value)
            made_gives(&made, (const float[]){0, 4, 0, 6, 0, 8, 0, 10});
        else
            made_gives(&made, (const float[8]){0});
    }
}

/* As exporters spell squeeze(): If (Shape(x)[0] == 2). */
static void a_condition_of_shapes_takes_its_branch(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add_constant(&made, "two", 7, 2);
    made_add_constant(&made, "zero", 7, 0);
    made_add(&made, "Shape", "x", "s");
    made_add(&made, "Gather", "s zero", "n");
    made_add(&made, "Equal", "n two", "c");
    add_if(&made, "c", "y", "Abs", "NoSuchOperator");
    made_gives(&made, (const float[]){2, 2, 3, 3, 4, 4, 5, 5});
}

/* A branch sees what is around it, which may stand behind it in the file. */
static void a_branch_reads_what_is_around_it(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add_constant(&made, "c", 9, 1);
    Onnx__Node *node = made_add(&made, "If", "c", "y");
    add_branch(&made, node, "then_branch", "Add", "a x");
    add_branch(&made, node, "else_branch", "Neg", "x");
    made_add(&made, "Abs", "x", "a");
    made_gives(&made, (const float[]){4, 0, 6, 0, 8, 0, 10, 0});
}

/* A branch of two nodes: Neg of x is `first`, whose Abs is the output. */
static void add_deep_branch(struct made *made, Onnx__Node *node, const char *name,
                            const char *first)
{
    Onnx__Attribute *attribute = made_add_attribute(made->arena, node, name);
    Onnx__Graph branch;
    onnx__graph__init(&branch);
    made_add_node(made->arena, &branch.node, &branch.n_node, "Neg", "x", first);
    made_add_node(made->arena, &branch.node, &branch.n_node, "Relu", first, "inside");
    MADE_APPEND(made->arena, branch.output, branch.n_output, made_info(made->arena, "inside"));
    attribute->has_g = 1;
    attribute->g.len = onnx__graph__get_packed_size(&branch);
    attribute->g.data = arena_alloc(made->arena, attribute->g.len + 1);
    onnx__graph__pack(&branch, attribute->g.data);
}

/* What a branch defines itself, it does not read from a node around it of that name, which may need
 * the result of the branch. */
static void names_inside_of_a_branch_are_its_own(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add_constant(&made, "c", 9, 1);
    Onnx__Node *node = made_add(&made, "If", "c", "b");
    add_deep_branch(&made, node, "then_branch", "a");
    add_deep_branch(&made, node, "else_branch", "a");
    made_add(&made, "Neg", "b", "a");
    made_add(&made, "Add", "a x", "y");
    made_gives(&made, (const float[]){2, -4, 3, -6, 4, -8, 5, -10});
}

/* Branches inside of each other, as deep as they may be: the innermost reads what stands behind all
 * of them in the file. */
static void deep_branches_read_what_is_around_them(void **state)
{
    enum { DEPTH = 32 };
    struct made made;
    (void)state;
    made_begin(&made);
    made_add_constant(&made, "c", 9, 1);
    Onnx__Node **list = NULL, *node = NULL;
    size_t count = 0;
    for (int i = 0; i < DEPTH; i++) {
        Onnx__Node *inner = node;
        node = made_add_node(made.arena, &list, &count, "If", "c", i == DEPTH - 1 ? "y" : "in");
        Onnx__Attribute *attribute = made_add_attribute(made.arena, node, "then_branch");
        Onnx__Graph branch;
        onnx__graph__init(&branch);
        if (inner)
            MADE_APPEND(made.arena, branch.node, branch.n_node, inner);
        else
            made_add_node(made.arena, &branch.node, &branch.n_node, "Neg", "a", "in");
        MADE_APPEND(made.arena, branch.output, branch.n_output, made_info(made.arena, "in"));
        attribute->has_g = 1;
        attribute->g.len = onnx__graph__get_packed_size(&branch);
        attribute->g.data = arena_alloc(made.arena, attribute->g.len + 1);
        onnx__graph__pack(&branch, attribute->g.data);
    }
    MADE_APPEND(made.arena, made.graph.node, made.graph.n_node, node);
    made_add(&made, "Abs", "x", "a");
    made_gives(&made, (const float[]){-2, -2, -3, -3, -4, -4, -5, -5});
}

static void other_branches_are_refused(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    made_add(&made, "Cast", "x", "c");
    made_add_attribute(made.arena, made.graph.node[0], "to")->has_i = 1;
    made.graph.node[0]->attribute[0]->i = 9;
    made_add_constant(&made, "zero", 7, 0);
    made_add(&made, "Gather", "c zero", "d");
    made_add(&made, "Gather", "d zero", "e");
    add_if(&made, "e", "y", "Abs", "Neg");
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: node 3 (If, 'the If'): the condition 'e' is computed at run time: only a branch "
        "that constants or shapes decide on is supported; export the one that you need");
    made_begin(&made);
    add_if(&made, "x", "y", "Abs", "Neg");
    made_refuses(&made, STATUS_FORMAT, "the condition 'x' is not a single truth value");
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "NoSuchOperator", "Neg");
    made_refuses(&made, STATUS_UNSUPPORTED, "node 0 (If, 'the If'): unsupported operators: NoSuch");
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "Gather", "Neg");
    made_refuses(&made, STATUS_FORMAT,
                 "node 0 (If, 'the If'): node 0 (Gather, 'the Gather'): input 1");
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y more", "Abs", "Neg");
    made_refuses(&made, STATUS_FORMAT,
                 "(If, 'the If'): 1 inputs and 2 outputs, but what stands for it has 1 and 1");
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    add_if(&made, "t x", "y", "Abs", "Neg");
    made_refuses(&made, STATUS_FORMAT,
                 "2 inputs and 1 outputs, but what stands for it has 1 and 1");
    made_begin(&made);
    made_add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "Abs", "Neg")->attribute[0]->g.len -= 3;
    made_refuses(&made, STATUS_FORMAT, "attribute 'then_branch' is missing or damaged");
    made_begin(&made);
    made_add(&made, "Loop", "x", "y");
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "operators: Loop x1 (first: node 0 'the Loop'), in operator "
                 "set 17; export the model without control flow");
}

/* An input that is no tensor is named for what it is, with what else there is. */
static void inputs_that_are_no_tensors_are_named(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    made_add(&made, "SequenceAt", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    made.graph.input[0]->type->has_sequence_type = 1;
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: unsupported operators: SequenceAt x1 (first: node 0 'the SequenceAt'), in "
        "operator set 17; unsupported inputs: sequence x1 (first: input 'x'); export the model "
        "with tensors in the place of sequences");
    made_begin(&made);
    made_add(&made, "Abs", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    made.graph.input[0]->type->has_optional_type = 1;
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: unsupported inputs: optional value x1 (first: input 'x'); export the model with "
        "tensors");
    made_begin(&made);
    made_add(&made, "Abs", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    made_refuses(&made, STATUS_UNSUPPORTED, "input 'x' has no type");
    made_begin(&made);
    Onnx__Attribute *to = made_add_attribute(made.arena, made_add(&made, "Cast", "x", "y"), "to");
    to->has_i = 1;
    to->i = 8;
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "(Cast, 'the Cast'): cast to element type STRING is not supported; cut off what handles "
        "text");
}

/* --- what is refused at once ------------------------------------------------------------------ */

static void all_that_is_not_supported_is_said_at_once(void **state)
{
    struct made made;
    (void)state;
    made_begin(&made);
    Onnx__Function *function = made_add_function(&made, "Own", "a", "b");
    made_add_inside(&made, function, "StringNormalizer", "a", "b");
    made_add(&made, "Det", "x", "a");
    made_add(&made, "Unique", "a", "b");
    made_add(&made, "Det", "b", "c");
    made_call(&made, made_add(&made, "Own", "c", "d"));
    made_call(&made, made_add(&made, "Own", "d", "e"));
    made_add(&made, "Multinomial", "e", "f");
    made_call(&made, made_add(&made, "Other", "f", "y"));
    made_add_constant(&made, "s", 8, 0);
    made.graph.input[0]->type->tensor_type->elem_type = 14;
    made_opset(made.arena, &made.model.opset_import, &made.model.n_opset_import, "own", 3);
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: unsupported operators: Det x2, Unique x1, Multinomial x1, Other of own set 3 x1, "
        "StringNormalizer x1 (first: node 0 'the Det'), in operator set 17; unsupported element "
        "types: COMPLEX64 x1, STRING x1 (first: input 'x'); cut off what handles text, and "
        "feed numbers");
    made_begin(&made);
    made_call(&made, made_add(&made, "Other", "x", "y"));
    made.model.opset_import[0]->version = 26;
    made_refuses(&made, STATUS_UNSUPPORTED,
                 "Other of domain 'own' x1 (first: node 0 'the Other'); operator set 26 is not "
                 "supported, expected 1 to 25");
    made_begin(&made);
    function = made_add_function(&made, "Own", "a", "b");
    function->opset_import[0]->version = 99;
    made_add_inside(&made, function, "Abs", "a", "b");
    made_call(&made, made_add(&made, "Own", "x", "y"));
    made_refuses(
        &made, STATUS_UNSUPPORTED,
        "node 0 (Own, 'the Own'): operator set 99 of the function is not supported, expected 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_in_any_order_are_sorted),
        cmocka_unit_test(nodes_in_order_keep_it),
        cmocka_unit_test(cycles_are_refused_by_name),
        cmocka_unit_test(a_long_chain_is_sorted),
        cmocka_unit_test(a_constant_condition_takes_its_branch),
        cmocka_unit_test(a_condition_of_shapes_takes_its_branch),
        cmocka_unit_test(a_branch_reads_what_is_around_it),
        cmocka_unit_test(names_inside_of_a_branch_are_its_own),
        cmocka_unit_test(deep_branches_read_what_is_around_them),
        cmocka_unit_test(other_branches_are_refused),
        cmocka_unit_test(inputs_that_are_no_tensors_are_named),
        cmocka_unit_test(all_that_is_not_supported_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
