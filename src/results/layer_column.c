#include "results/layer_column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The extractors of the rows below. */
#define TEXT(member)                                                                               \
    static const char *text_##member(const struct layer_row *layer)                                \
    {                                                                                              \
        return layer->member;                                                                      \
    }
#define ROW_TEXT(member)                                                                           \
    static const char *row_##member(const struct layer_row *layer)                                 \
    {                                                                                              \
        return layer->row->member;                                                                 \
    }
#define FIGURE(member)                                                                             \
    static const struct figure *figure_##member(const struct layer_row *layer)                     \
    {                                                                                              \
        return &layer->member;                                                                     \
    }

ROW_TEXT(model)
ROW_TEXT(label)
ROW_TEXT(runtime)
ROW_TEXT(placement)
TEXT(name)
TEXT(op)
TEXT(fate)
FIGURE(number)
FIGURE(isolated_sqnr)
FIGURE(isolated_cosine)
FIGURE(isolated_steps)
FIGURE(accumulated_sqnr)
FIGURE(accumulated_cosine)
FIGURE(accumulated_steps)
FIGURE(clipped)
FIGURE(held_low)
FIGURE(held_high)
FIGURE(seen_low)
FIGURE(seen_high)
FIGURE(weights_sqnr)
FIGURE(zeroed)
FIGURE(time)
FIGURE(saved)
FIGURE(cost)
FIGURE(output_sqnr)
FIGURE(drop)

#define IDENTITY .scale = 1.0

const struct layer_column layer_columns[] = {
    {"model", "model", "", "The model.", .text = row_model},
    {"mode", "mode", "", "The mode, with the label of its row.", .text = row_label},
    {"runtime", "runtime", "", "What executed it.", .text = row_runtime},
    {"placement", "on", "", "Where it was timed.", .text = row_placement},
    {"layer", "#", "", "The layer's number in the float model's order, from 0.",
     .figure = figure_number, IDENTITY, .worst_is_low = true, .shown = true},
    {"name", "layer", "", "The layer, by the name of its first output.", .text = text_name,
     .shown = true},
    {"op", "operator", "", "Its operator.", .text = text_op, .shown = true},
    {"fate", "became", "",
     "What the mode made of it: changed, float where it stays that, or missing where it is not "
     "found again in the file to ship.",
     .text = text_fate, .shown = true},
    {"time_us", "time", "us",
     "Time of the steps of an inference whose work begins with the layer, by the profiling pass.",
     .figure = figure_time, .scale = 1e-3, .digits = 2, .shown = true},
    {"saved_us", "saved", "us", "What that is less than fp32's time for the layer.",
     .figure = figure_saved, .scale = 1e-3, .digits = 2, .worst_is_low = true, .shown = true},
    {"isolated_sqnr_db", "alone", "dB",
     "Isolated error: ratio of signal to noise of the layer's output where this layer alone is in "
     "the mode, on the values that fp32 computes.",
     .figure = figure_isolated_sqnr, IDENTITY, .digits = 1, .worst_is_low = true, .shown = true},
    {"isolated_cosine", "cosine", "", "Cosine of that output and fp32's.",
     .figure = figure_isolated_cosine, IDENTITY, .digits = 5, .worst_is_low = true},
    {"isolated_rmse_scale", "steps", "",
     "Root mean squared error of that output, in steps of its scale: 0.289 is rounding alone.",
     .figure = figure_isolated_steps, IDENTITY, .digits = 3, .shown = true},
    {"accumulated_sqnr_db", "in all", "dB",
     "Accumulated error: the same of the whole mode, where the layers before it have their errors, "
     "too.",
     .figure = figure_accumulated_sqnr, IDENTITY, .digits = 1, .worst_is_low = true, .shown = true},
    {"accumulated_cosine", "cosine", "", "Cosine of that output and fp32's.",
     .figure = figure_accumulated_cosine, IDENTITY, .digits = 5, .worst_is_low = true},
    {"accumulated_rmse_scale", "steps", "", "Its root mean squared error in steps of its scale.",
     .figure = figure_accumulated_steps, IDENTITY, .digits = 3},
    {"clipped_percent", "clipped", "%",
     "Share of fp32's values on the samples beyond what the layer's output can hold, by more than "
     "half a step.",
     .figure = figure_clipped, .scale = 100.0, .digits = 2, .shown = true},
    {"held_low", "holds", "", "Least value that the output can hold: calibration's range.",
     .figure = figure_held_low, IDENTITY, .digits = 3, .significant = true, .worst_is_low = true,
     .shown = true},
    {"held_high", "to", "", "Greatest value that the output can hold.", .figure = figure_held_high,
     IDENTITY, .digits = 3, .significant = true, .shown = true},
    {"seen_low", "fp32 has", "", "Least value that fp32 computes on the samples.",
     .figure = figure_seen_low, IDENTITY, .digits = 3, .significant = true, .worst_is_low = true,
     .shown = true},
    {"seen_high", "to", "", "Greatest value that fp32 computes on the samples.",
     .figure = figure_seen_high, IDENTITY, .digits = 3, .significant = true, .shown = true},
    {"weights_sqnr_db", "weights", "dB",
     "Ratio of signal to noise of the layer's weights as the mode stores them.",
     .figure = figure_weights_sqnr, IDENTITY, .digits = 1, .worst_is_low = true},
    {"weights_zeroed_percent", "become 0", "%",
     "Share of the layer's weights other than 0 that the mode stores as 0.",
     .figure = figure_zeroed, .scale = 100.0, .digits = 2},
    {"output_sqnr_db", "output", "dB",
     "Ratio of signal to noise of the network's worst output where this layer alone is in the "
     "mode.",
     .figure = figure_output_sqnr, IDENTITY, .digits = 1, .worst_is_low = true, .shown = true},
    {"drop", "drop", "",
     "Sensitivity: what the row's metric loses where this layer alone is in the mode, in the "
     "metric's unit.",
     .figure = figure_drop, IDENTITY, .digits = 2, .interval = true, .shown = true},
    {"error_percent_per_ms", "error", "%/ms",
     "Error bought per time saved: root mean squared error of that output, in per cent of fp32's "
     "root mean square, over the milliseconds that the layer saves.",
     .figure = figure_cost, .scale = 1e8, .digits = 3, .significant = true, .shown = true},
};
const size_t layer_column_count = sizeof(layer_columns) / sizeof(layer_columns[0]);

