/* Models of one operator, drawn at random, on which two runtimes must agree. */
#ifndef TESTS_RUNTIME_CASES_H
#define TESTS_RUNTIME_CASES_H

#include "base/random.h"
#include "message_harness.h"

/* A model that is being drawn. */
struct drawing {
    struct random random;
    struct message *message;
};

/* A kind of models. */
struct runtime_case {
    const char *name;
    int opset;
    /* Fills the message, outputs included. */
    void (*draw)(struct drawing *drawing);
    /* What an output may be off: steps of integers; real numbers, relative to their greatest. */
    double bound;
    double share;    /* of all values that may be further off, a step of integers at most */
    bool is_integer; /* the builtin runtime has fast kernels of integers for all that is drawn */
};

extern const struct runtime_case qlinear_cases[];
extern const size_t qlinear_case_count;

/* low..high, both included. */
int draw_int(struct drawing *drawing, int low, int high);
bool draw_bool(struct drawing *drawing);
double draw_real(struct drawing *drawing, double low, double high);
/* A constant of integers of all values of the type. */
const char *draw_integers(struct drawing *drawing, enum type type, struct shape shape);

#endif
