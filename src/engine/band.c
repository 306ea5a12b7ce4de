#include "engine/band.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

/* Tensors of so many bytes leave a core's cache before they are read. */
#define FAR_BYTES ((size_t)512 << 10)
/* What the rings of a band may take of the cache, and what they should: with less, steps take turns
 * more often than it brings. */
#define RINGS_BYTES       ((size_t)768 << 10)
#define RINGS_BYTES_LEAST ((size_t)128 << 10)
/* A ring has room for so many times what is needed at once: the more, the less is moved. */
#define RING_ROOM 2

static size_t row_length(const struct tensor *tensor)
{
    return tensor->shape.rank > 0 ? (size_t)tensor->shape.dim[tensor->shape.rank - 1] : 1;
}

static size_t pixels_of(const struct tensor *tensor)
{
    size_t length = row_length(tensor);
    return length > 0 ? shape_elements(&tensor->shape) / length : 0;
}

static size_t pixel_bytes(const struct tensor *tensor)
{
    return row_length(tensor) * type_size(tensor->type);
}

/* --- which steps ------------------------------------------------------------------------------ */

static int output_root(const struct planner *planner, int step)
{
    return planner->root[planner->plan->steps[step].call.node->outputs[0]];
}

static const struct tensor *output_of(const struct planner *planner, int step)
{
    return planner->plan->steps[step].call.outputs[0].tensor;
}

/* Whether the step reads, besides input 0, what a step from `first` on makes. */
static bool reads_beside(const struct planner *planner, int step, int first)
{
    const struct step *reader = &planner->plan->steps[step];
    const struct node *node = reader->call.node;
    for (int s = first; s < step; s++) {
        int made = output_root(planner, s);
        if (reader->addend != NO_TENSOR && planner->root[reader->addend] == made)
            return true;
        for (int i = 1; i < node->n_inputs; i++)
            if (node->inputs[i] != NO_TENSOR && planner->root[node->inputs[i]] == made)
                return true;
    }
    return false;
}

/* Whether the output of the step is so large that it is worth a ring, and the next step alone reads
 * all of it, pixel by pixel. */
static bool feeds_next(const struct planner *planner, int step)
{
    const struct step *maker = &planner->plan->steps[step], *reader = maker + 1;
    const struct tensor *made = output_of(planner, step);
    int root = output_root(planner, step);
    return maker->kernel->extent && reader->kernel->extent && reader->call.n_stages == 1 &&
           maker->call.node->n_outputs == 1 && reader->call.node->inputs[0] == root &&
           planner->uses[root] == 1 && planner->inner[maker->call.node->outputs[0]] == 0 &&
           maker->call.outputs[0].row_step == row_length(made) && tensor_bytes(made) > FAR_BYTES;
}

/* The last step of the longest band that begins with a step; the step itself: there is none. */
static int band_end(const struct planner *planner, int first)
{
    int last = first;
    while (last + 1 < planner->plan->n_steps && feeds_next(planner, last) &&
           !reads_beside(planner, last + 1, first))
        last++;
    return last;
}

/* --- whose turn it is ------------------------------------------------------------------------- */

/* A step of a band, and the ring that it writes. */
struct member {
    const struct step *step;
    size_t done, items, pixels;
    size_t ring, base; /* pixels that it has room for, and the first of those there are in it */
    size_t needed;     /* the most at once */
};

struct rehearsal {
    struct member *members;
    int count;
    struct band *band; /* takes turns down; NULL: they only show what rings need */
    size_t room;       /* for turns */
};

