#include "report/report.h"

#include <string.h>

const struct report_format *const report_formats[] = {&report_csv, &report_json, &report_markdown};
const size_t report_format_count = sizeof(report_formats) / sizeof(report_formats[0]);

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
