/* Hashes that stand for what is in a file or a folder. */
#ifndef EXPERIMENT_CONTENTS_H
#define EXPERIMENT_CONTENTS_H

#include <stdbool.h>

#include "base/text.h"

/* Replaces out by "sha256:..." of a regular file, by "folder:..." of a folder, or, where path names
 * neither (random:8, synth:mlp), by path itself. Of a large file that need not be read as a whole,
 * the size, the time of the last change and both ends count; see fingerprint.h. */
void contents_describe(const char *path, bool whole, struct text *out)
    __attribute__((nonnull(1, 3)));

#endif
