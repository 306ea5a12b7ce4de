/* Files beside an .onnx model that hold its weights (external data). */
#ifndef EXPERIMENT_BESIDE_H
#define EXPERIMENT_BESIDE_H

#include <stddef.h>

/* Paths below the model's folder, sorted, each once. */
struct beside {
    char **names;
    size_t count;
};

/* The regular files that the model's bytes name as a location of external data (StringStringEntry
 * "location" of onnx.proto). The model need not be understood for that, nor be sound: none are
 * found in what is no .onnx file, nor in one of more than 64 MiB, which keeps its weights itself.
 */
struct beside beside_find(const char *path) __attribute__((nonnull(1)));
void beside_release(struct beside *beside) __attribute__((nonnull(1)));

#endif
