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
    for (size_t i = 0; i < ui->keymap.count; i++) {
        const struct key_binding *binding = &ui->keymap.rows[i];
        if (binding->action == ACTION_GO && binding->argument == (int)context &&
            (binding->contexts & (1u << ui->contexts[0])) && keys_nth(binding, 0) != 0)
            return keys_name(keys_nth(binding, 0), buffer);
    }
    buffer[0] = '\0';
    return buffer;
}

/* "[2]Layers" for the screen that is shown, "2 Layers" for others, "2" where room is short, and
 * "Layers" where no key leads there. */
static const char *tab_text(const struct ui *ui, enum context context, bool in_full,
                            struct text *out)
{
    char key[KEY_NAME_SIZE];
    const char *name = ui->screens[context]->tab;
    bool shown = ui->contexts[0] == context;
    text_clear(out);
    key_of(ui, context, key);
    if (shown)
        text_printf(out, "[%s]%s", key, name);
    else
        text_printf(out, "%s%s%s", key, in_full && key[0] ? " " : "",
                    in_full || !key[0] ? name : "");
    return out->length > 0 ? out->bytes : "";
}

static int tabs_width(const struct ui *ui, bool in_full, bool ascii)
{
    struct text text = {0};
    int width = 0;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (ui->screens[context]->tab)
            width += cells_width(tab_text(ui, context, in_full, &text), ascii) + 1;
    text_release(&text);
    return width;
}

/* Ends at the area's right edge; returns where they begin. */
static int draw_tabs(const struct ui *ui, const struct draw *draw, struct rect area)
{
    struct text text = {0};
    int least = cells_width(PROGRAM, draw->ascii) + GAP, width;
    bool in_full = true;
    width = tabs_width(ui, true, draw->ascii);
    if (width > area.width - least - TITLE_KEPT)
        width = tabs_width(ui, in_full = false, draw->ascii);
    if (width > area.width - least - TITLE_LEAST)
        return area.width;
    int begin = area.width - width, x = begin;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        if (!ui->screens[context]->tab)
            continue;
        enum role role = ui->contexts[0] == context ? ROLE_TITLE : ROLE_TEXT;
        int end = draw_text(draw, area, 0, x, role, tab_text(ui, context, in_full, &text));
        draw_click(draw, rect_columns(area, x, end - x), ACTION_GO, (int)context);
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
