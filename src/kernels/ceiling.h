/* Ceilings: loops that do one thing only, a known number of times, once per instruction set. How
 * fast this machine does them bounds what kernels can reach. Time is the caller's business. */
#ifndef KERNELS_CEILING_H
#define KERNELS_CEILING_H

#include <stddef.h>

#include "hardware/cpu.h"

/* X(identifier, name). What kernels sum up: products of floats, of halves, of int16 (two to a
 * lane), of int8 as kernels of the instruction set multiply them; and what reading takes. */
#define CEILING_LIST(X)                                                                            \
    X(CEILING_FLOAT, "float32")                                                                    \
    X(CEILING_HALF, "float16")                                                                     \
    X(CEILING_PAIRS, "int16")                                                                      \
    X(CEILING_BYTES, "int8")                                                                       \
    X(CEILING_READ, "read")

enum ceiling_kind {
#define X(identifier, name) identifier,
    CEILING_LIST(X)
#undef X
        CEILING_KIND_COUNT
};

extern const char *const ceiling_kind_names[CEILING_KIND_COUNT];

/* Bytes to read are a multiple of this. */
#define CEILING_READ_MULTIPLE 512

struct ceiling {
    enum ceiling_kind kind;
    enum isa isa;
    const char *text;  /* what the loop is made of: "multiply and add, fused" */
    double operations; /* of one step, a product and its addition being two; 0: it reads */
    /* Does so many steps. Arithmetic happens in registers: memory may be NULL. Where it reads, a
     * step reads all the bytes once, which are aligned to 64. */
    void (*run)(const void *memory, size_t bytes, size_t steps);
};

struct ceiling_list {
    const struct ceiling *rows;
    size_t count;
};

/* All rows, in ascending order of instruction sets. */
size_t ceiling_count(void);
const struct ceiling *ceiling_at(size_t index);
/* That of the best instruction set up to the given one which has such a loop and which this CPU
 * runs; NULL: there is none. */
const struct ceiling *ceiling_find(enum ceiling_kind kind, enum isa most);

#endif
