#include "ui/screen_start.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "ui/start.h"
#include "ui/title.h"
#include "ui/widget/document.h"

/* Cells left of names, and between the parts of a line. */
#define GUTTER 2
#define GAP    2
/* Names take at most this share of a line, and no more cells than that. */
#define NAME_SHARE 2
#define NAME_MOST  32
/* Body lines from which the selected item has details below the list; their share of the body, in
 * per cent, what they take at most, and where their texts begin. */
#define DETAILS_FROM  10
#define DETAILS_SHARE 40
#define DETAILS_MOST  12
#define FACTS_X       13
/* Earlier runs that are shown beside each other. */
#define RUNS_COMPARED 2
/* Seconds between two parts of what is to be found out. */
#define WAIT_LEAST 0.01

struct start_view {
    bool entered, moved; /* there was a first look; the user moved since then */
    size_t selected;
    int top, page; /* first line shown; lines shown when last drawn */
    double again;  /* when there is more to find out; 0: never */
    size_t tagged[RUNS_COMPARED];
    size_t n_tagged;
};

/* A line of the list: an item, or what stands above or instead of items. */
struct start_line {
    size_t item; /* START_NOTHING: none */
    enum role role;
    const char *text; /* of a line without an item */
};

static struct start_view *view_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_START);
}

static bool is_tagged(const struct start_view *view, size_t item)
{
    for (size_t i = 0; i < view->n_tagged; i++)
        if (view->tagged[i] == item)
            return true;
    return false;
}

static const char *section_title(enum start_kind kind)
{
    static const char *const titles[START_KIND_COUNT] = {
#define X(kind, title) [kind] = title,
        START_KIND_LIST(X)
#undef X
    };
    return titles[kind];
}

/* Items of one section: the first, and how many. */
static size_t find_section(const struct start *start, enum start_kind kind, size_t *first)
{
    size_t count = 0;
    *first = 0;
    while (*first < start->count && start->items[*first].kind < kind)
        (*first)++;
    while (*first + count < start->count && start->items[*first + count].kind == kind)
        count++;
    return count;
}

/* All lines of the list, to be freed. */
struct start_lines {
    struct start_line *list;
    int count;
    int place; /* of the selected item */
};

static void add_line(struct start_lines *lines, size_t item, enum role role, const char *text)
{
    lines->list[lines->count++] = (struct start_line){item, role, text};
}

/* Sections have a blank line between them where all lines have room. */
static struct start_lines list_lines(const struct ui *ui, int height)
{
    const struct start *start = ui->start;
    bool blanks = (int)start->count + 3 * START_KIND_COUNT <= height;
    struct start_lines lines = {
        .list = xcalloc(start->count + 3 * START_KIND_COUNT, sizeof(*lines.list))};
    for (enum start_kind kind = 0; kind < START_KIND_COUNT; kind++) {
        size_t first, items = find_section(start, kind, &first);
        if (items == 0 && !start->empty[kind])
            continue;
        if (blanks && lines.count > 0)
            add_line(&lines, START_NOTHING, ROLE_TEXT, "");
        add_line(&lines, START_NOTHING, ROLE_HEADER, section_title(kind));
        if (items == 0)
            add_line(&lines, START_NOTHING, ROLE_DIM, start->empty[kind]);
        for (size_t i = first; i < first + items; i++) {
            if (i == view_of(ui)->selected)
                lines.place = lines.count;
            add_line(&lines, i, ROLE_TEXT, "");
        }
    }
    return lines;
}

/* Cells of the parts of an item's line. */
struct start_widths {
    int name, figure;
};

static struct start_widths find_widths(const struct start *start, int width, bool ascii)
{
    struct start_widths widths = {0};
    int most = width / NAME_SHARE < NAME_MOST ? width / NAME_SHARE : NAME_MOST;
    for (size_t i = 0; i < start->count; i++) {
        int name = cells_width(start->items[i].name, ascii);
        int figure = cells_width(start->items[i].figure, ascii);
        widths.name = name > widths.name ? name : widths.name;
        widths.figure = figure > widths.figure ? figure : widths.figure;
    }
    if (widths.name > most)
        widths.name = most;
    return widths;
}

