#include "ui/title.h"

#include <string.h>

#define PROGRAM "quantop"
/* Cells that the run's title keeps where screens are named in full. */
#define TITLE_KEPT 12
/* Those where they are named at all. */
#define TITLE_LEAST 12
#define GAP         2

/* The key that leads to a main screen, for its place in the line: "2". */
static const char *key_of(const struct ui *ui, enum context context, char buffer[KEY_NAME_SIZE])
{
    const struct key_binding *binding =
        keys_of_id(&ui->keymap, ui->contexts[0], screen_rows[context].go);
    buffer[0] = '\0';
    return binding && keys_nth(binding, 0) != 0 ? keys_name(keys_nth(binding, 0), buffer) : buffer;
}

/* How screens are named: all in full, all but the shown one by their keys, that one alone. */
enum tabs { TABS_FULL, TABS_KEYS, TABS_SHOWN, TABS_NONE };

/* "[2]Layers" for the screen that is shown, "2 Layers" for others, "2" where room is short, and
 * "Layers" where no key leads there. "": it is not named. */
static const char *tab_text(const struct ui *ui, enum context context, enum tabs tabs,
                            struct text *out)
{
    char key[KEY_NAME_SIZE];
    const char *name = screen_rows[context].tab;
    bool shown = ui->contexts[0] == context, in_full = tabs == TABS_FULL;
    text_clear(out);
    text_add_string(out, "");
    if (!name || (tabs == TABS_SHOWN && !shown))
        return out->bytes;
    key_of(ui, context, key);
    if (shown)
        text_printf(out, "[%s]%s", key, name);
    else
        text_printf(out, "%s%s%s", key, in_full && key[0] ? " " : "",
                    in_full || !key[0] ? name : "");
    return out->bytes;
}

static int tabs_width(const struct ui *ui, enum tabs tabs, bool ascii)
{
    struct text text = {0};
    int width = 0;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        int needed = cells_width(tab_text(ui, context, tabs, &text), ascii);
        width += needed > 0 ? needed + 1 : 0;
    }
    text_release(&text);
    return width;
}

/* The fullest way that leaves room for the run's title. */
static enum tabs choose_tabs(const struct ui *ui, bool ascii, int room, int *width)
{
    enum tabs tabs = TABS_FULL;
    for (; tabs < TABS_NONE; tabs++) {
        *width = tabs_width(ui, tabs, ascii);
        if (*width <= room - (tabs == TABS_FULL ? TITLE_KEPT : TITLE_LEAST))
            break;
    }
    return tabs;
}

/* Ends at the area's right edge; returns where they begin. */
static int draw_tabs(const struct ui *ui, const struct draw *draw, struct rect area)
{
    struct text text = {0};
    int least = cells_width(PROGRAM, draw->ascii) + GAP, width;
    enum tabs tabs = choose_tabs(ui, draw->ascii, area.width - least, &width);
    if (tabs == TABS_NONE)
        return area.width;
    int begin = area.width - width, x = begin;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        const char *tab = tab_text(ui, context, tabs, &text);
        if (!*tab)
            continue;
        enum role role = ui->contexts[0] == context ? ROLE_TITLE : ROLE_TEXT;
        int end = draw_text(draw, area, 0, x, role, tab);
        draw_click(draw, rect_columns(area, x, end - x), screen_rows[context].go, (int)context);
        x = end + 1;
    }
    text_release(&text);
    return begin;
}

void title_draw(const struct ui *ui, const struct draw *draw, struct rect area)
{
    enum run_state state = ui_run_state(ui);
    int x = draw_text_right(draw, area, 0, run_state_role(state), run_state_text(state));
    x = draw_tabs(ui, draw, rect_columns(area, 0, x - 1));
    struct rect left = rect_columns(area, 0, x - GAP);
    int end = draw_text(draw, left, 0, 0, ROLE_TITLE, PROGRAM);
    draw_text(draw, left, 0, end + GAP, ROLE_TEXT, results_run(ui->results)->title);
}

void title_draw_words(const struct draw *draw, struct rect area, const struct title_words *words)
{
    int end = draw_text(draw, area, 0, 0, ROLE_TITLE, PROGRAM) + GAP;
    struct rect rest = rect_columns(area, end, area.width - end);
    int needed = cells_width(words->subject, draw->ascii) + GAP;
    if (words->notice) {
        draw_text(draw, rest, 0, 0, ROLE_WARNING, words->notice);
        return;
    }
    if (words->is_wrong || needed + cells_width(words->state, draw->ascii) <= rest.width)
        rest.width =
            draw_text_right(draw, rest, 0, words->is_wrong ? ROLE_BAD : ROLE_LABEL, words->state) -
            GAP;
    draw_text(draw, rest, 0, 0, ROLE_TEXT, words->subject);
}
