#include "quantize/groups.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

void groups_init(struct groups *groups, enum type type, const struct ranges *ranges, int count)
{
    *groups = (struct groups){
        .type = type,
        .count = count,
        .items = xcalloc((size_t)count, sizeof(struct group)),
    };
    for (int i = 0; i < count; i++) {
        groups->items[i].parent = i;
        if (i < ranges->count)
            groups->items[i].range = ranges->items[i];
    }
}

void groups_release(struct groups *groups)
{
    FREE_AND_NULL(groups->items);
}

int groups_root(const struct groups *groups, int tensor)
{
    while (groups->items[tensor].parent != tensor)
        tensor = groups->items[tensor].parent;
    return tensor;
}

static bool same_scale(struct scale a, struct scale b)
{
    return a.zero_point == b.zero_point && !(a.scale < b.scale) && !(a.scale > b.scale);
}

/* Whether a scale represents the range, up to one step at the upper end, where LOGISTIC's and
 * SOFTMAX's own 1.0 lies. */
static bool spans(const struct groups *groups, struct scale scale, struct range range)
{
    float low, high;
    scale_span(groups->type, scale, &low, &high);
    return !range.seen || (range.low >= low && range.high <= high + scale.scale * 1.01f);
}

bool groups_fix(struct groups *groups, int tensor, struct scale scale)
{
    struct group *group = &groups->items[groups_root(groups, tensor)];
    if (group->is_fixed)
        return same_scale(group->fixed, scale);
    group->is_fixed = true;
    group->fixed = scale;
    return true;
}

static struct range wider(struct range a, struct range b)
{
    if (!a.seen || !b.seen)
        return a.seen ? a : b;
    return (struct range){fminf(a.low, b.low), fmaxf(a.high, b.high), true};
}

void groups_widen(struct groups *groups, int tensor, struct range range)
{
    struct group *group = &groups->items[groups_root(groups, tensor)];
    group->range = wider(group->range, range);
}

bool groups_tie(struct groups *groups, int a, int b)
{
    int root_a = groups_root(groups, a), root_b = groups_root(groups, b);
    struct group *x = &groups->items[root_a], *y = &groups->items[root_b];
    if (root_a == root_b)
        return true;
    if (x->is_fixed && y->is_fixed && !same_scale(x->fixed, y->fixed))
        return false;
    if ((x->is_fixed && !spans(groups, x->fixed, y->range)) ||
        (y->is_fixed && !spans(groups, y->fixed, x->range)))
        return false;
    if (y->is_fixed) {
        x->is_fixed = true;
        x->fixed = y->fixed;
    }
    x->range = wider(x->range, y->range);
    y->parent = root_a;
    return true;
}

struct scale groups_scale(const struct groups *groups, int tensor)
{
    const struct group *group = &groups->items[groups_root(groups, tensor)];
    if (group->is_fixed)
        return group->fixed;
    return scale_for_range(groups->type, group->range.low, group->range.high);
}

bool groups_known(const struct groups *groups, int tensor)
{
    const struct group *group = &groups->items[groups_root(groups, tensor)];
    return group->is_fixed || group->range.seen;
}
