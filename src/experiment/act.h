/* What a user asks of a run while it goes on: one message, which the runner takes or refuses. What
 * comes of it is in the journal, as events (results/event.h), so that whoever reads that sees the
 * same. */
#ifndef EXPERIMENT_ACT_H
#define EXPERIMENT_ACT_H

enum act_kind {
    ACT_PAUSE,    /* nothing is measured once the present round is over, or what is done instead */
    ACT_CONTINUE, /* go on, or never mind the pause */
    ACT_SKIP,     /* leave the row out: its worker ends, what was measured of it stays */
    ACT_REPEAT,   /* measure the row once more, and those that are compared with it */
    ACT_ADD_MODE, /* have it take part, with all models, placements and runtimes */
    ACT_ADD_PLACEMENT,
    ACT_REMOVE_MODE, /* leave its rows out, with all that was measured of them */
    ACT_REMOVE_PLACEMENT,
    ACT_COUNT
};

struct act {
    enum act_kind kind;
    int trial;        /* the row, where it is about one */
    const char *text; /* the mode or placement, where it is about one */
};

/* What it takes. */
struct act_cost {
    int repeated; /* rows that are measured again */
    int removed;  /* rows that are left out, with what was measured of them */
    int lost;     /* of these, those that have figures, which are void then */
    int compared; /* other rows that lose what they are, or were, compared with */
};

#endif
