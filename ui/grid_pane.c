#include "ui/grid_pane.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget/document.h"
#include "ui/widget/histogram.h"

/* Cells left of a picture, for the names of its rules, and at its right. */
#define MARGIN 10
#define EDGE   1
/* Lines of one part that is of use; lines of bars that it has at least and at most. */
#define PART_LINES 9
#define BARS_LEAST 3
#define BARS_MOST  12
/* Cells between parts beside each other. */
#define PART_GAP 2
/* A rule of marks is below the axis; of weights there is one for the finest and one for the
 * coarsest scale. */
#define RULES_MOST 2
/* A channel's weights that reach so small a part of what its scale is made for lose much by that;
 * so do those whose largest is so many times their root mean square. */
#define REACH_LITTLE 0.25
#define PEAK_MUCH    8.0
#define NUMBER_SIZE  32

struct rule {
    const char *name;
    struct histogram_marks marks;
};

/* One part of the pane: a picture and what is said below. */
struct part {
    struct text heading;
    struct histogram_view view;
    struct rule rules[RULES_MOST];
    int n_rules;
    struct document facts;
};

static void fact(struct part *part, enum role role, const char *text)
{
    document_break(&part->facts);
    document_paragraph(&part->facts, 1, role, text);
}

__attribute__((format(printf, 3, 4))) static void fact_printf(struct part *part, enum role role,
                                                              const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    fact(part, role, text.bytes);
    text_release(&text);
}

/* "44.2 dB" */
static const char *print_decibels(double value, char buffer[NUMBER_SIZE])
{
    if (isnan(value))
        snprintf(buffer, NUMBER_SIZE, "not known");
    else if (isinf(value))
        snprintf(buffer, NUMBER_SIZE, "no error");
    else
        snprintf(buffer, NUMBER_SIZE, "%.1f dB", fabs(value) < 0.05 ? 0.0 : value);
    return buffer;
}

static struct part part_begin(const struct draw *draw, int width, const struct layer_bins *bins)
{
    struct part part = {
        .view = {.values = bins->values,
                 .count = bins->count,
                 .low = bins->low,
                 .high = bins->high},
    };
    document_init(&part.facts, width, draw->ascii);
    return part;
}

static void part_end(struct part *part)
{
    text_release(&part->heading);
    document_release(&part->facts);
}

static void add_rule(struct part *part, const char *name, double first, double step, double count)
{
    part->rules[part->n_rules++] = (struct rule){name, {first, step, count}};
}

/* --- weights ---------------------------------------------------------------------------------- */

/* Levels above 0. */
static double side_of(const struct layer_weights *weights)
{
    return floor((weights->levels - 1.0) / 2.0);
}

static void add_weight_rule(struct part *part, const struct layer_weights *weights,
                            const char *name, double scale)
{
    double below = weights->levels - 1.0 - side_of(weights);
    add_rule(part, name, -below * scale, scale, weights->levels);
}

static void say_scales(struct part *part, const struct layer_weights *weights)
{
    if (weights->scales == 1)
        fact_printf(part, ROLE_TEXT, "One scale: levels are %.3g apart.", weights->median);
    else
        fact_printf(part, ROLE_TEXT, "%zu scales: levels are %.3g to %.3g apart, median %.3g.",
                    weights->scales, weights->least_scale, weights->most_scale, weights->median);
    fact_printf(part, ROLE_TEXT,
                "%.0f of %.0f levels are used; a scale's weights span %.0f %% of them%s.",
                weights->used, weights->levels, 100.0 * weights->reached,
                weights->scales == 1 ? "" : " on average");
}

/* Why the channel loses more than others; nothing where no reason is known. */
static void say_why(struct part *part, const struct layer_weights *weights)
{
    const struct layer_channel *worst = &weights->worst;
    double side = side_of(weights), peak = worst->most / worst->rms;
    if (worst->reach < REACH_LITTLE * side)
        fact_printf(part, ROLE_WARNING, "Its weights reach %.0f of the %.0f levels of a side: %s.",
                    worst->reach, side,
                    weights->scales < weights->channels
                        ? "the scale is made for larger ones of other channels"
                        : "its scale is larger than they need");
    else if (peak >= PEAK_MUCH)
        fact_printf(part, ROLE_WARNING,
                    "Its largest weight, which the scale is made for, is %.1f times the root mean "
                    "square of them.",
                    peak);
}

