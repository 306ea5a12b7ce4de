/* The form of a model: what is measured of it, on which data, and how. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/form_look.h"
#include "ui/screen_prompt.h"
#include "ui/screen_start.h"
#include "ui/shared_keys.h"
#include "ui/title.h"
#include "ui/widget/document.h"

_Static_assert(FORM_TEXT_SIZE == PROMPT_SIZE, "what is typed is what a field holds");

/* Where fields' contents begin, and the least cells between what stands beside each other. */
#define LABEL_X   2
#define CONTENT_X 15
#define GAP       2
/* Body lines from which there is a pane below the fields; its share of the body, in per cent, and
 * what it takes at most. */
#define PANE_FROM  10
#define PANE_SHARE 40
#define PANE_MOST  11
/* Columns from which the sample has a place beside the fields; its share of them, in per cent, and
 * what it takes at most. */
#define SAMPLE_FROM  72
#define SAMPLE_SHARE 35
#define SAMPLE_MOST  72
/* More names than a field has; tells clicks on boxes apart. */
#define FORM_BOXES 256

/* Bytes of a label, with what follows it in the prompt. */
#define FORM_LABEL_SIZE 32

struct form_view {
    size_t field, box; /* selected; box: of checks */
    int top, page;     /* first line shown; lines shown when last drawn */
};

/* The form may be entered twice: the second time that of a name is shown. */
#define FORM_DEPTH 2

struct form_state {
    struct form_view views[FORM_DEPTH];
    bool is_large; /* the sample takes the place of the fields */
    struct prompt_use typing;
    char prompt[FORM_LABEL_SIZE]; /* "scale: " */
};

/* A line: a field, or more boxes of one. */
struct form_line {
    size_t field, first_box, n_boxes;
};

struct form_lines {
    struct form_line *list;
    int count, place; /* of the selected field, or of its selected box */
};

static struct form_state *state_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_FORM);
}

static bool is_nested(const struct ui *ui)
{
    int times = 0;
    for (int i = 0; i < ui->depth; i++)
        times += ui->contexts[i] == CONTEXT_FORM;
    return times > 1 && ui->start->form->nested;
}

static struct form_view *view_of(const struct ui *ui)
{
    return &state_of(ui)->views[is_nested(ui)];
}

/* The whole, whichever form is shown. */
static struct form *whole_form(const struct ui *ui)
{
    return ui->start->form;
}

static struct form *form_of(const struct ui *ui)
{
    return is_nested(ui) ? whole_form(ui)->nested : whole_form(ui);
}

static struct form_field *selected_field(const struct ui *ui)
{
    return &form_of(ui)->fields[view_of(ui)->field];
}

static int box_width(const struct form_field *field, size_t box, bool ascii)
{
    return 4 + cells_width(field->names[box], ascii);
}

/* Boxes from one on that have room in a line, at least one. */
static size_t boxes_in_line(const struct form_field *field, size_t first, int width, bool ascii)
{
    size_t count = 0;
    int x = CONTENT_X;
    while (first + count < field->n_names) {
        int needed = box_width(field, first + count, ascii);
        if (count > 0 && x + needed > width)
            break;
        x += needed + GAP;
        count++;
    }
    return count;
}

static void add_line(struct form_lines *lines, const struct form_view *view,
                     const struct form_line *line)
{
    bool has_box = line->n_boxes == 0 ||
                   (view->box >= line->first_box && view->box < line->first_box + line->n_boxes);
    if (view->field == line->field && has_box)
        lines->place = lines->count;
    lines->list[lines->count++] = *line;
}

static struct form_lines list_lines(const struct ui *ui, int width, bool ascii)
{
    const struct form *form = form_of(ui);
    struct form_lines lines = {0};
    size_t most = 0;
    for (size_t i = 0; i < form->count; i++)
        most += 1 + form->fields[i].n_names;
    lines.list = xcalloc(most, sizeof(*lines.list));
    for (size_t i = 0; i < form->count; i++) {
        const struct form_field *field = &form->fields[i];
        size_t first = 0, count;
        do {
            count = field->kind == FORM_CHECKS ? boxes_in_line(field, first, width, ascii) : 0;
            add_line(&lines, view_of(ui), &(struct form_line){i, first, count});
            first += count;
        } while (field->kind == FORM_CHECKS && first < field->n_names);
    }
    return lines;
}

