#include "ui/model_details.h"

#include <math.h>

#include "ui/model_columns.h"

/* Where the texts behind the labels start. */
#define TEXT_X 12
/* Readers of a tensor that are named. */
#define READERS_MOST 6

/* --- tensors ---------------------------------------------------------------------------------- */

static void print_scales(const struct network_tensor *tensor, struct text *out)
{
    if (tensor->scales == 1.0)
        text_printf(out, ", scale %.6g, zero point %.0f", tensor->scale[0], tensor->zero_point);
    else if (tensor->scales > 1.0)
        text_printf(out, ", %.0f scales from %.3g to %.3g along dimension %.0f", tensor->scales,
                    tensor->scale[0], tensor->scale[1], tensor->axis);
    if (tensor->block > 0.0)
        text_printf(out, ", one for %.0f", tensor->block);
}

static void print_ranges(const struct network_tensor *tensor, struct text *out)
{
    if (!isnan(tensor->held[0]) && isnan(tensor->bytes))
        text_printf(out, ", holds %.3g to %.3g", tensor->held[0], tensor->held[1]);
    if (!isnan(tensor->seen[0]))
        text_printf(out, ", calibration saw %.3g to %.3g", tensor->seen[0], tensor->seen[1]);
}

/* "conv1: int8 1x14x14x32, scale 0.0235294, zero point -128, holds 0 to 6". */
static void print_tensor(const struct network_tensor *tensor, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    text_printf(out, "%s%s%s %s", tensor->name, *tensor->name ? ": " : "", tensor->type,
                tensor->shape);
    if (!isnan(tensor->bits))
        text_printf(out, ", %.0f bits each", tensor->bits);
    if (!isnan(tensor->bytes))
        text_printf(out, ", %s", text_bytes(tensor->bytes, bytes));
    print_scales(tensor, out);
    print_ranges(tensor, out);
}

static bool is_among(const struct network_ends *ends, int tensor)
{
    for (size_t i = 0; i < ends->count; i++)
        if (ends->tensors[i] == tensor)
            return true;
    return false;
}

static void print_source(const struct network *network, int number, struct text *out)
{
    const struct network_tensor *tensor = &network->tensors[number];
    if (tensor->writer >= 0)
        text_printf(out, "; of %d %s", tensor->writer, network->operators[tensor->writer].op);
    else if (is_among(&network->inputs, number))
        text_add_string(out, "; an input of the model");
    else if (is_among(&network->variables, number))
        text_add_string(out, "; a variable of the model");
    else if (!isnan(tensor->bytes))
        text_add_string(out, "; a constant");
}

static bool reads(const struct network_operator *node, int tensor)
{
    for (size_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] == tensor)
            return true;
    return false;
}

static void print_readers(const struct network *network, int number, struct text *out)
{
    size_t readers = 0;
    for (size_t i = 0; i < network->n_operators; i++) {
        if (!reads(&network->operators[i], number))
            continue;
        if (readers++ < READERS_MOST)
            text_printf(out, "%s%zu %s", readers == 1 ? "; read by " : ", ", i,
                        network->operators[i].op);
    }
    if (readers > READERS_MOST)
        text_printf(out, " and %zu more", readers - READERS_MOST);
    if (is_among(&network->outputs, number))
        text_add_string(out, "; an output of the model");
}

/* --- an operator ------------------------------------------------------------------------------ */

static void add_entry(struct document *document, const char *label, struct text *text)
{
    if (text->length > 0)
        document_entry(document, TEXT_X, label, ROLE_TEXT, text->bytes);
    text_release(text);
}

static void print_work(const struct network_operator *node, struct document *document)
{
    struct text text = {0};
    char bytes[TEXT_BYTES_SIZE];
    text_printf(&text, "%.0f multiply-accumulates, %.0f parameters, %s of constants", node->macs,
                node->parameters, text_bytes(node->constant_bytes, bytes));
    add_entry(document, "work", &text);
}

static void print_inputs(const struct network *network, const struct network_operator *node,
                         struct document *document)
{
    for (size_t i = 0; i < node->n_inputs; i++) {
        struct text text = {0};
        int number = node->inputs[i];
        if (number < 0)
            continue;
        print_tensor(&network->tensors[number], &text);
        print_source(network, number, &text);
        add_entry(document, number == node->weights ? "weights" : "reads", &text);
    }
}

static void print_outputs(const struct network *network, const struct network_operator *node,
                          struct document *document)
{
    for (size_t i = 0; i < node->n_outputs; i++) {
        struct text text = {0};
        print_tensor(&network->tensors[node->outputs[i]], &text);
        print_readers(network, node->outputs[i], &text);
        add_entry(document, "writes", &text);
    }
}

/* Says so where there is no float graph to show beside it; false: there is one. */
static bool lacks_real(const struct model_subject *subject, struct document *document)
{
    if (!subject->real && !subject->is_real)
        document_entry(document, TEXT_X, "fp32", ROLE_DIM,
                       "not known: no fp32 row of this model has told its operators");
    return !subject->real;
}

