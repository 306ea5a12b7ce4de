#include "results/needed.h"

#include <math.h>

/* Beyond this many times what was measured, more of the same is no advice. */
#define NEEDED_MOST 10000.0
/* z^2 of a 95 % interval. */
#define Z_SQUARED (1.959963984540054 * 1.959963984540054)

/* Whether a share's drop is 0 with not one sample that differs. Its interval ends at z^2 / (n +
 * z^2), by Tango's as by Wilson's formula (stats.h); any samples that differ make it wider. */
static bool nothing_differs(const struct row *row, const struct figure *figure)
{
    if (figure != &row->drop || !row->metric || !row->metric->of_classes || fabs(figure->value) > 0)
        return false;
    double widest = Z_SQUARED / (row->scored.value + Z_SQUARED) * row->metric->scale;
    return figure->high <= widest * (1.0 + 1e-6);
}

/* From n samples to the n' whose z^2 / (n' + z^2) is the limit. */
static double times_of_equal(const struct row *row, double limit)
{
    double share = limit / row->metric->scale;
    return share > 0.0 ? Z_SQUARED * (1.0 - share) / share / row->scored.value : HUGE_VAL;
}

double figure_reach(const struct figure *figure)
{
    return figure->present && figure->bounded ? (figure->high - figure->low) / (2.0 * figure->value)
                                              : HUGE_VAL;
}

double needed_times(const struct row *row, const struct figure *figure, double limit)
{
    if (!figure->present || !figure->bounded)
        return HUGE_VAL;
    double gap = fabs(figure->value - limit);
    double half =
        figure->value < limit ? figure->high - figure->value : figure->value - figure->low;
    double times = gap > 0.0 ? half / gap * (half / gap) : HUGE_VAL;
    if (nothing_differs(row, figure))
        times = times_of_equal(row, limit);
    return times <= NEEDED_MOST ? fmax(times, 1.0) : HUGE_VAL;
}

double needed_rounded(double count)
{
    double step = count > 100.0 ? pow(10.0, floor(log10(count)) - 1.0) : 1.0;
    return ceil(count / step) * step;
}

/* "about 1300 more samples would tell" */
static void say_more(double count, double times, const char *noun, struct text *out)
{
    text_printf(out, "about %.0f more %s would tell",
                needed_rounded(fmax(count * (times - 1.0), 1.0)), noun);
}

void needed_say(double count, double times, const char *noun, struct text *out)
{
    if (times < HUGE_VAL)
        say_more(count, times, noun, out);
    else
        text_printf(out, "too near for more %s to tell", noun);
}

/* Whichever is sooner told: that it is less than what matters, or that it is a loss. */
double needed_times_of_loss(const struct row *row)
{
    double least = needed_times(row, &row->drop, row->loss);
    return row->drop.value > 0.0 ? fmin(least, needed_times(row, &row->drop, 0.0)) : least;
}

void needed_say_loss(const struct row *row, struct text *out)
{
    const char *noun, *unit = row->metric ? row->metric->drop_unit : "";
    double count = row_judged(row, &noun)->value, times = needed_times_of_loss(row);
    if (times < HUGE_VAL)
        say_more(count, times, noun, out);
    else
        text_printf(out, "too few %s to tell", noun);
    text_printf(out, " a loss of %.3g%s%s from none", row->loss, unit[0] ? " " : "", unit);
}
