#include "report/models.h"

#include <string.h>

/* Whether row i is the first one of its model. */
static bool is_first_of_model(struct results *results, int i)
{
    const char *model = results_row(results, i)->model;
    for (int k = 0; k < i; k++)
        if (strcmp(results_row(results, k)->model, model) == 0)
            return false;
    return true;
}

void report_each_model(struct results *results,
                       void (*visit)(struct results *results, const char *model, void *context),
                       void *context)
{
    for (int i = 0; i < results_count(results); i++)
        if (is_first_of_model(results, i))
            visit(results, results_row(results, i)->model, context);
}
