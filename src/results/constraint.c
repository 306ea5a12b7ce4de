#include "results/constraint.h"

#include <math.h>
#include <string.h>

#include "results/column.h"
#include "results/needed.h"

/* One row per constraint. */
struct constraint {
    const char *name;          /* as in a profile */
    const char *column, *noun; /* of the figure */
    size_t figure, limit;      /* offsets in struct row and struct constraints */
    bool at_most;              /* what the figure may be at most, not at least */
    bool is_estimate;          /* which without an interval tells nothing */
    /* What the interval rests on, and what that is called. */
    const struct figure *(*counted)(const struct row *row, const char **noun);
    void (*say)(const struct results *results, double value, struct text *out);
};

static void say_drop(const struct results *results, double value, struct text *out)
{
    const char *unit = column_unit(column_find("drop"), results_run(results));
    text_printf(out, fabs(value) < 0.1 ? "%.3g%s%s" : "%.2f%s%s", value, unit[0] ? " " : "", unit);
}

static void say_speedup(const struct results *results, double value, struct text *out)
{
    (void)results;
    text_printf(out, "%.2fx", value);
}

static void say_bytes(const struct results *results, double value, struct text *out)
{
    char bytes[TEXT_BYTES_SIZE];
    (void)results;
    text_add_string(out, text_bytes(value, bytes));
}

static const struct figure *count_rounds(const struct row *row, const char **noun)
{
    *noun = "rounds";
    return &row->rounds;
}

#define OF_ROW(member)   offsetof(struct row, member)
#define OF_LIMIT(member) offsetof(struct constraints, member)
static const struct constraint table[] = {
    {"max_drop", "drop", "drop", OF_ROW(drop), OF_LIMIT(max_drop), true, true, row_judged,
     say_drop},
    {"min_speedup", "speedup", "speedup", OF_ROW(speedup), OF_LIMIT(min_speedup), false, true,
     count_rounds, say_speedup},
    {"max_size", "size_bytes", "size", OF_ROW(bytes), OF_LIMIT(max_bytes), true, false,
     count_rounds, say_bytes},
};
#define CONSTRAINTS (sizeof(table) / sizeof(table[0]))

static const struct figure *figure_at(const void *base, size_t offset)
{
    return (const struct figure *)((const char *)base + offset);
}

/* Whether a figure keeps a limit, judged by its interval. */
static enum verdict judge(const struct constraint *constraint, const struct constraints *limits,
                          const struct row *row)
{
    const struct figure *figure = figure_at(row, constraint->figure);
    const struct figure *limit = figure_at(limits, constraint->limit);
    if (!limit->present)
        return VERDICT_PASS;
    if (!figure->present || (constraint->is_estimate && !figure->bounded))
        return VERDICT_UNKNOWN;
    double worst = constraint->at_most ? figure->high : figure->low;
    double best = constraint->at_most ? figure->low : figure->high;
    if (constraint->at_most ? worst <= limit->value : worst >= limit->value)
        return VERDICT_PASS;
    return (constraint->at_most ? best > limit->value : best < limit->value) ? VERDICT_FAIL
                                                                             : VERDICT_UNKNOWN;
}

bool constraints_any(const struct constraints *limits)
{
    for (size_t i = 0; i < CONSTRAINTS; i++)
        if (figure_at(limits, table[i].limit)->present)
            return true;
    return false;
}

enum verdict constraints_judge(const struct constraints *limits, const struct row *row)
{
    enum verdict out = VERDICT_PASS;
    for (size_t i = 0; i < CONSTRAINTS; i++) {
        enum verdict verdict = judge(&table[i], limits, row);
        if (verdict == VERDICT_FAIL || (verdict == VERDICT_UNKNOWN && out == VERDICT_PASS))
            out = verdict;
    }
    return out;
}

/* By how much the estimate misses the limit; at least 0. */
static double distance(const struct constraint *constraint, const struct constraints *limits,
                       const struct row *row)
{
    double over =
        figure_at(row, constraint->figure)->value - figure_at(limits, constraint->limit)->value;
    return fmax(constraint->at_most ? over : -over, 0.0);
}

double constraints_missed(const struct constraints *limits, const struct row *row)
{
    double missed = 0.0;
    for (size_t i = 0; i < CONSTRAINTS; i++)
        if (judge(&table[i], limits, row) == VERDICT_FAIL)
            missed += distance(&table[i], limits, row) /
                      fmax(fabs(figure_at(limits, table[i].limit)->value), 1e-9);
    return missed;
}

void constraints_say_missed(const struct results *results, const struct row *row, struct text *out)
{
    const struct constraints *limits = results_constraints(results);
    const char *separator = "";
    for (size_t i = 0; i < CONSTRAINTS; i++) {
        if (judge(&table[i], limits, row) != VERDICT_FAIL)
            continue;
        text_printf(out, "%s%s by ", separator, table[i].name);
        table[i].say(results, distance(&table[i], limits, row), out);
        separator = " and ";
    }
}

static double times_needed(const struct constraint *constraint, const struct constraints *limits,
                           const struct row *row)
{
    return needed_times(row, figure_at(row, constraint->figure),
                        figure_at(limits, constraint->limit)->value);
}

double constraints_needed(const struct constraints *limits, const struct row *row)
{
    double needed = 1.0;
    for (size_t i = 0; i < CONSTRAINTS; i++)
        if (judge(&table[i], limits, row) == VERDICT_UNKNOWN)
            needed = fmax(needed, times_needed(&table[i], limits, row));
    return needed;
}

static void say_doubt(const struct results *results, const struct constraint *constraint,
                      const struct row *row, struct text *out)
{
    const struct constraints *limits = results_constraints(results);
    const struct figure *figure = figure_at(row, constraint->figure);
    const struct column *column = column_find(constraint->column);
    char value[COLUMN_TEXT_SIZE];
    text_printf(out, "%s is ", constraint->name);
    constraint->say(results, figure_at(limits, constraint->limit)->value, out);
    if (!figure->present) {
        text_printf(out, ", its %s is not known (%s)", constraint->noun, figure->reason);
        return;
    }
    const char *unit = column_unit(column, results_run(results));
    const char *noun;
    double count = constraint->counted(row, &noun)->value;
    text_printf(out, ", its %s is %s%s%s", constraint->noun, column_format(column, row, value),
                unit[0] && strcmp(unit, "x") != 0 ? " " : "", unit);
    if (!figure->bounded) {
        text_printf(out, ": %.0f %s give no interval, more would", count, noun);
        return;
    }
    text_add_string(out, ": ");
    needed_say(count, times_needed(constraint, limits, row), noun, out);
}

void constraints_say_doubt(const struct results *results, const struct row *row, struct text *out)
{
    const struct constraints *limits = results_constraints(results);
    const char *separator = "";
    for (size_t i = 0; i < CONSTRAINTS; i++) {
        if (judge(&table[i], limits, row) != VERDICT_UNKNOWN)
            continue;
        text_add_string(out, separator);
        say_doubt(results, &table[i], row, out);
        separator = "; ";
    }
}
