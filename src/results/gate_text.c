#include "results/gate_text.h"

#include <math.h>

const char *gate_word(const struct gate *gate)
{
    static const char *const words[] = {
        [VERDICT_NONE] = "none",
        [VERDICT_PASS] = "passed",
        [VERDICT_FAIL] = "failed",
        [VERDICT_UNKNOWN] = "cannot tell",
    };
    return words[gate_verdict(gate)];
}

static bool is_share(const struct metric_kind *metric)
{
    return metric && metric->scale > 1.0;
}

void gate_say_value(const struct gate_comparison *comparison, const struct row *row, double value,
                    struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    if (isnan(value))
        text_add_string(out, "-");
    else if (comparison->figure == GATE_LATENCY)
        text_printf(out, "%.4g ms", value * 1e-6);
    else if (comparison->figure != GATE_ACCURACY)
        text_add_string(out, text_bytes(value, bytes));
    else
        text_printf(out, is_share(row->metric) ? "%.2f%s%s" : "%.4g%s%s", value,
                    row->metric && row->metric->unit[0] ? " " : "",
                    row->metric ? row->metric->unit : "");
}

/* Signed, without its unit: shares in per cent, losses in the unit of the metric's drop. */
static void say_difference(const struct gate_comparison *comparison, const struct row *row,
                           double value, struct text *out)
{
    if (comparison->figure != GATE_ACCURACY)
        text_printf(out, fabs(value) < 0.1 ? "%+.2f" : "%+.1f", 100.0 * value + 0.0);
    else
        text_printf(out, is_share(row->metric) ? "%+.2f" : "%+.3g", value + 0.0);
}

static void say_unit(const struct gate_comparison *comparison, const struct row *row,
                     struct text *out)
{
    const char *unit = comparison->figure != GATE_ACCURACY ? "%"
                       : row->metric                       ? row->metric->drop_unit
                                                           : "";
    text_printf(out, "%s%s", unit[0] ? " " : "", unit);
}

void gate_say_change(const struct gate_comparison *comparison, const struct row *row,
                     struct text *out)
{
    if (comparison->reason[0]) {
        text_add_string(out, comparison->reason);
        return;
    }
    if (comparison->figure == GATE_ACCURACY)
        text_add_string(out, "drop ");
    say_difference(comparison, row, comparison->change, out);
    say_unit(comparison, row, out);
    if (!(comparison->low < comparison->high))
        return;
    text_add_string(out, " (");
    say_difference(comparison, row, comparison->low, out);
    text_add_string(out, " to ");
    say_difference(comparison, row, comparison->high, out);
    say_unit(comparison, row, out);
    text_add_string(out, ")");
}

void gate_say_margin(const struct gate_comparison *comparison, const struct row *row,
                     struct text *out)
{
    say_difference(comparison, row, comparison->margin, out);
    say_unit(comparison, row, out);
}

void gate_say(const struct gate_comparison *comparison, const struct row *row, struct text *out)
{
    text_printf(out, "%s ", gate_figure_name(comparison->figure));
    gate_say_value(comparison, row, comparison->now, out);
    text_add_string(out, ", ");
    gate_say_value(comparison, row, comparison->before, out);
    text_add_string(out, " before: ");
    gate_say_change(comparison, row, out);
    if (comparison->reason[0])
        return;
    text_add_string(out, ", up to ");
    gate_say_margin(comparison, row, out);
    text_add_string(out, " does not matter");
    if (comparison->outcome == GATE_CANNOT_TELL)
        text_printf(out, "; more %s may tell",
                    comparison->figure == GATE_ACCURACY ? "samples" : "rounds of both runs");
}

void gate_say_verdict(const struct gate *gate, struct text *out)
{
    size_t worse = gate->counts[GATE_WORSE], open = gate->counts[GATE_CANNOT_TELL];
    text_printf(out, "%s: ", gate_word(gate));
    if (gate->n_comparisons == 0)
        text_add_string(out, "no row could be compared with one of ");
    else
        text_printf(out, "%zu of %zu figures %s worse than in ", worse, gate->n_comparisons,
                    worse == 1 ? "is" : "are");
    text_add_string(out, gate->baseline);
    if (gate->started[0])
        text_printf(out, " of %s", gate->started);
    if (open > 0)
        text_printf(out, ", %zu cannot be told", open);
}
