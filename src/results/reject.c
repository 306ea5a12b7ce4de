#include "results/reject.h"

#include <string.h>

#include "results/column.h"

static void say_slower(const struct row *row, const struct row *chosen, struct text *out)
{
    char own[COLUMN_TEXT_SIZE], other[COLUMN_TEXT_SIZE];
    bool alike = strcmp(row->runtime, chosen->runtime) == 0 &&
                 strcmp(row->placement, chosen->placement) == 0;
    const struct column *column = column_find(alike ? "speedup" : "latency_ms");
    text_printf(out, "is slower (%s %s, not %s)", column_format(column, row, own),
                alike ? "times fp32" : "ms", column_format(column, chosen, other));
}

/* "is larger (1.17 KiB, not 1000 B)", or by how much, where both read alike. */
static void say_larger(const struct row *row, const struct row *chosen, struct text *out)
{
    char own[TEXT_BYTES_SIZE], other[TEXT_BYTES_SIZE], more[TEXT_BYTES_SIZE];
    text_bytes(row->bytes.value, own);
    text_bytes(chosen->bytes.value, other);
    if (strcmp(own, other) != 0)
        text_printf(out, "is larger (%s, not %s)", own, other);
    else
        text_printf(out, "is larger (by %s)",
                    text_bytes(row->bytes.value - chosen->bytes.value, more));
}

/* Both keep all limits: the choice was by speed, then by size. */
static void say_behind(const struct row *row, const struct row *chosen, struct text *out)
{
    bool is_larger =
        row->bytes.present && chosen->bytes.present && row->bytes.value > chosen->bytes.value;
    bool is_apart =
        row->speedup.present && chosen->speedup.present && row->speedup.high < chosen->speedup.low;
    if (!is_larger || is_apart) {
        say_slower(row, chosen, out);
        return;
    }
    say_larger(row, chosen, out);
    text_add_string(out, " and no faster as far as one can tell");
}

static void say_why(struct results *results, const struct row *row, const struct row *chosen,
                    struct text *out)
{
    enum verdict verdict = constraints_judge(results_constraints(results), row);
    if (verdict == VERDICT_FAIL) {
        text_add_string(out, "misses ");
        constraints_say_missed(results, row, out);
    } else if (verdict == VERDICT_UNKNOWN) {
        text_add_string(out, "cannot be told to meet the constraints: ");
        constraints_say_doubt(results, row, out);
    } else if (chosen) {
        say_behind(row, chosen, out);
    } else {
        text_add_string(out, "meets the constraints, but scores are doubted");
    }
}

void reject_describe(struct results *results, const char *model,
                     const struct recommendation *choice, struct text *out)
{
    const struct row *chosen = choice->trial >= 0 ? results_row(results, choice->trial) : NULL;
    const char *separator = "";
    if (choice->verdict == VERDICT_NONE || !constraints_any(results_constraints(results)))
        return;
    for (int i = -1; (i = results_next(results, model, i)) >= 0;) {
        const struct row *row = results_row(results, i);
        if (row->state != TRIAL_DONE || row == chosen || !row_is_candidate(row))
            continue;
        text_printf(out, "%s%s on %s%s%s ", separator, row->label, row->placement,
                    row->run->has_runtimes ? " with " : "",
                    row->run->has_runtimes ? row->runtime : "");
        say_why(results, row, chosen, out);
        separator = "; ";
    }
}
