#include "base/memory.h"
#include "results/state.h"

void series_add(struct series *series, double value)
{
    series->values =
        list_grow(series->values, series->count, &series->capacity, sizeof(*series->values));
    series->values[series->count++] = value;
}
