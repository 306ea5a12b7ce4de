/* .onnx files whose nodes are not simply one after the other: out of order, in functions of the
 * model, in branches; all that is refused about them at once; and constants of 4 bits. */
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
#include "base/text.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/messages.h"
#include "formats/onnx/onnx.h"
#include "graph_harness.h"
#include "model/load.h"
#include "network_harness.h"
#include "node_harness.h"
#include "onnx_harness.h"

/* A model of the input x, float32 [2, 4], and the output y, whose parts are added by name. */
struct made {
    struct arena *arena;
    Onnx__Model model;
    Onnx__Graph graph;
};

static void *grow(struct arena *arena, void *list, size_t count)
{
    void **longer = arena_alloc(arena, (count + 1) * sizeof(*longer));
    if (count > 0)
        memcpy(longer, list, count * sizeof(*longer));
    return longer;
}

#define APPEND(arena, list, count, item)                                                           \
    do {                                                                                           \
        (list) = grow((arena), (list), (count));                                                   \
        (list)[(count)++] = (item);                                                                \
    } while (0)

static Onnx__ValueInfo *make_info(struct arena *arena, const char *name)
{
    Onnx__ValueInfo *info = arena_alloc(arena, sizeof(*info));
    onnx__value_info__init(info);
    info->name = arena_strdup(arena, name);
    return info;
}

static Onnx__ValueInfo *make_input(struct arena *arena, const char *name)
{
    Onnx__ValueInfo *info = make_info(arena, name);
    Onnx__Type *type = info->type = arena_alloc(arena, sizeof(*type));
    onnx__type__init(type);
    Onnx__TensorType *tensor = type->tensor_type = arena_alloc(arena, sizeof(*tensor));
    onnx__tensor_type__init(tensor);
    tensor->has_elem_type = 1;
    tensor->elem_type = 1;
    tensor->shape = arena_alloc(arena, sizeof(*tensor->shape));
    onnx__shape__init(tensor->shape);
    for (int i = 0; i < 2; i++) {
        Onnx__Dimension *dim = arena_alloc(arena, sizeof(*dim));
        onnx__dimension__init(dim);
        dim->has_dim_value = 1;
        dim->dim_value = i == 0 ? 2 : 4;
        APPEND(arena, tensor->shape->dim, tensor->shape->n_dim, dim);
    }
    return info;
}

static void state_opset(struct arena *arena, Onnx__OperatorSet ***sets, size_t *count,
                        const char *domain, int64_t version)
{
    Onnx__OperatorSet *set = arena_alloc(arena, sizeof(*set));
    onnx__operator_set__init(set);
    set->domain = arena_strdup(arena, domain);
    set->has_version = 1;
    set->version = version;
    APPEND(arena, *sets, *count, set);
}

static void begin(struct made *made)
{
    *made = (struct made){.arena = arena_new()};
    onnx__model__init(&made->model);
    onnx__graph__init(&made->graph);
    made->model.graph = &made->graph;
    made->model.has_ir_version = 1;
    made->model.ir_version = 8;
    made->graph.name = arena_strdup(made->arena, "graph");
    state_opset(made->arena, &made->model.opset_import, &made->model.n_opset_import, "", 17);
    APPEND(made->arena, made->graph.input, made->graph.n_input, make_input(made->arena, "x"));
    APPEND(made->arena, made->graph.output, made->graph.n_output, make_info(made->arena, "y"));
}

/* Adds words, separated by blanks, to a list of names; "-" is an empty one. */
static void add_names(struct arena *arena, const char *words, char ***list, size_t *count)
{
    char *left = arena_strdup(arena, words), *word;
    while ((word = strsep(&left, " ")) != NULL)
        APPEND(arena, *list, *count, arena_strdup(arena, strcmp(word, "-") == 0 ? "" : word));
}

