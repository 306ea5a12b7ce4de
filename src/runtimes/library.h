/* Finding a shared library when the program runs. */
#ifndef RUNTIMES_LIBRARY_H
#define RUNTIMES_LIBRARY_H

#include <stddef.h>

#include "base/error.h"

/* What to look for, and where. */
struct library_search {
    const char *runtime;      /* heads the messages */
    const char *symbol;       /* that the library must have */
    const char *variable;     /* of the environment, with a path */
    const char *const *names; /* as the system's loader knows them; ends with NULL */
    /* Further names, from the newest to the oldest: this one with ".N" behind it. */
    const char *versioned;
    int newest, oldest;
    const char *placed; /* below the program's folder and that of its data */
    /* Whether a library that has the symbol can be used; the error says why not. */
    enum status (*accept)(void *symbol, const char *path, struct error *error);
};

struct library {
    char *path; /* of the file that was loaded; free() it */
    void *symbol;
};

/* Loads the first library that is accepted. The path, or else the variable, is the only place to
 * look at where there is one. The library is never unloaded: it may have started threads.
 * STATUS_UNSUPPORTED: none was found; else what is wrong with the one that was. */
enum status library_open(const struct library_search *search, const char *path,
                         struct library *library, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

#endif