static void say_worst(struct part *part, const struct layer_weights *weights)
{
    const struct layer_channel *worst = &weights->worst;
    char buffer[NUMBER_SIZE];
    if (!weights->has_worst || weights->channels < 2)
        return;
    fact_printf(part, ROLE_TEXT, "Worst of %zu output channels: %zu, %s.", weights->channels,
                worst->number, print_decibels(worst->sqnr, buffer));
    if (weights->scales > 0)
        say_why(part, weights);
    fact_printf(part, ROLE_TEXT, "Its weights are up to %.3g; %.1f %% become 0.", worst->most,
                100.0 * worst->zeroed);
}

static struct part weights_part(const struct draw *draw, int width,
                                const struct layer_weights *weights)
{
    struct part part = part_begin(draw, width, &weights->bins);
    char buffer[NUMBER_SIZE];
    text_printf(&part.heading, "Weights in %s: %s, %.1f %% become 0",
                weights->bits == 4 ? "int4" : weights->type, /* which files keep in int8 */
                print_decibels(weights->sqnr, buffer), 100.0 * weights->zeroed);
    if (weights->scales == 1) {
        add_weight_rule(&part, weights, "levels", weights->median);
    } else if (weights->scales > 1) {
        add_weight_rule(&part, weights, "finest", weights->least_scale);
        add_weight_rule(&part, weights, "coarsest", weights->most_scale);
    }
    say_worst(&part, weights);
    if (weights->scales > 0)
        say_scales(&part, weights);
    else
        fact(&part, ROLE_TEXT, "Levels of a floating-point type are the closer the nearer to 0.");
    return part;
}

/* --- output ----------------------------------------------------------------------------------- */

static double sum_of(const struct layer_bins *bins)
{
    double sum = bins->below + bins->above;
    for (size_t i = 0; i < bins->count; i++)
        sum += bins->values[i];
    return sum;
}

/* What part of the range that is held the values leave empty. */
static void say_room(struct part *part, const struct layer_row *layer)
{
    double held = layer->held_high.value - layer->held_low.value;
    double low = fmax(layer->seen_low.value, layer->held_low.value);
    double high = fmin(layer->seen_high.value, layer->held_high.value);
    if (!layer->seen_low.present || !layer->seen_high.present || !(held > 0.0))
        return;
    fact_printf(part, ROLE_TEXT, "fp32 has %.3g to %.3g on the samples: %.0f %% of the range.",
                layer->seen_low.value, layer->seen_high.value,
                100.0 * fmax(high - low, 0.0) / held);
}

static struct part values_part(const struct draw *draw, int width, const struct layer_row *layer)
{
    const struct layer_values *values = layer->values;
    struct part part = part_begin(draw, width, &values->bins);
    double step = (values->bins.high - values->bins.low) / values->scale;
    char buffer[NUMBER_SIZE];
    text_printf(
        &part.heading, "Output in %s: %s alone", values->type,
        print_decibels(layer->isolated_sqnr.present ? layer->isolated_sqnr.value : NAN, buffer));
    add_rule(&part, "levels", values->bins.low, values->scale, round(step) + 1.0);
    say_room(&part, layer);
    fact_printf(&part, ROLE_TEXT, "Levels are %.3g apart, zero point %.0f.", values->scale,
                values->zero_point);
    double all = sum_of(&values->bins), below = values->bins.below, above = values->bins.above;
    if (below + above > 0.0)
        fact_printf(&part, ROLE_WARNING,
                    "%.2g %% of the values lie below the range, %.2g %% above it.",
                    100.0 * below / all, 100.0 * above / all);
    return part;
}

