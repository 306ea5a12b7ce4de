#include "quantize/integer.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "quantize/doing.h"
#include "quantize/groups.h"
#include "quantize/scale.h"
#include "quantize/unfit.h"
#include "quantize/useful.h"
#include "rewrite/integer_node.h"
#include "rewrite/lower.h"

/* Activations of one width. */
struct width {
    enum type activation; /* TYPE_I8 or TYPE_I16 */
    enum type bias;       /* TYPE_I32 or TYPE_I64 */
    struct groups groups;
    int *twin;         /* per float tensor: its integer form, or NO_TENSOR */
    enum unfit *unfit; /* per float tensor */
};

/* The state of the pass. Float tensors keep their numbers; each may get integer twins. */
struct pass {
    struct graph *graph;
    const struct integer_scheme *scheme;
    const struct mode_options *options;
    const struct ranges *ranges;
    struct width widths[2]; /* that of the scheme, and the wide one where a node has it */
    int n_widths;
    int n_tensors;         /* of the float graph */
    bool *has_float;       /* per float tensor: whether its float form is computed */
    bool *is_integer;      /* per node of the float graph: whether it is quantized */
    size_t fitted, to_fit; /* nodes with weights, of which so many are rounded */
};

static const struct quant_rule *rule_of(const struct node *node)
{
    return &op_table[node->op].quant;
}

static bool is_wide(const struct node *node)
{
    return node->is_wide && !node->stays_float &&
           integer_node_rule(node, TYPE_I16) != SCALE_UNSUPPORTED;
}

static struct width *width_of(struct pass *pass, const struct node *node)
{
    return &pass->widths[pass->n_widths > 1 && is_wide(node)];
}

static enum scale_rule scale_rule(const struct width *width, const struct node *node)
{
    return integer_node_rule(node, width->activation);
}

static bool is_float(const struct tensor *tensor)
{
    return tensor && tensor->type == TYPE_F32;
}

/* Whether the node's weights and bias are what the integer kernels take. */
static bool has_constant_weights(const struct graph *graph, const struct node *node)
{
    const struct quant_rule *rule = rule_of(node);
    if (rule->weight_input == NO_INPUT)
        return true;
    const struct tensor *weights = node_input(graph, node, rule->weight_input);
    const struct tensor *bias = node_input(graph, node, rule->bias_input);
    return is_float(weights) && weights->data && (!bias || (is_float(bias) && bias->data));
}

static bool is_candidate(struct pass *pass, const struct node *node)
{
    const struct width *width = width_of(pass, node);
    if (node->stays_float || scale_rule(width, node) == SCALE_UNSUPPORTED ||
        !has_constant_weights(pass->graph, node))
        return false;
    for (int i = 0; i < node->n_inputs; i++)
        if (integer_node_data(node, i) &&
            (!is_float(node_input(pass->graph, node, i)) || width->unfit[node->inputs[i]] != FITS))
            return false;
    for (int i = 0; i < node->n_outputs; i++)
        if (width->unfit[node->outputs[i]] != FITS)
            return false;
    return true;
}

static bool is_constant(const struct pass *pass, int tensor)
{
    return pass->graph->tensors[tensor].data != NULL;
}

/* Ties the tensors of a node whose rule is one scale for all. A tie that cannot be made is left:
 * the input is requantized where the node is written. */
static void tie_node(struct pass *pass, const struct node *node)
{
    struct groups *groups = &width_of(pass, node)->groups;
    int first = node->outputs[0];
    for (int i = 1; i < node->n_outputs; i++)
        groups_tie(groups, first, node->outputs[i]);
    for (int i = 0; i < node->n_inputs; i++) {
        if (!integer_node_data(node, i))
            continue;
        if (is_constant(pass, node->inputs[i]))
            groups_widen(groups, first, constant_range(&pass->graph->tensors[node->inputs[i]]));
        else
            groups_tie(groups, first, node->inputs[i]);
    }
}

static void fix_node(struct pass *pass, const struct node *node)
{
    struct width *width = width_of(pass, node);
    bool wide = width->activation == TYPE_I16;
    struct fixed_scale fixed = wide ? rule_of(node)->fixed16 : rule_of(node)->fixed8;
    groups_fix(&width->groups, node->outputs[0], (struct scale){fixed.scale, fixed.zero_point});
}

