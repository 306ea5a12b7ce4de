/* Commands: one file each, ending in one const struct; main only picks one. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "command/options.h"

/* X(identifier, number, meaning). */
#define EXIT_LIST(X)                                                                               \
    X(EXIT_DONE, 0,                                                                                \
      "all went well; with constraints: for every model a quantized mode meets them; with a "      \
      "baseline: no figure is worse")                                                              \
    X(EXIT_CONSTRAINTS, 1,                                                                         \
      "with constraints: none, for some model every quantized mode breaks one; with a baseline: "  \
      "some figure is worse")                                                                      \
    X(EXIT_UNDECIDED, 2,                                                                           \
      "with constraints: cannot tell, for some model the data are too few, or fp32's own scores "  \
      "make no sense; with a baseline: cannot tell, of some figure, or no row could be compared")  \
    X(EXIT_WRONG_USE, 3, "wrong options, or a profile that is wrong")                              \
    X(EXIT_TROUBLE, 4,                                                                             \
      "a file (the journal, too) or the system failed, or every row: what it says is missing")     \
    X(EXIT_ROWS_LOST, 5, "the run ended, but at least one row failed")                             \
    X(EXIT_INTERRUPTED, 130, "ended by the user or a signal; the journal holds what was measured")

enum exit_status {
#define X(identifier, number, meaning) identifier = (number),
    EXIT_LIST(X)
#undef X
};

struct command {
    const char *name;                         /* "run"; "" is what happens without a command */
    const char *arguments;                    /* "PROFILE" */
    const char *text;                         /* one sentence */
    const struct option_group *const *groups; /* ends with NULL */
    bool is_hidden;                           /* not for people */
    int least_arguments, most_arguments;
    enum exit_status (*run)(const struct arguments *arguments);
};

extern const struct command *const commands[];
extern const size_t command_count;

/* By name, or NULL. */
const struct command *command_find(const char *name) __attribute__((nonnull(1)));

/* Parses what follows the command's name and runs it. */
enum exit_status command_main(const struct command *command, int argc, char **argv)
    __attribute__((nonnull(1, 3)));

/* Writes "quantop: where: text" to stderr; the exit status that goes with the error. */
enum exit_status command_fail(const struct error *error) __attribute__((nonnull(1)));

/* Writes "quantop: note: text" to stderr, which need not concern the user, or "quantop: warning:
 * text", which should; printable, whatever the text is made from. The text is not empty. */
#define command_note(...) command_say("note", __VA_ARGS__)
#define command_warn(...) command_say("warning", __VA_ARGS__)
void command_say(const char *kind, const char *format, ...)
    __attribute__((nonnull(1, 2), format(printf, 2, 3)));

/* Help for people: of the program, and of one command. */
void command_print_overview(struct text *out) __attribute__((nonnull(1)));
void command_print_help(const struct command *command, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
