/* Files that are taken for models and are none here: what they are, and what to do about it. */
#ifndef FORMATS_FOREIGN_H
#define FORMATS_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct foreign_kind {
    const char *name;   /* "a Keras HDF5 file" */
    const char *remedy; /* what makes a model of it */
    bool (*probe)(const unsigned char *bytes, size_t size);
};

extern const struct foreign_kind foreign_kinds[];
extern const size_t foreign_kind_count;

/* The kind of a file by its content, or NULL. */
const struct foreign_kind *foreign_kind_of(const unsigned char *bytes, size_t size)
    __attribute__((nonnull(1)));

/* The kind of what a folder lists: a file whose name ends as those of models do, by its content, or
 * a folder that is one. NULL: neither. Reads little of a file, and of no other things. */
const struct foreign_kind *foreign_kind_at(const char *path) __attribute__((nonnull(1)));
/* Whether the folder is a model of another format as a whole. */
bool foreign_is_folder(const char *path) __attribute__((nonnull(1)));

/* STATUS_FORMAT: says what the file is and what to do. */
enum status foreign_refuse(const char *path, const struct foreign_kind *kind, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
/* The same for a folder, whatever is in it; STATUS_OK for any other path. */
enum status foreign_refuse_folder(const char *path, struct error *error)
    __attribute__((nonnull(1, 2)));

#endif