/* Adds a node to a list: "Add" of "a b" gives "c". */
static Onnx__Node *add_node(struct arena *arena, Onnx__Node ***list, size_t *count, const char *op,
                            const char *inputs, const char *outputs)
{
    Onnx__Node *node = arena_alloc(arena, sizeof(*node));
    onnx__node__init(node);
    node->op_type = arena_strdup(arena, op);
    node->name = arena_printf(arena, "the %s", op);
    add_names(arena, inputs, &node->input, &node->n_input);
    add_names(arena, outputs, &node->output, &node->n_output);
    APPEND(arena, *list, *count, node);
    return node;
}

static Onnx__Node *add(struct made *made, const char *op, const char *inputs, const char *outputs)
{
    return add_node(made->arena, &made->graph.node, &made->graph.n_node, op, inputs, outputs);
}

static Onnx__Attribute *add_attribute(struct arena *arena, Onnx__Node *node, const char *name)
{
    Onnx__Attribute *attribute = arena_alloc(arena, sizeof(*attribute));
    onnx__attribute__init(attribute);
    attribute->name = arena_strdup(arena, name);
    APPEND(arena, node->attribute, node->n_attribute, attribute);
    return attribute;
}

static void set_float(Onnx__Attribute *attribute, float value)
{
    attribute->has_type = 1;
    attribute->type = ONNX_ATTRIBUTE_FLOAT;
    attribute->has_f = 1;
    attribute->f = value;
}

static void add_constant(struct made *made, const char *name, int32_t type, int64_t value)
{
    Onnx__Tensor *tensor = arena_alloc(made->arena, sizeof(*tensor));
    onnx__tensor__init(tensor);
    tensor->name = arena_strdup(made->arena, name);
    tensor->has_data_type = 1;
    tensor->data_type = type;
    tensor->has_raw_data = 1;
    tensor->raw_data.len = type == 7 ? 8 : 1;
    tensor->raw_data.data = arena_copy(made->arena, &value, sizeof(value));
    APPEND(made->arena, made->graph.initializer, made->graph.n_initializer, tensor);
}

/* A branch of an If: one node, whose output has the same name in all of them. */
static void add_branch(struct made *made, Onnx__Node *node, const char *name, const char *op,
                       const char *inputs)
{
    Onnx__Attribute *attribute = add_attribute(made->arena, node, name);
    Onnx__Graph branch;
    onnx__graph__init(&branch);
    add_node(made->arena, &branch.node, &branch.n_node, op, inputs, "inside");
    APPEND(made->arena, branch.output, branch.n_output, make_info(made->arena, "inside"));
    attribute->has_g = 1;
    attribute->g.len = onnx__graph__get_packed_size(&branch);
    attribute->g.data = arena_alloc(made->arena, attribute->g.len + 1);
    onnx__graph__pack(&branch, attribute->g.data);
}

static Onnx__Node *add_if(struct made *made, const char *condition, const char *output,
                          const char *then_op, const char *else_op)
{
    Onnx__Node *node = add(made, "If", condition, output);
    add_branch(made, node, "then_branch", then_op, "x");
    add_branch(made, node, "else_branch", else_op, "x");
    return node;
}

static Onnx__Function *add_function(struct made *made, const char *name, const char *inputs,
                                    const char *outputs)
{
    Onnx__Function *function = arena_alloc(made->arena, sizeof(*function));
    onnx__function__init(function);
    function->name = arena_strdup(made->arena, name);
    function->domain = arena_strdup(made->arena, "own");
    add_names(made->arena, inputs, &function->input, &function->n_input);
    add_names(made->arena, outputs, &function->output, &function->n_output);
    state_opset(made->arena, &function->opset_import, &function->n_opset_import, "", 17);
    state_opset(made->arena, &function->opset_import, &function->n_opset_import, "own", 1);
    APPEND(made->arena, made->model.functions, made->model.n_functions, function);
    return function;
}

static Onnx__Node *add_inside(struct made *made, Onnx__Function *function, const char *op,
                              const char *inputs, const char *outputs)
{
    return add_node(made->arena, &function->node, &function->n_node, op, inputs, outputs);
}

static Onnx__Node *call(struct made *made, Onnx__Node *node)
{
    node->domain = arena_strdup(made->arena, "own");
    return node;
}

