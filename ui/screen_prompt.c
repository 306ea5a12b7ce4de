#include "ui/screen_prompt.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

struct prompt {
    const struct prompt_use *use;
    char text[PROMPT_SIZE]; /* UTF-8 */
};

static struct prompt *prompt_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_PROMPT);
}

static void tell_change(struct ui *ui)
{
    const struct prompt *prompt = prompt_of(ui);
    if (prompt->use->changed)
        prompt->use->changed(ui, prompt->text);
}

void prompt_open(struct ui *ui, const struct prompt_use *use, const char *text)
{
    struct prompt *prompt = prompt_of(ui);
    prompt->use = use;
    snprintf(prompt->text, sizeof(prompt->text), "%s", text);
    ui_enter(ui, CONTEXT_PROMPT);
}

static unsigned prompt_accept(struct ui *ui, int argument)
{
    const struct prompt *prompt = prompt_of(ui);
    (void)argument;
    char text[PROMPT_SIZE]; /* what it is for may open the prompt anew */
    strcpy(text, prompt->text);
    const struct prompt_use *use = prompt->use;
    if (!use->accepted(ui, text))
        return 0;
    ui_leave(ui);
    return use->then ? use->then(ui, text) : 0;
}

static unsigned prompt_cancel(struct ui *ui, int argument)
{
    const struct prompt *prompt = prompt_of(ui);
    (void)argument;
    ui_leave(ui);
    if (prompt->use->cancelled)
        prompt->use->cancelled(ui);
    return 0;
}

/* The last character with all its bytes. */
static unsigned prompt_erase(struct ui *ui, int argument)
{
    struct prompt *prompt = prompt_of(ui);
    size_t length = strlen(prompt->text);
    (void)argument;
    while (length > 0 && ((unsigned char)prompt->text[length - 1] & 0xc0) == 0x80)
        length--;
    prompt->text[length > 0 ? length - 1 : 0] = '\0';
    tell_change(ui);
    return 0;
}

static unsigned prompt_clear(struct ui *ui, int argument)
{
    (void)argument;
    prompt_of(ui)->text[0] = '\0';
    tell_change(ui);
    return 0;
}

/* Appends a Unicode character; control characters and keys without one are no text. */
static bool prompt_type(struct ui *ui, int key)
{
    struct prompt *prompt = prompt_of(ui);
    size_t length = strlen(prompt->text);
    char bytes[CHARACTER_SIZE];
    if (key < 0x20 || key == 0x7f || (key >= 0x80 && key < 0xa0) || key > 0x10ffff)
        return false;
    text_put_character((unsigned long)key, bytes);
    if (length + strlen(bytes) >= sizeof(prompt->text))
        return true;
    strcpy(prompt->text + length, bytes);
    tell_change(ui);
    return true;
}

/* In the last line but the footer's; where it is too long, its end is shown. */
static void prompt_draw(struct ui *ui, const struct draw *draw)
{
    const struct prompt *prompt = prompt_of(ui);
    struct rect line = rect_lines(draw_area(draw), draw->height - 2, 1);
    draw_fill(draw, line, ROLE_TEXT);
    int x = draw_text(draw, line, 0, 0, ROLE_KEY, prompt->use->label);
    const char *text = prompt->text;
    struct glyph glyph;
    while (*text && x + cells_width(text, draw->ascii) + 1 > line.width)
        text += cells_next(text, draw->ascii, &glyph);
    x = draw_text(draw, line, 0, x, ROLE_TEXT, text);
    draw_cursor(draw, line, 0, x < line.width ? x : line.width - 1);
}

static const char *prompt_brief(const struct ui *ui)
{
    return prompt_of(ui)->text;
}

static const struct key_binding prompt_keys[] = {
    {"accept", prompt_accept, ON_KEYS(UI_KEY_ENTER), .label = "Accept", .help = "Take the text."},
    {"cancel", prompt_cancel, ON_KEYS(UI_KEY_ESCAPE), .label = "Cancel",
     .help = "Leave things as they were before."},
    {"erase", prompt_erase, ON_KEYS(UI_KEY_ERASE, UI_KEY_CTRL('h')),
     .help = "Take the last character away."},
    {"clear", prompt_clear, ON_KEYS(UI_KEY_CTRL('u')), .label = "Clear", .help = "Empty the line."},
};

const struct screen screen_prompt = {
    .state_size = sizeof(struct prompt),
    .brief = prompt_brief,
    .draw = prompt_draw,
    .type = prompt_type,
    .keys = KEY_TABLE(prompt_keys),
};