static void draw_item(const struct ui *ui, const struct draw *draw, struct rect line, size_t i,
                      const struct start_widths *widths)
{
    const struct start_item *item = &ui->start->items[i];
    bool is_selected = i == view_of(ui)->selected;
    enum role role = is_selected ? ROLE_SELECTED : item->refusal ? ROLE_DIM : ROLE_TEXT;
    int x = GUTTER + widths->name + GAP;
    draw_fill(draw, line, role);
    draw_text(draw, line, 0, 0, role, is_selected ? ">" : " ");
    draw_text(draw, line, 0, 1, role, is_tagged(view_of(ui), i) ? "+" : " ");
    draw_text(draw, rect_columns(line, GUTTER, widths->name), 0, 0, role, item->name);
    draw_text_right(draw, rect_columns(line, x, widths->figure), 0, role, item->figure);
    x += widths->figure + GAP;
    draw_text(draw, rect_columns(line, x, line.width - x - 1), 0, 0, role, item->text);
    draw_click(draw, line, "select", (int)i);
    if (is_selected)
        draw_cursor(draw, line, 0, 0);
}

/* Scrolls as little as keeps the selected item in sight, and what stands above the first one. */
static void scroll(struct start_view *view, const struct start_lines *lines)
{
    int place = lines->place;
    if (view->top > place)
        view->top = place;
    while (view->top > 0 && view->top == place && place > 0 &&
           lines->list[place - 1].item == START_NOTHING)
        view->top = --place;
    if (view->top < lines->place - view->page + 1)
        view->top = lines->place - view->page + 1;
    if (view->top > lines->count - view->page)
        view->top = lines->count > view->page ? lines->count - view->page : 0;
}

static void draw_list(const struct ui *ui, const struct draw *draw, struct rect area,
                      const struct start_lines *lines)
{
    struct start_view *view = view_of(ui);
    struct start_widths widths = find_widths(ui->start, area.width, draw->ascii);
    view->page = area.height;
    scroll(view, lines);
    for (int y = 0; y < area.height && view->top + y < lines->count; y++) {
        const struct start_line *line = &lines->list[view->top + y];
        struct rect rect = rect_lines(area, y, 1);
        if (line->item == START_NOTHING)
            draw_text(draw, rect, 0, line->role == ROLE_DIM ? GUTTER : 0, line->role, line->text);
        else
            draw_item(ui, draw, rect, line->item, &widths);
    }
    if (view->top > 0)
        draw_text_right(draw, area, 0, ROLE_KEY, draw_symbol(draw, SYMBOL_ASCENDING));
    if (view->top + view->page < lines->count)
        draw_text_right(draw, area, area.height - 1, ROLE_KEY,
                        draw_symbol(draw, SYMBOL_DESCENDING));
}

static const struct start_item *selected_item(const struct ui *ui)
{
    size_t selected = view_of(ui)->selected;
    return selected < ui->start->count ? &ui->start->items[selected] : NULL;
}

/* Until the user moves. */
static const char *trouble(const struct ui *ui)
{
    return view_of(ui)->moved ? "" : ui->start->trouble;
}

static void print_facts(const struct ui *ui, const struct start_item *item,
                        struct document *document)
{
    document_entry(document, FACTS_X, "trouble", ROLE_BAD, trouble(ui));
    for (size_t i = 0; i < item->n_facts; i++)
        document_entry(document, FACTS_X, item->facts[i].label, ROLE_TEXT, item->facts[i].text);
}

/* Lines below the list, whatever is selected, so that the list stays where it is. */
static int details_height(struct rect body)
{
    int height = body.height * DETAILS_SHARE / 100;
    return body.height < DETAILS_FROM ? 0 : height < DETAILS_MOST ? height : DETAILS_MOST;
}

static void draw_facts(const struct ui *ui, const struct draw *draw, struct rect area)
{
    const struct start_item *item = selected_item(ui);
    struct document document;
    struct document_view view = {0};
    if (!item || area.height == 0)
        return;
    document_init(&document, area.width - 2, draw->ascii);
    print_facts(ui, item, &document);
    document_cut(&document, (size_t)area.height - 1);
    draw_rule(draw, area, 0, ROLE_RULE, item->name);
    document_draw(&document, &view, draw,
                  rect_columns(rect_lines(area, 1, area.height - 1), 1, area.width - 2));
    document_release(&document);
}

