/* SELECT_V2 and SELECT: out = condition ? a : b, element by element. All operands broadcast. */
#include <string.h>

#include "kernels/common/select.h"
#include "kernels/lists.h"

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
    struct broadcast_run run = {0};
    size_t end = portion_begin(&selection->portions, last);
    for (size_t i = portion_begin(&selection->portions, first); i < end; i += run.length) {
        char *out = (char *)call->outputs[0].data + i * size;
        broadcast_next(&selection->broadcast, i, end, &run);
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

#define ROW(text, op_, prepare_)                                                                   \
    {                                                                                              \
        .name = text "_any_reference", .op = OP_##op_, .isa = ISA_REFERENCE,                       \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = run_select          \
    }

static const struct kernel rows[] = {
    ROW("select_v2", SELECT_V2, select_prepare),
    ROW("select", SELECT, select_prepare),
};

KERNEL_LIST(reference_select_kernels, rows);