static enum status load_as(const char *path, const struct made *made, struct graph **graph,
                           struct error *error)
{
    size_t size = onnx__model__get_packed_size(&made->model);
    unsigned char *bytes =
        aligned_alloc(MEMORY_ALIGNMENT, (size / MEMORY_ALIGNMENT + 1) * MEMORY_ALIGNMENT);
    assert_non_null(bytes);
    onnx__model__pack(&made->model, bytes);
    return graph_load_bytes(path, bytes, size, NULL, graph, error);
}

static enum status load(const struct made *made, struct graph **graph, struct error *error)
{
    return load_as("m.onnx", made, graph, error);
}

/* Runs the model and ends it; the samples are 2, -2, 3, -3, 4, -4, 5, -5. */
static void gives(struct made *made, const float expected[8])
{
    const float sample[] = {2, -2, 3, -3, 4, -4, 5, -5};
    struct error error = {0};
    struct graph *graph;
    void *got;
    if (load(made, &graph, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    assert_string_equal(graph->tensors[graph->outputs[0]].name, "y");
    harness_graph_run(graph, ISA_REFERENCE, 1, (const void *const[]){sample}, &got);
    harness_near(got, expected, 8, 1e-6, 1e-6);
    graph_free(graph);
    arena_free(made->arena);
}

/* Loads the model, which is refused with words in the message, and ends it. */
static void refuses(struct made *made, enum status expected, const char *words)
{
    struct error error = {0};
    struct graph *graph;
    char line[900];
    enum status status = load(made, &graph, &error);
    error_line(&error, line, sizeof(line));
    if (status != expected || !strstr(line, words))
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, line, (int)expected, words);
    arena_free(made->arena);
}

/* --- order ------------------------------------------------------------------------------------ */

static void nodes_in_any_order_are_sorted(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add(&made, "Sub", "c x", "y"); /* ((-x) + |x|) - x */
    add(&made, "Add", "a b", "c");
    add(&made, "Abs", "x", "b");
    add(&made, "Neg", "x", "a");
    gives(&made, (const float[]){-2, 6, -3, 9, -4, 12, -5, 15});
}

static void nodes_in_order_keep_it(void **state)
{
    struct made made;
    struct error error = {0};
    struct graph *graph;
    (void)state;
    begin(&made);
    add(&made, "Abs", "x", "a");
    add(&made, "Exp", "x", "b");
    add(&made, "Neg", "x", "c");
    add(&made, "Sub", "c b", "d");
    add(&made, "Add", "d a", "y");
    assert_int_equal(load(&made, &graph, &error), STATUS_OK);
    network_check_ops(graph, "ABS EXP NEG SUB ADD");
    graph_free(graph);
    arena_free(made.arena);
}

static void cycles_are_refused_by_name(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add(&made, "Abs", "x", "a");
    add(&made, "Add", "a c", "b");
    add(&made, "Neg", "b", "c");
    add(&made, "Exp", "c", "y");
    refuses(&made, STATUS_FORMAT,
            "node 1 (Add, 'the Add') needs its own output 'b': the nodes form a cycle");
    begin(&made);
    add(&made, "Neg", "y", "y");
    refuses(&made, STATUS_FORMAT, "node 0 (Neg, 'the Neg') needs its own output 'y'");
}

/* Sorting needs no more of the stack for a long chain that stands on its head. */
static void a_long_chain_is_sorted(void **state)
{
    enum { LENGTH = 20000 };
    struct made made;
    char in[16], out[16];
    (void)state;
    begin(&made);
    made.graph.node = arena_alloc(made.arena, LENGTH * sizeof(Onnx__Node *));
    for (int i = LENGTH - 1; i >= 0; i--) {
        Onnx__Node **one = NULL;
        size_t none = 0;
        snprintf(in, sizeof(in), i == 0 ? "x" : "v%d", i - 1);
        snprintf(out, sizeof(out), i == LENGTH - 1 ? "y" : "v%d", i);
        made.graph.node[made.graph.n_node++] = add_node(made.arena, &one, &none, "Neg", in, out);
    }
    gives(&made, (const float[]){2, -2, 3, -3, 4, -4, 5, -5});
}

/* --- branches --------------------------------------------------------------------------------- */

static void a_constant_condition_takes_its_branch(void **state)
{
    struct made made;
    (void)state;
    for (int64_t value = 0; value < 2; value++) {
        begin(&made);
        add_constant(&made, "c", 9, value);
        add_if(&made, "c", "a", "Abs", "Neg");
        add_if(&made, "c", "b", "Neg", "Identity"); /* names inside are the same */
        add(&made, "Add", "a b", "y");
        if (value)
            gives(&made, (const float[]){0, 4, 0, 6, 0, 8, 0, 10});
        else
            gives(&made, (const float[8]){0});
    }
}

/* As exporters spell squeeze(): If (Shape(x)[0] == 2). */
static void a_condition_of_shapes_takes_its_branch(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add_constant(&made, "two", 7, 2);
    add_constant(&made, "zero", 7, 0);
    add(&made, "Shape", "x", "s");
    add(&made, "Gather", "s zero", "n");
    add(&made, "Equal", "n two", "c");
    add_if(&made, "c", "y", "Abs", "NoSuchOperator");
    gives(&made, (const float[]){2, 2, 3, 3, 4, 4, 5, 5});
}

/* A branch sees what is around it, which may stand behind it in the file. */
static void a_branch_reads_what_is_around_it(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add_constant(&made, "c", 9, 1);
    Onnx__Node *node = add(&made, "If", "c", "y");
    add_branch(&made, node, "then_branch", "Add", "a x");
    add_branch(&made, node, "else_branch", "Neg", "x");
    add(&made, "Abs", "x", "a");
    gives(&made, (const float[]){4, 0, 6, 0, 8, 0, 10, 0});
}

/* A branch of two nodes: Neg of x is `first`, whose Abs is the output. */
static void add_deep_branch(struct made *made, Onnx__Node *node, const char *name,
                            const char *first)
{
    Onnx__Attribute *attribute = add_attribute(made->arena, node, name);
    Onnx__Graph branch;
    onnx__graph__init(&branch);
    add_node(made->arena, &branch.node, &branch.n_node, "Neg", "x", first);
    add_node(made->arena, &branch.node, &branch.n_node, "Relu", first, "inside");
    APPEND(made->arena, branch.output, branch.n_output, make_info(made->arena, "inside"));
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
    begin(&made);
    add_constant(&made, "c", 9, 1);
    Onnx__Node *node = add(&made, "If", "c", "b");
    add_deep_branch(&made, node, "then_branch", "a");
    add_deep_branch(&made, node, "else_branch", "a");
    add(&made, "Neg", "b", "a");
    add(&made, "Add", "a x", "y");
    gives(&made, (const float[]){2, -4, 3, -6, 4, -8, 5, -10});
}

/* Branches inside of each other, as deep as they may be: the innermost reads what stands behind all
 * of them in the file. */
static void deep_branches_read_what_is_around_them(void **state)
{
    enum { DEPTH = 32 };
    struct made made;
    (void)state;
    begin(&made);
    add_constant(&made, "c", 9, 1);
    Onnx__Node **list = NULL, *node = NULL;
    size_t count = 0;
    for (int i = 0; i < DEPTH; i++) {
        Onnx__Node *inner = node;
        node = add_node(made.arena, &list, &count, "If", "c", i == DEPTH - 1 ? "y" : "in");
        Onnx__Attribute *attribute = add_attribute(made.arena, node, "then_branch");
        Onnx__Graph branch;
        onnx__graph__init(&branch);
        if (inner)
            APPEND(made.arena, branch.node, branch.n_node, inner);
        else
            add_node(made.arena, &branch.node, &branch.n_node, "Neg", "a", "in");
        APPEND(made.arena, branch.output, branch.n_output, make_info(made.arena, "in"));
        attribute->has_g = 1;
        attribute->g.len = onnx__graph__get_packed_size(&branch);
        attribute->g.data = arena_alloc(made.arena, attribute->g.len + 1);
        onnx__graph__pack(&branch, attribute->g.data);
    }
    APPEND(made.arena, made.graph.node, made.graph.n_node, node);
    add(&made, "Abs", "x", "a");
    gives(&made, (const float[]){-2, -2, -3, -3, -4, -4, -5, -5});
}

static void other_branches_are_refused(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add(&made, "Cast", "x", "c");
    add_attribute(made.arena, made.graph.node[0], "to")->has_i = 1;
    made.graph.node[0]->attribute[0]->i = 9;
    add_constant(&made, "zero", 7, 0);
    add(&made, "Gather", "c zero", "d");
    add(&made, "Gather", "d zero", "e");
    add_if(&made, "e", "y", "Abs", "Neg");
    refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: node 3 (If, 'the If'): the condition 'e' is computed at run time: only a branch "
        "that constants or shapes decide on is supported; export the one that you need");
    begin(&made);
    add_if(&made, "x", "y", "Abs", "Neg");
    refuses(&made, STATUS_FORMAT, "the condition 'x' is not a single truth value");
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "NoSuchOperator", "Neg");
    refuses(&made, STATUS_UNSUPPORTED, "node 0 (If, 'the If'): unsupported operators: NoSuch");
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "Gather", "Neg");
    refuses(&made, STATUS_FORMAT, "node 0 (If, 'the If'): node 0 (Gather, 'the Gather'): input 1");
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y more", "Abs", "Neg");
    refuses(&made, STATUS_FORMAT,
            "(If, 'the If'): 1 inputs and 2 outputs, but what stands for it has 1 and 1");
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add_if(&made, "t x", "y", "Abs", "Neg");
    refuses(&made, STATUS_FORMAT, "2 inputs and 1 outputs, but what stands for it has 1 and 1");
    begin(&made);
    add_constant(&made, "t", 9, 1);
    add_if(&made, "t", "y", "Abs", "Neg")->attribute[0]->g.len -= 3;
    refuses(&made, STATUS_FORMAT, "attribute 'then_branch' is missing or damaged");
    begin(&made);
    add(&made, "Loop", "x", "y");
    refuses(&made, STATUS_UNSUPPORTED,
            "operators: Loop x1 (first: node 0 'the Loop'), in operator "
            "set 17; export the model without control flow");
}

