/* What a user may want to have otherwise: the settings, one row each, for the configuration that he
 * writes, for what is kept of his last session, the prompt, options and the manual.
 *
 * Of several who say something the command line goes first, then the configuration, then what is
 * kept; what is set on the screen counts from there on. The program writes the configuration when
 * it is asked to, with what was set on the screen alone (ui/settings_save.h). */
#ifndef UI_SETTINGS_H
#define UI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "ui/keys.h"

/* X(setting, name). */
#define SETTING_LIST(X)                                                                            \
    X(SETTING_SCHEME, "scheme")                                                                    \
    X(SETTING_GLYPHS, "glyphs")                                                                    \
    X(SETTING_MOUSE, "mouse")                                                                      \
    X(SETTING_SCREEN, "screen")                                                                    \
    X(SETTING_COLUMNS, "columns")                                                                  \
    X(SETTING_SORT, "sort")                                                                        \
    X(SETTING_FILTER, "filter")                                                                    \
    X(SETTING_PROGRESS_METER, "progress-meter")                                                    \
    X(SETTING_LOAD_METER, "load-meter")                                                            \
    X(SETTING_CLOCK_METER, "clock-meter")                                                          \
    X(SETTING_TRUST_METER, "trust-meter")                                                          \
    X(SETTING_ONNXRUNTIME, "onnxruntime")

enum setting {
#define X(setting, name) setting,
    SETTING_LIST(X)
#undef X
        SETTING_COUNT
};

struct setting_row {
    const char *name;
    bool is_list; /* "a,b" here, [a, b] in files */
    bool is_kept; /* of the last session, too */
    const char *help;
    /* What it takes, for people: "auto, braille, block or ascii". */
    void (*takes)(struct text *out);
    /* STATUS_INVALID: the text is no value of it. */
    enum status (*check)(const char *text, struct error *error);
    /* Adds values for ui/completion.h, of a list those that an item may be; NULL: they are no few
     * words. */
    void (*values)(struct text *out);
};

extern const struct setting_row setting_rows[SETTING_COUNT];
/* SETTING_COUNT: there is none of that name. */
enum setting setting_find(const char *name) __attribute__((nonnull(1)));
/* Like check, and the error names the setting, or the nearest one where there is none of that name.
 */
enum status setting_check(const char *name, const char *text, enum setting *setting,
                          struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

/* Values that belong together; NULL where it says nothing of a setting. */
struct preset {
    const char *name;
    const char *values[SETTING_COUNT];
};

struct settings {
    struct arena *arena;
    const char *values[SETTING_COUNT]; /* what counts; NULL: nobody says anything */
    const char *kept[SETTING_COUNT];   /* what the last session has left; NULL: nothing */
    bool is_configured[SETTING_COUNT]; /* the configuration says something */
    bool is_set[SETTING_COUNT];        /* on the screen */
    struct preset *presets;
    size_t n_presets, next_preset;
    struct keymap keymap;
    char *path;           /* of the configuration; NULL: it is neither read nor written */
    char *kept_path;      /* of what is kept; NULL likewise */
    bool is_unreadable;   /* the configuration is there and could not be read: it stays as it is */
    struct text problems; /* what was wrong with it, a line each */
};

/* The program's own: nothing is read yet. */
void settings_init(struct settings *settings) __attribute__((nonnull(1)));
void settings_release(struct settings *settings) __attribute__((nonnull(1)));

/* Reads the configuration, whose path is remembered. A value that is none, and keys that cannot be
 * as they are, are among the problems and count for nothing; what has a name that is not known is
 * left alone. STATUS_IO: it cannot be read, or is not there; STATUS_FORMAT: it is no YAML; nothing
 * of it counts then. */
enum status settings_read(struct settings *settings, const char *path, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* Takes what was kept where nobody else says anything. What is not as it was written is as good as
 * missing. */
void settings_read_kept(struct settings *settings, const char *path) __attribute__((nonnull(1, 2)));
/* Adds to the problems. */
void settings_note(struct settings *settings, const struct error *error)
    __attribute__((nonnull(1, 2)));
/* What the command line says. */
enum status settings_give(struct settings *settings, enum setting setting, const char *text,
                          struct error *error) __attribute__((nonnull(1, 3, 4)));
/* What was set on the screen; the text is one that setting_check takes. */
void settings_set(struct settings *settings, enum setting setting, const char *text)
    __attribute__((nonnull(1, 3)));

/* NULL: there is none. */
const struct preset *settings_preset(const struct settings *settings, const char *name)
    __attribute__((nonnull(1, 2)));

/* A flag's text; false for what is none. */
bool setting_is_on(const char *text);

/* Columns that may be listed, and those that rows are sorted by. */
#define SETTING_COLUMNS_MAX 64
#define SETTING_SORT_MAX    2

/* The columns of a list "mode,-speedup", as places in the table of columns; count at most most.
 * directions (NULL: a name alone will do) has -1 for '-', which is descending, 1 for '+', and 0.
 * STATUS_INVALID: there is none of a name, or one stands there twice, or there are more. */
enum status setting_columns(const char *text, size_t most, int *places, int *directions,
                            size_t *count, struct error *error)
    __attribute__((nonnull(1, 3, 5, 6)));

#endif
