/* What a layer's weights became, and its output: histograms with the levels that the mode has for
 * them, and what follows from both. */
#ifndef UI_GRID_PANE_H
#define UI_GRID_PANE_H

#include "results/layers.h"
#include "ui/draw.h"

/* Columns below which there is no picture that tells anything. */
#define GRID_PANE_WIDTH 30

/* Weights and output where there is room for both, else the weights, or the output of a layer that
 * has none. ledger: that of the layer's row. */
void grid_pane_draw(const struct draw *draw, struct rect area, const struct layer_row *layer,
                    const struct ledger *ledger) __attribute__((nonnull(1, 3, 4)));

#endif
