/* A form: what an experiment is to be, field by field. Filled by whoever opens it, since ui/ knows
 * no model and no key; what the user enters is kept here. */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

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
    /* A field was changed: finds command, summary and trouble anew, and forgets what was tried. */
    void (*changed)(void *context);
    /* Writes a profile; what became of it, for people, comes to said. False: nothing was written.
     */
    bool (*write)(void *context, const char *path, char *said, size_t size);
    /* Begins to try it out; the work of the start screen goes on with that. */
    void (*try_out)(void *context);
    void *context;
};

#endif