static void print_real(const struct model_subject *subject, size_t number,
                       struct document *document)
{
    struct text text = {0};
    char bytes[TEXT_BYTES_SIZE];
    int at = network_counterpart(subject->network, number, subject->real);
    if (at < 0) {
        document_entry(document, TEXT_X, "fp32", ROLE_DIM,
                       "no operator there is known to compute the same");
        return;
    }
    const struct network_operator *node = &subject->real->operators[at];
    const struct network_tensor *output = &subject->real->tensors[node->outputs[0]];
    text_printf(&text, "%d ", at);
    model_print_operator(node, &text);
    text_printf(&text, ": %s %s, %s of constants", output->type, output->shape,
                text_bytes(node->constant_bytes, bytes));
    add_entry(document, "fp32", &text);
}

void model_print_node(const struct model_subject *subject, size_t number, struct document *document)
{
    const struct network_operator *node = &subject->network->operators[number];
    document_entry(document, TEXT_X, "parameters", ROLE_TEXT, node->params);
    print_work(node, document);
    print_outputs(subject->network, node, document);
    print_inputs(subject->network, node, document);
    if (!lacks_real(subject, document))
        print_real(subject, number, document);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void print_ends(const struct network *network, const struct network_ends *ends,
                       const char *label, struct document *document)
{
    struct text more = {0};
    for (size_t i = 0; i < ends->count; i++) {
        struct text text = {0};
        print_tensor(&network->tensors[ends->tensors[i]], &text);
        add_entry(document, label, &text);
    }
    if (ends->all > (double)ends->count)
        text_printf(&more, "and %.0f more", ends->all - (double)ends->count);
    add_entry(document, label, &more);
}

static void print_file(const struct model_subject *subject, struct document *document)
{
    const struct network *network = subject->network;
    struct text text = {0};
    char bytes[TEXT_BYTES_SIZE];
    text_printf(&text, "%s%s%s", network->format, *network->version ? ", " : "", network->version);
    if (subject->row->bytes.present)
        text_printf(&text, ", %s", text_bytes(subject->row->bytes.value, bytes));
    if (*network->description)
        text_printf(&text, "; %s", network->description);
    add_entry(document, "file", &text);
    document_entry(document, TEXT_X, "there", ROLE_TEXT, network->spelling);
}

static void print_constants(const struct network *network, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    for (size_t i = 0; i < network->n_constants; i++)
        text_printf(out, "%s%s %s", i > 0 ? ", " : "", network->constants[i].type,
                    text_bytes(network->constants[i].bytes, bytes));
}

/* "18 operators, 152522 parameters, 4293184 multiply-accumulates". */
static void print_totals(const struct network *network, struct text *out)
{
    text_printf(out, "%.0f operators, %.0f parameters, %.0f multiply-accumulates", network->count,
                network->parameters, network->macs);
}

/* What computes in float and what only converts. */
static void print_float(const struct model_subject *subject, struct document *document)
{
    const struct row *row = subject->row;
    double conversions = results_conversions(subject->results, row->candidate);
    struct text text = {0};
    if (!row->float_nodes.present)
        return;
    if (row->float_nodes.value == row->nodes.value)
        text_add_string(&text, "everything");
    else
        text_add_string(&text, *row->float_list ? row->float_list : "nothing");
    if (conversions > 0.0)
        text_printf(&text, "; %.0f conversion%s between real numbers and integers", conversions,
                    conversions == 1.0 ? "" : "s");
    add_entry(document, "in float", &text);
}

static void print_unseen(const struct network *network, struct document *document)
{
    for (size_t i = 0; i < network->n_tensors; i++)
        if (!isnan(network->tensors[i].seen[0]))
            return;
    document_entry(document, TEXT_X, "ranges", ROLE_DIM,
                   "none known: no calibration was made for this file");
}

static void print_real_whole(const struct network *real, struct document *document)
{
    struct text text = {0};
    print_totals(real, &text);
    text_add_string(&text, real->n_constants > 0 ? "; " : "");
    print_constants(real, &text);
    add_entry(document, "fp32", &text);
}

void model_print_whole(const struct model_subject *subject, struct document *document)
{
    const struct network *network = subject->network;
    struct text totals = {0}, constants = {0}, kinds = {0};
    print_file(subject, document);
    print_ends(network, &network->inputs, "input", document);
    print_ends(network, &network->outputs, "output", document);
    print_ends(network, &network->variables, "variable", document);
    print_totals(network, &totals);
    add_entry(document, "all", &totals);
    print_constants(network, &constants);
    add_entry(document, "constants", &constants);
    print_float(subject, document);
    print_unseen(network, document);
    if (!lacks_real(subject, document))
        print_real_whole(subject->real, document);
    results_print_kinds(subject->results, subject->row->candidate, &kinds);
    add_entry(document, "operators", &kinds);
    document_entry(document, TEXT_X, "integers", ROLE_TEXT, network->arithmetic);
}
