/* What a kernel is, and how one is found.
 *
 * A kernel computes one operator for one signature of types, on one instruction set. At plan time
 * prepare() looks at the node once: it checks what it needs, packs weights and computes multipliers
 * into the plan's arena, and says how the work divides. While a session runs, run() is called for
 * ranges of that work, perhaps from several threads at once; it allocates nothing and cannot fail,
 * but it may note that an operand has no result.
 *
 * Every operator has a reference kernel, whose loops (kernels/reference) read like its definition.
 * The fast kernels (kernels/fast) agree with it: those of integers in every bit, those of floats
 * within the bounds that tests/unit/test_fast_kernels.c states. So that such a comparison means
 * something, the two share no loop. What they do share, kernels/common, is what prepare() needs
 * (checks, multipliers, geometry) and the two ways of rounding (graph/rounding.h), and has tests of
 * its own.
 */
#ifndef KERNELS_KERNEL_H
#define KERNELS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "graph/graph.h"
#include "hardware/cpu.h"

#define KERNEL_STAGES_MAX 3
/* Kernels may read up to this many bytes beyond the end of an activation or of their scratch,
 * and ignore them: whoever allocates those adds as many. Nothing is read beyond the end of a
 * constant. */
#define KERNEL_OVERREAD 256

/* A tensor and where its elements are. */
struct operand {
    const struct tensor *tensor; /* NULL: an optional input that is absent */
    void *data;                  /* constants: set before prepare; others: before run */
    /* Of output 0: elements from the start of one row, the last dimension, to the start of the
     * next. The length of a row, or more for kernels with spaces_rows. Set before run. */
    size_t row_step;
};

/* Lanes that ends of values are noted in: what notes them may use fewer. */
#define RANGE_LANES 16

/* Ends of float32 values, low <= 0 <= high in each lane: those of the least and the greatest lane
 * are the range. NaN does not count. */
struct kernel_range {
    _Alignas(64) float low[RANGE_LANES], high[RANGE_LANES];
};

/* The ranges of a float32 tensor's images, of as many rows each; each thread notes those of what it
 * makes itself. */
struct kernel_ranges {
    size_t images;           /* 0: nobody asks for them, or they are not there */
    size_t image_rows;       /* vectors along the last dimension */
    struct kernel_range *of; /* [n_threads][images]. Set before run, where a maker finds zeros */
};

/* Makes of float32 elements, in rows of `width` that begin `step` apart, a function of each. */
typedef void kernel_apply_function(float *at, size_t rows, size_t width, size_t step);

/* One node of a plan, frozen for a number of threads. */
struct kernel_call {
    const struct node *node;
    struct operand *inputs, *outputs;
    int n_inputs, n_outputs;
    int n_threads;
    enum rounding rounding; /* of the graph */
    bool rounds_stored;     /* likewise */
    /* Convolutions are computed as they are defined: no kernel takes them that rounds otherwise. */
    bool is_direct;
    /* Weights are integers that a DEQUANTIZE would make float32 of: the kernel widens them, and
     * multiplies in float32. Only kernels that say so (`widens`) take the call. */
    bool widens;
    /* An ADD of float32 that became part of this node: kernels with `adds` end by adding this
     * operand, of output 0's shape, to their results and clamping the sums to low..high. tensor
     * NULL: there is none. */
    struct operand addend;
    float low, high;
    /* A function of float32 elements that became part of this node: kernels with `applies` make it
     * of their results, behind the addend and the activation. NULL: there is none. */
    kernel_apply_function *apply;
    /* The ranges of output 0, which kernels with `notes` find while they make it. */
    struct kernel_ranges noted;
    /* Those of input 0: kernels with `scales` need not look for them. */
    struct kernel_ranges known;
    /* The node is a QUANTIZE that stands for several nodes which are a function of one stored byte:
     * entry i is the result for the value whose bits are i. Only fast kernels take it. NULL: it is
     * none of these. */
    const uint8_t *table;

