/* The core of the screens: the results that they show, how the run stands, which screen the keys go
 * to, and what each screen keeps for itself. Nothing here knows a terminal; ui/app.c feeds it with
 * keys and has it drawn.
 *
 * ui/ stands beside src/ and not in it because the program is whole without it: src/ measures,
 * records and reports, and is built alone with --without-ui. Of ui/, src/command includes app.h
 * and what the screens are opened with (start.h, form.h, options.h, settings.h); ui/ sees results
 * and the runner's verbs, and no model. */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "experiment/runner.h"
#include "results/recommend.h"
#include "results/replay.h"
#include "results/results.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/look.h"
#include "ui/meters.h"
#include "ui/start.h"
#include "ui/tags.h"
#include "ui/widget/table.h"

/* What the loop has to do after a key. */
enum loop_request {
    LOOP_DRAW = 1,
    LOOP_REPAINT = 2, /* clear the terminal and draw everything */
    LOOP_SUSPEND = 4,
    LOOP_QUIT = 8,
    LOOP_COPY = 16, /* send ui->copied to the clipboard */
    LOOP_LOOK = 32, /* draw as ui->look has it, and everything anew */
};

/* How the run stands. X(state, text, role). */
#define RUN_STATE_LIST(X)                                                                          \
    X(RUN_READY, "not started", ROLE_TITLE)                                                        \
    X(RUN_RUNNING, "running", ROLE_ACTIVE)                                                         \
    X(RUN_WAITS, "paused", ROLE_WARNING)                                                           \
    X(RUN_STOPPED, "stopped", ROLE_WARNING)                                                        \
    X(RUN_DONE, "done", ROLE_GOOD)                                                                 \
    X(RUN_BROKEN, "broken off", ROLE_BAD)                                                          \
    X(RUN_REPLAYED, "replaying", ROLE_ACTIVE)                                                      \
    X(RUN_PAUSED, "replay paused", ROLE_WARNING)                                                   \
    X(RUN_FOLLOWED, "following", ROLE_ACTIVE)                                                      \
    X(RUN_CUT, "following, last line unfinished", ROLE_WARNING)                                    \
    X(RUN_KILLED, "interrupted", ROLE_WARNING)                                                     \
    X(RUN_UNFINISHED, "unfinished", ROLE_WARNING)

enum run_state {
#define X(state, text, role) state,
    RUN_STATE_LIST(X)
#undef X
};

struct ui;

/* One per context; all its functions may be NULL but draw. Its state is nobody else's: zeros at
 * first, got with ui_state, and known in its file alone. */
struct screen {
    size_t state_size; /* bytes; 0: it keeps nothing, or shares another context's state */
    void (*init)(void *state);
    void (*release)(void *state); /* what the state owns, not the state */

    void (*enter)(struct ui *ui);  /* the keys go here from now on */
    void (*update)(struct ui *ui); /* results may have changed; time went on */
    double (*wait)(struct ui *ui); /* seconds until it changes by itself; not above 0: never */

    void (*draw)(struct ui *ui, const struct draw *draw);
    const char *(*brief)(const struct ui *ui); /* what to show where there is hardly room */

    /* Takes a key that is bound to nothing; false: it means nothing. */
    bool (*type)(struct ui *ui, int key);
    /* "8/18", for the end of the footer; NULL: nothing. */
    const char *(*position)(const struct ui *ui, char *buffer, size_t size);

    /* Closes what a key made of the page; false: it is as it was entered, and is left. */
    bool (*close)(struct ui *ui);

    /* What is copied from it; NULL: the page as it is drawn. */
    void (*copy)(struct ui *ui, struct text *out);

    void (*move)(struct ui *ui, int lines);
    int (*page)(const struct ui *ui); /* lines of a page; with move */
    unsigned (*select)(struct ui *ui,
                       int argument); /* a click on a row; bits of enum loop_request */

    struct key_table keys;             /* its own, behind those that lead everywhere */
    const struct key_table *more_keys; /* those that it has together with others; NULL: none */
};

/* The recommendation for one model. */
struct answer {
    const char *model;
    struct recommendation recommendation;
};

#define UI_DEPTH 4

struct ui {
    struct results *results;
    struct runner *runner; /* NULL: viewing only */
    const char *journal;   /* its path, or NULL */
    struct start *start;   /* what the start screen shows; NULL: there are results to show */
    bool *goes_home;       /* set where the user leaves for the start screen; NULL: there is none */
    struct ui_shipper *shipper;  /* makes files of rows; NULL: nobody does */
    const struct topics *topics; /* what words mean, for the help; NULL: nobody tells */
    struct replay *replay;       /* that feeds the results; NULL: none does */
    bool following, cut;         /* a journal is read that may grow; it ends within a line */
    double now;                  /* seconds of a monotonic clock, set by the loop */
    double changed;              /* when the results changed last */
    uint64_t seen_revision;      /* of the results then */
    bool updated;                /* whether there was a first look at them */

