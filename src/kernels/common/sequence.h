/* UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF: what their kernels prepare. Operands are those of
 * graph/sequence.h, shapes those of graph/infer_sequence.c. The item of work is one sample. */
#ifndef KERNELS_COMMON_SEQUENCE_H
#define KERNELS_COMMON_SEQUENCE_H

#include "graph/sequence.h"
#include "kernels/common/fixed_point.h"
#include "kernels/kernel.h"

/* Whether the call has input i. */
static inline bool sequence_has(const struct kernel_call *call, int i)
{
    return i < call->n_inputs && call->inputs[i].tensor;
}

/* Of one layer; numbers from the beginning of one step of a sample to the next are strides. */
struct sequence_layer {
    size_t samples, steps, depth, cells, outputs;
    size_t sample_stride, step_stride; /* in steps, each of `depth` or `outputs` numbers */
};

/* Working memory of a thread: floats, then bytes. */
#define SEQUENCE_WORK_ROWS (SEQUENCE_GATES + 1) /* of cells: the gates, and what they leave */

/* The state of the kernels of float32, and of those with int8 weights, which quantize what they
 * multiply when they run (hybrid.h). */
struct sequence_float {
    struct sequence_layer layer;
    bool is_hybrid;
    float *weight_scales; /* per input; 1 where it is float32 */
};

/* What integers are multiplied with. Numbers are real / 2^-12 in the sums of gates, 2^-15 in what
 * they leave; cells have a scale that is a power of two. */
struct sequence_integer {
    struct sequence_layer layer;
    struct multiplier input[SEQUENCE_GATES], recurrent[SEQUENCE_GATES], peephole[3];
    struct multiplier hidden, projection;
    int32_t input_zero, state_zero, hidden_zero;
    int cell_bits; /* integer bits of cells: their scale is 2^(cell_bits - 15) */
    int32_t cell_clip, projection_clip; /* 0: there is none */
};

enum status sequence_prepare_float(struct kernel_call *call, struct arena *arena,
                                   struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status sequence_prepare_hybrid(struct kernel_call *call, struct arena *arena,
                                    struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status sequence_prepare_integer(struct kernel_call *call, struct arena *arena,
                                     struct error *error) __attribute__((nonnull(1, 2, 3)));

struct svdf {
    size_t samples, depth, filters, memory, rank, units;
    float feature_scale, time_scale; /* of int8 weights beside float32 */
    struct multiplier to_state, to_output;
};

enum status svdf_prepare_float(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status svdf_prepare_hybrid(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
enum status svdf_prepare_integer(struct kernel_call *call, struct arena *arena, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* Types of an operand, its scale included, that prepare checks. */
struct sequence_operand {
    int input;
    enum type type;
    bool is_quantized; /* one scale; zero point 0 unless is_activation */
    bool is_activation;
};
enum status sequence_check(const struct kernel_call *call, const struct sequence_operand *operands,
                           size_t count, struct error *error) __attribute__((nonnull(1, 2, 4)));
/* The only scale of input i. */
float sequence_scale(const struct kernel_call *call, int i) __attribute__((nonnull(1)));

#endif
