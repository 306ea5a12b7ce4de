#include "ui/model_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KIB 1024.0

enum {
    MODEL_NUMBER,
    MODEL_OPERATOR,
    MODEL_OUTPUT,
    MODEL_TYPE,
    MODEL_PARAMETERS,
    MODEL_MACS,
    MODEL_CONSTANTS,
    MODEL_WEIGHTS,
    MODEL_LEAST,
    MODEL_GREATEST,
    MODEL_SCALE,
    MODEL_ZERO,
    MODEL_NAME,
    MODEL_COLUMN_COUNT
};

const struct list_column model_columns[] = {
    [MODEL_NUMBER] = {.title = "#", .unit = "", .is_figure = true},
    [MODEL_OPERATOR] = {.title = "operator", .unit = ""},
    [MODEL_OUTPUT] = {.title = "output", .unit = ""},
    [MODEL_TYPE] = {.title = "type", .unit = ""},
    [MODEL_PARAMETERS] = {.title = "params", .unit = "", .is_figure = true},
    [MODEL_MACS] = {.title = "work", .unit = "kMAC", .is_figure = true},
    [MODEL_CONSTANTS] = {.title = "constants", .unit = "KiB", .is_figure = true},
    [MODEL_WEIGHTS] = {.title = "weights", .unit = ""},
    [MODEL_LEAST] = {.title = "seen", .unit = "from", .is_figure = true},
    [MODEL_GREATEST] = {.title = "seen", .unit = "to", .is_figure = true},
    [MODEL_SCALE] = {.title = "scale", .unit = "", .is_figure = true},
    [MODEL_ZERO] = {.title = "zero", .unit = "point", .is_figure = true},
    [MODEL_NAME] = {.title = "name", .unit = ""},
};
const size_t model_column_count = MODEL_COLUMN_COUNT;

/* How figures are printed that are not whole numbers: with so many digits behind the point, or so
 * many significant ones. */
static const struct {
    int digits;
    bool significant;
} formats[MODEL_COLUMN_COUNT] = {
    [MODEL_CONSTANTS] = {1, false},
    [MODEL_LEAST] = {3, true},
    [MODEL_GREATEST] = {3, true},
    [MODEL_SCALE] = {3, true},
};

void model_print_operator(const struct network_operator *node, struct text *out)
{
    text_add_string(out, node->op);
    if (*node->window)
        text_printf(out, " %s", node->window);
    if (*node->activation)
        text_printf(out, " %s", node->activation);
}

void model_print_type(const struct network_tensor *tensor, struct text *out)
{
    if (!isnan(tensor->bits))
        text_printf(out, "int%.0f", tensor->bits);
    else
        text_add_string(out, tensor->type);
    if (tensor->block > 0.0)
        text_add_string(out, "/block");
    else if (tensor->scales > 1.0)
        text_add_string(out, "/ch");
}

static const struct network_tensor *output_of(const struct model_line *line)
{
    return &line->network->tensors[line->node->outputs[0]];
}

static double constants_of(const struct network *network)
{
    double bytes = 0.0;
    for (size_t i = 0; i < network->n_constants; i++)
        bytes += network->constants[i].bytes;
    return bytes;
}

static double whole_figure(const struct network *network, size_t column)
{
    switch (column) {
    case MODEL_PARAMETERS:
        return network->parameters;
    case MODEL_MACS:
        return network->macs / 1e3;
    case MODEL_CONSTANTS:
        return constants_of(network) / KIB;
    default:
        return NAN;
    }
}

/* What there is none of is absent. */
static double count_or_nan(double count)
{
    return count > 0.0 ? count : NAN;
}

/* NaN: it is absent, or the column is one of texts. */
static double figure(const struct model_line *line, size_t column)
{
    if (!line->node)
        return whole_figure(line->network, column);
    const struct network_tensor *output = output_of(line);
    switch (column) {
    case MODEL_NUMBER:
        return (double)line->number;
    case MODEL_PARAMETERS:
        return count_or_nan(line->node->parameters);
    case MODEL_MACS:
        return count_or_nan(line->node->macs) / 1e3;
    case MODEL_CONSTANTS:
        return count_or_nan(line->node->constant_bytes) / KIB;
    case MODEL_LEAST:
        return output->seen[0];
    case MODEL_GREATEST:
        return output->seen[1];
    case MODEL_SCALE:
        return output->scale[0];
    case MODEL_ZERO:
        return output->zero_point;
    default:
        return NAN;
    }
}

static const char *print(const struct text *text, char buffer[LIST_CELL_SIZE])
{
    snprintf(buffer, LIST_CELL_SIZE, "%s", text->bytes ? text->bytes : "-");
    return buffer;
}

static const char *weights_cell(const struct model_line *line, char buffer[LIST_CELL_SIZE])
{
    struct text text = {0};
    if (line->node->weights >= 0)
        model_print_type(&line->network->tensors[line->node->weights], &text);
    print(&text, buffer);
    text_release(&text);
    return buffer;
}

static const char *operator_cell(const struct model_line *line, char buffer[LIST_CELL_SIZE])
{
    struct text text = {0};
    model_print_operator(line->node, &text);
    print(&text, buffer);
    text_release(&text);
    return buffer;
}

static const char *text_cell(const struct model_line *line, size_t column,
                             char buffer[LIST_CELL_SIZE])
{
    if (!line->node)
        return column == MODEL_OPERATOR ? "whole model" : "";
    switch (column) {
    case MODEL_OPERATOR:
        return operator_cell(line, buffer);
    case MODEL_OUTPUT:
        return output_of(line)->shape;
    case MODEL_TYPE:
        return output_of(line)->type;
    case MODEL_WEIGHTS:
        return weights_cell(line, buffer);
    default:
        return output_of(line)->name;
    }
}

const char *model_cell(const struct model_line *line, size_t column, char buffer[LIST_CELL_SIZE])
{
    if (!model_columns[column].is_figure)
        return text_cell(line, column, buffer);
    double value = figure(line, column);
    if (isnan(value))
        return line->node ? "-" : "";
    if (formats[column].significant)
        snprintf(buffer, LIST_CELL_SIZE, "%.*g", formats[column].digits, value);
    else
        snprintf(buffer, LIST_CELL_SIZE, "%.*f", formats[column].digits, value);
    return buffer;
}

bool model_column_is_empty(const struct network *network, size_t column)
{
    for (size_t i = 0; i < network->n_operators && model_columns[column].is_figure; i++)
        if (!isnan(figure(&(struct model_line){network, &network->operators[i], i}, column)))
            return false;
    return model_columns[column].is_figure;
}

static int compare_figures(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

/* By their parts, which takes no printing. */
static int compare_operators(const struct network_operator *a, const struct network_operator *b)
{
    int order = strcmp(a->op, b->op);
    if (order == 0)
        order = strcmp(a->window, b->window);
    return order != 0 ? order : strcmp(a->activation, b->activation);
}

static int compare_texts(const struct model_line *a, const struct model_line *b, size_t column)
{
    char first[LIST_CELL_SIZE], second[LIST_CELL_SIZE];
    if (column == MODEL_OPERATOR)
        return compare_operators(a->node, b->node);
    return strcmp(text_cell(a, column, first), text_cell(b, column, second));
}

int model_compare(const struct model_line *a, const struct model_line *b, size_t column)
{
    int order = model_columns[column].is_figure
                    ? compare_figures(figure(a, column), figure(b, column))
                    : compare_texts(a, b, column);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}
