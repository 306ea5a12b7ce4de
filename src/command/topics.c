#include "command/topics.h"

#include <string.h>

#include "experiment/keys.h"
#include "hardware/cpu.h"
#include "hardware/disturbance.h"
#include "hardware/topology.h"
#include "quantize/mode.h"
#include "quantize/observer.h"
#include "results/column.h"
#include "results/layer_column.h"
#include "results/step_column.h"
#include "results/verdict_words.h"
#include "results/why.h"
#include "runtimes/runtime.h"

/* Of a table of so many items. */
#define ITEMS_OF(kind, table, n)                                                                   \
    static size_t count_of_##kind(void)                                                            \
    {                                                                                              \
        return n;                                                                                  \
    }                                                                                              \
    static const void *item_of_##kind(size_t i)                                                    \
    {                                                                                              \
        return table;                                                                              \
    }

ITEMS_OF(mode, mode_table[i], mode_count)
ITEMS_OF(option, &mode_option_table[i], mode_option_count)
ITEMS_OF(observer, &observer_table[i], observer_count)
ITEMS_OF(placement, &placement_kinds[i], placement_kind_count)
ITEMS_OF(isa, &isa_table[i], ISA_COUNT)
ITEMS_OF(runtime, runtime_table[i], runtime_count)
ITEMS_OF(metric, &metric_kinds[i], metric_kind_count)
ITEMS_OF(verdict, &verdict_words[i], WORD_COUNT)
ITEMS_OF(reason, &why_rules[i], why_rule_count)
ITEMS_OF(disturbance, &disturbance_table[i], DISTURBANCE_COUNT)
ITEMS_OF(column, &columns[i], column_count)
ITEMS_OF(layer, &layer_columns[i], layer_column_count)
ITEMS_OF(step, &step_columns[i], step_column_count)
ITEMS_OF(key, key_at(i), key_count())

/* Texts of tables begin small and have no full stop, or are sentences already. */
static void add_sentence(const char *words, struct text *out)
{
    size_t length = strlen(words);
    text_printf(out, "%s%s", words, length > 0 && words[length - 1] == '.' ? "" : ".");
}

static void print_mode(const void *item, struct text *out)
{
    const struct mode *mode = item;
    add_sentence(mode->text, out);
    text_printf(out, " Practice promises: size %s, speed %s; for: %s; calibration data: %s.",
                mode->promise_size, mode->promise_speed, mode->place,
                mode->needs_calibration ? "needed" : "not needed");
}

static void print_option(const void *item, struct text *out)
{
    const struct mode_option *option = item;
    const char *between = ", of";
    text_printf(out, "%s=%s", option->name, option->values);
    for (size_t i = 0; i < mode_count; i++)
        if (mode_table[i]->options & option->bit) {
            text_printf(out, "%s %s", between, mode_table[i]->name);
            between = ",";
        }
    text_add_string(out, ": ");
    add_sentence(option->text, out);
}

static void print_observer(const void *item, struct text *out)
{
    add_sentence(((const struct observer *)item)->text, out);
}

static void print_placement(const void *item, struct text *out)
{
    add_sentence(((const struct placement_kind *)item)->text, out);
}

static void print_isa(const void *item, struct text *out)
{
    add_sentence(((const struct isa_info *)item)->text, out);
}

static void print_runtime(const void *item, struct text *out)
{
    add_sentence(((const struct runtime *)item)->text, out);
}

static void print_metric(const void *item, struct text *out)
{
    add_sentence(((const struct metric_kind *)item)->text, out);
}

static void print_verdict(const void *item, struct text *out)
{
    add_sentence(((const struct verdict_word *)item)->meaning, out);
}

static void print_reason(const void *item, struct text *out)
{
    const struct why_rule *rule = item;
    text_printf(out, "%s: %s.", rule->cause, rule->remedy);
}

static void print_disturbance(const void *item, struct text *out)
{
    text_add_string(out, "a run warns of it; what helps: ");
    add_sentence(((const struct disturbance_row *)item)->remedy, out);
}

static void print_named(const char *title, const char *unit, const char *help, struct text *out)
{
    text_printf(out, "shown as '%s%s%s': ", title, *unit ? " " : "", unit);
    add_sentence(help, out);
}

static const char *column_name(const void *item)
{
    return ((const struct column *)item)->title;
}

static void print_column(const void *item, struct text *out)
{
    const struct column *column = item;
    print_named(column->title, column->unit, column->help, out);
}

static const char *layer_name(const void *item)
{
    return ((const struct layer_column *)item)->title;
}

static void print_layer(const void *item, struct text *out)
{
    const struct layer_column *column = item;
    print_named(column->title, column->unit, column->help, out);
}

static const char *step_title(const void *item)
{
    return ((const struct step_column *)item)->title;
}

static void print_step(const void *item, struct text *out)
{
    const struct step_column *column = item;
    print_named(column->title, column->unit, column->help, out);
}

static void print_key(const void *item, struct text *out)
{
    const struct key *key = item;
    add_sentence(key->help, out);
    if (key->initial)
        text_printf(out, " %s%s%s unless something else is said.", key->initial,
                    key->unit ? " " : "", key->unit ? key->unit : "");
}

#define FROM(kind) count_of_##kind, item_of_##kind

static const struct topic_kind kinds[] = {
    {"verdict", "Verdicts", FROM(verdict), NULL, print_verdict, false},
    {"reason", "Reasons of speed and accuracy", FROM(reason), NULL, print_reason, false},
    {"mode", "Modes", FROM(mode), NULL, print_mode, false},
    {"option of modes", "Options of modes", FROM(option), NULL, print_option, false},
    {"observer", "Observers", FROM(observer), NULL, print_observer, false},
    {"metric", "Metrics", FROM(metric), NULL, print_metric, false},
    {"placement", "Placements", FROM(placement), NULL, print_placement, false},
    {"runtime", "Runtimes", FROM(runtime), NULL, print_runtime, false},
    {"instruction set", "Instruction sets", FROM(isa), NULL, print_isa, false},
    {"disturbance", "Disturbances", FROM(disturbance), NULL, print_disturbance, false},
    {"column", "Columns", FROM(column), column_name, print_column, true},
    {"column of layers", "Columns of layers", FROM(layer), layer_name, print_layer, false},
    {"column of steps", "Columns of steps", FROM(step), step_title, print_step, false},
    {"key", "Keys of profiles", FROM(key), NULL, print_key, false},
};

const struct topics command_topics = {kinds, sizeof(kinds) / sizeof(kinds[0])};