/* The hardware cursor stands on what a key would change. */
static void draw_boxes(const struct ui *ui, const struct draw *draw, struct rect line,
                       const struct form_line *boxes)
{
    const struct form_field *field = &form_of(ui)->fields[boxes->field];
    const struct form_view *view = view_of(ui);
    int x = CONTENT_X;
    for (size_t i = boxes->first_box; i < boxes->first_box + boxes->n_boxes; i++) {
        bool is_selected = view->field == boxes->field && view->box == i;
        int end = draw_printf(draw, line, 0, x, is_selected ? ROLE_SELECTED : ROLE_TEXT, "[%c] %s",
                              field->checked[i] ? 'x' : ' ', field->names[i]);
        draw_click(draw, rect_columns(line, x, end - x), "select",
                   (int)(boxes->field * FORM_BOXES + i));
        if (is_selected)
            draw_cursor(draw, line, 0, x + 1);
        x = end + GAP;
    }
}

static void draw_content(const struct ui *ui, const struct draw *draw, struct rect line,
                         size_t number)
{
    const struct form_field *field = &form_of(ui)->fields[number];
    bool is_selected = view_of(ui)->field == number;
    enum role role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
    int x;
    if (field->kind == FORM_CHOICE)
        x = draw_printf(draw, line, 0, CONTENT_X, role, "< %s >", field->names[field->chosen]);
    else
        x = draw_printf(draw, line, 0, CONTENT_X, role, "[ %s ]", field->text);
    bool is_empty = field->kind == FORM_TEXT && !field->text[0];
    draw_text(draw, line, 0, x + GAP, ROLE_DIM, is_empty ? field->without : field->remark);
    draw_click(draw, line, "select", (int)(number * FORM_BOXES));
    if (is_selected)
        draw_cursor(draw, line, 0, CONTENT_X + 2);
}

static void draw_line(const struct ui *ui, const struct draw *draw, struct rect rect,
                      const struct form_line *line)
{
    const struct form_field *field = &form_of(ui)->fields[line->field];
    bool is_selected = view_of(ui)->field == line->field;
    if (line->first_box == 0) {
        draw_text(draw, rect, 0, 0, ROLE_SELECTED, is_selected ? ">" : "");
        draw_text(draw, rect_columns(rect, 0, CONTENT_X - 1), 0, LABEL_X, ROLE_LABEL, field->label);
    }
    if (field->kind == FORM_CHECKS)
        draw_boxes(ui, draw, rect, line);
    else
        draw_content(ui, draw, rect, line->field);
}

static void scroll(struct form_view *view, const struct form_lines *lines)
{
    if (view->top > lines->place)
        view->top = lines->place;
    if (view->top < lines->place - view->page + 1)
        view->top = lines->place - view->page + 1;
    if (view->top > lines->count - view->page)
        view->top = lines->count > view->page ? lines->count - view->page : 0;
}

static void draw_fields(const struct ui *ui, const struct draw *draw, struct rect area)
{
    struct form_view *view = view_of(ui);
    struct form_lines lines = list_lines(ui, area.width - 1, draw->ascii);
    view->page = area.height;
    scroll(view, &lines);
    for (int y = 0; y < area.height && view->top + y < lines.count; y++)
        draw_line(ui, draw, rect_columns(rect_lines(area, y, 1), 0, area.width - 1),
                  &lines.list[view->top + y]);
    if (view->top > 0)
        draw_text_right(draw, area, 0, ROLE_KEY, draw_symbol(draw, SYMBOL_ASCENDING));
    if (view->top + view->page < lines.count)
        draw_text_right(draw, area, area.height - 1, ROLE_KEY,
                        draw_symbol(draw, SYMBOL_DESCENDING));
    free(lines.list);
}

