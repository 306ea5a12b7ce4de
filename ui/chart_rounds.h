/* The chart of one row over its rounds: how the interval of its speed became what it is, and
 * whether more rounds would tell more. */
#ifndef UI_CHART_ROUNDS_H
#define UI_CHART_ROUNDS_H

#include "results/convergence.h"
#include "ui/ui.h"

/* Zeros at first. */
struct chart_rounds {
    bool is_shown;
    enum speed speed; /* that the user chose */
    struct convergence convergence;
};

/* Takes the next figure of speed that the row has. */
void chart_rounds_next(struct chart_rounds *chart, const struct row *row)
    __attribute__((nonnull(1, 2)));
/* Draws heading (one line), plot and legend for the row; where it lacks the chosen figure, for its
 * typical block. */
void chart_rounds_draw(struct chart_rounds *chart, struct ui *ui, const struct draw *draw,
                       const struct row *row, const struct rect areas[3])
    __attribute__((nonnull(1, 2, 3, 4, 5)));

#endif
