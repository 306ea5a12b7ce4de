/* The layers of each row as bars: their times beside those of fp32, and the error of each alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/cells.h"
#include "report/html.h"
#include "report/layers.h"
#include "report/svg.h"
#include "results/steps.h"

#define LAYERS_SHOWN 15
/* The drawing: names end where times begin, and behind the longest bars is room for figures. */
#define WIDTH       640.0
#define TOP         30.0
#define LINE_HEIGHT 32.0
#define TIMES_FROM  206.0
#define TIMES_TO    366.0
#define ERRORS_FROM 428.0
#define ERRORS_TO   578.0
/* A bar, and how far below the top of its line those of fp32, of the mode and of the error are. */
#define BAR_HEIGHT 10.0
#define REAL_BAR   4.0
#define MODE_BAR   16.0
#define ERROR_BAR  10.0
/* Characters of a name that there is room for; the end of a longer one tells more. */
#define NAME_LENGTH 28
/* Layers with more signal to noise have no bar: a thousandth of their values is error. dB */
#define CLEAN 60.0

/* What times are shown in, from so many ns on. */
static const struct {
    double from, scale;
    const char *name;
} units[] = {{1e9, 1e-9, "s"}, {1e6, 1e-6, "ms"}, {0.0, 1e-3, "us"}};

/* The layers of a row that are drawn, in their order. */
struct bars {
    struct text *out;
    struct layer_row *layers;
    size_t count, all;             /* drawn, and all of them */
    bool has_errors;               /* else times alone */
    const char *order;             /* what comes first */
    size_t unit;                   /* of times */
    struct svg_axis times, errors; /* ns, dB */
};

/* fp32's time of the layer, where both are known. */
static struct figure real_time(const struct layer_row *layer)
{
    struct figure real = layer->saved;
    real.value += layer->time.value;
    return real;
}

/* The least signal to noise, dB, but no more than 0. */
static double worst_error(const struct bars *bars)
{
    double worst = 0.0;
    for (size_t i = 0; i < bars->count; i++) {
        const struct figure *error = &bars->layers[i].isolated_sqnr;
        if (error->present && isfinite(error->value))
            worst = fmin(worst, error->value);
    }
    return worst;
}

static double length_of(const struct figure *time)
{
    return time->present && isfinite(time->value) ? time->value : 0.0;
}

static void plan(struct bars *bars)
{
    double longest = 1.0;
    for (size_t i = 0; i < bars->count; i++) {
        const struct figure real = real_time(&bars->layers[i]);
        longest = fmax(longest, fmax(length_of(&real), length_of(&bars->layers[i].time)));
    }
    while (longest < units[bars->unit].from)
        bars->unit++;
    bars->times = (struct svg_axis){
        .high = longest, .from = TIMES_FROM, .to = bars->has_errors ? TIMES_TO : ERRORS_TO};
    bars->errors = (struct svg_axis){
        .low = worst_error(bars), .high = CLEAN, .from = ERRORS_TO, .to = ERRORS_FROM};
}

/* --- one layer --- */

static void add_small(struct text *out, const char *anchor, double x, double y, const char *string)
{
    text_printf(out, "<text class=\"small\" text-anchor=\"%s\" x=\"%.2f\" y=\"%.2f\">", anchor, x,
                y);
    html_add(out, string);
    text_add_string(out, "</text>\n");
}

static void add_bar(struct text *out, const char *class, double x, double y, double width)
{
    text_printf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.0f\"/>\n",
                class, x, y, width, BAR_HEIGHT);
}

/* The figures of quantop layers, as its CSV has them, and a text with those of its table. */
static void add_figures(struct text *out, const struct layer_row *layer)
{
    char value[LAYER_COLUMN_TEXT_SIZE];
    text_printf(out, "<g data-row=\"%d\"", layer->row->trial);
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        const struct figure *figure = column->figure ? column->figure(layer) : NULL;
        if (figure && figure->present && isfinite(figure->value))
            text_printf(out, " data-%s=\"%.9g\"", column->id, figure->value * column->scale);
    }
    text_add_string(out, "><title>");
    for (size_t i = 0; i < layer_column_count; i++) {
        const struct layer_column *column = &layer_columns[i];
        const char *unit = layer_column_unit(column, layer->row);
        if (!column->shown || (column->figure && !column->figure(layer)->present))
            continue;
        text_printf(out, "%s ", column->title);
        html_add(out, layer_column_format(column, layer, value));
        text_add_string(out, unit[0] ? " " : "");
        html_add(out, unit);
        text_add_string(out, "\n");
    }
    text_add_string(out, "</title>\n");
}

