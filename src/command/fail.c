/* The one way in which commands speak on standard error. */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "command/command.h"

enum exit_status command_fail(const struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    fprintf(stderr, "quantop: %s\n", error_line(error, line, sizeof(line)));
    return error->status == STATUS_INVALID ? EXIT_WRONG_USE : EXIT_TROUBLE;
}

void command_say(const char *kind, const char *format, ...)
{
    struct text line = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    text_make_printable(line.bytes);
    fprintf(stderr, "quantop: %s: %s\n", kind, line.bytes);
    text_release(&line);
}