static void print_help(const struct ui *ui, struct document *document)
{
    document_entry(document, CONTENT_X - 2, selected_field(ui)->label, ROLE_TEXT,
                   selected_field(ui)->help);
}

/* Whether it would run, whether fp32 makes sense of the data, the command line, and what the field
 * means; the sample, where it has no place beside the fields. */
static void draw_pane(const struct ui *ui, const struct draw *draw, struct rect area,
                      bool has_sample)
{
    const struct form *form = whole_form(ui);
    struct document document;
    struct document_view view = {0};
    if (area.height == 0)
        return;
    document_init(&document, area.width - 2, draw->ascii);
    if (form->trouble[0])
        document_entry(&document, CONTENT_X - 2, "trouble", ROLE_BAD, form->trouble);
    if (is_nested(ui)) /* what options mean comes first: that of fields is said by their labels */
        print_help(ui, &document);
    document_entry(&document, CONTENT_X - 2, "fp32", form_look_role(&form->look), form->look.check);
    document_entry(&document, CONTENT_X - 2, "command", ROLE_TEXT, form->command);
    if (!is_nested(ui))
        print_help(ui, &document);
    if (!has_sample)
        document_entry(&document, CONTENT_X - 2, "sample", ROLE_TEXT, form->look.caption);
    document_cut(&document, (size_t)area.height - 1);
    draw_rule(draw, area, 0, ROLE_RULE, "the same without the screen");
    document_draw(&document, &view, draw,
                  rect_columns(rect_lines(area, 1, area.height - 1), 1, area.width - 2));
    document_release(&document);
}

static void draw_title(const struct ui *ui, const struct draw *draw, struct rect area)
{
    const struct form *form = whole_form(ui);
    bool is_wrong = form->trouble[0] != '\0';
    const struct title_words words = {.notice = ui_current_notice(ui),
                                      .subject = form_of(ui)->title,
                                      .state = is_wrong ? "would not run" : form->summary,
                                      .is_wrong = is_wrong};
    title_draw_words(draw, area, &words);
}

/* Cells that the sample gets beside the fields; 0: there is no room. */
static int sample_width(const struct ui *ui, int width)
{
    int share = width * SAMPLE_SHARE / 100;
    if (!whole_form(ui)->look.caption[0] || width < SAMPLE_FROM)
        return 0;
    return share < SAMPLE_MOST ? share : SAMPLE_MOST;
}

static void form_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct rect body = layout.table;
    int below = body.height * PANE_SHARE / 100;
    below = body.height < PANE_FROM ? 0 : below < PANE_MOST ? below : PANE_MOST;
    struct rect upper = rect_lines(body, 0, body.height - below);
    int beside = sample_width(ui, upper.width);
    draw_title(ui, draw, layout.title);
    if (state_of(ui)->is_large) {
        draw_cursor(draw, body, 0, 0);
        form_look_enlarge(&whole_form(ui)->look, draw, body);
        return;
    }
    if (beside > 0)
        form_look_draw(&whole_form(ui)->look, draw,
                       rect_columns(upper, upper.width - beside, beside));
    draw_fields(ui, draw, rect_columns(upper, 0, upper.width - beside));
    draw_pane(ui, draw, rect_lines(body, body.height - below, below), beside > 0);
}

static void form_enter(struct ui *ui)
{
    *view_of(ui) = (struct form_view){0};
    state_of(ui)->is_large = false;
}

static void form_move(struct ui *ui, int lines)
{
    struct form_view *view = view_of(ui);
    long place = (long)view->field + lines, last = (long)form_of(ui)->count - 1;
    place = place > last ? last : place;
    view->field = place > 0 ? (size_t)place : 0;
    view->box = 0;
}

static int form_page(const struct ui *ui)
{
    return view_of(ui)->page;
}

