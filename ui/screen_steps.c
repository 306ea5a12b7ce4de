/* The steps of the selected row: what each call of a kernel does, and how long it takes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "results/roofline.h"
#include "results/steps.h"
#include "ui/list_page.h"
#include "ui/screen_table.h"
#include "ui/title.h"
#include "ui/widget/document.h"

/* Lines of the details of the selected step. */
#define DETAILS_LINES 10
#define DETAILS_X     14

enum { STEP_NAME, STEP_OP, STEP_OUTPUT, STEP_TIME, STEP_SHARE, STEP_RATE, STEP_MACS, STEP_KERNEL };

static const struct list_column list_columns[] = {
    [STEP_NAME] = {.title = "step", .unit = ""},
    [STEP_OP] = {.title = "operator", .unit = ""},
    [STEP_OUTPUT] = {.title = "output", .unit = ""},
    [STEP_TIME] = {.title = "time", .unit = "µs", .is_figure = true},
    [STEP_SHARE] = {.title = "share", .unit = "%", .is_figure = true},
    [STEP_RATE] = {.title = "rate", .unit = "GMAC/s", .is_figure = true},
    [STEP_MACS] = {.title = "work", .unit = "kMAC", .is_figure = true},
    [STEP_KERNEL] = {.title = "kernel", .unit = ""},
};

struct steps_view {
    struct list_view list;
    size_t selected; /* number of the step in the plan */
    bool by_time;
};

/* The steps of the selected row in the order in which they are shown. */
struct shown_steps {
    const struct row *row;
    const struct step_profile *profile; /* NULL: there is none */
    size_t *order, count;
    size_t place; /* of the selected one */
};

static struct steps_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_STEPS);
}

static int by_time(const void *a, const void *b, void *context)
{
    const struct step_profile *profile = context;
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    double x = profile->steps[first].ns, y = profile->steps[second].ns;
    return x > y ? -1 : x < y ? 1 : (first > second) - (first < second);
}

static void steps_make(struct ui *ui, struct shown_steps *steps)
{
    const struct steps_view *view = view_of(ui);
    struct table_source source = ui_source(ui);
    *steps = (struct shown_steps){.row = table_selected(table_screen_table(ui), &source)};
    if (steps->row)
        steps->profile = results_profile(ui->results, steps->row->trial);
    if (!steps->profile)
        return;
    steps->count = steps->profile->n_steps;
    steps->order = xcalloc(steps->count, sizeof(*steps->order));
    for (size_t i = 0; i < steps->count; i++)
        steps->order[i] = i;
    if (view->by_time && steps->count > 0)
        qsort_r(steps->order, steps->count, sizeof(*steps->order), by_time,
                (void *)(uintptr_t)steps->profile);
    for (size_t i = 0; i < steps->count; i++)
        if (steps->order[i] == view->selected)
            steps->place = i;
}

static void steps_release(struct shown_steps *steps)
{
    free(steps->order);
}

static const struct step *step_at(const struct shown_steps *steps, size_t place)
{
    return &steps->profile->steps[steps->order[place]];
}

static const char *number_cell(double value, int digits, char buffer[LIST_CELL_SIZE])
{
    snprintf(buffer, LIST_CELL_SIZE, "%.*f", digits, value);
    return buffer;
}

/* Three significant digits of a time in microseconds. */
static const char *time_cell(double ns, char buffer[LIST_CELL_SIZE])
{
    double us = ns / 1e3;
    return number_cell(us, us >= 100.0 ? 0 : us >= 10.0 ? 1 : 2, buffer);
}