/* An input that is no tensor is named for what it is, with what else there is. */
static void inputs_that_are_no_tensors_are_named(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    add(&made, "SequenceAt", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    made.graph.input[0]->type->has_sequence_type = 1;
    refuses(&made, STATUS_UNSUPPORTED,
            "m.onnx: unsupported operators: SequenceAt x1 (first: node 0 'the SequenceAt'), in "
            "operator set 17; unsupported inputs: sequence x1 (first: input 'x'); export the model "
            "with tensors in the place of sequences");
    begin(&made);
    add(&made, "Abs", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    made.graph.input[0]->type->has_optional_type = 1;
    refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: unsupported inputs: optional value x1 (first: input 'x'); export the model with "
        "tensors");
    begin(&made);
    add(&made, "Abs", "x", "y");
    made.graph.input[0]->type->tensor_type = NULL;
    refuses(&made, STATUS_UNSUPPORTED, "input 'x' has no type");
    begin(&made);
    Onnx__Attribute *to = add_attribute(made.arena, add(&made, "Cast", "x", "y"), "to");
    to->has_i = 1;
    to->i = 8;
    refuses(
        &made, STATUS_UNSUPPORTED,
        "(Cast, 'the Cast'): cast to element type STRING is not supported; cut off what handles "
        "text");
}

/* --- functions -------------------------------------------------------------------------------- */

static void functions_are_inlined(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    Onnx__Function *function = add_function(&made, "Gate", "a b", "c");
    add_inside(&made, function, "Add", "t b", "c");
    add_inside(&made, function, "Abs", "a", "t"); /* out of order, too */
    call(&made, add(&made, "Gate", "x x", "t"));  /* a name that is used inside */
    call(&made, add(&made, "Gate", "t x", "y"));
    gives(&made, (const float[]){6, -2, 9, -3, 12, -4, 15, -5});
}

/* What an attribute is called inside; what it is where the call leaves it out; a parameter that is
 * not given; a function in a function. */
static void functions_have_attributes_and_optional_inputs(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    Onnx__Function *leaky = add_function(&made, "Leaky", "a", "b");
    Onnx__Node *node = add_inside(&made, leaky, "LeakyRelu", "a", "b");
    add_attribute(made.arena, node, "alpha")->ref_attr_name = arena_strdup(made.arena, "slope");
    Onnx__Attribute *usual = arena_alloc(made.arena, sizeof(*usual));
    onnx__attribute__init(usual);
    usual->name = arena_strdup(made.arena, "slope");
    set_float(usual, 2.0f);
    APPEND(made.arena, leaky->attribute_proto, leaky->n_attribute_proto, usual);
    Onnx__Function *outer = add_function(&made, "Outer", "a low high", "b");
    node = call(&made, add_inside(&made, outer, "Leaky", "a", "t"));
    add_attribute(made.arena, node, "slope")->ref_attr_name = arena_strdup(made.arena, "factor");
    call(&made, add_inside(&made, outer, "Leaky", "t", "u"));
    add_inside(&made, outer, "Clip", "u low high", "b");
    node = call(&made, add(&made, "Outer", "x", "y"));
    set_float(add_attribute(made.arena, node, "factor"), 3.0f);
    gives(&made, (const float[]){2, -12, 3, -18, 4, -24, 5, -30});
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
    begin(&made);
    Onnx__Function *function = add_function(&made, "Pool", "a", "b");
    Onnx__Node *node = add_inside(&made, function, "MaxPool", "a", "b");
    add_attribute(made.arena, node, "kernel_shape")->ref_attr_name =
        arena_strdup(made.arena, "window");
    add_attribute(made.arena, node, "strides")->ref_attr_name = arena_strdup(made.arena, "steps");
    set_ints(&made, add_attribute(made.arena, add(&made, "Constant", "", "s"), "value_ints"), shape,
             5);
    made.graph.node[0]->n_input = 0;
    add(&made, "Reshape", "x s", "v");
    node = call(&made, add(&made, "Pool", "v", "y"));
    set_ints(&made, add_attribute(made.arena, node, "window"), one, 3);
    set_ints(&made, add_attribute(made.arena, node, "steps"), one, 3);
    gives(&made, (const float[]){2, -2, 3, -3, 4, -4, 5, -5});
}

static void calls_with_more_than_the_function_has_are_refused(void **state)
{
    struct made made;
    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(&made);
        Onnx__Function *function = add_function(&made, "Same", "a", "b");
        add_inside(&made, function, "Identity", "a", "b");
        call(&made, add(&made, "Same", i ? "x" : "x x", i ? "y more" : "y"));
        refuses(&made, STATUS_FORMAT,
                i ? "node 0 (Same, 'the Same'): 1 inputs and 2 outputs, but what stands for it has "
                    "1 and 1"
                  : "2 inputs and 1 outputs, but what stands for it has 1 and 1");
    }
}

