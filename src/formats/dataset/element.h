/* Element types of arrays on disk: one row each. Inner to this folder. */
#ifndef FORMATS_DATASET_ELEMENT_H
#define FORMATS_DATASET_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "graph/type.h"

struct element {
    const char *name;
    enum type type;    /* TYPE_COUNT where no tensor has such elements */
    unsigned char idx; /* type byte of an IDX header; 0: none */
    const char *npy;   /* kind and size of an NPY descr, "i2" */
    size_t size;       /* bytes */
    bool real;         /* floating point */
    /* One element in the byte order of the machine; any alignment. */
    double (*load)(const unsigned char *bytes);
};

/* By the type of a tensor, the type byte of an IDX header, the kind and size of an NPY descr; NULL:
 * there is no such row. */
const struct element *element_of_type(enum type type);
const struct element *element_of_idx(unsigned char code);
const struct element *element_of_npy(const char *code) __attribute__((nonnull(1)));

#endif