static const char *form_position(const struct ui *ui, char *buffer, size_t size)
{
    snprintf(buffer, size, "%zu/%zu", view_of(ui)->field + 1, form_of(ui)->count);
    return buffer;
}

static void tell_change(struct ui *ui)
{
    form_of(ui)->changed(form_of(ui)->context);
    start_screen_wake(ui);
}

/* The place a step further on, or at the other end. */
static size_t stepped(size_t place, int step, size_t count)
{
    return step > 0 ? (place + 1) % count : (place + count - 1) % count;
}

/* What is hidden behind the sample is shown before it is changed. */
static bool shows_fields(struct ui *ui)
{
    bool shown = !state_of(ui)->is_large;
    state_of(ui)->is_large = false;
    return shown;
}

/* Another name of a choice, or another box. */
static unsigned form_screen_step(struct ui *ui, int step)
{
    if (!shows_fields(ui))
        return 0;
    struct form_field *field = selected_field(ui);
    struct form_view *view = view_of(ui);
    if (field->kind == FORM_CHECKS)
        view->box = stepped(view->box, step, field->n_names);
    if (field->kind != FORM_CHOICE)
        return 0;
    field->chosen = stepped(field->chosen, step, field->n_names);
    tell_change(ui);
    return 0;
}

static bool text_accepted(struct ui *ui, const char *text)
{
    struct form_field *field = selected_field(ui);
    snprintf(field->text, sizeof(field->text), "%s", text);
    field->remark = "";
    tell_change(ui);
    return true;
}

static void type_text(struct ui *ui, const struct form_field *field)
{
    struct form_state *state = state_of(ui);
    snprintf(state->prompt, sizeof(state->prompt), "%s: ", field->label);
    state->typing = (struct prompt_use){.label = state->prompt, .accepted = text_accepted};
    prompt_open(ui, &state->typing, field->text);
}

static unsigned form_screen_toggle(struct ui *ui, int argument)
{
    if (!shows_fields(ui))
        return 0;
    struct form_field *field = selected_field(ui);
    (void)argument;
    if (field->kind == FORM_TEXT) {
        type_text(ui, field);
        return 0;
    }
    if (field->kind == FORM_CHOICE)
        return form_screen_step(ui, 1);
    field->checked[view_of(ui)->box] = !field->checked[view_of(ui)->box];
    tell_change(ui);
    return 0;
}

static unsigned form_screen_edit(struct ui *ui, int argument)
{
    if (!shows_fields(ui))
        return 0;
    const struct form_field *field = selected_field(ui);
    (void)argument;
    if (field->kind != FORM_TEXT)
        return form_screen_toggle(ui, 0);
    type_text(ui, field);
    return 0;
}

/* A click selects; one on what is selected changes it. */
static unsigned form_select(struct ui *ui, int argument)
{
    struct form_view *view = view_of(ui);
    size_t field = (size_t)argument / FORM_BOXES, box = (size_t)argument % FORM_BOXES;
    bool was_selected = view->field == field && view->box == box;
    view->field = field;
    view->box = box;
    return was_selected ? form_screen_toggle(ui, 0) : 0;
}

/* Goes to another sample, which the start's work brings. */
static unsigned form_screen_sample(struct ui *ui, int samples)
{
    whole_form(ui)->step(whole_form(ui)->context, samples);
    start_screen_wake(ui);
    return 0;
}

static unsigned form_screen_enlarge(struct ui *ui, int argument)
{
    (void)argument;
    state_of(ui)->is_large = !state_of(ui)->is_large;
    return 0;
}

/* The form of the selected name. */
static unsigned form_screen_options(struct ui *ui, int argument)
{
    const struct form_view *view = view_of(ui);
    struct form *form = whole_form(ui);
    (void)argument;
    if (is_nested(ui) || selected_field(ui)->kind != FORM_CHECKS ||
        !form->open(form->context, view->field, view->box))
        ui_notice(ui, "only modes have options, and not all of them do");
    else
        ui_enter(ui, CONTEXT_FORM);
    return 0;
}

