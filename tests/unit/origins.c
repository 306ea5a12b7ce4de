#include "origins.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct wanted wanted;

void wanted_begin(bool is_refused)
{
    memset(&wanted, 0, sizeof(wanted));
    case_init(&wanted.c);
    wanted.is_refused = is_refused;
}

struct shape wanted_shape(int lowest_rank, int highest_rank)
{
    struct shape shape = {.rank = case_between(lowest_rank, highest_rank)};
    for (int d = 0; d < shape.rank; d++)
        shape.dim[d] = case_between(1, 5);
    /* Long rows: more than one portion of work, and pieces that are copied in one go. */
    if (shape.rank > 0 && shape.rank < 4 && case_between(0, 2) == 0)
        shape.dim[case_between(0, shape.rank - 1)] = case_between(300, 1500);
    return shape;
}

void wanted_add(struct kind kind, struct shape shape)
{
    case_bytes(&wanted.c, kind, shape);
}

void origin_check(struct kind kind, int output, const void *result, origin_function *origin)
{
    const struct kernel_case *c = &wanted.c;
    size_t size = type_size(kind.type), count = shape_elements(&wanted.out);
    const struct node *node = &c->graph->nodes[0];
    unsigned char padding[8] = {0};
    memcpy(padding, &kind.zero, size < sizeof(kind.zero) ? size : sizeof(kind.zero));
    if (!shape_equal(&node_output(c->graph, node, output)->shape, &wanted.out))
        fail_msg("%s: output %d has another shape", c->kernel->name, output);
    for (size_t i = 0; i < count; i++) {
        int32_t at[SHAPE_RANK_MAX];
        int input = node->op == OP_SPLIT;
        shape_index(&wanted.out, i, at);
        size_t element = origin(at, output, &input);
        const char *expected = element == ORIGIN_PADDING
                                   ? (const char *)padding
                                   : (const char *)c->elements[input] + element * size;
        if (memcmp((const char *)result + i * size, expected, size) != 0)
            fail_msg("%s of %s: element %zu of output %d is wrong", c->kernel->name,
                     type_name(kind.type), i, output);
    }
}

void wanted_finish(enum op op, const union op_params *params, struct kind kind,
                   origin_function *origin)
{
    if (wanted.is_refused) {
        struct kind other = kind;
        other.zero += 1;
        case_refuses(&wanted.c, op, params, other, "differ in scale or zero point");
    } else {
        case_run(&wanted.c, op, params, kind);
        origin_check(kind, 0, wanted.c.result, origin);
    }
    case_release(&wanted.c);
}

const struct kind moved_kinds[MOVED_KINDS] = {
    F32,     I8(0.5f, -3),    U8(0.25f, 7),    I16(0.125f, 0), PLAIN(TYPE_I32), PLAIN(TYPE_I64),
    BOOLEAN, PLAIN(TYPE_F16), PLAIN(TYPE_F64),
};

void movers_keep_bytes(mover *const *movers, size_t count, int times)
{
    for (int time = 0; time < times; time++)
        for (size_t k = 0; k < MOVED_KINDS; k++)
            for (size_t i = 0; i < count; i++) {
                wanted_begin(false);
                movers[i](moved_kinds[k]);
            }
}

void movers_refuse(mover *const *movers, size_t count)
{
    const struct kind scaled = I8(0.5f, -3);
    for (int time = 0; time < 4; time++)
        for (size_t i = 0; i < count; i++) {
            wanted_begin(true);
            movers[i](scaled);
        }
}

size_t origin_same(const int32_t *at, int output, int *input)
{
    (void)output, (void)input;
    return shape_flat(&wanted.out, at);
}

size_t origin_transposed(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output, (void)input;
    for (int d = 0; d < wanted.in.rank; d++)
        from[wanted.order[d]] = at[d];
    return shape_flat(&wanted.in, from);
}

size_t origin_padded(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output;
    for (int d = 0; d < wanted.in.rank; d++) {
        from[d] = at[d] - wanted.before[d];
        if (from[d] < 0 || from[d] >= wanted.in.dim[d]) {
            /* PADV2's value is its third input. */
            *input = wanted.c.n_inputs == 3 ? 2 : 0;
            return wanted.c.n_inputs == 3 ? 0 : ORIGIN_PADDING;
        }
    }
    return shape_flat(&wanted.in, from);
}

/* The image goes on as in mirrors at both ends: forth and back with a period of its own. */
size_t origin_mirrored(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output, (void)input;
    for (int d = 0; d < wanted.in.rank; d++) {
        int32_t size = wanted.in.dim[d], period = wanted.is_symmetric ? 2 * size : 2 * size - 2;
        int32_t place = period ? (at[d] - wanted.before[d] + period) % period : 0;
        from[d] = place < size ? place : period - place - wanted.is_symmetric;
    }
    return shape_flat(&wanted.in, from);
}

