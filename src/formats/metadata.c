#include "formats/metadata.h"

const char *metadata_rounding(const struct graph *graph, enum rounding usual)
{
    bool has_integers = false;
    for (int i = 0; i < graph->n_tensors; i++)
        has_integers = has_integers || graph->tensors[i].quant.count > 0;
    return has_integers && graph->rounding != usual ? rounding_name(graph->rounding) : NULL;
}