static void add_name(struct text *out, const struct layer_row *layer, double y)
{
    struct text name = {0};
    const char *end = layer->name[0] != '\0' ? layer->name : layer->op;
    int left_out = cell_width(end, false) - NAME_LENGTH;
    text_add_string(&name, left_out > 0 ? "\xE2\x80\xA6" : "");
    for (int i = 0; left_out > 0 && i <= left_out; i++)
        do
            end++;
        while ((*end & 0xC0) == 0x80);
    text_add_string(&name, end);
    svg_add_text(out, "end", TIMES_FROM - 10.0, y + 12.0, name.bytes);
    add_small(out, "end", TIMES_FROM - 10.0, y + 26.0, layer->op);
    text_release(&name);
}

/* A bar from the beginning of an axis, with its value, or what there is in the place of one. */
static void add_value(const struct bars *bars, const struct svg_axis *axis, const char *class,
                      const struct figure *figure, double y, const char *value)
{
    bool is_bar = figure->present && isfinite(figure->value);
    double begin = fmin(axis->from, axis->to);
    double end = is_bar ? svg_place(axis, figure->value) : begin;
    if (end > begin)
        add_bar(bars->out, class, begin, y, end - begin);
    add_small(bars->out, "start", end + 4.0, y + BAR_HEIGHT - 1.0, value);
}

static void add_time(const struct bars *bars, const char *class, const struct figure *time,
                     double y)
{
    char value[32] = "-";
    double shown = time->value * units[bars->unit].scale;
    if (time->present)
        snprintf(value, sizeof(value), shown < 100.0 ? "%.3g" : "%.4g", shown);
    add_value(bars, &bars->times, class, time, y, value);
}

static void add_error(const struct bars *bars, const struct layer_row *layer, double y)
{
    const struct figure *error = &layer->isolated_sqnr;
    char value[32] = "-";
    if (strcmp(layer->fate, "float") == 0)
        snprintf(value, sizeof(value), "stays float");
    else if (error->present && isfinite(error->value))
        snprintf(value, sizeof(value), "%.1f dB", error->value + 0.0);
    else if (error->present)
        snprintf(value, sizeof(value), "none");
    add_value(bars, &bars->errors, "error", error, y, value);
}

static void add_layer(const struct bars *bars, size_t i)
{
    const struct layer_row *layer = &bars->layers[i];
    const struct figure real = real_time(layer);
    double y = TOP + LINE_HEIGHT * (double)i;
    add_figures(bars->out, layer);
    add_name(bars->out, layer, y);
    add_time(bars, "real", &real, y + REAL_BAR);
    add_time(bars, "mode", &layer->time, y + MODE_BAR);
    if (bars->has_errors)
        add_error(bars, layer, y + ERROR_BAR);
    text_add_string(bars->out, "</g>\n");
}

/* --- the chart of a row --- */

static const char *order_of(const struct layer_row *layers, size_t count)
{
    const char *id = layers_usual_sort(layers, count)->id;
    return strcmp(id, LAYERS_BY_COST) == 0 ? "most error per time saved first"
                                           : "largest error alone first";
}

/* From the ledger, or from the steps alone. */
static struct bars bars_of(struct results *results, int trial, struct text *out)
{
    const struct ledger ledger = results_ledger(results, results_row(results, trial)->candidate);
    const struct layer_choice choice = {.top = LAYERS_SHOWN};
    struct bars bars = {.out = out, .all = ledger.layers, .has_errors = ledger.layers > 0};
    if (bars.has_errors) {
        bars.layers = layers_choose(results, trial, &choice, &bars.count);
        bars.order = order_of(bars.layers, bars.count);
        return bars;
    }
    bars.layers = results_timed_layers(results, trial, &bars.all);
    layers_sort(bars.layers, bars.all, layer_column_find("time_us"));
    bars.count = bars.all < LAYERS_SHOWN ? bars.all : LAYERS_SHOWN;
    bars.order = "longest first";
    return bars;
}