const struct layer_column *layer_column_find(const char *id)
{
    for (size_t i = 0; i < layer_column_count; i++)
        if (strcmp(layer_columns[i].id, id) == 0)
            return &layer_columns[i];
    return NULL;
}

const char *layer_column_format(const struct layer_column *column, const struct layer_row *layer,
                                char buffer[LAYER_COLUMN_TEXT_SIZE])
{
    if (column->text)
        return column->text(layer);
    const struct figure *figure = column->figure(layer);
    double value = figure->value * column->scale + 0.0;
    if (!figure->present)
        snprintf(buffer, LAYER_COLUMN_TEXT_SIZE, "-");
    else if (isinf(value))
        snprintf(buffer, LAYER_COLUMN_TEXT_SIZE, value > 0.0 ? "inf" : "-inf");
    else
        snprintf(buffer, LAYER_COLUMN_TEXT_SIZE, column->significant ? "%.*g" : "%.*f",
                 column->digits, value);
    return buffer;
}

const char *layer_column_unit(const struct layer_column *column, const struct row *row)
{
    bool is_drop = column->figure == figure_drop;
    return is_drop && row->metric ? row->metric->drop_unit : column->unit;
}

static int compare_figures(const struct figure *a, const struct figure *b, bool worst_is_low)
{
    if (!a->present || !b->present)
        return (int)b->present - (int)a->present;
    int order = (a->value > b->value) - (a->value < b->value);
    return worst_is_low ? order : -order;
}

static int compare(const void *a, const void *b, void *context)
{
    const struct layer_row *x = a, *y = b;
    const struct layer_column *column = context;
    int order = column->text
                    ? strcmp(column->text(x), column->text(y))
                    : compare_figures(column->figure(x), column->figure(y), column->worst_is_low);
    if (order == 0 && !column->text && !column->figure(x)->present)
        order = compare_figures(&x->isolated_sqnr, &y->isolated_sqnr, true);
    return order != 0 ? order : compare_figures(&x->number, &y->number, true);
}

void layers_sort(struct layer_row *layers, size_t count, const struct layer_column *column)
{
    if (count > 1)
        qsort_r(layers, count, sizeof(*layers), compare, (void *)(uintptr_t)column);
}