/* Which part the index along the axis is in, and where. */
size_t origin_joined(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output;
    memcpy(from, at, sizeof(from));
    while (from[wanted.axis] >= case_shape(&wanted.c, *input)->dim[wanted.axis])
        from[wanted.axis] -= case_shape(&wanted.c, (*input)++)->dim[wanted.axis];
    return shape_flat(case_shape(&wanted.c, *input), from);
}

size_t origin_packed(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output;
    for (int d = 0, n = 0; d < wanted.out.rank; d++)
        if (d != wanted.axis)
            from[n++] = at[d];
    *input = at[wanted.axis];
    return shape_flat(&wanted.in, from);
}

size_t origin_cut(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)input;
    memcpy(from, at, sizeof(from));
    from[wanted.axis] += wanted.first[output];
    return shape_flat(&wanted.in, from);
}

size_t origin_unpacked(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)input;
    for (int d = 0, n = 0; d < wanted.in.rank; d++)
        from[d] = d == wanted.axis ? output : at[n++];
    return shape_flat(&wanted.in, from);
}

size_t origin_sliced(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX];
    (void)output, (void)input;
    memcpy(from, wanted.begin, sizeof(from));
    for (int d = 0; d < wanted.out.rank; d++)
        if (wanted.walks[d] >= 0)
            from[wanted.walks[d]] += at[d] * wanted.stride[wanted.walks[d]];
    return shape_flat(&wanted.in, from);
}

/* out[b.., o.., i.., s..] = in[b.., o.., indices[b.., i..], s..]; an index below 0 is counted from
 * the end, and one beyond the ends is theirs. */
size_t origin_gathered(const int32_t *at, int output, int *input)
{
    const struct shape *indices = case_shape(&wanted.c, 1);
    int32_t from[SHAPE_RANK_MAX], of[SHAPE_RANK_MAX];
    int batch = wanted.batch, axis = wanted.axis, picks = indices->rank - batch;
    (void)output, (void)input;
    memcpy(from, at, sizeof(from));
    memcpy(of, at, sizeof(of));
    for (int d = 0; d < picks; d++)
        of[batch + d] = at[axis + d];
    double index = case_real(&wanted.c, 1, shape_flat(indices, of));
    index += index < 0.0 ? wanted.in.dim[axis] : 0;
    from[axis] = (int32_t)fmin(fmax(index, 0.0), wanted.in.dim[axis] - 1);
    for (int d = axis + 1; d < wanted.in.rank; d++)
        from[d] = at[d - 1 + picks];
    return shape_flat(&wanted.in, from);
}

/* By centers floor(i * in / out), with half-pixel centers floor((i + 1/2) * in / out), with aligned
 * corners i * (in - 1) / (out - 1), rounded. */
static double by_centers(double in, double out, double i)
{
    double scale = wanted.mode == 1 && out > 1.0 ? (in - 1.0) / (out - 1.0) : in / out;
    return wanted.mode == 1   ? round(i * scale)
           : wanted.mode == 2 ? floor((i + 0.5) * scale)
                              : floor(i * scale);
}

/* The pixel next to where i lies in the input; halves, which doubles have exactly where they come
 * from one division, go where the node says. */
static double next_to(double in, double out, double i)
{
    double place = wanted.mode == 1   ? out > 1.0 ? i * (in - 1.0) / (out - 1.0) : 0.0
                   : wanted.mode == 2 ? (2.0 * i * in + in - out) / (2.0 * out)
                                      : i * in / out;
    return wanted.nearest == NEAREST_PREFER_FLOOR  ? ceil(place - 0.5)
           : wanted.nearest == NEAREST_PREFER_CEIL ? floor(place + 0.5)
           : wanted.nearest == NEAREST_FLOOR       ? floor(place)
                                                   : ceil(place);
}

size_t origin_nearest(const int32_t *at, int output, int *input)
{
    int32_t from[SHAPE_RANK_MAX] = {at[0], 0, 0, at[3]};
    (void)output, (void)input;
    for (int d = 1; d < 3; d++) {
        double in = wanted.in.dim[d], out = wanted.out.dim[d];
        double place = wanted.nearest == NEAREST_BY_CENTERS ? by_centers(in, out, at[d])
                                                            : next_to(in, out, at[d]);
        from[d] = (int32_t)fmin(fmax(place, 0.0), in - 1.0);
    }
    return shape_flat(&wanted.in, from);
}
