#include "measure/spread.h"

#include <math.h>

static size_t bin_of(const struct spread *spread, double value, double per_unit)
{
    double place = (value - spread->low) * per_unit;
    return place < SPREAD_BINS - 1 ? (size_t)place : SPREAD_BINS - 1;
}

void spread_add(struct spread *spread, const float *values, size_t count)
{
    double span = spread->high - spread->low;
    double per_unit = span > 0.0 ? SPREAD_BINS / span : 0.0;
    for (size_t i = 0; i < count; i++) {
        double value = (double)values[i];
        if (!isfinite(value))
            continue;
        if (value < spread->low)
            spread->below++;
        else if (value > spread->high)
            spread->above++;
        else
            spread->bins[bin_of(spread, value, per_unit)]++;
    }
}
