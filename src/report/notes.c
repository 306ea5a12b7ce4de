#include "report/notes.h"

#include <string.h>

#include "results/warnings.h"

/* Why a measured row has no accuracy; NULL: it has, or nobody asked, or it is fp32, with which the
 * others are compared. */
static const char *missing_accuracy(const struct row *row)
{
    bool is_reference =
        row->metric && row->metric->truth == TRUTH_NONE && row->baseline == row->trial;
    return row->state != TRIAL_DONE || !row->metric || row->accuracy.present || is_reference
               ? NULL
               : row->accuracy.reason;
}

/* The fp32 row of a row; NULL: none. */
static const struct row *baseline_of(struct results *results, const struct row *row)
{
    bool any = row->baseline >= 0 && row->baseline < results_count(results);
    return any ? results_row(results, row->baseline) : NULL;
}

/* Whether an earlier row of the candidate, on another placement, says the same. */
static bool is_told(struct results *results, int i)
{
    const struct row *row = results_row(results, i);
    for (int k = 0; k < i; k++) {
        const struct row *other = results_row(results, k);
        if (other->candidate == row->candidate && strcmp(other->plain_list, row->plain_list) == 0)
            return true;
    }
    return false;
}

static void report_plain(struct results *results, int i, const char *prefix, struct text *out)
{
    const struct row *row = results_row(results, i);
    if (row->n_plain == 0 || is_told(results, i))
        return;
    text_printf(out, "%s%s %s: %ld operator%s ran on plain kernels, slower than need be: %s\n",
                prefix, row->model, row->label, row->n_plain, row->n_plain > 1 ? "s" : "",
                row->plain_list);
}

void report_missing(struct results *results, const char *prefix, struct text *out)
{
    const char *said = "", *model = "";
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i), *fp32 = baseline_of(results, row);
        const char *reason = missing_accuracy(row);
        if (reason && (strcmp(model, row->model) != 0 || strcmp(said, reason) != 0)) {
            text_printf(out, "%s%s %s: no accuracy: %s\n", prefix, row->model, row->label, reason);
            said = reason;
            model = row->model;
        }
        if (row->constant_output[0] && fp32 && fp32->constant_output[0] == '\0')
            text_printf(out, "%s%s %s: output '%s' is the same for all samples\n", prefix,
                        row->model, row->label, row->constant_output);
        report_plain(results, i, prefix, out);
    }
}

void report_warnings(const struct results *results, const char *prefix, struct text *out)
{
    for (size_t i = 0; i < results_warning_count(results); i++) {
        const struct warning *warning = results_warning(results, i);
        text_printf(out, "%swarning: %s; %s\n", prefix, warning->text, warning->remedy);
    }
}
