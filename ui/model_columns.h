/* The columns of the page that shows a model: what a line says of an operator, or of the whole. */
#ifndef UI_MODEL_COLUMNS_H
#define UI_MODEL_COLUMNS_H

#include <stdbool.h>

#include "results/network.h"
#include "ui/widget/list.h"

/* Of a line; node NULL: the whole. */
struct model_line {
    const struct network *network;
    const struct network_operator *node;
    size_t number;
};

/* For struct list_source. */
extern const struct list_column model_columns[];
extern const size_t model_column_count;

/* The value of a line, in buffer, except that a text is returned as it is. */
const char *model_cell(const struct model_line *line, size_t column, char buffer[LIST_CELL_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 3)));
/* Whether it says nothing of any operator: a figure that all of them lack. */
bool model_column_is_empty(const struct network *network, size_t column)
    __attribute__((nonnull(1)));
/* How two operators are ordered by a column: figures fall and those that are absent come last,
 * texts rise, and what is equal stays in the order of the file. */
int model_compare(const struct model_line *a, const struct model_line *b, size_t column)
    __attribute__((nonnull(1, 2)));

/* Appends "CONV_2D 3x3/2 RELU6". */
void model_print_operator(const struct network_operator *node, struct text *out)
    __attribute__((nonnull(1, 2)));
/* Appends "int8", "int8/ch" where each channel has a scale, "int4/block". */
void model_print_type(const struct network_tensor *tensor, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
