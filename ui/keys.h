/* The one table of keys: dispatch, footer, help screen and man page all work from it. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Where the keys go. X(context, name for people, id in files). */
#define CONTEXT_LIST(X)                                                                            \
    X(CONTEXT_START, "start screen", "start")                                                      \
    X(CONTEXT_FORM, "form", "form")                                                                \
    X(CONTEXT_DRY_RUN, "dry run", "dry-run")                                                       \
    X(CONTEXT_TABLE, "table", "trials")                                                            \
    X(CONTEXT_DETAILS, "details", "details")                                                       \
    X(CONTEXT_SORT, "list of columns", "sort")                                                     \
    X(CONTEXT_LAYERS, "layers", "layers")                                                          \
    X(CONTEXT_COMPARE, "comparison", "compare")                                                    \
    X(CONTEXT_CHARTS, "charts", "charts")                                                          \
    X(CONTEXT_MACHINE, "machine", "machine")                                                       \
    X(CONTEXT_STEPS, "steps", "steps")                                                             \
    X(CONTEXT_HISTORY, "history", "history")                                                       \
    X(CONTEXT_LOG, "log", "log")                                                                   \
    X(CONTEXT_PRESENT, "presentation", "present")                                                  \
    X(CONTEXT_HELP, "help", "help")                                                                \
    X(CONTEXT_PROMPT, "prompt", "prompt")                                                          \
    X(CONTEXT_QUESTION, "question", "question")

enum context {
#define X(context, name, id) context,
    CONTEXT_LIST(X)
#undef X
        CONTEXT_COUNT
};

/* What can be done. X(action, id). ACTION_GO goes to the screen that the binding's argument names;
 * ACTION_FASTER, ACTION_SLOWER and ACTION_RESTART concern a replay; the argument of
 * ACTION_SELECT is a trial, or a position in a list, that of ACTION_SORT_BY a column, that of
 * ACTION_METER one more than a meter (0: the chosen one), that of ACTION_LEVELS 1 for more levels
 * of the machine, -1 for fewer, 0 for all. */
#define ACTION_LIST(X)                                                                             \
    X(ACTION_HELP, "help")                                                                         \
    X(ACTION_COMMAND, "command")                                                                   \
    X(ACTION_PRESET, "preset")                                                                     \
    X(ACTION_GO, "go")                                                                             \
    X(ACTION_OPEN, "open")                                                                         \
    X(ACTION_DEFAULT, "default")                                                                   \
    X(ACTION_SECTION, "section")                                                                   \
    X(ACTION_TAG_RUN, "tag-run")                                                                   \
    X(ACTION_COMPARE_RUNS, "compare-runs")                                                         \
    X(ACTION_BEGIN, "begin")                                                                       \
    X(ACTION_WRITE, "write")                                                                       \
    X(ACTION_DRY_RUN, "dry-run")                                                                   \
    X(ACTION_EDIT, "edit")                                                                         \
    X(ACTION_TOGGLE, "toggle")                                                                     \
    X(ACTION_STEP_LEFT, "step-left")                                                               \
    X(ACTION_STEP_RIGHT, "step-right")                                                             \
    X(ACTION_SAMPLE_NEXT, "sample-next")                                                           \
    X(ACTION_SAMPLE_PREVIOUS, "sample-previous")                                                   \
    X(ACTION_ENLARGE, "enlarge")                                                                   \
    X(ACTION_OPTIONS, "options")                                                                   \
    X(ACTION_COPY_COMMAND, "copy-command")                                                         \
    X(ACTION_HOME, "home")                                                                         \
    X(ACTION_START, "start")                                                                       \
    X(ACTION_STOP, "stop")                                                                         \
    X(ACTION_PAUSE, "pause")                                                                       \
    X(ACTION_SKIP, "skip")                                                                         \
    X(ACTION_REPEAT, "repeat")                                                                     \
    X(ACTION_FASTER, "faster")                                                                     \
    X(ACTION_SLOWER, "slower")                                                                     \
    X(ACTION_RESTART, "restart")                                                                   \
    X(ACTION_DETAILS, "details")                                                                   \
    X(ACTION_FOCUS, "focus")                                                                       \
    X(ACTION_WHY, "why")                                                                           \
    X(ACTION_METER, "meter")                                                                       \
    X(ACTION_CHOOSE_METER, "choose-meter")                                                         \
    X(ACTION_TAG, "tag")                                                                           \
    X(ACTION_COMPARE, "compare")                                                                   \
    X(ACTION_EXPORT, "export")                                                                     \
    X(ACTION_EXPORT_MODEL, "export-model")                                                         \
    X(ACTION_COPY, "copy")                                                                         \
    X(ACTION_SORT_STEPS, "sort-steps")                                                             \
    X(ACTION_REVEAL, "reveal")                                                                     \
    X(ACTION_HIDE, "hide")                                                                         \
    X(ACTION_LAYERS_LEFT, "layers-left")                                                           \
    X(ACTION_LAYERS_RIGHT, "layers-right")                                                         \
    X(ACTION_NEXT_MODE, "next-mode")                                                               \
    X(ACTION_WEIGHTS, "weights")                                                                   \
    X(ACTION_NEXT_X, "next-x")                                                                     \
    X(ACTION_NEXT_Y, "next-y")                                                                     \
    X(ACTION_FOLD_ALL, "fold-all")                                                                 \
    X(ACTION_FOLD_THAT, "fold-that")                                                               \
    X(ACTION_GROUP, "group")                                                                       \
    X(ACTION_SEARCH, "search")                                                                     \
    X(ACTION_NEXT, "next")                                                                         \
    X(ACTION_PREVIOUS, "previous")                                                                 \
    X(ACTION_FILTER, "filter")                                                                     \
    X(ACTION_SEARCH_HELP, "search-help")                                                           \
    X(ACTION_NEXT_IN_HELP, "next-in-help")                                                         \
    X(ACTION_PREVIOUS_IN_HELP, "previous-in-help")                                                 \
    X(ACTION_LEVELS, "levels")                                                                     \
    X(ACTION_FREEZE, "freeze")                                                                     \
    X(ACTION_FOLLOW, "follow")                                                                     \
    X(ACTION_ACCEPT, "accept")                                                                     \
    X(ACTION_CANCEL, "cancel")                                                                     \
    X(ACTION_ERASE, "erase")                                                                       \
    X(ACTION_CLEAR, "clear")                                                                       \
    X(ACTION_SORT, "sort")                                                                         \
    X(ACTION_SORT_LEFT, "sort-left")                                                               \
    X(ACTION_SORT_RIGHT, "sort-right")                                                             \
    X(ACTION_REVERSE, "reverse")                                                                   \
    X(ACTION_CHOOSE, "choose")                                                                     \
    X(ACTION_CHOOSE_THEN, "choose-then")                                                           \
    X(ACTION_YES, "yes")                                                                           \
    X(ACTION_NO, "no")                                                                             \
    X(ACTION_QUIT, "quit")                                                                         \
    X(ACTION_BACK, "back")                                                                         \
    X(ACTION_UP, "up")                                                                             \
    X(ACTION_DOWN, "down")                                                                         \
    X(ACTION_LEFT, "left")                                                                         \
    X(ACTION_RIGHT, "right")                                                                       \
    X(ACTION_PAGE_UP, "page-up")                                                                   \
    X(ACTION_PAGE_DOWN, "page-down")                                                               \
    X(ACTION_HALF_UP, "half-up")                                                                   \
    X(ACTION_HALF_DOWN, "half-down")                                                               \
    X(ACTION_FIRST, "first")                                                                       \
    X(ACTION_LAST, "last")                                                                         \
    X(ACTION_WHEEL_UP, "wheel-up")                                                                 \
    X(ACTION_WHEEL_DOWN, "wheel-down")                                                             \
    X(ACTION_SELECT, "select")                                                                     \
    X(ACTION_SORT_BY, "sort-by")                                                                   \
    X(ACTION_REPAINT, "repaint")                                                                   \
    X(ACTION_SUSPEND, "suspend")                                                                   \
    X(ACTION_LEAVE, "leave")