    const struct screen *const *screens; /* by context */
    void *states[CONTEXT_COUNT];         /* theirs */
    enum context contexts[UI_DEPTH];     /* where the keys go; those below are gone back to */
    int depth;

    char notice[256]; /* shown until notice_until */
    double notice_until;
    char trouble[512]; /* what broke the run; "": nothing */
    char remark[512];  /* what is wrong with the journal that is read; "": nothing */

    struct act act; /* that the user is asked about; its text: */
    char act_text[256];

    struct tags tags;
    struct ui_live *live; /* tells of this machine's load; NULL: nobody does */
    struct meters meters;

    struct settings *settings; /* like the keymap, set by adjust_begin, before the first key */
    struct keymap keymap;
    struct look look;

    struct answer *answers; /* one per model */
    size_t n_answers, answers_capacity;
    int height, width;    /* of the screen when last drawn */
    bool is_ascii;        /* likewise */
    struct text copied;   /* for the clipboard */
    struct clicks clicks; /* of that drawing */
};

/* screens has a row per context. It, results, and runner and journal where there are any, outlive
 * the ui. */
void ui_init(struct ui *ui, const struct screen *const *screens, struct results *results,
             struct runner *runner, const char *journal) __attribute__((nonnull(1, 2, 3)));
/* Has the start screen in the place of the table. The start outlives the ui. */
void ui_show_start(struct ui *ui, struct start *start) __attribute__((nonnull(1, 2)));
void ui_release(struct ui *ui) __attribute__((nonnull(1)));

/* Takes in what changed in the results; before drawing and before keys. Returns whether anything
 * did. */
bool ui_update(struct ui *ui) __attribute__((nonnull(1)));
/* Seconds until the screen changes by itself (a notice ends, a clock goes on); negative: never. */
double ui_wait(struct ui *ui) __attribute__((nonnull(1)));

/* For screens and actions. */
enum context ui_context(const struct ui *ui) __attribute__((nonnull(1)));
const struct screen *ui_screen(const struct ui *ui) __attribute__((returns_nonnull, nonnull(1)));
/* What the context's screen keeps; NULL: nothing. */
void *ui_state(const struct ui *ui, enum context context) __attribute__((nonnull(1)));
void ui_enter(struct ui *ui, enum context context) __attribute__((nonnull(1)));
/* Goes back to the screen that this one was opened from; from a main screen, to the first. */
void ui_leave(struct ui *ui) __attribute__((nonnull(1)));
/* Takes another main screen in the place of this one and all that lies over it. */
void ui_go(struct ui *ui, enum context context) __attribute__((nonnull(1)));
/* The key of an action of a screen, for a sentence: "Z"; in buffer. */
const char *ui_key(const struct ui *ui, enum context context, const char *id,
                   char buffer[KEY_SAID_SIZE]) __attribute__((returns_nonnull, nonnull(1, 3, 4)));
/* A sentence for some seconds. */
void ui_notice(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));
/* NULL when it has been shown long enough. */
const char *ui_current_notice(const struct ui *ui) __attribute__((nonnull(1)));

/* The rows of the results and all columns. */
struct table_source ui_source(struct ui *ui) __attribute__((nonnull(1)));
/* The recommendation for the row's model; NULL: none, as for a row that is NULL. */
const struct recommendation *ui_recommendation(const struct ui *ui, const struct row *row)
    __attribute__((nonnull(1)));
/* Whether there is a runner, and it runs. */
bool ui_is_running(const struct ui *ui) __attribute__((nonnull(1)));
enum run_state ui_run_state(const struct ui *ui) __attribute__((nonnull(1)));
const char *run_state_text(enum run_state state) __attribute__((returns_nonnull));
enum role run_state_role(enum run_state state);
/* Whether a run is played again and not at its end yet. */
bool ui_is_replaying(const struct ui *ui) __attribute__((nonnull(1)));
/* Seconds of the run; goes on between events while this program runs or replays it. */
double ui_elapsed(const struct ui *ui) __attribute__((nonnull(1)));
/* Rows that are done, failed or skipped. */
int ui_rows_finished(const struct ui *ui, int *failed) __attribute__((nonnull(1, 2)));

#endif