/* --- pane ------------------------------------------------------------------------------------- */

/* The heading, the bars, the axis, the rules, what is said: bars first give way, then the last of
 * what is said. */
static void draw_part(const struct draw *draw, struct rect area, struct part *part)
{
    int fixed = 2 + part->n_rules, facts = (int)part->facts.count;
    int bars = area.height - fixed - facts;
    struct document_view view = {0};
    bars = bars > BARS_MOST ? BARS_MOST : bars < BARS_LEAST ? BARS_LEAST : bars;
    struct rect plot = rect_columns(area, MARGIN, area.width - MARGIN - EDGE);
    draw_text(draw, area, 0, 1, ROLE_TITLE, part->heading.bytes);
    histogram_draw(draw, rect_lines(plot, 1, bars), &part->view);
    histogram_draw_axis(draw, rect_lines(plot, 1 + bars, 1), &part->view);
    for (int i = 0; i < part->n_rules; i++) {
        struct rect line = rect_lines(area, 2 + bars + i, 1);
        draw_text(draw, line, 0, 1, ROLE_LABEL, part->rules[i].name);
        histogram_draw_marks(draw, rect_columns(line, MARGIN, area.width - MARGIN - EDGE),
                             &part->view, &part->rules[i].marks);
    }
    struct rect rest = rect_lines(area, fixed + bars, area.height - fixed - bars);
    if (rest.height > 0) {
        document_cut(&part->facts, (size_t)rest.height);
        document_draw(&part->facts, &view, draw, rest);
    }
}

static void draw_weights(const struct draw *draw, struct rect area, const struct layer_row *layer)
{
    struct part part = weights_part(draw, area.width - EDGE, layer->weights);
    draw_part(draw, area, &part);
    part_end(&part);
}

static void draw_values(const struct draw *draw, struct rect area, const struct layer_row *layer)
{
    struct part part = values_part(draw, area.width - EDGE, layer);
    draw_part(draw, area, &part);
    part_end(&part);
}

static const char *absent_text(const struct layer_row *layer, const struct ledger *ledger)
{
    if (!ledger->has_grids)
        return "The levels of weights and outputs are not in this journal, which is of an older "
               "program: run it again.";
    if (strcmp(layer->fate, "missing") == 0)
        return "The layer is not found again in the file to ship.";
    if (strcmp(layer->fate, "float") == 0)
        return "The layer stays float: there are no levels to show.";
    return "The layer is no convolution or matrix product whose weights are stored in another "
           "type, and its output has no one scale.";
}

static void draw_absent(const struct draw *draw, struct rect area, const struct layer_row *layer,
                        const struct ledger *ledger)
{
    struct document document;
    struct document_view view = {0};
    document_init(&document, area.width - EDGE, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 1, ROLE_DIM, absent_text(layer, ledger));
    document_draw(&document, &view, draw, area);
    document_release(&document);
}

/* Above each other or, where the area is low, beside each other. */
static void draw_both(const struct draw *draw, struct rect area, const struct layer_row *layer)
{
    int half = area.height / 2, column = (area.width + PART_GAP) / 2;
    if (area.height >= 2 * PART_LINES) {
        draw_weights(draw, rect_lines(area, 0, half), layer);
        draw_values(draw, rect_lines(area, half, area.height - half), layer);
    } else if (column - PART_GAP >= GRID_PANE_WIDTH) {
        draw_weights(draw, rect_columns(area, 0, column - PART_GAP), layer);
        draw_values(draw, rect_columns(area, column, area.width - column), layer);
    } else {
        draw_weights(draw, area, layer);
    }
}

void grid_pane_draw(const struct draw *draw, struct rect area, const struct layer_row *layer,
                    const struct ledger *ledger)
{
    if (layer->weights && layer->values)
        draw_both(draw, area, layer);
    else if (layer->weights)
        draw_weights(draw, area, layer);
    else if (layer->values)
        draw_values(draw, area, layer);
    else
        draw_absent(draw, area, layer, ledger);
}
