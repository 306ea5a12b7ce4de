/* A value as a profile or an option gives it: a tree of texts that know their places. */
#ifndef EXPERIMENT_VALUE_H
#define EXPERIMENT_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum value_kind { VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value {
    enum value_kind kind;
    const char *text;    /* VALUE_TEXT: without control characters; else NULL */
    bool is_null;        /* an unquoted text that stands for nothing: empty, "~" or "null" */
    const char *key;     /* of a member of a map; else NULL */
    struct value *first; /* items of a list, members of a map */
    struct value *next;  /* behind this one in the same list or map */
    size_t count;        /* of items or members */
    const struct value *parent;
    size_t index;             /* within the parent, from 0 */
    int line, column;         /* where it starts, from 1; 0: not from a file */
    int key_line, key_column; /* where its key starts */
    size_t begin, end;        /* its characters in the document, without what follows a list or map
                               * that is spelled by its indentation */
};

/* Where values come from. {0} stands for the command line. */
struct source {
    const char *name;      /* the profile's path; NULL: options of this process or of a journal */
    const char *directory; /* what its relative paths start from */
};

/* Parses the one YAML document in bytes into a tree that lives in the arena. Anchors, aliases,
 * tags, a second document, a key that is given twice, control characters, deep nesting and great
 * numbers of values are STATUS_FORMAT; every error names source:line:column. */
enum status value_parse(const void *bytes, size_t size, const struct source *source,
                        struct arena *arena, struct value **root, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5, 6)));

/* Adds the keys that lead to a value: "measure.block_ms", "modes[1].label". */
void value_path(const struct value *value, struct text *out) __attribute__((nonnull(1, 2)));

/* "a text", "a list" or "a mapping". */
const char *value_noun(const struct value *value) __attribute__((returns_nonnull, nonnull(1)));

/* Whether it is a text that says something: neither empty nor null. */
bool value_is_text(const struct value *value) __attribute__((nonnull(1)));

/* A text as messages quote it: printable, and shortened with "..." where it is long. */
struct quote {
    char text[84];
};
struct quote text_quote(const char *text) __attribute__((nonnull(1)));

/* "profile.yaml:3:7" for struct error: the name alone where line is 0, "" without a name. */
struct place {
    char text[sizeof(((struct error *)0)->where)];
};
struct place place_at(const struct source *source, int line, int column)
    __attribute__((nonnull(1)));

#endif
