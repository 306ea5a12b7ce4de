/* The list of screens: all that is known of one outside its file. A new one is its file, its row
 * here, and a line of Makefile.am. */
#ifndef UI_SCREENS_H
#define UI_SCREENS_H

/* What a screen is, as bits; which of the keys that screens share it has follows from this. */
enum screen_kind {
    KIND_START = 1 << 0, /* the first one, as long as there are no results */
    KIND_TABLE = 1 << 1, /* the first one with results */
    KIND_PANE = 1 << 2,  /* another part of that picture */
    KIND_PAGE = 1 << 3,  /* a main screen beside it: a key leads there, the first line names it */
    KIND_FORM = 1 << 4,  /* opened from the start screen; with help */
    KIND_SHEET = 1 << 5, /* opened from another one, to be read */
    KIND_LIST = 1 << 6,  /* a list over the screen that it was opened from */
    KIND_BOX = 1 << 7,   /* likewise something else, which its own keys alone can close */
};

/* Those over others; those of the table's picture; all main screens. */
#define KINDS_DIALOG (KIND_LIST | KIND_BOX)
#define KINDS_PANES  (KIND_TABLE | KIND_PANE)
#define KINDS_MAIN   (KINDS_PANES | KIND_PAGE)

/* Main screens have a key, a title in the first line, and a sentence on going there. */
#define SCREEN_PAGE(number, title, sentence) .key = number, .tab = title, .help = sentence
#define SCREEN_OTHER                         .key = 0

/* X(context, variable, id in files and on command lines, name for people, kind, page). The
 * variable of screen_x is in ui/screen_x.c. */
#define SCREEN_LIST(X)                                                                             \
    X(CONTEXT_START, screen_start, "start", "start screen", KIND_START, SCREEN_OTHER)              \
    X(CONTEXT_FORM, screen_form, "form", "form", KIND_FORM, SCREEN_OTHER)                          \
    X(CONTEXT_DRY_RUN, screen_dry_run, "dry-run", "dry run", KIND_SHEET, SCREEN_OTHER)             \
    X(CONTEXT_TABLE, screen_table, "trials", "table", KIND_TABLE,                                  \
      SCREEN_PAGE('1', "Trials", "Go to the table of trials."))                                    \
    X(CONTEXT_DETAILS, screen_details, "details", "details", KIND_PANE, SCREEN_OTHER)              \
    X(CONTEXT_SORT, screen_sort, "sort", "list of columns", KIND_LIST, SCREEN_OTHER)               \
    X(CONTEXT_LAYERS, screen_layers, "layers", "layers", KIND_PAGE,                                \
      SCREEN_PAGE('2', "Layers",                                                                   \
                  "Go to the layers of the selected row: what each costs and what it is worth."))  \
    X(CONTEXT_COMPARE, screen_compare, "compare", "comparison", KIND_PAGE,                         \
      SCREEN_PAGE('3', "Compare", "Go to the comparison of rows."))                                \
    X(CONTEXT_CHARTS, screen_charts, "charts", "charts", KIND_PAGE,                                \
      SCREEN_PAGE('4', "Charts",                                                                   \
                  "Go to the charts of rows over two figures, and of one row over its rounds."))   \
    X(CONTEXT_MACHINE, screen_machine, "machine", "machine", KIND_PAGE,                            \
      SCREEN_PAGE('5', "Machine", "Go to the machine that was measured on."))                      \
    X(CONTEXT_STEPS, screen_steps, "steps", "steps", KIND_PAGE,                                    \
      SCREEN_PAGE('6', "Steps",                                                                    \
                  "Go to the steps of the selected row: kernels, shapes and times."))              \
    X(CONTEXT_HISTORY, screen_history, "history", "history", KIND_PAGE,                            \
      SCREEN_PAGE('7', "History", "Go to this run beside the one that --baseline names."))         \
    X(CONTEXT_LOG, screen_log, "log", "log", KIND_PAGE,                                            \
      SCREEN_PAGE('8', "Log", "Go to the log of what happened."))                                  \
    X(CONTEXT_PRESENT, screen_present, "present", "presentation", KIND_PAGE,                       \
      SCREEN_PAGE('9', "Present",                                                                  \
                  "Go to the figures of one row in large digits, for those in the last row."))     \
    X(CONTEXT_MODEL, screen_model, "model", "model", KIND_PAGE,                                    \
      SCREEN_PAGE('i', "Model",                                                                    \
                  "Go to the model of the selected row: operators, shapes, types, parameters, "    \
                  "ranges."))                                                                      \
    X(CONTEXT_HELP, screen_help, "help", "help", KIND_SHEET, SCREEN_OTHER)                         \
    X(CONTEXT_PROMPT, screen_prompt, "prompt", "prompt", KIND_BOX, SCREEN_OTHER)                   \
    X(CONTEXT_QUESTION, screen_question, "question", "question", KIND_BOX, SCREEN_OTHER)

/* Where the keys go. */
enum context {
#define X(context, variable, id, name, kind, page) context,
    SCREEN_LIST(X)
#undef X
        CONTEXT_COUNT
};

/* A row of the list. */
struct screen_row {
    const char *id, *name;
    enum screen_kind kind;
    const char *go;   /* id of the action that leads to a main screen: "go-layers" */
    int key;          /* of that; 0: it is not one of the main screens */
    const char *tab;  /* "Layers": in the first line; NULL likewise */
    const char *help; /* what the key does, one sentence; NULL likewise */
};

extern const struct screen_row screen_rows[CONTEXT_COUNT];

struct screen; /* see ui/ui.h */
#define X(context, variable, id, name, kind, page) extern const struct screen variable;
SCREEN_LIST(X)
#undef X
extern const struct screen *const ui_screens[CONTEXT_COUNT];

/* The main screen with this id, or CONTEXT_COUNT. */
enum context screen_find(const char *id) __attribute__((nonnull(1)));

#endif
