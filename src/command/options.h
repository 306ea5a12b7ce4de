/* Options of the command line: rows that parse, print their help, and set keys of an experiment. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "ui/settings.h"

struct option_row {
    const char *name;     /* "csv", without dashes */
    char letter;          /* 'o', or 0 */
    const char *argument; /* "FILE"; NULL: a switch */
    const char *key;      /* key of the experiment that it sets; NULL: the command looks at it */
    bool names_key;       /* the value is KEY=VALUE of any key */
    const char *named;    /* key that it sets where the value is NAME=PATH; NULL: no difference */
    bool is_list;         /* the value is a comma-separated list for a key of single items */
    bool tells_choices;   /* the help ends with the names that the key can have */
    const char *help;     /* as option_help completes it */
};

/* Rows that belong together. */
struct option_group {
    const struct option_row *rows;
    size_t count;
};

#define OPTION_GROUP(identifier, rows_)                                                            \
    const struct option_group identifier = {(rows_), sizeof(rows_) / sizeof((rows_)[0])}

/* One use of an option. */
struct option_use {
    const struct option_row *row;
    const char *value; /* NULL for a switch */
};

struct arguments {
    struct option_use *uses;
    size_t n_uses;
    char **words; /* arguments that are not options */
    int n_words;
    struct settings *settings; /* of the configuration; NULL: the command has none */
    bool is_quiet;             /* notes on what is guessed are left out */
    bool keeps_ledger; /* the command shows layers: they are looked at, whoever did not say so */
};

/* Whether the row is one of the group. */
static inline bool group_has(const struct option_group *group, const struct option_row *row)
{
    return row >= group->rows && row < group->rows + group->count;
}

struct command;

/* The rows of all groups of a command, one after the other; NULL behind the last. */
const struct option_row *option_at(const struct command *command, size_t index)
    __attribute__((nonnull(1)));

/* What people read about an option. */
void option_help(const struct option_row *row, struct text *out) __attribute__((nonnull(1, 2)));

/* Parses into arguments, which arguments_release frees. Options may stand anywhere; "--" ends them.
 */
enum status arguments_parse(const struct command *command, int argc, char **argv,
                            struct arguments *arguments, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));
void arguments_release(struct arguments *arguments) __attribute__((nonnull(1)));

/* The last value given to an option, "" for a switch; NULL when it was not given. */
const char *arguments_value(const struct arguments *arguments, const char *name)
    __attribute__((nonnull(1, 2)));
static inline bool arguments_has(const struct arguments *arguments, const char *name)
{
    return arguments_value(arguments, name) != NULL;
}

/* Sets the keys of all options that have one, in order; the error names the option. */
enum status arguments_apply(const struct arguments *arguments, struct experiment *experiment,
                            struct error *error) __attribute__((nonnull(1, 2, 3)));

#endif
