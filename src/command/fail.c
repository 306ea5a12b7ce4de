/* The one way in which commands end with an error. */
#include <stdio.h>

#include "command/command.h"

enum exit_status command_fail(const struct error *error)
{
    char line[sizeof(error->where) + sizeof(error->text) + 4];
    fprintf(stderr, "quantop: %s\n", error_line(error, line, sizeof(line)));
    return error->status == STATUS_INVALID ? EXIT_WRONG_USE : EXIT_TROUBLE;
}
