#include "ui/terminal.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "base/file.h"
#include "ui/curses_draw.h"
#include "ui/curses_keys.h"
#include "ui/rescue.h"
#include "ui/signals.h"

/* Milliseconds in which the rest of an escape sequence must come; more than curses' usual patience
 * would be felt at each Esc, less would tear sequences on slow lines. */
#define ESCAPE_DELAY 50

static struct {
    SCREEN *screen;
    struct termios settings;
    struct look look;
    enum ui_color color;
} terminal;

static enum status check_terminal(struct error *error)
{
    const char *type = getenv("TERM");
    int problem;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "standard %s is not a terminal, which the screens need",
                         isatty(STDIN_FILENO) ? "output" : "input");
    if (setupterm(NULL, STDOUT_FILENO, &problem) != OK)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "unknown terminal type '%s' in TERM",
                         type ? type : "");
    bool can_address = tigetstr("cup") != NULL;
    del_curterm(cur_term);
    if (!can_address)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "terminal type '%s' cannot place its cursor, which the screens need",
                         type ? type : "");
    if (tcgetattr(STDIN_FILENO, &terminal.settings) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot read the terminal's settings");
    return STATUS_OK;
}

/* tputs hands over byte by byte and takes no context. */
static struct {
    char bytes[RESCUE_BYTES_MAX];
    size_t length;
} collected;

static int collect(int byte)
{
    if (collected.length < sizeof(collected.bytes))
        collected.bytes[collected.length++] = (char)byte;
    return byte;
}

/* What undoes curses' screen: attributes, keypad, cursor, and the alternate screen. */
static void prepare_rescue(bool mouse)
{
    static const char *const undo[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    static const char mouse_off[] = "\033[?1006l\033[?1000l";
    collected.length = 0;
    for (size_t i = 0; mouse && mouse_off[i] != '\0'; i++)
        collect(mouse_off[i]);
    for (size_t i = 0; i < sizeof(undo) / sizeof(undo[0]); i++) {
        const char *capability = tigetstr(undo[i]);
        if (capability != NULL && capability != (const char *)-1)
            tputs(capability, 1, collect);
    }
    rescue_prepare(collected.bytes, collected.length);
}

/* Raw and not cbreak: Ctrl-C and Ctrl-Z come as keys, so that nobody else in the process group gets
 * a signal, and Ctrl-S cannot freeze the screen. */
static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    curs_set(1);
    if (getenv("ESCDELAY") == NULL)
        set_escdelay(ESCAPE_DELAY);
}

static void set_mouse(bool mouse)
{
    prepare_rescue(mouse);
    mousemask(mouse ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    if (mouse)
        mouseinterval(0);
}

static void set_scheme(void)
{
    curses_draw_open(
        theme_choose(terminal.look.scheme, terminal.color, getenv("NO_COLOR"), has_colors()));
}

void terminal_look(const struct look *look)
{
    if (look->mouse != terminal.look.mouse)
        set_mouse(look->mouse);
    terminal.look = *look;
    set_scheme();
    terminal_repaint();
}

enum status terminal_open(const struct look *look, enum ui_color color, struct error *error)
{
    setlocale(LC_CTYPE, "");
    enum status status = check_terminal(error);
    if (status != STATUS_OK)
        return status;
    terminal.look = *look;
    terminal.color = color;
    rescue_begin(STDIN_FILENO, &terminal.settings);
    terminal.screen = newterm(NULL, stdout, stdin);
    if (terminal.screen == NULL) {
        rescue_end();
        return error_set(error, STATUS_UNSUPPORTED, NULL, "curses cannot use this terminal");
    }
    prepare_rescue(false);
    set_modes();
    if (look->mouse) /* else nothing is said of it at all */
        set_mouse(true);
    set_scheme();
    return STATUS_OK;
}

void terminal_close(void)
{
    if (terminal_is_alive()) {
        endwin();
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.settings);
        delscreen(terminal.screen);
    }
    terminal.screen = NULL;
    rescue_end();
}

int terminal_descriptor(void)
{
    return STDIN_FILENO;
}

bool terminal_is_alive(void)
{
    struct termios settings;
    return tcgetattr(STDIN_FILENO, &settings) == 0;
}

void terminal_begin(struct draw *draw)
{
    erase();
    curses_draw_init(draw, LINES, COLS);
    look_draw(&terminal.look, draw);
}

void terminal_end(void)
{
    curses_draw_cursor();
    refresh();
}

/* Base64 of up to three bytes (RFC 4648). */
static void add_base64(const char *bytes, size_t count, struct text *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned long group = 0;
    for (size_t i = 0; i < 3; i++)
        group = group << 8 | (i < count ? (unsigned char)bytes[i] : 0);
    for (size_t i = 0; i < 4; i++)
        text_printf(out, "%c", i <= count ? digits[group >> (18 - 6 * i) & 0x3f] : '=');
}

void terminal_copy(const struct text *text)
{
    struct text sequence = {0};
    text_add_string(&sequence, "\033]52;c;");
    for (size_t i = 0; i < text->length; i += 3)
        add_base64(text->bytes + i, text->length - i < 3 ? text->length - i : 3, &sequence);
    text_add_string(&sequence, "\a");
    write_all(STDOUT_FILENO, sequence.bytes, sequence.length);
    text_release(&sequence);
}

void terminal_repaint(void)
{
    clearok(curscr, TRUE);
}

void terminal_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    terminal_repaint();
}

void terminal_suspend(void)
{
    endwin();
    signals_suspend();
    terminal_resume();
}

void terminal_resume(void)
{
    reset_prog_mode();
    terminal_resize();
}

bool terminal_read(struct terminal_event *event)
{
    return curses_read(event);
}