static unsigned form_screen_start(struct ui *ui, int argument)
{
    const struct form *form = whole_form(ui);
    (void)argument;
    if (form->trouble[0]) {
        ui_notice(ui, "%s", form->trouble);
        return 0;
    }
    ui->start->chosen = START_FORM;
    return LOOP_QUIT;
}

/* What was tried before is shown again. */
static unsigned form_screen_dry_run(struct ui *ui, int argument)
{
    const struct form *form = whole_form(ui);
    (void)argument;
    if (form->trouble[0]) {
        ui_notice(ui, "%s", form->trouble);
        return 0;
    }
    if (!form->tried)
        form->try_out(form->context);
    start_screen_wake(ui);
    ui_enter(ui, CONTEXT_DRY_RUN);
    return 0;
}

static bool path_accepted(struct ui *ui, const char *path)
{
    char said[sizeof(ui->notice)] = "";
    struct form *form = whole_form(ui);
    bool is_done = *path == '\0' || form->write(form->context, path, said, sizeof(said));
    if (said[0])
        ui_notice(ui, "%s", said);
    return is_done;
}

static unsigned form_screen_write(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "write the profile to: ",
                                          .accepted = path_accepted};
    (void)argument;
    prompt_open(ui, &use, whole_form(ui)->file);
    return 0;
}

static unsigned form_screen_copy(struct ui *ui, int argument)
{
    (void)argument;
    text_clear(&ui->copied);
    text_printf(&ui->copied, "%s\n", whole_form(ui)->command);
    ui_notice(ui, "the command was sent to the terminal's clipboard (OSC 52)");
    return LOOP_COPY;
}

static const struct key_binding form_keys[] = {
    {"begin", form_screen_start, ON_KEYS('S'), .function_key = 5, .label = "Start",
     .help = "Measure what the form says."},
    {"write", form_screen_write, ON_KEYS('W'), .label = "Write",
     .help = "Write it as a profile, with comments, into a file, which must be a new one."},
    {"dry-run", form_screen_dry_run, ON_KEYS('D'), .label = "Dry run",
     .help = "Try out the model and the data: what is read, whether fp32 makes sense of it, how "
             "long a run takes."},
    {"edit", form_screen_edit, ON_KEYS(UI_KEY_ENTER), .label = "Change",
     .help = "Change the selected field: type a text, take the next choice, check a box or not."},
    {"options", form_screen_options, ON_KEYS('o'), .label = "Options",
     .help = "Open the options of the selected mode."},
    {"sample-next", form_screen_sample, ON_KEYS('n'), .label = "Sample",
     .help = "Look at the next sample, as the model is fed it.", .argument = 1},
    {"sample-previous", form_screen_sample, ON_KEYS('N'), .help = "Look at the sample before.",
     .argument = -1},
    {"enlarge", form_screen_enlarge, ON_KEYS('v'),
     .help = "Show the sample in the place of the fields, or the fields again."},
    {"toggle", form_screen_toggle, ON_KEYS(' '), .label = "Check",
     .help = "Check the selected box or not; take the next choice."},
    {"step-left", form_screen_step, ON_KEYS(UI_KEY_LEFT, 'h'),
     .help = "Go to the box to the left; take the choice before.", .argument = -1},
    {"step-right", form_screen_step, ON_KEYS(UI_KEY_RIGHT, 'l'),
     .help = "Go to the box to the right; take the next choice.", .argument = 1},
    {"down", shared_move, ON_KEYS(UI_KEY_TAB), .help = "Go to the next field.", .argument = 1},
    {"copy-command", form_screen_copy, ON_KEYS('y'),
     .help = "Copy the command to the terminal's clipboard."},
};

const struct screen screen_form = {
    .state_size = sizeof(struct form_state),
    .enter = form_enter,
    .draw = form_draw,
    .position = form_position,
    .move = form_move,
    .page = form_page,
    .select = form_select,
    .keys = KEY_TABLE(form_keys),
};
