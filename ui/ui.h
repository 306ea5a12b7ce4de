/* What the screens share: the state of the user interface. Nothing here knows a terminal; ui/app.c
 * feeds it with keys and has it drawn. */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "experiment/runner.h"
#include "results/recommend.h"
#include "results/results.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/widget/document.h"
#include "ui/widget/table.h"

/* What the loop has to do after a key. */
enum need {
    NEED_DRAW = 1,
    NEED_REPAINT = 2, /* clear the terminal and draw everything */
    NEED_SUSPEND = 4,
    NEED_QUIT = 8,
};

/* How the run stands. X(state, text, role). */
#define RUN_STATE_LIST(X)                                                                          \
    X(RUN_READY, "not started", ROLE_TITLE)                                                        \
    X(RUN_RUNNING, "running", ROLE_ACTIVE)                                                         \
    X(RUN_STOPPED, "stopped", ROLE_WARNING)                                                        \
    X(RUN_DONE, "done", ROLE_GOOD)                                                                 \
    X(RUN_BROKEN, "broken off", ROLE_BAD)                                                          \
    X(RUN_FOLLOWED, "following", ROLE_ACTIVE)                                                      \
    X(RUN_CUT, "following, last line unfinished", ROLE_WARNING)                                    \
    X(RUN_UNFINISHED, "unfinished", ROLE_WARNING)

enum run_state {
#define X(state, text, role) state,
    RUN_STATE_LIST(X)
#undef X
};

struct ui;

/* One per context: what its lists do with keys that move, and how it is drawn. */
struct screen {
    bool is_dialog; /* drawn over the screen that it was opened from */
    void (*draw)(struct ui *ui, const struct draw *draw);
    void (*move)(struct ui *ui, int lines);          /* NULL: nothing moves there */
    int (*page)(const struct ui *ui);                /* lines of a page; with move */
    unsigned (*select)(struct ui *ui, int argument); /* a click on a row; NULL: nothing */
};

extern const struct screen screen_table, screen_details, screen_sort, screen_help, screen_question;

/* Something to be answered with yes or no. */
struct question {
    char text[512];
    const char *brief; /* where there is hardly room: "Quit?" */
    unsigned (*yes)(struct ui *ui);
};

/* The recommendation for one model. */
struct answer {
    const char *model;
    struct recommendation recommendation;
};

#define UI_DEPTH 4

struct ui {
    struct results *results;
    struct runner *runner;  /* NULL: viewing only */
    const char *journal;    /* its path, or NULL */
    bool following, cut;    /* a journal is read that may grow; it ends within a line */
    double now;             /* seconds of a monotonic clock, set by the loop */
    double changed;         /* when the results changed last */
    uint64_t seen_revision; /* of the results then */
    bool updated;           /* whether there was a first look at them */

    enum context contexts[UI_DEPTH]; /* where the keys go; those below are gone back to */
    int depth;
    struct table table;
    bool details_hidden;
    struct document_view details, help;
    int details_trial;                     /* whose details were drawn last */
    int chosen, chooser_top, chooser_page; /* list of columns: position, first line, lines */
    struct question question;

    char notice[256]; /* shown until notice_until */
    double notice_until;
    char trouble[512]; /* what broke the run; "": nothing */
    char remark[512];  /* what is wrong with the journal that is read; "": nothing */

    struct answer *answers; /* one per model */
    size_t n_answers, answers_capacity;
    int height, width;    /* of the screen when last drawn */
    struct clicks clicks; /* of that drawing */
};

/* results, and runner and journal where there are any, outlive the ui. */
void ui_init(struct ui *ui, struct results *results, struct runner *runner, const char *journal)
    __attribute__((nonnull(1, 2)));
void ui_release(struct ui *ui) __attribute__((nonnull(1)));

/* Takes in what changed in the results; before drawing and before keys. Returns whether anything
 * did. */
bool ui_update(struct ui *ui) __attribute__((nonnull(1)));
/* Draws the whole screen onto blank cells. */
void ui_draw(struct ui *ui, struct draw *draw) __attribute__((nonnull(1, 2)));

/* Both return bits of enum need. */
unsigned ui_key(struct ui *ui, int key) __attribute__((nonnull(1)));
unsigned ui_click(struct ui *ui, int y, int x) __attribute__((nonnull(1)));

/* Seconds until the screen changes by itself (a notice ends, a clock goes on); negative: never. */
double ui_wait(struct ui *ui) __attribute__((nonnull(1)));

/* For screens and actions. */
enum context ui_context(const struct ui *ui) __attribute__((nonnull(1)));
const struct screen *ui_screen(const struct ui *ui) __attribute__((returns_nonnull, nonnull(1)));
void ui_enter(struct ui *ui, enum context context) __attribute__((nonnull(1)));
void ui_leave(struct ui *ui) __attribute__((nonnull(1)));
/* Asks a question; yes is called for the answer yes and returns bits of enum need. */
void ui_ask(struct ui *ui, const char *brief, unsigned (*yes)(struct ui *ui), const char *format,
            ...) __attribute__((format(printf, 4, 5), nonnull(1, 2, 3, 4)));
/* A sentence for some seconds. */
void ui_notice(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));
/* NULL when there is none any more. */
const char *ui_current_notice(const struct ui *ui) __attribute__((nonnull(1)));

struct table_source ui_source(struct ui *ui) __attribute__((nonnull(1)));
/* The row that details and message are about; NULL when there is none. */
const struct row *ui_selected(struct ui *ui) __attribute__((nonnull(1)));
/* The recommendation for the selected row's model; NULL: none. */
const struct recommendation *ui_recommendation(struct ui *ui) __attribute__((nonnull(1)));
enum run_state ui_run_state(const struct ui *ui) __attribute__((nonnull(1)));
const char *run_state_text(enum run_state state) __attribute__((returns_nonnull));
enum role run_state_role(enum run_state state);
/* Seconds of the run; goes on between events while this program runs it. */
double ui_elapsed(const struct ui *ui) __attribute__((nonnull(1)));
/* Rows that are done or failed. */
int ui_rows_finished(const struct ui *ui, int *failed) __attribute__((nonnull(1, 2)));

#endif
