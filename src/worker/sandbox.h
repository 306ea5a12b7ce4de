/* What a worker gives up before it reads what a stranger made: see SECURITY.md. */
#ifndef WORKER_SANDBOX_H
#define WORKER_SANDBOX_H

#include <stdbool.h>

#include "base/text.h"
#include "experiment/work.h"

/* How far a process is confined. */
struct sandbox {
    bool filters_calls;   /* seccomp: only the calls of sandbox_calls.c are left */
    bool restricts_files; /* landlock: only what the order names is read, nothing is written */
    long landlock;        /* version of the kernel's; 0: it has none */
    bool is_off;          /* the user wants it so */
};

/* Confines this process and the threads that it will start, for good; whatever cannot be had is
 * left out. Of an order whose library is loaded already. Open descriptors stay usable as they are.
 */
struct sandbox sandbox_enter(const struct work *work) __attribute__((nonnull(1)));
/* Whether a file that this process makes can be another one (worker/diversion.h). */
bool sandbox_diverts(void);
/* What sandbox_enter would come to here. */
struct sandbox sandbox_probe(void);

/* "seccomp, landlock 7", as far as it goes. */
void sandbox_describe(const struct sandbox *sandbox, struct text *out)
    __attribute__((nonnull(1, 2)));
/* Why it is weaker than it should be: "no seccomp: built without libseccomp". Nothing is added
 * where it is not. */
void sandbox_missing(const struct sandbox *sandbox, struct text *out)
    __attribute__((nonnull(1, 2)));

/* That of this worker, in an event. Gives the event back. */
json_t *sandbox_tell(json_t *event) __attribute__((nonnull(1)));

#endif
