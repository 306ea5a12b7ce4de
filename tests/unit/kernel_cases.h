/* What the tests of the reference kernels share: a node with random operands, the real numbers that
 * its elements stand for, and the comparison of its result with an expectation that the test
 * computes in double precision from the operator's definition. */
#ifndef TESTS_KERNEL_CASES_H
#define TESTS_KERNEL_CASES_H

#include "node_harness.h"

#define CASE_INPUTS 24
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* The generator of all cases; a test program seeds it once. */
extern struct random case_random;

int case_between(int low, int high);
double case_uniform(double low, double high);

/* A type with its scale and zero point; scale 0: none. */
struct kind {
    enum type type;
    float scale;
    int32_t zero;
};

#define PLAIN(type)                                                                                \
    {                                                                                              \
        (type), 0.0f, 0                                                                            \
    }
#define F32     PLAIN(TYPE_F32)
#define BOOLEAN PLAIN(TYPE_BOOL)
#define I8(scale, zero)                                                                            \
    {                                                                                              \
        TYPE_I8, (scale), (zero)                                                                   \
    }
#define U8(scale, zero)                                                                            \
    {                                                                                              \
        TYPE_U8, (scale), (zero)                                                                   \
    }
#define I16(scale, zero)                                                                           \
    {                                                                                              \
        TYPE_I16, (scale), (zero)                                                                  \
    }

/* Real numbers low..high spread over the whole range of a quantized type; int16 has zero point 0.
 * Other types get no scale. */
struct kind case_kind(enum type type, double low, double high);

/* One node under test. Elements belong to the graph. */
struct kernel_case {
    struct graph *graph;
    int n_inputs;
    int tensors[CASE_INPUTS];    /* their numbers; NO_TENSOR: an input that is absent */
    void *elements[CASE_INPUTS]; /* may be changed until the node runs */
    bool is_constant[CASE_INPUTS];
    struct tensor *out; /* output 0 */
    void *result;       /* its elements */
    const struct kernel *kernel;
};

/* Of a graph that rounds twice or once, as it happens. */
void case_init(struct kernel_case *c);
void case_release(struct kernel_case *c);

/* Appends an input whose elements are random: floats in -spread..spread, quantized types over their
 * whole range, other integers in 0..spread. Returns its number. */
int case_input(struct kernel_case *c, struct kind kind, struct shape shape, double spread);
/* The same as a constant: what weights, axes and the like are. */
int case_constant(struct kernel_case *c, struct kind kind, struct shape shape, double spread);
/* An input of random bytes, whatever they mean in its type. */
int case_bytes(struct kernel_case *c, struct kind kind, struct shape shape);
/* A constant list of int32; count 0: a scalar. */
int case_ints(struct kernel_case *c, const int32_t *values, int count);
int case_absent(struct kernel_case *c);

/* The shape of an input; its number of elements. */
const struct shape *case_shape(const struct kernel_case *c, int input);
size_t case_count(const struct kernel_case *c, int input);
/* The real number that an element of an input stands for. */
double case_real(const struct kernel_case *c, int input, size_t i);
/* Sets what an element of an input stores. */
void case_store(const struct kernel_case *c, int input, size_t i, int32_t value);

/* Runs the reference kernel for the node on a random number of pretended threads, and notes that
 * the kernel's row was reached. The output's shape is left to shape inference. params NULL: the
 * operator's fallbacks. */
void case_run(struct kernel_case *c, enum op op, const union op_params *params, struct kind out);
/* Runs the node that case_run or case_node made with the kernel of this very instruction set
 * instead; false: there is none, or it does not take the node. */
bool case_run_on(struct kernel_case *c, enum isa isa);
/* As case_run for any number of outputs of one kind, and without running: for several outputs. */
void case_node(struct kernel_case *c, enum op op, const union op_params *params, struct kind out,
               int n_outputs);
void *case_run_output(struct kernel_case *c, int output);

/* A node that prepare must refuse, with a message that holds the text. Its operands are of
 * SHAPE(1, 1, 1, 4), but those of int32 are the constant list {0}: an axis or the like. The graph
 * rounds twice. */
