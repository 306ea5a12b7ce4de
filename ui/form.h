/* A form: what an experiment is to be, field by field. Filled by whoever opens it, since ui/ knows
 * no model and no key; what the user enters is kept here. */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/widget/picture.h"

/* Bytes of what is typed, its end included. */
#define FORM_TEXT_SIZE 160

enum form_kind {
    FORM_TEXT,   /* anything, "" for the default */
    FORM_CHOICE, /* one of the names */
    FORM_CHECKS, /* some of the names */
};

struct form_field {
    enum form_kind kind;
    const char *label, *help; /* a word, and a sentence or two */
    const char **names;       /* of choices and checks */
    size_t n_names;
    char text[FORM_TEXT_SIZE];
    size_t chosen;       /* of a choice */
    bool *checked;       /* of checks, per name */
    const char *remark;  /* beside what is entered; "": nothing */
    const char *without; /* what an empty text stands for; "": nothing to be said */
};

/* How what fp32 makes of the data is to be taken. */
enum form_verdict { FORM_OPEN, FORM_GOOD, FORM_BAD };

/* What the data that the form names look like. */
struct form_look {
    struct picture picture; /* of a sample, as the model is fed it; pixels NULL: none */
    const char *caption;    /* "sample 1 of 10000, label 7", or why there is none */
    const char *about;      /* "'image', float32 1x28x28x1: 0 to 255"; "" */
    const char *ids;        /* the sample's numbers, where they make no picture; "" */
    const char *check;      /* whether fp32 makes sense of some samples; "": nothing is known */
    enum form_verdict verdict;
};

/* Texts are printable. */
struct form {
    const char *title;
    struct form_field *fields;
    size_t count;
    const char *command; /* the same without the screen */
    const char *summary; /* "6 rows" */
    const char *trouble; /* why it would not run; "": it would, as far as is known */
    const char *file;    /* where a profile would be written */
    const char *tried;   /* what came of trying it out so far, in lines; NULL: it was not */
    bool is_trying;      /* there is more to come */
    struct form_look look;
    struct form *nested; /* of what a name stands for, while that is open; NULL: none is */
    /* What follows is NULL in a nested form, but for changed and context.
     * A field was changed: finds command, summary and trouble anew, and forgets what was tried. */
    void (*changed)(void *context);
    /* Writes a profile; what became of it, for people, comes to said. False: nothing was written.
     */
    bool (*write)(void *context, const char *path, char *said, size_t size);
    /* Begins to try it out; the work of the start screen goes on with that. */
    void (*try_out)(void *context);
    /* Goes to another sample: so many further on; the work of the start screen brings it. */
    void (*step)(void *context, int samples);
    /* Opens, in `nested`, the form of what a name of a field stands for; false: it has none. */
    bool (*open)(void *context, size_t field, size_t name);
    void *context;
};

#endif