static void functions_that_never_end_are_refused(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    Onnx__Function *function = add_function(&made, "Self", "a", "b");
    call(&made, add_inside(&made, function, "Self", "a", "b"));
    call(&made, add(&made, "Self", "x", "y"));
    refuses(&made, STATUS_UNSUPPORTED, "inside of each other, more than 32 deep");
    begin(&made);
    for (int f = 0; f < 25; f++) { /* 2^25 nodes in all */
        char name[8], next[8];
        snprintf(name, sizeof(name), "F%d", f);
        snprintf(next, sizeof(next), "F%d", f + 1);
        function = add_function(&made, name, "a", "c");
        for (int i = 0; i < 2; i++) {
            Onnx__Node *node =
                add_inside(&made, function, f < 24 ? next : "Abs", i ? "b" : "a", i ? "c" : "b");
            if (f < 24)
                call(&made, node);
        }
    }
    call(&made, add(&made, "F0", "x", "y"));
    refuses(&made, STATUS_UNSUPPORTED, "functions and branches of more than 4194304 nodes, inputs");
}

/* What a function holds is there again with each call: all together it is bounded by the file. */
static void what_functions_hold_is_bounded_with_its_calls(void **state)
{
    enum { BYTES = 1 << 20, CALLS = 32 + 256 };
    struct made made;
    Onnx__Tensor tensor;
    int64_t count = BYTES;
    (void)state;
    begin(&made);
    Onnx__Function *function = add_function(&made, "Holds", "a", "b");
    Onnx__Node *node = add_inside(&made, function, "Constant", "", "c");
    Onnx__Attribute *attribute = add_attribute(made.arena, node, "value");
    add_inside(&made, function, "Identity", "a", "b");
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
        call(&made, add(&made, "Holds", in, out));
    }
    refuses(&made, STATUS_UNSUPPORTED,
            "node 288 (Holds, 'the Holds'): node 0 (Constant, 'the Constant'): 1048576 elements of "
            "a constant");
}