static const char *step_cell(void *context, size_t place, size_t column,
                             char buffer[LIST_CELL_SIZE])
{
    const struct shown_steps *steps = context;
    const struct step *step = step_at(steps, place);
    bool has_macs = step->macs > 0.0 && step->ns > 0.0;
    switch (column) {
    case STEP_NAME:
        return step_name(steps->profile, step);
    case STEP_OP:
        snprintf(buffer, LIST_CELL_SIZE, "%s%s%s", step->op, *step->merged ? "+" : "",
                 step->merged);
        return buffer;
    case STEP_OUTPUT:
        return step->output;
    case STEP_TIME:
        return time_cell(step->ns, buffer);
    case STEP_SHARE:
        return number_cell(100.0 * step->share, 1, buffer);
    case STEP_RATE:
        return has_macs ? number_cell(step->macs / step->ns, 1, buffer) : "-";
    case STEP_MACS:
        return step->macs > 0.0 ? number_cell(step->macs / 1e3, 0, buffer) : "-";
    default:
        return step->kernel;
    }
}

static struct list_source source_of(struct shown_steps *steps, const struct steps_view *view)
{
    return (struct list_source){.columns = list_columns,
                                .n_columns = sizeof(list_columns) / sizeof(list_columns[0]),
                                .count = steps->count,
                                .sorted = view->by_time ? STEP_TIME : LIST_NO_COLUMN,
                                .cell = step_cell,
                                .context = steps};
}

static void print_layers(const struct step_profile *profile, const struct step *step,
                         struct document *document)
{
    struct text text = {0};
    for (size_t i = 0; i < step->n_layers; i++) {
        const struct layer_name *layer = &profile->layers[step->layers[i]];
        text_printf(&text, "%s%s %s", i > 0 ? ", " : "", layer->op, layer->name);
    }
    document_entry(document, DETAILS_X, "layers", ROLE_TEXT,
                   text.length > 0 ? text.bytes : "none known");
    text_release(&text);
}

static const char *text_or_unknown(const char *text)
{
    return text[0] ? text : "unknown";
}

/* "1024 of constants, unknown read, 64 written" */
static void print_bytes(const struct step *step, struct text *out)
{
    const struct {
        double bytes;
        const char *what;
    } parts[] = {{step->constant_bytes, "of constants"},
                 {step->read_bytes, "read"},
                 {step->written_bytes, "written"}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].bytes >= 0.0)
            text_printf(out, "%s%.0f %s", i > 0 ? ", " : "", parts[i].bytes, parts[i].what);
        else
            text_printf(out, "%sunknown %s", i > 0 ? ", " : "", parts[i].what);
}

static void print_bound(const struct step_profile *profile, const struct step *step,
                        struct document *document)
{
    struct text text = {0};
    roofline_describe_step(profile, step, &text);
    document_entry(document, DETAILS_X, "bound by", ROLE_TEXT, text.length > 0 ? text.bytes : "");
    text_release(&text);
}

static void draw_details(const struct draw *draw, struct rect area, void *context)
{
    const struct shown_steps *steps = context;
    const struct step *step = step_at(steps, steps->place);
    struct document document;
    struct document_view view = {0};
    struct text bytes = {0}, caution = {0};
    draw_rule(draw, area, 0, ROLE_RULE, step_name(steps->profile, step));
    document_init(&document, area.width - 2, draw->ascii);
    print_layers(steps->profile, step, &document);
    print_bound(steps->profile, step, &document);
    document_entry(&document, DETAILS_X, "input", ROLE_TEXT, step->input);
    document_entry(&document, DETAILS_X, "output", ROLE_TEXT, text_or_unknown(step->output));
    document_entry(&document, DETAILS_X, "kernel", ROLE_TEXT, text_or_unknown(step->kernel));
    document_entry(&document, DETAILS_X, "isa", ROLE_TEXT, text_or_unknown(step->isa));
    document_entry(&document, DETAILS_X, "arithmetic", ROLE_TEXT,
                   text_or_unknown(step->arithmetic));
    print_bytes(step, &bytes);
    document_entry(&document, DETAILS_X, "bytes", ROLE_TEXT, bytes.bytes);
    text_release(&bytes);
    step_profile_caution(steps->profile, steps->row->median.value, &caution);
    if (caution.length > 0) /* the heading may have no room for all of it */
        document_entry(&document, DETAILS_X, "caution", ROLE_WARNING, caution.bytes);
    text_release(&caution);
    document_draw(&document, &view, draw, rect_lines(area, 1, area.height - 1));
    document_release(&document);
}

