/* What an experiment measures, for recognising it in a journal: contents of files in place of their
 * names, so that a model that was replaced makes another experiment, and one that was moved does
 * not.
 *
 * Left out is what does not matter to a figure: titles, outputs, the time-out. Of files with data
 * of more than 64 MiB the size, the time of the last change and both ends stand for the contents;
 * of folders the names, sizes and times of their files. Weights that an .onnx file keeps in files
 * beside it count, too. */
#ifndef EXPERIMENT_FINGERPRINT_H
#define EXPERIMENT_FINGERPRINT_H

#include <jansson.h>

#include "base/sha256.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "hardware/topology.h"

/* An object {"models", "modes", "runtimes", "placements", "order", "limits", "host", "cpu",
 * "version"}, as a journal gives it back. A new reference. */
json_t *fingerprint_describe(const struct experiment *experiment, const struct topology *topology)
    __attribute__((returns_nonnull, nonnull(1, 2)));

/* SHA-256 of a description. */
void fingerprint_hash(const json_t *description, char hash[SHA256_TEXT_SIZE])
    __attribute__((nonnull(1, 2)));

/* Adds the first thing in which two descriptions differ: "limits.max_rounds is 40, there it is 80".
 * False: they are the same. */
bool fingerprint_difference(const json_t *here, const json_t *there, struct text *out)
    __attribute__((nonnull(3)));

#endif
