/* What the names of an .onnx graph stand for: a hash table from texts to numbers. */
#ifndef FORMATS_ONNX_NAMES_H
#define FORMATS_ONNX_NAMES_H

#include <stddef.h>

struct onnx_names {
    struct onnx_name *slots; /* a power of two of them; name NULL: free */
    size_t capacity, count;
    const struct onnx_names *outer; /* asked for what is not here; may be NULL */
};

struct onnx_name {
    const char *name; /* not copied */
    int number;
};

/* Memory is the heap's; onnx_names_release frees it. {0} is a valid empty table. */
void onnx_names_release(struct onnx_names *names) __attribute__((nonnull(1)));

/* Gives a name a number, in place of what it had before. */
void onnx_names_set(struct onnx_names *names, const char *name, int number)
    __attribute__((nonnull(1, 2)));
/* The number of a name, here or further out, or missing. */
int onnx_names_get(const struct onnx_names *names, const char *name, int missing)
    __attribute__((nonnull(1, 2)));
/* The same without looking further out. */
int onnx_names_own(const struct onnx_names *names, const char *name, int missing)
    __attribute__((nonnull(1, 2)));

#endif