static void add_external(struct made *made, const char *name, const char *location, int64_t bytes)
{
    add_constant(made, name, 2, 0);
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
    APPEND(made->arena, tensor->external_data, tensor->n_external_data, entry);
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
    begin(&made);
    for (int i = 0; i <= CONSTANTS; i++) {
        snprintf(name, sizeof(name), "w%d", i);
        add_external(&made, name, i % 2 ? "w.bin" : "./w.bin", BYTES);
    }
    add(&made, "Identity", "x", "y");
    struct graph *graph;
    enum status status = load_as(path, &made, &graph, &error);
    unlink(data);
    rmdir(folder);
    assert_int_equal(status, STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.where, "m.onnx: initializer 288 ('w288')"));
    arena_free(made.arena);
    free(data);
    free(path);
    free(zeros);
}

/* --- what is refused at once ------------------------------------------------------------------ */

static void all_that_is_not_supported_is_said_at_once(void **state)
{
    struct made made;
    (void)state;
    begin(&made);
    Onnx__Function *function = add_function(&made, "Own", "a", "b");
    add_inside(&made, function, "StringNormalizer", "a", "b");
    add(&made, "Det", "x", "a");
    add(&made, "Unique", "a", "b");
    add(&made, "Det", "b", "c");
    call(&made, add(&made, "Own", "c", "d"));
    call(&made, add(&made, "Own", "d", "e"));
    add(&made, "Multinomial", "e", "f");
    call(&made, add(&made, "Other", "f", "y"));
    add_constant(&made, "s", 8, 0);
    made.graph.input[0]->type->tensor_type->elem_type = 14;
    state_opset(made.arena, &made.model.opset_import, &made.model.n_opset_import, "own", 3);
    refuses(
        &made, STATUS_UNSUPPORTED,
        "m.onnx: unsupported operators: Det x2, Unique x1, Multinomial x1, Other of own set 3 x1, "
        "StringNormalizer x1 (first: node 0 'the Det'), in operator set 17; unsupported element "
        "types: COMPLEX64 x1, STRING x1 (first: input 'x'); cut off what handles text, and "
        "feed numbers");
    begin(&made);
    call(&made, add(&made, "Other", "x", "y"));
    made.model.opset_import[0]->version = 26;
    refuses(&made, STATUS_UNSUPPORTED,
            "Other of domain 'own' x1 (first: node 0 'the Other'); operator set 26 is not "
            "supported, expected 1 to 25");
    begin(&made);
    function = add_function(&made, "Own", "a", "b");
    function->opset_import[0]->version = 99;
    add_inside(&made, function, "Abs", "a", "b");
    call(&made, add(&made, "Own", "x", "y"));
    refuses(
        &made, STATUS_UNSUPPORTED,
        "node 0 (Own, 'the Own'): operator set 99 of the function is not supported, expected 1");
}