struct refusal {
    enum op op;
    struct kind in[3]; /* as many as the operator needs at least */
    struct kind out;
    union op_params params;
    const char *text;
};
void cases_refused(const struct refusal *rows, size_t count);
/* The same for one node whose inputs are there. */
void case_refuses(struct kernel_case *c, enum op op, const union op_params *params, struct kind out,
                  const char *text);

/* How far a result may be from the expectation e: numbers without a scale absolute + relative *
 * |e|; stored numbers steps + relative * |e in steps| from e in steps, which is not rounded: 0.5 is
 * what rounding to the nearest leaves, and all that a graph that rounds once may, whatever the
 * bound. Beyond the type's range e counts as the end of it. */
struct bound {
    double absolute, relative, steps;
};

/* Compares all elements of output 0. A NaN that is expected of a stored number is its lowest, or 0
 * where the graph rounds once. */
void case_expect(const struct kernel_case *c, const double *expected, size_t count,
                 struct bound bound);

/* Output 0 stores exactly these numbers. */
void case_expect_stored(const struct kernel_case *c, const int32_t *expected, size_t count);

/* Steps that are left when a sum is multiplied by a real multiplier in 32 bits: it is first rounded
 * with the multiplier's mantissa in 1/2..1, and again when shifted right by the n bits that remain,
 * which makes 1/2 + 1/2^(n + 1); a hundredth is for the mantissa's own rounding. */
double case_rounding(double multiplier);

/* An output kind whose range suits the expectation: some elements saturate. reach scales it. */
struct kind case_out(enum type type, const double *expected, size_t count, double reach);

/* A node of one-element tensors, all of one type, whose result is worked out by hand. */
struct exact_case {
    enum op op;
    enum type type;
    struct {
        float scale; /* 0: without quantization; of the second operand: there is none */
        int32_t zero, stored;
    } a, b, out;
};
/* F(x) = y, or F(a, b) = y: each number as scale, zero point and what is stored. */
#define EXACT_1(op, type, ...)                                                                     \
    {                                                                                              \
        OP_##op, TYPE_##type, EXACT_OPERANDS_1(__VA_ARGS__)                                        \
    }
#define EXACT_2(op, type, ...)                                                                     \
    {                                                                                              \
        OP_##op, TYPE_##type, EXACT_OPERANDS_2(__VA_ARGS__)                                        \
    }
#define EXACT_OPERANDS_1(sx, zx, x, sy, zy, y)                                                     \
    {sx, zx, x}, {0.0f, 0, 0},                                                                     \
    {                                                                                              \
        sy, zy, y                                                                                  \
    }
#define EXACT_OPERANDS_2(sa, za, a, sb, zb, b, sy, zy, y)                                          \
    {sa, za, a}, {sb, zb, b},                                                                      \
    {                                                                                              \
        sy, zy, y                                                                                  \
    }
void cases_exact(enum rounding rounding, const struct exact_case *rows, size_t count);

/* Whether there is a reference row for the operator whose data and output are of these types. */
bool cases_have(enum op op, enum type data, enum type out);
/* Every reference row of the operators was run by case_run. */
void cases_reached(const enum op *ops, size_t count);

/* One dimension of a window that slides over an image, from the definition of each padding: how
 * many places it takes, and how many cells of padding it begins with. The pads count with
 * PADDING_EXPLICIT. */
struct sliding {
    int32_t places, before;
};
struct sliding case_sliding(int32_t in, int32_t filter, int32_t stride, int32_t dilation,
                            int32_t padding, int32_t before, int32_t after);
/* Random cells around an image, at most so many on each side. */
struct pads case_pads(int32_t most);

/* Row-major indices: of the flat element i, and back. */
void shape_index(const struct shape *shape, size_t i, int32_t index[SHAPE_RANK_MAX]);
size_t shape_flat(const struct shape *shape, const int32_t index[SHAPE_RANK_MAX]);
/* The flat element of an operand, which broadcasts, that meets the index `at` of the output. */
size_t shape_broadcast_flat(const struct shape *own, const struct shape *out, const int32_t *at);

#endif
