/* What the start screen shows: filled by whoever opens it, since ui/ knows no model and no profile.
 */
#ifndef UI_START_H
#define UI_START_H

#include <stdbool.h>
#include <stddef.h>

/* Sections of the list, in their order. X(kind, what stands above them where there are some). */
#define START_KIND_LIST(X)                                                                         \
    X(START_MODEL, "Models")                                                                       \
    X(START_FOREIGN, "Models in other formats, to be converted first")                             \
    X(START_FOLDER, "Folders")                                                                     \
    X(START_PROFILE, "Experiments")                                                                \
    X(START_JOURNAL, "Earlier runs, the newest first")

enum start_kind {
#define X(kind, title) kind,
    START_KIND_LIST(X)
#undef X
        START_KIND_COUNT
};

/* One line of what is known of the selected item. */
struct start_fact {
    const char *label, *text;
};

struct start_item {
    enum start_kind kind;
    const char *name;   /* what it is called in the list */
    const char *figure; /* its size, or its rows */
    const char *text;   /* what it is, as far as it is known */
    struct start_fact *facts;
    size_t n_facts;
    const char *refusal; /* why it cannot be opened; NULL: it can */
};

#define START_NOTHING ((size_t)-1)
#define START_DEFAULT ((size_t)-2)
#define START_FORM    ((size_t)-3)

struct form;

/* All texts are printable, and never NULL unless that is said. */
struct start {
    const char *folder;       /* whose models and profiles are listed */
    struct start_item *items; /* section by section */
    size_t count;
    size_t first;                        /* the item that is selected at first */
    const char *trouble;                 /* why what was chosen before could not be opened; "" */
    const char *empty[START_KIND_COUNT]; /* instead of a section's items; NULL: no section then */
    /* Does a part of what is left to find out, that of the selected item first; it changes texts
     * and facts alone. Seconds until it is worth calling again; 0: all is known. */
    double (*work)(void *context, size_t selected);
    void *context;
    /* Opens the form of a model, which is then in `form`. */
    void (*open_form)(void *context, size_t item);
    struct form *form; /* NULL before */
    bool shows_form;   /* that of the first item is shown at first */
    /* What the user chose when the screens ended: an item, START_DEFAULT for the shipped default
     * profile, START_FORM for what the form says, or START_NOTHING. */
    size_t chosen;
    size_t beside; /* an older run that a chosen one is shown beside; START_NOTHING: none is */
};

#endif