/* Fixed scales first, so that every tie sees them. */
static void build_groups(struct pass *pass)
{
    const struct node *nodes = pass->graph->nodes;
    int count = pass->graph->n_nodes;
    for (int n = 0; n < count; n++)
        if (is_candidate(pass, &nodes[n]) &&
            scale_rule(width_of(pass, &nodes[n]), &nodes[n]) == SCALE_FIXED)
            fix_node(pass, &nodes[n]);
    for (int n = 0; n < count; n++)
        if (is_candidate(pass, &nodes[n]) &&
            scale_rule(width_of(pass, &nodes[n]), &nodes[n]) == SCALE_SAME)
            tie_node(pass, &nodes[n]);
}

/* A node can be quantized when the parameters of everything real that it touches are known. */
static bool is_known(struct pass *pass, const struct node *node)
{
    const struct groups *groups = &width_of(pass, node)->groups;
    for (int i = 0; i < node->n_inputs; i++)
        if (integer_node_data(node, i) && !is_constant(pass, node->inputs[i]) &&
            !groups_known(groups, node->inputs[i]))
            return false;
    for (int i = 0; i < node->n_outputs; i++)
        if (is_float(node_output(pass->graph, node, i)) && !groups_known(groups, node->outputs[i]))
            return false;
    return true;
}

/* The widest step among the activations that a node reads. */
static float widest_step(struct pass *pass, const struct node *node)
{
    const struct width *width = width_of(pass, node);
    float widest = 0.0f;
    for (int i = 0; i < node->n_inputs; i++) {
        if (!integer_node_data(node, i))
            continue;
        struct scale scale = groups_scale(&width->groups, node->inputs[i]);
        if (is_constant(pass, node->inputs[i])) {
            struct range range = constant_range(&pass->graph->tensors[node->inputs[i]]);
            scale = scale_for_range(width->activation, range.low, range.high);
        }
        widest = fmaxf(widest, scale.scale);
    }
    return widest;
}

/* Whether the steps of the output are too fine to be reached from those of the inputs by the
 * multipliers of the kernels (fixed_point.h), which then refuse the node: calibration saw next to
 * nothing but zeros there. */
static bool is_too_fine(struct pass *pass, const struct node *node)
{
    const struct width *width = width_of(pass, node);
    const double nearly = 0.99; /* the kernels' own rounding */
    bool wide = width->activation == TYPE_I16;
    double step = (double)widest_step(pass, node);
    double out = nearly * (double)groups_scale(&width->groups, node->outputs[0]).scale;
    const struct tensor *weights = node_input(pass->graph, node, rule_of(node)->weight_input);
    if (node->op == OP_ADD)
        return 2.0 * step > out * (wide ? 0x1p15 : 0x1p20);
    if (node->op == OP_HARD_SWISH)
        return step > out * 0x1p7;
    if (node->op == OP_BATCH_MATMUL)
        return wide && step * step > out * 0x1p7;
    if (!wide || !weights)
        return false;
    struct range range = constant_range(weights);
    return step * (double)fmaxf(-range.low, range.high) / 127.0 > out * 0x1p7;
}

static void width_init(struct pass *pass, enum type activation, enum type bias)
{
    struct width *width = &pass->widths[pass->n_widths++];
    size_t tensors = (size_t)pass->n_tensors;
    *width = (struct width){
        .activation = activation,
        .bias = bias,
        .twin = xcalloc(tensors, sizeof(int)),
        .unfit = unfit_find(pass->graph, pass->ranges, activation, !pass->scheme->integer_io),
    };
    for (size_t i = 0; i < tensors; i++)
        width->twin[i] = NO_TENSOR;
}

/* Once it is known which nodes may be integers: what only those of this width read is cut to what
 * they tell apart. */
static void init_groups(struct pass *pass, struct width *width)
{
    const struct graph *graph = pass->graph;
    bool *is_own = xcalloc((size_t)graph->n_nodes, sizeof(*is_own));
    struct ranges useful = {.count = pass->n_tensors};
    for (int n = 0; n < graph->n_nodes; n++)
        is_own[n] = pass->is_integer[n] && width_of(pass, &graph->nodes[n]) == width;
    useful.items = useful_ranges(graph, pass->ranges, is_own, width->activation);
    groups_init(&width->groups, width->activation, &useful, pass->n_tensors);
    free(useful.items);
    free(is_own);
}

