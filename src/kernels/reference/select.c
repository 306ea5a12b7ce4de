/* SELECT_V2: out = condition ? a : b, element by element; and EQUAL, which makes such conditions.
 * All operands broadcast. */
#include <string.h>

#include "kernels/common/select.h"
#include "kernels/lists.h"
#include "kernels/reference/elements.h"

/* A run of elements of one size, which is a constant where this is inlined. */
static inline void select_run(const struct kernel_call *call, const struct broadcast_run *run,
                              char *out, const size_t size)
{
    const uint8_t *condition = call->inputs[0].data;
    const char *a = call->inputs[1].data, *b = call->inputs[2].data;
    for (size_t k = 0; k < run->length; k++) {
        bool takes_a = condition[run->first[0] + k * run->step[0]] != 0;
        const char *from = takes_a ? a + (run->first[1] + k * run->step[1]) * size
                                   : b + (run->first[2] + k * run->step[2]) * size;
        memcpy(out + k * size, from, size);
    }
}

static void run_select(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)thread;
    const struct selection *selection = call->state;
    size_t size = type_size(call->outputs[0].tensor->type);
    struct broadcast_run run;
    size_t end = portion_begin(&selection->portions, last);
    for (size_t i = portion_begin(&selection->portions, first); i < end; i += run.length) {
        char *out = (char *)call->outputs[0].data + i * size;
        run = broadcast_run(&selection->broadcast, i, end);
        switch (size) {
        case 1:
            select_run(call, &run, out, 1);
            break;
        case 2:
            select_run(call, &run, out, 2);
            break;
        case 4:
            select_run(call, &run, out, 4);
            break;
        default:
            select_run(call, &run, out, 8);
        }
    }
}

/* NaN equals nothing, and 0 equals -0. */
static bool equal(enum type type, const void *a, size_t i, const void *b, size_t k)
{
    if (type == TYPE_F32) {
        float x = ((const float *)a)[i], y = ((const float *)b)[k];
        return x >= y && x <= y;
    }
    return element_load(type, a, i) == element_load(type, b, k);
}

static void run_equal(const struct kernel_call *call, int stage, size_t first, size_t last,
                      int thread)
{
    (void)stage, (void)thread;
    const struct selection *selection = call->state;
    const struct operand *a = &call->inputs[0], *b = &call->inputs[1];
    uint8_t *out = call->outputs[0].data;
    struct broadcast_run run;
    size_t end = portion_begin(&selection->portions, last);
    for (size_t i = portion_begin(&selection->portions, first); i < end; i += run.length) {
        run = broadcast_run(&selection->broadcast, i, end);
        for (size_t k = 0; k < run.length; k++)
            out[i + k] = equal(a->tensor->type, a->data, run.first[0] + k * run.step[0], b->data,
                               run.first[1] + k * run.step[1]);
    }
}

#define ROW(text, op_, type, out, prepare_, run_)                                                  \
    {                                                                                              \
        .name = text "_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                           \
        .types = {type, TYPE_ANY, out}, .prepare = (prepare_), .run = (run_)                       \
    }
#define EQUAL(suffix, type)                                                                        \
    ROW("equal_" suffix, EQUAL, type, TYPE_BOOL, select_prepare_equal, run_equal)

static const struct kernel rows[] = {
    ROW("select_v2_any", SELECT_V2, TYPE_ANY, TYPE_ANY, select_prepare, run_select),
    EQUAL("f32", TYPE_F32),
    EQUAL("i32", TYPE_I32),
    EQUAL("i64", TYPE_I64),
    EQUAL("bool", TYPE_BOOL),
    EQUAL("i8", TYPE_I8),
    EQUAL("u8", TYPE_U8),
};

KERNEL_LIST(reference_select_kernels, rows);
