#include "results/pareto.h"

#include <string.h>

#include "results/column.h"
#include "results/constraint.h"
#include "results/needed.h"

/* More is a table and no sentence. */
#define NAMED_MOST 5

static bool is_compared(const struct row *row)
{
    return row->state == TRIAL_DONE && row->speedup.present && row->bytes.present;
}

/* -1: a is lower for sure, 1: higher for sure, 0: alike as far as one can tell. */
static int order(const struct figure *a, const struct figure *b)
{
    if (!a->present || !b->present)
        return 0;
    return a->high < b->low ? -1 : a->low > b->high ? 1 : 0;
}

/* Whether a is as good as b in everything, and better in something. */
static bool beats(const struct row *a, const struct row *b, bool has_loss)
{
    int speed = order(&a->speedup, &b->speedup), size = order(&a->bytes, &b->bytes);
    int loss = has_loss ? order(&a->drop, &b->drop) : 0;
    bool comparable =
        strcmp(a->placement, b->placement) == 0 && strcmp(a->runtime, b->runtime) == 0;
    return comparable && speed >= 0 && size <= 0 && loss <= 0 &&
           (speed > 0 || size < 0 || loss < 0);
}

static bool is_beaten(struct results *results, int i, const char *model, bool has_loss)
{
    for (int k = -1; (k = results_next(results, model, k)) >= 0;) {
        const struct row *other = results_row(results, k);
        if (k != i && is_compared(other) && beats(other, results_row(results, i), has_loss))
            return true;
    }
    return false;
}

/* A row on another placement or runtime than the first has its name completed. */
static void say_name(const struct results *results, const struct row *row, bool is_spread,
                     struct text *out)
{
    text_add_string(out, row->label);
    if (is_spread)
        text_printf(out, " on %s", row->placement);
    if (is_spread && results_run(results)->has_runtimes)
        text_printf(out, " with %s", row->runtime);
}

/* Whether the speed differs for sure, which is said then. */
static bool say_speed(const struct row *row, struct text *out)
{
    double speedup = row->speedup.value;
    if (strcmp(row->speed_verdict, "faster") == 0)
        text_printf(out, "%.1fx faster", speedup);
    else if (strcmp(row->speed_verdict, "slower") == 0)
        text_printf(out, "%.1fx slower", 1.0 / speedup);
    else
        return false;
    return true;
}

/* Speed and size: what is the same is said behind what is not. */
static void say_gain(const struct row *row, struct text *out)
{
    double ratio = row->size_ratio.present ? row->size_ratio.value : 1.0;
    bool moves = say_speed(row, out);
    const char *separator = moves ? ", " : "";
    if (ratio > 1.005)
        text_printf(out, "%s%.1fx smaller", separator, ratio);
    else if (ratio < 0.995)
        text_printf(out, "%s%.1fx larger", separator, 1.0 / ratio);
    else if (!moves)
        text_add_string(out, "as large");
    if (!moves)
        text_add_string(out, strcmp(row->speed_verdict, "same") == 0
                                 ? " at the same speed"
                                 : " at a speed that cannot be told apart");
}

static void say_loss(const struct results *results, const struct row *row, struct text *out)
{
    const struct column *column = column_find("drop");
    const char *unit = column_unit(column, results_run(results));
    char drop[COLUMN_TEXT_SIZE];
    if (!row->drop.present)
        text_add_string(out, ", loss not measured");
    else if (strcmp(row->drop_verdict, "no loss seen") == 0)
        text_printf(out, ", no loss seen (%s%s%s)", column_format(column, row, drop),
                    unit[0] ? " " : "", unit);
    else
        text_printf(out, ", drop %s%s%s", column_format(column, row, drop), unit[0] ? " " : "",
                    unit);
}

/* Whichever of two rows, of which the first may be NULL, needs more samples to tell of a loss. */
static const struct row *less_clear(const struct row *row, const struct row *other)
{
    if (strcmp(other->drop_verdict, "cannot tell") != 0)
        return row;
    return !row || needed_times_of_loss(other) > needed_times_of_loss(row) ? other : row;
}

/* Whether rows of the model are on several placements or runtimes. */
static bool is_spread_out(struct results *results, const char *model)
{
    const struct row *first = NULL;
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row(results, i);
        if (!is_compared(row))
            continue;
        if (first && (strcmp(first->placement, row->placement) != 0 ||
                      strcmp(first->runtime, row->runtime) != 0))
            return true;
        first = first ? first : row;
    }
    return false;
}

void pareto_describe(struct results *results, const char *model, bool has_loss, struct text *out)
{
    int named = 0, more = 0, candidates = 0;
    const struct row *unclear = NULL;
    bool is_spread = is_spread_out(results, model);
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row(results, i);
        if (!is_compared(row) || !row_is_candidate(row))
            continue;
        candidates++;
        if (is_beaten(results, i, model, has_loss))
            continue;
        if (named == NAMED_MOST) {
            more++;
            continue;
        }
        text_add_string(out, named++ ? "; " : "");
        say_name(results, row, is_spread, out);
        text_add_string(out, ": ");
        say_gain(row, out);
        if (has_loss)
            say_loss(results, row, out);
        if (has_loss)
            unclear = less_clear(unclear, row);
    }
    if (unclear) {
        text_add_string(out, "; ");
        needed_say_loss(unclear, out);
    }
    if (more > 0)
        text_printf(out, "; and %d more", more);
    if (candidates > 0 && named == 0)
        text_printf(out, "no mode is better than fp32 in speed%s",
                    has_loss ? ", size or loss" : " or size");
}

bool pareto_keeps(struct results *results, int trial, bool has_loss)
{
    const struct row *row = results_row(results, trial);
    return is_compared(row) && !is_beaten(results, trial, row->model, has_loss);
}