    /* What prepare leaves behind. */
    void *state;          /* from the arena given to prepare */
    size_t scratch_bytes; /* working memory that one run needs; its contents do not survive */
    int n_stages; /* 1 unless prepare says more: a stage starts when the one before is done */
    size_t items[KERNEL_STAGES_MAX]; /* independent pieces of work of each stage */

    /* Set before run: scratch_bytes bytes, aligned to 64; and what takes note of operands that have
     * no result (kernels/fault.h), NULL: nobody asks. */
    unsigned char *scratch;
    struct kernel_fault *fault;
};

/* Any type will do. */
#define TYPE_ANY TYPE_COUNT

/* The types a row is for. */
struct signature {
    enum type data;    /* first data input (see op_data_input) */
    enum type weights; /* weight input, for operators that have one */
    enum type out;     /* output 0 */
};

/* How far the items of a kernel's last stage have come that go through tensors in order, in pixels:
 * vectors along the last dimension, of all images. */
struct kernel_extent {
    size_t written;   /* of output 0, before which all are complete */
    size_t read_from; /* of input 0, before which nothing is read any more */
    size_t read_to;   /* of input 0, from which on nothing was read so far */
};

struct kernel {
    /* Operator, types, instruction set: "add_i8_reference", "add_i8_avx2". "pad_any_copy" is plain
     * too, but only copies pieces of memory: no instruction set has more to offer. */
    const char *name;
    enum op op;
    enum isa isa;
    struct signature types;
    bool spaces_rows; /* the rows of output 0 may lie apart: see row_step of struct operand */
    bool widens;      /* see struct kernel_call; the others take no call that says so */
    bool adds;        /* takes an addend (see struct kernel_call) where there is no activation */
    bool applies;     /* likewise a function of its results */
    bool notes;       /* finds the ranges of output 0 where somebody asks */
    bool scales;      /* asks for those of input 0's images, which it quantizes at run time */
    /* What it computes, where that is a function of each element of a float32 tensor by itself. */
    kernel_apply_function *apply;
    /* Whether it takes a node whose types fit, by its parameters, shapes and scales; NULL:
     * always. Called before prepare, and before the data of activations is there. */
    bool (*accepts)(const struct kernel_call *call);
    /* Fills in what prepare leaves behind. Errors: what is wrong with the node's parameters,
     * types or quantization (error->where is not set), or STATUS_MEMORY. */
    enum status (*prepare)(struct kernel_call *call, struct arena *arena, struct error *error);
    /* Of kernels whose items go through output 0 and input 0 in order: how far they have come when
     * so many items of the last stage are done. Each figure never falls from one item to the next;
     * what is written beyond `written` is of the pixel there. NULL: they do not. */
    struct kernel_extent (*extent)(const struct kernel_call *call, size_t items);
    /* Does the items first..last-1 of a stage on thread 0 <= thread < n_threads. */
    void (*run)(const struct kernel_call *call, int stage, size_t first, size_t last, int thread);
};

struct kernel_list {
    const struct kernel *rows;
    size_t count;
};

/* A list in one statement, for the end of a kernel file. */
#define KERNEL_LIST(identifier, rows_)                                                             \
    const struct kernel_list identifier = {(rows_), sizeof(rows_) / sizeof((rows_)[0])}

/* Index of the input whose type the signature's data names: the operator's first data input. */
int op_data_input(enum op op);

/* The best kernel for the call that is at most of the given instruction set and that this CPU runs,
 * or NULL with the error set (STATUS_UNSUPPORTED, naming the types that were asked for). */
const struct kernel *kernel_find(const struct kernel_call *call, enum isa most, struct error *error)
    __attribute__((nonnull(1, 3)));

/* Whether there is a kernel at all for an operator, given the types of its tensors. */
bool kernel_exists(const struct kernel_call *call) __attribute__((nonnull(1)));

/* All rows, for tests and listings. */
size_t kernel_count(void);
const struct kernel *kernel_at(size_t index);

#endif