static void add_axes(const struct bars *bars, double bottom)
{
    struct text title = {0};
    const struct svg_grid errors = {TOP, bottom, "signal to noise alone, dB: a long bar is bad"};
    if (bars->has_errors)
        svg_add_x_axis(bars->out, &bars->errors, &errors);
    svg_add_line(bars->out, "grid", TIMES_FROM, TOP, TIMES_FROM, bottom);
    text_printf(&title, "%s per inference", units[bars->unit].name);
    svg_add_text(bars->out, "middle", (TIMES_FROM + bars->times.to) / 2.0, bottom + 36.0,
                 title.bytes);
    text_release(&title);
    if (bars->count == bars->all)
        return;
    text_printf(&title, "and %zu more", bars->all - bars->count);
    svg_add_text(bars->out, "end", TIMES_FROM - 10.0, bottom + 16.0, title.bytes);
    text_release(&title);
}

static void add_key(struct text *out, const char *class, double x, const char *string)
{
    add_bar(out, class, x, 8.0, BAR_HEIGHT);
    add_small(out, "start", x + 14.0, 17.0, string);
}

static void add_drawing(const struct bars *bars, const char *caption)
{
    double bottom = TOP + LINE_HEIGHT * (double)bars->count;
    svg_begin(bars->out, caption, WIDTH, bottom + 46.0);
    add_key(bars->out, "real", TIMES_FROM, "fp32");
    add_key(bars->out, "mode", TIMES_FROM + 60.0, "this mode");
    if (bars->has_errors)
        add_key(bars->out, "error", ERRORS_FROM, "error alone");
    add_axes(bars, bottom);
    for (size_t i = 0; i < bars->count; i++)
        add_layer(bars, i);
    svg_end(bars->out);
}

/* Behind what it stands on there may be nothing yet. */
static void add_part(struct text *caption, const char *string)
{
    text_printf(caption, "%s%s", caption->bytes[caption->length - 1] == ' ' ? "" : "; ", string);
}

static void add_chart(struct results *results, int trial, struct text *out)
{
    const struct row *row = results_row(results, trial);
    struct bars bars = bars_of(results, trial, out);
    struct text caption = {0};
    layers_describe(results, trial, &caption);
    if (row->run->has_runtimes)
        add_part(&caption, row->runtime);
    if (bars.count > 0) {
        add_part(&caption, bars.order);
        plan(&bars);
        add_drawing(&bars, caption.bytes);
    } else if (results_ledger(results, row->candidate).state != LEDGER_NONE) {
        html_add_paragraph(out, "dim", caption.bytes);
    }
    free(bars.layers);
    text_release(&caption);
}

/* What other rows are compared with is drawn with them. */
static bool is_beside_others(struct results *results, const struct row *row)
{
    for (int i = 0; i < results_count(results); i++)
        if (i != row->trial && results_row(results, i)->baseline == row->trial)
            return true;
    return false;
}

void html_add_layers(struct results *results, const char *model, struct text *out)
{
    bool has_ledger = false, has_steps = false, has_modes = false;
    html_add_heading(out, 3, "Layers");
    text_add_string(out, "<div class=\"bars\">\n");
    for (int i = 0; i < results_count(results); i++) {
        const struct row *row = results_row(results, i);
        if (strcmp(row->model, model) != 0)
            continue;
        has_ledger |= results_ledger(results, row->candidate).state != LEDGER_NONE;
        has_steps |= results_profile(results, i) != NULL;
        has_modes |= row->baseline != i;
        if (!is_beside_others(results, row))
            add_chart(results, i, out);
    }
    text_add_string(out, "</div>\n");
    if (has_modes && !has_ledger)
        html_add_paragraph(out, "dim",
                           "The errors of layers were not looked at: say \"layers: {samples: N, "
                           "seconds: S}\" in the profile, or --set layers.seconds=S.");
    if (!has_steps)
        html_add_paragraph(out, "dim",
                           "The times of layers are not known: key measure.profile_seconds says "
                           "for how long their steps are watched.");
}
