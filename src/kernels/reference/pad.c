/* PAD, PADV2 and MIRROR_PAD. */
#include <string.h>

#include "kernels/common/pad.h"
#include "kernels/lists.h"
#include "kernels/reference/strided.h"

/* Where dimension i of the output lies in the input; out of 0..in-1 in the padding. */
static ptrdiff_t plain_index(const struct pad *pad, int i, size_t index)
{
    return (ptrdiff_t)index - (ptrdiff_t)pad->before[i];
}

static ptrdiff_t mirrored_index(const struct pad *pad, int i, size_t index)
{
    ptrdiff_t plain = plain_index(pad, i, index), size = (ptrdiff_t)pad->in[i];
    if (plain < 0)
        return -plain - pad->edge;
    return plain < size ? plain : 2 * size - 2 + pad->edge - plain;
}

typedef ptrdiff_t index_function(const struct pad *pad, int i, size_t index);

/* The number of the input's row that a row of the output is made of; -1 for one of padding. */
static ptrdiff_t source_row(const struct pad *pad, size_t row, index_function *function)
{
    ptrdiff_t source = 0, step = 1;
    for (int i = pad->rank - 2; i >= 0; i--) {
        ptrdiff_t index = function(pad, i, row % pad->out[i]), size = (ptrdiff_t)pad->in[i];
        if (index < 0 || index >= size)
            return -1;
        source += index * step;
        step *= size;
        row /= pad->out[i];
    }
    return source;
}

static void fill(char *to, const struct pad *pad, const unsigned char *value, size_t bytes)
{
    bool uniform = memcmp(value, value + 1, pad->size - 1) == 0;
    if (uniform)
        memset(to, value[0], bytes);
    else
        strided_row(to, (ptrdiff_t)pad->size, value, 0, pad->size, bytes / pad->size);
}

static void run_pad(const struct kernel_call *call, int stage, size_t first, size_t last,
                    int thread)
{
    (void)stage, (void)thread;
    const struct pad *pad = call->state;
    const unsigned char *value = call->node->op == OP_PADV2 ? call->inputs[2].data : pad->value;
    const char *in = call->inputs[0].data;
    int inner = pad->rank - 1;
    size_t before = pad->before[inner] * pad->unit, middle = pad->in[inner] * pad->unit;
    size_t row_bytes = pad->out[inner] * pad->unit, end = portion_begin(&pad->rows, last);
    for (size_t row = portion_begin(&pad->rows, first); row < end; row++) {
        char *out = (char *)call->outputs[0].data + row * row_bytes;
        ptrdiff_t source = source_row(pad, row, plain_index);
        if (source < 0) {
            fill(out, pad, value, row_bytes);
            continue;
        }
        fill(out, pad, value, before);
        memcpy(out + before, in + source * (ptrdiff_t)middle, middle);
        fill(out + before + middle, pad, value, row_bytes - before - middle);
    }
}

/* The units first..last-1 of a row that lie in the padding. */
static void mirror(char *out, const char *in, const struct pad *pad, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        ptrdiff_t source = mirrored_index(pad, pad->rank - 1, i);
        memcpy(out + i * pad->unit, in + source * (ptrdiff_t)pad->unit, pad->unit);
    }
}

static void run_mirror(const struct kernel_call *call, int stage, size_t first, size_t last,
                       int thread)
{
    (void)stage, (void)thread;
    const struct pad *pad = call->state;
    int inner = pad->rank - 1;
    size_t before = pad->before[inner], middle = pad->in[inner], units = pad->out[inner];
    size_t end = portion_begin(&pad->rows, last);
    for (size_t row = portion_begin(&pad->rows, first); row < end; row++) {
        ptrdiff_t source = source_row(pad, row, mirrored_index);
        const char *in =
            (const char *)call->inputs[0].data + source * (ptrdiff_t)(middle * pad->unit);
        char *out = (char *)call->outputs[0].data + row * units * pad->unit;
        mirror(out, in, pad, 0, before);
        memcpy(out + before * pad->unit, in, middle * pad->unit);
        mirror(out, in, pad, before + middle, units);
    }
}

#define ANY(text, op_, prepare_, run_)                                                             \
    {                                                                                              \
        .name = text "_any_copy", .op = OP_##op_, .isa = ISA_REFERENCE,                            \
        .types = {TYPE_ANY, TYPE_ANY, TYPE_ANY}, .prepare = (prepare_), .run = (run_)              \
    }

static const struct kernel rows[] = {
    ANY("pad", PAD, pad_prepare_zero, run_pad),
    ANY("padv2", PADV2, pad_prepare_value, run_pad),
    ANY("mirror_pad", MIRROR_PAD, pad_prepare_mirror, run_mirror),
};

KERNEL_LIST(reference_pad_kernels, rows);