/* "2 models, 1 run" stands at the right, where there is room. */
static void draw_title(const struct ui *ui, const struct draw *draw, struct rect area)
{
    char counts[96];
    int length = 0;
    bool has_details = details_height(layout_page(draw->height, draw->width).table) > 0;
    size_t first, models = find_section(ui->start, START_MODEL, &first);
    size_t runs = find_section(ui->start, START_JOURNAL, &first);
    struct title_words words = {
        .notice = ui_current_notice(ui), .subject = ui->start->folder, .state = counts};
    if (!words.notice && trouble(ui)[0] && !has_details)
        words.notice = trouble(ui);
    if (ui->start->empty[START_MODEL] || models > 0)
        length = snprintf(counts, sizeof(counts), "%zu model%s, ", models, models == 1 ? "" : "s");
    snprintf(counts + length, sizeof(counts) - (size_t)length, "%zu run%s", runs,
             runs == 1 ? "" : "s");
    title_draw_words(draw, area, &words);
}

static void start_draw(struct ui *ui, const struct draw *draw)
{
    struct layout layout = layout_page(draw->height, draw->width);
    struct rect body = layout.table;
    draw_title(ui, draw, layout.title);
    int below = details_height(body);
    struct rect list = rect_lines(body, 0, body.height - below);
    struct start_lines lines = list_lines(ui, list.height);
    draw_cursor(draw, body, 0, 0);
    draw_list(ui, draw, list, &lines);
    draw_facts(ui, draw, rect_lines(body, body.height - below, below));
    free(lines.list);
}

void start_screen_wake(struct ui *ui)
{
    view_of(ui)->again = ui->now + WAIT_LEAST;
}

/* Its data are looked at then, though all of the list may be known. */
static unsigned open_form(struct ui *ui)
{
    ui->start->open_form(ui->start->context, view_of(ui)->selected);
    ui_enter(ui, CONTEXT_FORM);
    start_screen_wake(ui);
    return 0;
}

/* Finds out more; a little at a time, so that keys are answered. */
static void start_update(struct ui *ui)
{
    struct start_view *view = view_of(ui);
    if (!ui->start)
        return;
    if (!view->entered) {
        view->selected = ui->start->first;
        view->entered = true;
        if (ui->start->shows_form)
            open_form(ui);
    } else if (view->again <= 0.0 || ui->now < view->again) {
        return;
    }
    double wait = ui->start->work(ui->start->context, view->selected);
    view->again = wait > 0.0 ? ui->now + wait : 0.0;
}

static double start_wait(struct ui *ui)
{
    const struct start_view *view = view_of(ui);
    double wait = view->again - ui->now;
    if (!ui->start || view->again <= 0.0)
        return -1.0;
    return wait > WAIT_LEAST ? wait : WAIT_LEAST;
}

/* Another item is selected, of which more may be wanted. */
static void select_item(struct ui *ui, size_t item)
{
    struct start_view *view = view_of(ui);
    view->selected = item;
    view->moved = true;
    start_screen_wake(ui);
}

static void start_move(struct ui *ui, int lines)
{
    long place = (long)view_of(ui)->selected + lines, last = (long)ui->start->count - 1;
    place = place > last ? last : place;
    select_item(ui, place > 0 ? (size_t)place : 0);
}

static int start_page(const struct ui *ui)
{
    return view_of(ui)->page;
}

static unsigned start_screen_open(struct ui *ui, int argument)
{
    const struct start_item *item = selected_item(ui);
    (void)argument;
    if (!item || item->refusal) {
        ui_notice(ui, "%s", item ? item->refusal : "there is nothing to open");
        return 0;
    }
    if (item->kind == START_MODEL)
        return open_form(ui);
    ui->start->chosen = view_of(ui)->selected;
    return LOOP_QUIT;
}

