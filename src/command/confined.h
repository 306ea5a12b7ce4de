/* What a command does with the model of a stranger, in a process of its own that may do nothing
 * else. */
#ifndef COMMAND_CONFINED_H
#define COMMAND_CONFINED_H

#include <stddef.h>

#include "base/error.h"
#include "command/command.h"
#include "experiment/work.h"

struct confined {
    struct work work;   /* what may be read and taken, as an order has it, to prepare a candidate;
                           is_unguarded: anything, and all is done by this process */
    const char *output; /* "-" or the only file that is written */
    enum status (*run)(const struct confined *confined, void *context, struct error *error);
    void *context;
    int channel, bytes; /* confined_run's: to the other process; the output in memory, or -1 */
};

/* Does the work in a child that is confined like a worker, while this process waits, reads nothing
 * and writes the output. Both return, the child with what the work came to, of which it has told
 * the user, and this one with the same. By the signal that ended the child this one ends, too, and
 * says so. */
enum exit_status confined_run(struct confined *confined) __attribute__((nonnull(1)));

/* As file_write of the output, for the work; once. */
enum status confined_write(const struct confined *confined, const void *bytes, size_t size,
                           struct error *error) __attribute__((nonnull(1, 4)));

#endif
