/* Functions of one int8 or uint8 tensor: a table of what becomes of each of the 256 values. */
#include "kernels/common/lookup.h"
#include "kernels/common/portions.h"
#include "kernels/common/tabulate.h"
#include "kernels/fast/isa.h"
#include "kernels/fast/vector/vector.h"
#include "kernels/lists.h"

/* The state of a call. */
struct looked_up {
    struct portions portions; /* of the elements; they are the work items */
    uint8_t table[LOOKUP_8_SIZE];
};

static bool has_table(const struct kernel_call *call)
{
    return call->table != NULL;
}

static enum status prepare(struct kernel_call *call, struct arena *arena, struct error *error)
{
    struct looked_up *state = call->state = arena_alloc(arena, sizeof(*state));
    state->portions = portions_of(shape_elements(&call->outputs[0].tensor->shape), 1);
    call->items[0] = state->portions.items;
    if (!call->table)
        return tabulate(call, state->table, error);
    memcpy(state->table, call->table, sizeof(state->table));
    return STATUS_OK;
}

static void run(const struct kernel_call *call, int stage, size_t first, size_t last, int thread)
{
    const struct looked_up *state = call->state;
    const uint8_t *in = call->inputs[0].data;
    uint8_t *out = call->outputs[0].data;
    size_t i = portion_begin(&state->portions, first), end = portion_begin(&state->portions, last);
    (void)stage, (void)thread;
    for (; i + VECTOR_BYTES <= end; i += VECTOR_BYTES)
        lookup_block(state->table, in + i, out + i);
    for (; i < end; i++)
        out[i] = state->table[in[i]];
}

#define ROW(text, op_, type)                                                                       \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_##op_, .isa = KERNEL_ISA,                                \
        .types = {type, TYPE_ANY, type}, .prepare = prepare, .run = run                            \
    }
#define ROWS(text, op) ROW(text "_i8", op, TYPE_I8), ROW(text "_u8", op, TYPE_U8)

#define GIVEN(text, from, to)                                                                      \
    {                                                                                              \
        .name = FAST_TEXT(text), .op = OP_QUANTIZE, .isa = KERNEL_ISA,                             \
        .types = {from, TYPE_ANY, to}, .accepts = has_table, .prepare = prepare, .run = run        \
    }

/* Of two rows that fit, the later one is chosen: those that look up come behind those of QUANTIZE
 * (kernels/lists.h). */
static const struct kernel rows[] = {
    GIVEN("lookup_i8", TYPE_I8, TYPE_I8),
    GIVEN("lookup_i8_u8", TYPE_I8, TYPE_U8),
    GIVEN("lookup_u8", TYPE_U8, TYPE_U8),
    GIVEN("lookup_u8_i8", TYPE_U8, TYPE_I8),
    ROWS("relu", RELU),
    ROWS("relu6", RELU6),
    ROWS("relu_n1_to_1", RELU_N1_TO_1),
    ROWS("leaky_relu", LEAKY_RELU),
    ROWS("elu", ELU),
    ROWS("hard_swish", HARD_SWISH),
    ROWS("gelu", GELU),
    ROWS("logistic", LOGISTIC),
    ROWS("tanh", TANH),
    ROWS("exp", EXP),
    ROWS("log", LOG),
    ROWS("sqrt", SQRT),
    ROWS("rsqrt", RSQRT),
    ROWS("abs", ABS),
};

FAST_LIST(fast_lookup_kernels, rows);