enum action {
#define X(action, id) action,
    ACTION_LIST(X)
#undef X
        ACTION_COUNT
};

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

struct key_binding {
    enum action action;
    unsigned contexts;      /* bits: 1 << enum context */
    int keys[BINDING_KEYS]; /* the most usual one first; 0 ends them */
    int function_key;       /* 1..12: a twin of keys; 0: none */
    const char *label;      /* in the footer; NULL: not shown there */
    const char *help;       /* one sentence */
    enum condition condition;
    int argument;   /* what the action works on, where it needs that */
    const char *id; /* in files and at the prompt; NULL: the action's */
};

/* Those of one context stand in the order of its footer, the most important first. A row without
 * keys is one that the user took all keys from: it is neither in the footer nor in the help. */
struct keymap {
    const struct key_binding *rows;
    size_t count;
};

/* The program's own. */
extern const struct keymap keymap_default;

/* NULL when the key means nothing there. */
const struct key_binding *keys_find(const struct keymap *keymap, enum context context, int key)
    __attribute__((nonnull(1)));
/* The first binding of an action there, whatever its keys; NULL when it cannot be done there. */
const struct key_binding *keys_of_action(const struct keymap *keymap, enum context context,
                                         enum action action) __attribute__((nonnull(1)));
/* The same by the id of a binding. */
const struct key_binding *keys_of_id(const struct keymap *keymap, enum context context,
                                     const char *id) __attribute__((nonnull(1, 3)));
/* "sort", "go-layers": what files and the prompt call it. */
const char *keys_id(const struct key_binding *binding) __attribute__((returns_nonnull, nonnull(1)));
/* "trials": what files call a context. */
const char *keys_context_id(enum context context) __attribute__((returns_nonnull));
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
/* The first key of an action for a sentence: "Z", or ":freeze" where it has none; in buffer. */
#define KEY_SAID_SIZE 40
const char *keys_said(const struct keymap *keymap, enum context context, enum action action,
                      char buffer[KEY_SAID_SIZE]) __attribute__((returns_nonnull, nonnull(1, 4)));

/* Help and manual list bindings of the same contexts together: whether the binding of this index is
 * the first of its group, of those that have keys. */
bool keys_starts_group(const struct keymap *keymap, size_t index) __attribute__((nonnull(1)));
/* "In the table, details", or "Everywhere". */
void keys_print_group(const struct key_binding *binding, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