/* --- constants of 4 bits, and scales of blocks ------------------------------------------------ */

static void add_tensor(struct made *made, const char *name, int32_t type, int64_t rows,
                       int64_t columns, const void *bytes, size_t size)
{
    const int64_t dims[] = {rows, columns};
    add_constant(made, name, type, 0);
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
    begin(made);
    made->model.opset_import[0]->version = 21;
    add_tensor(made, "q", 22, 2, 4, bytes, sizeof(bytes));
    Onnx__Node *node = add(made, "DequantizeLinear", operands, "w");
    add(made, "Add", "x w", "y");
    return node;
}

static void set_int(struct made *made, Onnx__Node *node, const char *name, int64_t value)
{
    Onnx__Attribute *attribute = add_attribute(made->arena, node, name);
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
    gives(&made, (const float[]){2.5f, -1, 2.5f, -7, 4, -0.5f, 4, -8.5f});
    begin_narrow(&made, "q s");
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    made.graph.initializer[0]->raw_data.len = 3;
    refuses(&made, STATUS_FORMAT, "initializer 0 ('q'): 3 bytes of data, expected 4");
    begin_narrow(&made, "q s"); /* integers of 4 bits are made nowhere */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    add(&made, "QuantizeLinear", "x s z", "v");
    refuses(&made, STATUS_UNSUPPORTED, "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s"); /* whatever became of their zero point before */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    add_constant(&made, "one", 7, 1);
    add(&made, "Expand", "z one", "zs");
    add(&made, "QuantizeLinear", "x s zs", "v");
    refuses(&made, STATUS_UNSUPPORTED, "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s"); /* nor with a scale that is computed */
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add_tensor(&made, "z", 22, 0, 0, "", 1);
    add(&made, "ReduceMax", "x", "m");
    add(&made, "QuantizeLinear", "x m z", "v");
    refuses(&made, STATUS_UNSUPPORTED, "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s");
    add_tensor(&made, "s", 1, 0, 0, &scale, sizeof(scale));
    add(&made, "ReduceMax", "x", "m");
    set_int(&made, add(&made, "QuantizeLinear", "x m", "v"), "output_dtype", 22);
    refuses(&made, STATUS_UNSUPPORTED, "numbers of less than a byte are supported as constants");
    begin_narrow(&made, "q s");
    made.graph.input[0]->type->tensor_type->elem_type = 22;
    refuses(&made, STATUS_UNSUPPORTED, "unsupported element types: INT4 x1 (first: input 'x')");
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
    gives(&made, (const float[]){3, 0, 2.5f, -7, 4, 10, -15, -75});
    node = begin_narrow(&made, "q s z");
    set_int(&made, node, "block_size", 2);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    add_tensor(&made, "z", 22, 2, 2, zeros, sizeof(zeros));
    gives(&made, (const float[]){2, -1, 2.5f, -7, 4, 10, -25, -85});
    node = begin_narrow(&made, "q s"); /* down the columns: one block each */
    set_int(&made, node, "block_size", 2);
    set_int(&made, node, "axis", 0);
    add_tensor(&made, "s", 1, 1, 4, scales, sizeof(scales));
    gives(&made, (const float[]){3, -1, 1, -83, 4, -0.5f, 1, -75});
    node = begin_narrow(&made, "q s");
    set_int(&made, node, "block_size", INT64_MAX);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    refuses(&made, STATUS_FORMAT, "scales of blocks of 9223372036854775807 do not fit");
    node = begin_narrow(&made, "x s");
    set_int(&made, node, "block_size", 2);
    add_tensor(&made, "s", 1, 2, 2, scales, sizeof(scales));
    refuses(&made, STATUS_UNSUPPORTED, "for constant integers alone");
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
        cmocka_unit_test(functions_are_inlined),
        cmocka_unit_test(functions_have_attributes_and_optional_inputs),
        cmocka_unit_test(volumes_in_functions_have_its_attributes),
        cmocka_unit_test(calls_with_more_than_the_function_has_are_refused),
        cmocka_unit_test(functions_that_never_end_are_refused),
        cmocka_unit_test(what_functions_hold_is_bounded_with_its_calls),
        cmocka_unit_test(what_constants_share_is_bounded_by_its_file),
        cmocka_unit_test(all_that_is_not_supported_is_said_at_once),
        cmocka_unit_test(constants_of_4_bits_are_widened),
        cmocka_unit_test(blocks_have_scales_and_zero_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
