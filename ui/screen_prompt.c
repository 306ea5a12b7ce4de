#include "ui/screen_prompt.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "ui/completion.h"
#include "ui/widget/document.h"

/* Texts that are kept, and lines of what may follow. */
#define KEPT_MOST  16
#define LINES_MOST 6

struct prompt {
    const struct prompt_use *use;
    char text[PROMPT_SIZE];            /* UTF-8 */
    struct text offered;               /* what may follow, words between blanks; empty: not asked */
    char kept[KEPT_MOST][PROMPT_SIZE]; /* the newest last */
    int n_kept, recalled;              /* n_kept: none is */
};

static struct prompt *prompt_of(const struct ui *ui)
{
    return ui_state(ui, CONTEXT_PROMPT);
}

static void tell_change(struct ui *ui)
{
    struct prompt *prompt = prompt_of(ui);
    text_clear(&prompt->offered);
    if (prompt->use->changed)
        prompt->use->changed(ui, prompt->text);
}

void prompt_open(struct ui *ui, const struct prompt_use *use, const char *text)
{
    struct prompt *prompt = prompt_of(ui);
    prompt->use = use;
    prompt->recalled = prompt->n_kept;
    text_clear(&prompt->offered);
    snprintf(prompt->text, sizeof(prompt->text), "%s", text);
    ui_enter(ui, CONTEXT_PROMPT);
}

/* Once, and as the newest. */
static void keep(struct prompt *prompt)
{
    int place = 0;
    while (place < prompt->n_kept && strcmp(prompt->kept[place], prompt->text) != 0)
        place++;
    if (place == KEPT_MOST)
        place = 0;
    else if (place == prompt->n_kept)
        prompt->n_kept++;
    memmove(prompt->kept[place], prompt->kept[place + 1],
            (size_t)(prompt->n_kept - 1 - place) * sizeof(prompt->kept[0]));
    strcpy(prompt->kept[prompt->n_kept - 1], prompt->text);
}

static unsigned prompt_recall(struct ui *ui, int step)
{
    struct prompt *prompt = prompt_of(ui);
    int place = prompt->recalled + step;
    if (!prompt->use->is_kept || place < 0 || place > prompt->n_kept)
        return 0;
    prompt->recalled = place;
    strcpy(prompt->text, place < prompt->n_kept ? prompt->kept[place] : "");
    tell_change(ui);
    return 0;
}

/* "set scheme" with the word "scheme " for "sch": what fits of it. */
static void put_end(struct prompt *prompt, size_t from, const char *word, size_t length)
{
    if (from + length >= sizeof(prompt->text))
        return;
    memcpy(prompt->text + from, word, length);
    prompt->text[from + length] = '\0';
}

static unsigned prompt_complete(struct ui *ui, int argument)
{
    struct prompt *prompt = prompt_of(ui);
    struct text words = {0}, matches = {0};
    (void)argument;
    text_clear(&prompt->offered);
    size_t from = prompt->use->offer
                      ? (size_t)(prompt->use->offer(ui, prompt->text, &words) - prompt->text)
                      : strlen(prompt->text);
    size_t count = completion_match(&words, prompt->text + from, &matches);
    if (count == 0) {
        ui_notice(ui, "nothing that could be completed begins like that");
    } else {
        put_end(prompt, from, matches.bytes, completion_common(&matches));
        if (count > 1)
            text_add_string(&prompt->offered, matches.bytes);
    }
    text_release(&words);
    text_release(&matches);
    return 0;
}

static unsigned prompt_accept(struct ui *ui, int argument)
{
    struct prompt *prompt = prompt_of(ui);
    (void)argument;
    char text[PROMPT_SIZE]; /* what it is for may open the prompt anew */
    strcpy(text, prompt->text);
    const struct prompt_use *use = prompt->use;
    if (!use->accepted(ui, text))
        return 0;
    if (use->is_kept && *text)
        keep(prompt);
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

/* What may follow, in the lines above, as far as there is room. */
static void draw_offered(const struct prompt *prompt, const struct draw *draw, int below)
{
    struct document document;
    struct document_view view = {0};
    size_t most = below / 2 < LINES_MOST ? (size_t)(below / 2) : LINES_MOST;
    if (prompt->offered.length == 0 || most == 0)
        return;
    struct text line = {0};
    for (const char *at = prompt->offered.bytes; *at; at += strcspn(at, "\n") + 1)
        text_printf(&line, "%.*s ", (int)strcspn(at, " \n"), at);
    document_init(&document, draw->width, draw->ascii);
    document_break(&document);
    document_paragraph(&document, 1, ROLE_LABEL, line.bytes);
    document_cut(&document, most);
    int height = (int)document.count;
    struct rect area = rect_lines(draw_area(draw), below - height, height);
    draw_fill(draw, area, ROLE_TEXT);
    document_draw(&document, &view, draw, area);
    document_release(&document);
    text_release(&line);
}

/* In the last line but the footer's; where it is too long, its end is shown. */
static void prompt_draw(struct ui *ui, const struct draw *draw)
{
    const struct prompt *prompt = prompt_of(ui);
    struct rect line = rect_lines(draw_area(draw), draw->height - 2, 1);
    draw_offered(prompt, draw, draw->height - 2);
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

static void prompt_release(void *state)
{
    struct prompt *prompt = state;
    text_release(&prompt->offered);
}

static const struct key_binding prompt_keys[] = {
    {"accept", prompt_accept, ON_KEYS(UI_KEY_ENTER), .label = "Accept", .help = "Take the text."},
    {"cancel", prompt_cancel, ON_KEYS(UI_KEY_ESCAPE), .label = "Cancel",
     .help = "Leave things as they were before."},
    {"erase", prompt_erase, ON_KEYS(UI_KEY_ERASE, UI_KEY_CTRL('h')),
     .help = "Take the last character away."},
    {"clear", prompt_clear, ON_KEYS(UI_KEY_CTRL('u')), .label = "Clear", .help = "Empty the line."},
    {"complete", prompt_complete, ON_KEYS(UI_KEY_TAB), .label = "Complete",
     .help = "Complete a command as far as can be, and list what may follow: commands and actions, "
             "settings and their values, presets, modes and placements."},
    {"earlier", prompt_recall, ON_KEYS(UI_KEY_UP, UI_KEY_CTRL('p')),
     .help = "Bring back the command before.", .argument = -1},
    {"later", prompt_recall, ON_KEYS(UI_KEY_DOWN, UI_KEY_CTRL('n')),
     .help = "Bring back the command behind.", .argument = 1},
};

const struct screen screen_prompt = {
    .state_size = sizeof(struct prompt),
    .release = prompt_release,
    .brief = prompt_brief,
    .draw = prompt_draw,
    .type = prompt_type,
    .keys = KEY_TABLE(prompt_keys),
};