/* "resnet, int8 on 1: 17 steps, 64.3 µs; 300 inferences, the longest first" */
static void print_heading(const struct shown_steps *steps, const struct steps_view *view,
                          struct text *out)
{
    const struct step_profile *profile = steps->profile;
    char time[LIST_CELL_SIZE];
    struct text caution = {0};
    step_profile_caution(profile, steps->row->median.value, &caution);
    text_printf(out, "%s, %s on %s: %zu steps, %s µs; %.0f inferences, %s", steps->row->model,
                steps->row->label, steps->row->placement, steps->count,
                time_cell(profile->sum_ns, time), profile->inferences,
                caution.length > 0 ? caution.bytes
                : view->by_time    ? "the longest first"
                                   : "in the order of the plan");
    text_release(&caution);
}

static void draw_list(const struct draw *draw, struct shown_steps *steps, struct steps_view *view)
{
    struct list_source source = source_of(steps, view);
    struct text heading = {0};
    print_heading(steps, view, &heading);
    const struct list_page page = {.view = &view->list,
                                   .source = &source,
                                   .place = steps->place,
                                   .heading = heading.bytes,
                                   .details = DETAILS_LINES,
                                   .draw_details = draw_details};
    list_page_draw(draw, &page, steps);
    text_release(&heading);
}

static void draw_absent(const struct ui *ui, const struct draw *draw, struct rect area,
                        const struct shown_steps *steps)
{
    const char *why = steps->row ? results_profile_absent(ui->results, steps->row->trial)
                                 : "There is no row yet.";
    struct text text = {0};
    if (steps->row && why)
        text_printf(&text, "This row's steps are not known: %s.", why);
    else
        text_add_string(&text, why ? why
                                   : "This row's steps are not in the journal: the key "
                                     "measure.profile_seconds says for how long they are watched.");
    draw_text(draw, area, 1, 2, ROLE_DIM, text.bytes);
    text_release(&text);
}

static void steps_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct shown_steps steps;
    title_draw(ui, draw, layout.title);
    draw_cursor(draw, layout.table, 0, 0);
    steps_make(ui, &steps);
    if (steps.count > 0)
        draw_list(draw, &steps, view_of(ui));
    else
        draw_absent(ui, draw, layout.table, &steps);
    steps_release(&steps);
}

static void steps_move(struct ui *ui, int lines)
{
    struct shown_steps steps;
    steps_make(ui, &steps);
    if (steps.count > 0) {
        struct list_source source = source_of(&steps, view_of(ui));
        view_of(ui)->selected = steps.order[list_moved(&source, steps.place, lines)];
    }
    steps_release(&steps);
}

static unsigned steps_select(struct ui *ui, int place)
{
    struct shown_steps steps;
    steps_make(ui, &steps);
    if ((size_t)place < steps.count)
        view_of(ui)->selected = steps.order[place];
    steps_release(&steps);
    return 0;
}

static int steps_page(const struct ui *ui)
{
    return view_of(ui)->list.page;
}

/* In the order of the plan, or the longest first. */
static unsigned steps_sort(struct ui *ui, int argument)
{
    (void)argument;
    view_of(ui)->by_time = !view_of(ui)->by_time;
    return 0;
}

static const struct key_binding steps_keys[] = {
    {"sort-steps", steps_sort, ON_KEYS('s'), .function_key = 6, .label = "Sort",
     .help = "The longest steps first, or in the order of the plan."},
};

const struct screen screen_steps = {
    .state_size = sizeof(struct steps_view),
    .draw = steps_draw,
    .move = steps_move,
    .page = steps_page,
    .select = steps_select,
    .keys = KEY_TABLE(steps_keys),
};
