#include "report/notes.h"

#include <math.h>
#include <string.h>

#include "report/models.h"
#include "results/needed.h"
#include "results/reject.h"
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

static bool is_of(const struct row *row, const char *model)
{
    return row->slow_list[0] && strcmp(row->model, model) == 0;
}

/* Whether an earlier row of the model has the same plain kernels: in any mode, or in its own. */
static bool is_told(struct results *results, int i, bool in_any_mode)
{
    const struct row *row = results_row(results, i);
    for (int k = 0; k < i; k++) {
        const struct row *other = results_row(results, k);
        if (is_of(other, row->model) && strcmp(other->slow_list, row->slow_list) == 0 &&
            (in_any_mode || strcmp(other->label, row->label) == 0))
            return true;
    }
    return false;
}

/* "fp32, dynamic (mean_f32 x2)": the modes with the plain kernels of row i. */
static void add_modes(struct results *results, int i, struct text *out)
{
    const struct row *first = results_row(results, i);
    const char *separator = "";
    for (int k = i; k < results_count(results); k++) {
        const struct row *row = results_row(results, k);
        if (!is_of(row, first->model) || strcmp(row->slow_list, first->slow_list) != 0 ||
            is_told(results, k, false))
            continue;
        text_printf(out, "%s%s", separator, row->label);
        separator = ", ";
    }
    text_printf(out, " (%s)", first->slow_list);
}

/* Each model has one line. */
static void report_plain(struct results *results, int i, const char *prefix, struct text *out)
{
    const char *model = results_row(results, i)->model, *separator = ": ";
    double most = 0.0;
    for (int k = 0; k < results_count(results); k++) {
        const struct row *row = results_row(results, k);
        if (!is_of(row, model))
            continue;
        if (k < i)
            return;
        most = row->plain_share.present ? fmax(most, row->plain_share.value) : most;
    }
    text_printf(out, "%s%s: operators ran on plain kernels, slower than need be", prefix, model);
    if (most > 0.0)
        text_printf(out, ", for up to %.0f %% of the time", ceil(most * 100.0));
    for (int k = i; k < results_count(results); k++) {
        if (!is_of(results_row(results, k), model) || is_told(results, k, true))
            continue;
        text_add_string(out, separator);
        add_modes(results, k, out);
        separator = "; ";
    }
    text_add_string(out, "\n");
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
        if (row->slow_list[0])
            report_plain(results, i, prefix, out);
    }
}

void report_name_row(const struct row *row, struct text *out)
{
    text_printf(out, "%s on %s%s%s", row->label, row->placement,
                row->run->has_runtimes ? " with " : "", row->run->has_runtimes ? row->runtime : "");
}

/* What a line per model is written with. */
struct lines {
    const char *prefix;
    struct text *out;
};

static bool is_unsure(const struct row *row, const char *model)
{
    return row->state == TRIAL_DONE && row->seconds_needed.present &&
           strcmp(row->model, model) == 0;
}

static void add_open_speeds(struct results *results, const char *model, void *context)
{
    const struct lines *lines = context;
    const char *separator = ": more timing (--seconds) would about tell the speed of ";
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (!is_unsure(row, model))
            continue;
        if (separator[0] == ':')
            text_printf(lines->out, "%s%s", lines->prefix, model);
        text_add_string(lines->out, separator);
        report_name_row(row, lines->out);
        text_printf(lines->out, " (%.0f s)", needed_rounded(row->seconds_needed.value));
        separator = ", ";
    }
    if (separator[0] == ',')
        text_add_string(lines->out, "\n");
}

void report_open_verdicts(struct results *results, const char *prefix, struct text *out)
{
    struct lines lines = {prefix, out};
    report_each_model(results, add_open_speeds, &lines);
}

/* Grades are in the order of their letters. */
static void add_trust(struct results *results, const char *model, void *context)
{
    const struct lines *lines = context;
    const struct row *worst = NULL;
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (strcmp(row->model, model) == 0 && row->trust_reason[0] &&
            (!worst || row->trust[0] > worst->trust[0]))
            worst = row;
    }
    if (!worst)
        return;
    text_printf(lines->out, "%s%s: trust in the times is %s at worst, of ", lines->prefix, model,
                worst->trust);
    report_name_row(worst, lines->out);
    text_printf(lines->out, ": %s\n", worst->trust_reason);
}

void report_trust(struct results *results, const char *prefix, struct text *out)
{
    struct lines lines = {prefix, out};
    report_each_model(results, add_trust, &lines);
}

static void add_rejected(struct results *results, const char *model, void *context)
{
    const struct lines *lines = context;
    struct recommendation choice = recommend(results, model);
    struct text why = {0};
    reject_describe(results, model, &choice, &why);
    if (why.length > 0)
        text_printf(lines->out, "%s%s: not chosen: %s\n", lines->prefix, model, why.bytes);
    text_release(&why);
}

void report_rejected(struct results *results, const char *prefix, struct text *out)
{
    struct lines lines = {prefix, out};
    report_each_model(results, add_rejected, &lines);
}

void report_warnings(const struct results *results, const char *prefix, struct text *out)
{
    for (size_t i = 0; i < results_warning_count(results); i++) {
        const struct warning *warning = results_warning(results, i);
        text_printf(out, "%swarning: %s; %s\n", prefix, warning->text, warning->remedy);
    }
}