static unsigned start_select(struct ui *ui, int item)
{
    if (view_of(ui)->selected == (size_t)item)
        return start_screen_open(ui, 0);
    select_item(ui, (size_t)item);
    return 0;
}

static const char *start_position(const struct ui *ui, char *buffer, size_t size)
{
    if (ui->start->count == 0)
        return NULL;
    snprintf(buffer, size, "%zu/%zu", view_of(ui)->selected + 1, ui->start->count);
    return buffer;
}

static unsigned start_screen_default(struct ui *ui, int argument)
{
    (void)argument;
    ui->start->chosen = START_DEFAULT;
    return LOOP_QUIT;
}

/* The first item of the next section that has some, or of the first one. */
static unsigned start_screen_section(struct ui *ui, int argument)
{
    const struct start_item *item = selected_item(ui);
    size_t next = view_of(ui)->selected;
    (void)argument;
    if (!item)
        return 0;
    while (next < ui->start->count && ui->start->items[next].kind == item->kind)
        next++;
    select_item(ui, next < ui->start->count ? next : 0);
    return 0;
}

/* NULL where nothing of the kind is selected, which is said. */
static const struct start_item *selected_run(struct ui *ui)
{
    const struct start_item *item = selected_item(ui);
    if (item && item->kind == START_JOURNAL && !item->refusal)
        return item;
    ui_notice(ui, "%s",
              item && item->refusal ? item->refusal
                                    : "earlier runs are compared, further below in the list");
    return NULL;
}

static unsigned start_screen_tag(struct ui *ui, int argument)
{
    struct start_view *view = view_of(ui);
    size_t item = view->selected;
    (void)argument;
    if (!selected_run(ui))
        return 0;
    if (is_tagged(view, item)) {
        view->tagged[0] = view->tagged[0] == item ? view->tagged[1] : view->tagged[0];
        view->n_tagged--;
    } else if (view->n_tagged < RUNS_COMPARED) {
        view->tagged[view->n_tagged++] = item;
    } else {
        ui_notice(ui, "%d runs are tagged already: c compares them", RUNS_COMPARED);
        return 0;
    }
    start_move(ui, 1);
    return 0;
}

/* The runs are listed with the newest first. */
static unsigned show_beside(struct ui *ui, size_t a, size_t b)
{
    ui->start->chosen = a < b ? a : b;
    ui->start->beside = a < b ? b : a;
    return LOOP_QUIT;
}

static unsigned start_screen_compare(struct ui *ui, int argument)
{
    const struct start_view *view = view_of(ui);
    (void)argument;
    if (view->n_tagged == RUNS_COMPARED)
        return show_beside(ui, view->tagged[0], view->tagged[1]);
    if (!selected_run(ui))
        return 0;
    if (view->n_tagged == 1 && view->tagged[0] != view->selected)
        return show_beside(ui, view->tagged[0], view->selected);
    ui_notice(ui, "two runs are compared: Space tags the other one");
    return 0;
}

static const struct key_binding start_keys[] = {
    {"open", start_screen_open, ON_KEYS(UI_KEY_ENTER), .label = "Open",
     .help = "Open what is selected: the form of a model, a folder, an experiment to measure, an "
             "earlier run."},
    {"default", start_screen_default, ON_KEYS('D'), .function_key = 5, .label = "Default",
     .help = "Measure the default experiment, which ships with the program."},
    {"section", start_screen_section, ON_KEYS(UI_KEY_TAB), .label = "Section",
     .help = "Go to the next section: models, folders, experiments, earlier runs."},
    {"tag-run", start_screen_tag, ON_KEYS(' '), .label = "Tag",
     .help = "Tag the earlier run to compare it with another one, or take its tag away."},
    {"compare-runs", start_screen_compare, ON_KEYS('c'), .label = "Compare",
     .help = "Show the newer one of two runs beside the older one: of those that are tagged, or of "
             "the tagged and the selected one."},
};

const struct screen screen_start = {
    .state_size = sizeof(struct start_view),
    .update = start_update,
    .wait = start_wait,
    .draw = start_draw,
    .position = start_position,
    .move = start_move,
    .page = start_page,
    .select = start_select,
    .keys = KEY_TABLE(start_keys),
};
