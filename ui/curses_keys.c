#include "ui/curses_keys.h"

#include <curses.h>

#include "ui/keys.h"

/* 0: none of ours. */
static int translate(wint_t code)
{
    static const struct {
        wint_t curses;
        int key;
    } pairs[] = {
        {KEY_UP, UI_KEY_UP},        {KEY_DOWN, UI_KEY_DOWN},         {KEY_LEFT, UI_KEY_LEFT},
        {KEY_RIGHT, UI_KEY_RIGHT},  {KEY_PPAGE, UI_KEY_PAGE_UP},     {KEY_NPAGE, UI_KEY_PAGE_DOWN},
        {KEY_HOME, UI_KEY_HOME},    {KEY_END, UI_KEY_END},           {KEY_ENTER, UI_KEY_ENTER},
        {KEY_A1, UI_KEY_HOME},      {KEY_A3, UI_KEY_PAGE_UP},        {KEY_C1, UI_KEY_END},
        {KEY_C3, UI_KEY_PAGE_DOWN}, {KEY_SUSPEND, UI_KEY_CTRL('z')}, {KEY_BACKSPACE, UI_KEY_ERASE},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (pairs[i].curses == code)
            return pairs[i].key;
    if (code > KEY_F0 && code <= KEY_F0 + KEY_FUNCTIONS)
        return UI_KEY_F((int)(code - KEY_F0));
    return 0;
}

static bool read_mouse(struct terminal_event *event)
{
    MEVENT mouse;
    if (getmouse(&mouse) != OK)
        return false;
    if (mouse.bstate & BUTTON4_PRESSED)
        event->key = UI_KEY_WHEEL_UP;
    else if (mouse.bstate & BUTTON5_PRESSED)
        event->key = UI_KEY_WHEEL_DOWN;
    else if (!(mouse.bstate & BUTTON1_PRESSED))
        return false;
    event->y = mouse.y;
    event->x = mouse.x;
    return true;
}

/* What comes together with an Esc is not an Esc: Alt with a digit stands for a function key (for
 * terminals that keep those to themselves), anything else is a sequence that curses does not know
 * and is skipped, so that its characters do nothing. */
static int read_escape(void)
{
    wint_t next;
    if (get_wch(&next) != OK)
        return UI_KEY_ESCAPE;
    if (next >= '0' && next <= '9')
        return UI_KEY_F(next == '0' ? 10 : (int)(next - '0'));
    if (next == '[' || next == 'O')
        while (get_wch(&next) == OK && (next < 0x40 || next > 0x7e))
            ;
    return 0;
}

/* False when this read gave nothing to act on. */
static bool take(int kind, wint_t code, struct terminal_event *event)
{
    *event = (struct terminal_event){0};
    if (kind == KEY_CODE_YES && code == KEY_MOUSE)
        return read_mouse(event);
    if (kind == KEY_CODE_YES)
        event->key = translate(code);
    else if (code == UI_KEY_ESCAPE)
        event->key = read_escape();
    else
        event->key = code == '\n' ? UI_KEY_ENTER : (int)code;
    return event->key != 0;
}

bool curses_read(struct terminal_event *event)
{
    wint_t code;
    int kind;
    while ((kind = get_wch(&code)) != ERR)
        if (take(kind, code, event))
            return true;
    return false;
}