static void init_widths(struct pass *pass)
{
    const struct graph *graph = pass->graph;
    int wide = 0, without = 0;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        wide += is_wide(node);
        without += node->is_wide && !node->stays_float && !is_wide(node);
    }
    width_init(pass, pass->scheme->activation, pass->scheme->bias);
    if (wide > 0)
        width_init(pass, TYPE_I16, TYPE_I64);
    if (without > 0)
        graph_remark(
            pass->graph,
            "option 'wide': %d of the layers have no form of 16 bits and are as without it",
            without);
}

/* What wide nodes write was looked at as such. */
static void report_unfit(struct pass *pass)
{
    const struct graph *graph = pass->graph;
    enum unfit *unfit = xcalloc((size_t)pass->n_tensors, sizeof(*unfit));
    for (int t = 0; t < pass->n_tensors; t++)
        unfit[t] = pass->widths[0].unfit[t];
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; i < graph->nodes[n].n_outputs; i++) {
            int tensor = graph->nodes[n].outputs[i];
            unfit[tensor] = width_of(pass, &graph->nodes[n])->unfit[tensor];
        }
    unfit_report(pass->graph, unfit, pass->ranges, pass->scheme->activation,
                 !pass->scheme->integer_io);
    free(unfit);
}

static void pass_init(struct pass *pass, struct graph *graph, const struct integer_scheme *scheme,
                      const struct mode_options *options, const struct ranges *ranges)
{
    *pass = (struct pass){
        .graph = graph,
        .scheme = scheme,
        .options = options,
        .ranges = ranges,
        .n_tensors = graph->n_tensors,
        .has_float = xcalloc((size_t)graph->n_tensors, sizeof(bool)),
        .is_integer = xcalloc((size_t)graph->n_nodes, sizeof(bool)),
    };
    init_widths(pass);
    for (int n = 0; n < graph->n_nodes; n++)
        pass->is_integer[n] = is_candidate(pass, &graph->nodes[n]);
    for (int i = 0; i < pass->n_widths; i++)
        init_groups(pass, &pass->widths[i]);
    build_groups(pass);
    for (int n = 0; n < graph->n_nodes; n++) {
        pass->is_integer[n] = pass->is_integer[n] && is_known(pass, &graph->nodes[n]) &&
                              !is_too_fine(pass, &graph->nodes[n]);
        pass->to_fit += pass->is_integer[n] && rule_of(&graph->nodes[n])->weight_input != NO_INPUT;
    }
    report_unfit(pass);
}

static void pass_release(struct pass *pass)
{
    for (int i = 0; i < pass->n_widths; i++) {
        free(pass->widths[i].twin);
        free(pass->widths[i].unfit);
        groups_release(&pass->widths[i].groups);
    }
    free(pass->has_float);
    free(pass->is_integer);
}

/* A tensor like `like` of another type and scale, to be computed. */
static int add_twin(struct pass *pass, int like, enum type type, struct scale scale)
{
    struct tensor tensor = pass->graph->tensors[like];
    tensor.type = type;
    tensor.data = NULL;
    tensor.quant = quantization_per_tensor(pass->graph, scale.scale, scale.zero_point);
    return graph_add_tensor(pass->graph, &tensor);
}

static void convert(struct pass *pass, enum op op, int from, int to)
{
    graph_add_node(pass->graph, op, &from, 1, &to, 1, NULL);
}

/* An integer form that is there, the more exact one first; NO_TENSOR: there is none. */
static int any_twin(const struct pass *pass, int tensor)
{
    for (int i = pass->n_widths - 1; i >= 0; i--)
        if (pass->widths[i].twin[tensor] != NO_TENSOR)
            return pass->widths[i].twin[tensor];
    return NO_TENSOR;
}