static struct kernel_extent extent_at(const struct member *member, size_t items)
{
    return member->step->kernel->extent(&member->step->call, items);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Makes room in a member's ring for what it writes up to `behind`, given that the pixels before
 * `needed` are not read any more. */
static void make_room(struct member *member, struct band_turn *turn, size_t needed, size_t behind)
{
    if (behind - needed > member->needed)
        member->needed = behind - needed;
    if (member->ring >= member->pixels ||
        (turn->first > 0 && behind - member->base <= member->ring))
        return;
    /* The pixel behind those that are complete may have begun. */
    size_t begun = smaller(extent_at(member, turn->first).written + 1, member->pixels);
    turn->moves = true;
    turn->keep_from = member->base = needed;
    turn->keep_count = turn->first > 0 ? begun - needed : 0;
}

static void take_down(struct rehearsal *rehearsal, const struct band_turn *turn)
{
    struct band *band = rehearsal->band;
    if (!band)
        return;
    if (band->n_turns == rehearsal->room) {
        rehearsal->room = 2 * rehearsal->room + 64;
        band->turns = xrealloc(band->turns, rehearsal->room, sizeof(*band->turns));
    }
    band->turns[band->n_turns++] = *turn;
}

static void take_turn(struct rehearsal *rehearsal, int number, size_t last)
{
    struct member *member = &rehearsal->members[number];
    struct band_turn turn = {.step = number, .first = member->done, .last = last};
    if (number + 1 < rehearsal->count) {
        const struct member *reader = member + 1;
        size_t written = extent_at(member, turn.first).written;
        size_t needed = smaller(extent_at(reader, reader->done).read_from, written);
        size_t behind = smaller(extent_at(member, last).written + 1, member->pixels);
        make_room(member, &turn, needed, behind);
    }
    member->done = last;
    take_down(rehearsal, &turn);
}

/* Completes the member's pixels before `wanted`, and before that what these are made of. */
static void complete(struct rehearsal *rehearsal, int number, size_t wanted)
{
    struct member *member = &rehearsal->members[number];
    size_t last = member->done;
    while (last < member->items && extent_at(member, last).written < wanted)
        last++;
    if (last == member->done)
        return;
    if (number > 0)
        complete(rehearsal, number - 1,
                 smaller(extent_at(member, last).read_to, rehearsal->members[number - 1].pixels));
    take_turn(rehearsal, number, last);
}

/* The last member makes so many pixels at a time. */
static void rehearse(struct rehearsal *rehearsal, size_t pixels)
{
    struct member *end = &rehearsal->members[rehearsal->count - 1];
    for (int i = 0; i < rehearsal->count; i++)
        rehearsal->members[i].done = rehearsal->members[i].base = 0;
    for (size_t wanted = pixels; end->done < end->items; wanted += pixels)
        complete(rehearsal, rehearsal->count - 1, smaller(wanted, end->pixels));
}

/* Finds how large rings are for so many pixels at a time, and returns their bytes. */
static size_t size_rings(struct rehearsal *rehearsal, size_t pixels)
{
    size_t bytes = 0;
    for (int i = 0; i < rehearsal->count; i++) {
        rehearsal->members[i].needed = 0;
        rehearsal->members[i].ring = SIZE_MAX;
    }
    rehearse(rehearsal, pixels);
    for (int i = 0; i + 1 < rehearsal->count; i++) {
        struct member *member = &rehearsal->members[i];
        member->ring = smaller(RING_ROOM * member->needed, member->pixels);
        bytes += member->ring * pixel_bytes(member->step->call.outputs[0].tensor);
    }
    return bytes;
}

/* As few rows of the last output at a time as make rings worth their turns; 0: there is no room
 * even for one. */
static size_t choose_pixels(struct rehearsal *rehearsal)
{
    const struct member *end = &rehearsal->members[rehearsal->count - 1];
    const struct shape *shape = &end->step->call.outputs[0].tensor->shape;
    size_t row = shape->rank == 4 ? (size_t)shape->dim[2] : 1, chosen = 0, bytes = 0;
    for (size_t pixels = row; bytes < RINGS_BYTES_LEAST && pixels < 2 * end->pixels; pixels *= 2) {
        bytes = size_rings(rehearsal, pixels);
        if (bytes > RINGS_BYTES)
            break;
        chosen = pixels;
    }
    return chosen;
}

/* The first step's scratch outlives its stages; the others share what lies behind it. */
static void place_scratch(struct plan *plan, int first, int last)
{
    size_t bytes = plan->steps[first].call.scratch_bytes + KERNEL_OVERREAD;
    size_t at = plan->steps[first].call.n_stages > 1 ? (bytes + 63) / 64 * 64 : 0;
    for (int s = first + 1; s <= last; s++) {
        struct step *step = &plan->steps[s];
        step->scratch_at = at;
        if (at + step->call.scratch_bytes > plan->sizes.scratch_bytes)
            plan->sizes.scratch_bytes = at + step->call.scratch_bytes;
    }
}

static void keep_band(struct plan *plan, struct rehearsal *rehearsal, int first, size_t pixels)
{
    struct band *band = arena_alloc(plan->arena, sizeof(*band));
    band->first = first;
    band->last = first + rehearsal->count - 1;
    size_rings(rehearsal, pixels);
    rehearsal->band = band;
    rehearse(rehearsal, pixels);
    struct band_turn *turns = band->turns;
    band->turns = arena_copy(plan->arena, turns, band->n_turns * sizeof(*turns));
    free(turns);
    for (size_t i = 0; i < band->n_turns; i++)
        band->turns[i].step += first;
    plan->steps[first].band = band;
    for (int i = 0; i + 1 < rehearsal->count; i++)
        plan->steps[first + i].ring_pixels = rehearsal->members[i].ring;
    place_scratch(plan, first, band->last);
}

/* Whether steps first..last take turns. */
static bool make_band(struct plan *plan, int first, int last)
{
    int count = last - first + 1;
    struct rehearsal rehearsal = {.count = count,
                                  .members = xcalloc((size_t)count, sizeof(struct member))};
    for (int i = 0; i < count; i++) {
        const struct step *step = &plan->steps[first + i];
        rehearsal.members[i].step = step;
        rehearsal.members[i].items = step->call.items[step->call.n_stages - 1];
        rehearsal.members[i].pixels = pixels_of(step->call.outputs[0].tensor);
    }
    size_t pixels = choose_pixels(&rehearsal);
    if (pixels > 0)
        keep_band(plan, &rehearsal, first, pixels);
    free(rehearsal.members);
    return pixels > 0;
}

void band_find_all(struct planner *planner)
{
    struct plan *plan = planner->plan;
    for (int first = 0, last; first < plan->n_steps; first = last + 1) {
        last = band_end(planner, first);
        while (last > first && !make_band(plan, first, last))
            last--;
    }
}
