/* The one table of keys: dispatch, footer, help screen and man page all work from it. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Where the keys go. X(context, name). */
#define CONTEXT_LIST(X)                                                                            \
    X(CONTEXT_START, "start screen")                                                               \
    X(CONTEXT_FORM, "form")                                                                        \
    X(CONTEXT_DRY_RUN, "dry run")                                                                  \
    X(CONTEXT_TABLE, "table")                                                                      \
    X(CONTEXT_DETAILS, "details")                                                                  \
    X(CONTEXT_SORT, "list of columns")                                                             \
    X(CONTEXT_LAYERS, "layers")                                                                    \
    X(CONTEXT_COMPARE, "comparison")                                                               \
    X(CONTEXT_CHARTS, "charts")                                                                    \
    X(CONTEXT_MACHINE, "machine")                                                                  \
    X(CONTEXT_STEPS, "steps")                                                                      \
    X(CONTEXT_HISTORY, "history")                                                                  \
    X(CONTEXT_LOG, "log")                                                                          \
    X(CONTEXT_PRESENT, "presentation")                                                             \
    X(CONTEXT_HELP, "help")                                                                        \
    X(CONTEXT_PROMPT, "prompt")                                                                    \
    X(CONTEXT_QUESTION, "question")

enum context {
#define X(context, name) context,
    CONTEXT_LIST(X)
#undef X
        CONTEXT_COUNT
};

enum action {
    ACTION_HELP,
    ACTION_GO, /* to the screen that the binding's argument names */
    ACTION_OPEN,
    ACTION_DEFAULT,
    ACTION_SECTION,
    ACTION_TAG_RUN, /* of the start screen */
    ACTION_COMPARE_RUNS,
    ACTION_BEGIN,
    ACTION_WRITE,
    ACTION_DRY_RUN,
    ACTION_EDIT,
    ACTION_TOGGLE,
    ACTION_STEP_LEFT,
    ACTION_STEP_RIGHT,
    ACTION_SAMPLE_NEXT,
    ACTION_SAMPLE_PREVIOUS,
    ACTION_ENLARGE,
    ACTION_OPTIONS,
    ACTION_COPY_COMMAND,
    ACTION_HOME,
    ACTION_START,
    ACTION_STOP,
    ACTION_PAUSE, /* of a replay, as the next three */
    ACTION_FASTER,
    ACTION_SLOWER,
    ACTION_RESTART,
    ACTION_DETAILS,
    ACTION_FOCUS,
    ACTION_WHY,
    ACTION_TAG,
    ACTION_COMPARE,
    ACTION_EXPORT,
    ACTION_EXPORT_MODEL,
    ACTION_COPY,
    ACTION_SORT_STEPS,
    ACTION_REVEAL,
    ACTION_HIDE,
    ACTION_LAYERS_LEFT,
    ACTION_LAYERS_RIGHT,
    ACTION_NEXT_MODE,
    ACTION_NEXT_X,
    ACTION_NEXT_Y,
    ACTION_FOLD_ALL,
    ACTION_FOLD_THAT,
    ACTION_GROUP,
    ACTION_SEARCH,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_FILTER,
    ACTION_SEARCH_HELP,
    ACTION_NEXT_IN_HELP,
    ACTION_PREVIOUS_IN_HELP,
    ACTION_LEVELS, /* of the machine; argument: 1 more, -1 fewer, 0 all */
    ACTION_FREEZE,
    ACTION_FOLLOW,
    ACTION_ACCEPT,
    ACTION_CANCEL,
    ACTION_ERASE,
    ACTION_CLEAR,
    ACTION_SORT,
    ACTION_SORT_LEFT,
    ACTION_SORT_RIGHT,
    ACTION_REVERSE,
    ACTION_CHOOSE,
    ACTION_YES,
    ACTION_NO,
    ACTION_QUIT,
    ACTION_BACK,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HALF_UP,
    ACTION_HALF_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_WHEEL_UP,
    ACTION_WHEEL_DOWN,
    ACTION_SELECT,  /* argument: trial, or position in a list */
    ACTION_SORT_BY, /* argument: column */
    ACTION_REPAINT,
    ACTION_SUSPEND,
    ACTION_LEAVE,
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

#define UI_KEY_F(n)    (UI_KEY_F0 + (n))
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
    WHEN_ROWS,
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
    int argument; /* what the action works on, where it needs that */
};

/* Those of one context stand in the order of its footer, the most important first. */
extern const struct key_binding key_bindings[];
extern const size_t key_binding_count;

/* NULL when the key means nothing there. */
const struct key_binding *keys_find(enum context context, int key);
/* The first binding of an action there; NULL when it cannot be done there. */
const struct key_binding *keys_of_action(enum context context, enum action action);

/* The keys of a binding in the order in which people read them, its function key first; 0 behind
 * the last. */
int keys_nth(const struct key_binding *binding, int n) __attribute__((nonnull(1)));

/* "Up", "Ctrl-D", "F10", "q", in buffer. */
#define KEY_NAME_SIZE 24
const char *keys_name(int key, char buffer[KEY_NAME_SIZE]) __attribute__((returns_nonnull));
/* All keys of a binding: "F1, ?". */
void keys_print_names(const struct key_binding *binding, struct text *out)
    __attribute__((nonnull(1, 2)));
/* As the footer shows them: "F1/?"; in buffer. */
#define KEY_SHORT_SIZE (2 * KEY_NAME_SIZE)
const char *keys_short_name(const struct key_binding *binding, char buffer[KEY_SHORT_SIZE])
    __attribute__((returns_nonnull, nonnull(1)));

/* Help and manual list bindings of the same contexts together: whether the binding of this index is
 * the first of its group. */
bool keys_starts_group(size_t index);
/* "In the table, details", or "Everywhere". */
void keys_print_group(const struct key_binding *binding, struct text *out)
    __attribute__((nonnull(1, 2)));

#endif