/* The float form, behind a DEQUANTIZE when only an integer form exists. */
static int float_form(struct pass *pass, int tensor)
{
    int twin = any_twin(pass, tensor);
    if (!pass->has_float[tensor] && twin != NO_TENSOR) {
        convert(pass, OP_DEQUANTIZE, twin, tensor);
        pass->has_float[tensor] = true;
    }
    return tensor;
}

/* The integer form of a computed tensor, behind a QUANTIZE when only others exist. LiteRT's
 * QUANTIZE makes int8 of int16, and not the other way round: there float32 is in between. */
static int integer_form(struct pass *pass, struct width *width, int tensor)
{
    if (width->twin[tensor] != NO_TENSOR)
        return width->twin[tensor];
    int twin = add_twin(pass, tensor, width->activation, groups_scale(&width->groups, tensor));
    int from = any_twin(pass, tensor);
    if (pass->has_float[tensor] || from == NO_TENSOR || width->activation == TYPE_I16)
        from = float_form(pass, tensor);
    convert(pass, OP_QUANTIZE, from, twin);
    width->twin[tensor] = twin;
    return twin;
}

static bool same_scale(struct scale a, struct scale b)
{
    return a.zero_point == b.zero_point && !(a.scale < b.scale) && !(a.scale > b.scale);
}

/* An activation as input of a quantized node. With a scale to match, a constant takes that scale
 * and a tensor of another scale is requantized. */
static int data_operand(struct pass *pass, struct width *width, int tensor,
                        const struct scale *match)
{
    enum type type = width->activation;
    if (is_constant(pass, tensor)) {
        struct range range = constant_range(&pass->graph->tensors[tensor]);
        return quantize_constant(pass->graph, tensor, type,
                                 match ? *match : scale_for_range(type, range.low, range.high));
    }
    int form = integer_form(pass, width, tensor);
    if (!match || same_scale(groups_scale(&width->groups, tensor), *match))
        return form;
    int matched = add_twin(pass, tensor, type, *match);
    convert(pass, OP_QUANTIZE, form, matched);
    return matched;
}

/* The largest weight that the option leaves. */
static int weight_most(const struct pass *pass)
{
    return pass->options->weight_bits == 7 ? WEIGHT_MOST / 2 : WEIGHT_MOST;
}

static void quantize_product(struct pass *pass, const struct node *node, int *inputs)
{
    const struct quant_rule *rule = rule_of(node);
    const struct width *width = width_of(pass, node);
    int bias = rule->bias_input < node->n_inputs ? inputs[rule->bias_input] : NO_TENSOR;
    bool dense = node->op == OP_FULLY_CONNECTED;
    enum granularity granularity = pass->options->weights;
    if (dense && pass->options->dense_weights == GRANULARITY_TENSOR)
        granularity = GRANULARITY_TENSOR;
    int data = __builtin_ctz(rule->data_inputs);
    float input_scale = groups_scale(&width->groups, node->inputs[data]).scale;
    const struct weight_order order = {.weights = inputs[rule->weight_input],
                                       .axis = rule->weight_axis,
                                       .granularity = granularity,
                                       .most = weight_most(pass),
                                       .moments = pass->ranges->moments};
    struct quantized_weights made =
        quantize_weights(pass->graph, &order, bias, input_scale, width->bias);
    if (pass->ranges->moments)
        doing_tell(DOING_ROUNDING, ++pass->fitted, pass->to_fit);
    inputs[rule->weight_input] = made.weights;
    if (bias != NO_TENSOR)
        inputs[rule->bias_input] = made.bias;
}

static void write_integer_node(struct pass *pass, const struct node *node)
{
    struct width *width = width_of(pass, node);
    bool same = scale_rule(width, node) == SCALE_SAME;
    struct scale out = groups_scale(&width->groups, node->outputs[0]);
    int count = node->n_inputs;
    int *inputs = xcalloc((size_t)count, sizeof(*inputs));
    int *outputs = xcalloc((size_t)node->n_outputs, sizeof(*outputs));
    for (int i = 0; i < count; i++)
        inputs[i] = integer_node_data(node, i)
                        ? data_operand(pass, width, node->inputs[i], same ? &out : NULL)
                        : node->inputs[i];
    if (rule_of(node)->weight_input != NO_INPUT)
        quantize_product(pass, node, inputs);
    for (int i = 0; i < node->n_outputs; i++) {
        int tensor = node->outputs[i];
        outputs[i] = tensor;
        if (is_float(&pass->graph->tensors[tensor]))
            outputs[i] = width->twin[tensor] =
                add_twin(pass, tensor, width->activation, groups_scale(&width->groups, tensor));
    }
    struct node *made = graph_add_node(pass->graph, node->op, inputs, count, outputs,
                                       node->n_outputs, &node->params);
    integer_node_params(made, width->activation, width->bias);
    free(inputs);
    free(outputs);
}

