#include "command/terminal.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool term_is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

struct table_style terminal_style(void)
{
    struct winsize size;
    struct table_style style = {.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0};
    const char *no_color = getenv("NO_COLOR");
    if (!isatty(STDOUT_FILENO))
        return style;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        style.width = size.ws_col;
    style.bold = !(no_color && no_color[0]) && !term_is_dumb();
    return style;
}

bool terminal_is_interactive(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !term_is_dumb();
}

void terminal_print(struct text *text)
{
    if (text->length)
        fwrite(text->bytes, 1, text->length, stdout);
    fflush(stdout);
    text_release(text);
}

void terminal_print_heading(const struct run_info *run)
{
    struct text out = {0};
    if (run->title[0])
        text_printf(&out, "%s\n", run->title);
    text_printf(&out, "%s, %s, kernels up to %s\n", run->cpu, run->topology, run->isa);
    terminal_print(&out);
}
