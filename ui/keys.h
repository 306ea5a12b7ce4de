/* Keys and what they do. Each screen has a table of its own (struct screen in ui/ui.h), and there
 * are those that screens share (ui/shared_keys.h). Together they are the keymap, which dispatch,
 * footer, help screen and man page all work from. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ui/screens.h"

/* A key is a Unicode character, a control character, or one of these. */
enum ui_key {
    UI_KEY_UP = 0x110000,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_PAGE_UP,
    UI_KEY_PAGE_DOWN,
    UI_KEY_HOME,
    UI_KEY_END,
    UI_KEY_WHEEL_UP,
    UI_KEY_WHEEL_DOWN,
    UI_KEY_CLICK_ROW,  /* what a click means is registered with its place on the screen; */
    UI_KEY_CLICK_HEAD, /* these only name it for people */
    UI_KEY_CLICK_GROUP,
    UI_KEY_F0,
};

#define UI_KEY_F(n) (UI_KEY_F0 + (n))
/* No terminal has more. */
#define KEY_FUNCTIONS  24
#define UI_KEY_CTRL(c) ((c)&0x1f)
#define UI_KEY_TAB     UI_KEY_CTRL('i')
#define UI_KEY_ENTER   UI_KEY_CTRL('m')
#define UI_KEY_ESCAPE  0x1b
#define UI_KEY_ERASE   0x7f

/* When an action can be done at all. */
enum condition {
    ALWAYS,
    WHEN_STARTABLE, /* there is a runner that stands still and has something left to do */
    WHEN_RUNNING,
    WHEN_PAUSABLE, /* it can wait or go on: a run, or one that is played again */
    WHEN_ROWS,
    WHEN_MEASURING, /* this program measures, or did, and there are rows */
    WHEN_REPLAYING,
    WHEN_REPLAYED, /* or at its end */
    WHEN_HOME,     /* there is a start screen to go back to */
};

#define BINDING_KEYS 4

struct ui;

struct key_binding {
    const char *id; /* of the action, in files and at the prompt: "sort", "go-layers" */
    unsigned (*run)(struct ui *ui, int argument); /* returns bits of enum loop_request */
    int keys[BINDING_KEYS];                       /* the most usual one first; 0 ends them */
    int function_key;                             /* 1..12: a twin of keys; 0: none */
    const char *label;                            /* in the footer; NULL: not shown there */
    const char *help;                             /* one sentence */
    enum condition condition;
    int argument;      /* of run; a click brings its own */
    bool is_fixed;     /* no configuration gives the action other keys */
    unsigned contexts; /* bits: 1 << enum context; 0 in the tables that a keymap is made of */
};

/* The keys of a row; braces alone would have the formatter give each member a line. */
#define ON_KEYS(...)                                                                               \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* In the order of the footer, the most important first. */
struct key_table {
    const struct key_binding *rows;
    size_t count;
};

#define KEY_TABLE(array)                                                                           \
    {                                                                                              \
        (array), sizeof(array) / sizeof((array)[0])                                                \
    }

/* Those of one context stand in the order of its footer, the most important first. A row without
 * keys is one that the user took all keys from: it is neither in the footer nor in the help. */
struct keymap {
    const struct key_binding *rows;
    size_t count;
};

/* The program's own: the shared keys that lead in a footer, those of the screens, and the other
 * shared ones, without those that have a key of the screen itself. Put together at the first call;
 * it stays. */
const struct keymap *keymap_default(void) __attribute__((returns_nonnull));

/* NULL when the key means nothing there. */
const struct key_binding *keys_find(const struct keymap *keymap, enum context context, int key)
    __attribute__((nonnull(1)));
/* The first binding with the id there, whatever its keys; NULL: nothing there is called that. */
const struct key_binding *keys_of_id(const struct keymap *keymap, enum context context,
                                     const char *id) __attribute__((nonnull(1, 3)));
/* Whether one of its keys is this one. */
bool keys_has(const struct key_binding *binding, int key) __attribute__((nonnull(1)));
/* Whether it stands for the mouse, which has no keys to change. */
bool keys_is_mouse(const struct key_binding *binding) __attribute__((nonnull(1)));

/* The keys of a binding in the order in which people read them, its function key first; 0 behind
 * the last. */
int keys_nth(const struct key_binding *binding, int n) __attribute__((nonnull(1)));

/* "Up", "Ctrl-D", "F10", "q", in buffer. */
#define KEY_NAME_SIZE 24
const char *keys_name(int key, char buffer[KEY_NAME_SIZE]) __attribute__((returns_nonnull));
/* The key of such a name, whatever the case of a name that is a word; 0: there is none. */
int keys_parse(const char *name) __attribute__((nonnull(1)));
/* All keys of a binding: "F1, ?". */
void keys_print_names(const struct key_binding *binding, struct text *out)
    __attribute__((nonnull(1, 2)));
/* As the footer shows them: "F1/?"; in buffer. */
#define KEY_SHORT_SIZE (2 * KEY_NAME_SIZE)
const char *keys_short_name(const struct key_binding *binding, char buffer[KEY_SHORT_SIZE])
    __attribute__((returns_nonnull, nonnull(1)));
/* The first key of an action that there is in the context, for a sentence: "Z", or ":freeze" where
 * it has none; in buffer. */
#define KEY_SAID_SIZE 40
const char *keys_said(const struct keymap *keymap, enum context context, const char *id,
                      char buffer[KEY_SAID_SIZE])
    __attribute__((returns_nonnull, nonnull(1, 3, 4)));

/* Help and manual list bindings of the same contexts together: whether the binding of this index is
 * the first of its group, of those that have keys. */
bool keys_starts_group(const struct keymap *keymap, size_t index) __attribute__((nonnull(1)));
/* "In the table, details", or "Everywhere". */
void keys_print_group(const struct key_binding *binding, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