static void write_float_node(struct pass *pass, const struct node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_TENSOR)
            float_form(pass, node->inputs[i]);
    graph_keep_node(pass->graph, node);
    for (int i = 0; i < node->n_outputs; i++)
        pass->has_float[node->outputs[i]] = true;
}

/* The scale of a uint8 twin of an int8 tensor: the same steps, counted from 0. */
static struct scale io_scale(const struct pass *pass, struct scale scale)
{
    if (pass->scheme->io == TYPE_U8)
        scale.zero_point += 128;
    return scale;
}

/* Integer inputs: the graph's input becomes the integer form itself, or a uint8 tensor before it.
 * States stay float. */
static void write_inputs(struct pass *pass)
{
    struct graph *graph = pass->graph;
    struct width *width = &pass->widths[0];
    for (int i = 0; i < graph->n_states; i++)
        pass->has_float[graph->states[i].tensor] = true;
    for (int i = 0; i < graph->n_inputs; i++) {
        int tensor = graph->inputs[i];
        bool integer = pass->scheme->integer_io && is_float(&graph->tensors[tensor]) &&
                       groups_known(&width->groups, tensor);
        pass->has_float[tensor] = !integer;
        if (!integer)
            continue;
        struct scale scale = groups_scale(&width->groups, tensor);
        width->twin[tensor] = add_twin(pass, tensor, width->activation, scale);
        graph->inputs[i] = width->twin[tensor];
        if (pass->scheme->io != width->activation) {
            graph->inputs[i] = add_twin(pass, tensor, pass->scheme->io, io_scale(pass, scale));
            convert(pass, OP_QUANTIZE, graph->inputs[i], width->twin[tensor]);
        }
    }
}

static void write_outputs(struct pass *pass)
{
    struct graph *graph = pass->graph;
    struct width *width = &pass->widths[0];
    for (int i = 0; i < graph->n_states; i++)
        float_form(pass, graph->states[i].next);
    for (int i = 0; i < graph->n_outputs; i++) {
        int tensor = graph->outputs[i];
        if (tensor >= pass->n_tensors || !is_float(&graph->tensors[tensor]))
            continue;
        if (!pass->scheme->integer_io || !groups_known(&width->groups, tensor) ||
            width->unfit[tensor] == UNFIT_BOXES) {
            float_form(pass, tensor);
            continue;
        }
        graph->outputs[i] = integer_form(pass, width, tensor);
        if (pass->scheme->io != width->activation) {
            struct scale scale = groups_scale(&width->groups, tensor);
            int out = add_twin(pass, tensor, pass->scheme->io, io_scale(pass, scale));
            convert(pass, OP_QUANTIZE, graph->outputs[i], out);
            graph->outputs[i] = out;
        }
    }
}

enum status integer_quantize(struct graph *graph, const struct integer_scheme *scheme,
                             const struct mode_options *options, const struct ranges *ranges,
                             struct error *error)
{
    struct pass pass;
    int count;
    enum status status = graph_split_for_integers(graph, error);
    if (status != STATUS_OK)
        return status;
    pass_init(&pass, graph, scheme, options, ranges);
    struct node *nodes = graph_take_nodes(graph, &count);
    graph->origin = count > 0 ? nodes[0].origin : (struct origin){0};
    write_inputs(&pass);
    for (int n = 0; n < count; n++) {
        graph->origin = nodes[n].origin;
        if (pass.is_integer[n])
            write_integer_node(&pass, &nodes[n]);
        else
            write_float_node(&pass, &nodes[n]);
    }
    write_outputs(&pass);
    pass_release(&pass);
    return graph_check(graph, error);
}
