/* Operators that move elements, as functions from a place in an output to the element of an input
 * that the operator's definition puts there. */
#ifndef TESTS_ORIGINS_H
#define TESTS_ORIGINS_H

#include "kernel_cases.h"

/* What the case under test asks for: its inputs, and what the origins follow from. */
struct wanted {
    struct kernel_case c;
    struct shape in, out;
    int axis, batch;
    int mode;                       /* resizing: 1 aligns corners, 2 has half-pixel centers */
    int32_t nearest;                /* enum nearest */
    int32_t order[SHAPE_RANK_MAX];  /* TRANSPOSE: of the input's dimensions */
    int32_t before[SHAPE_RANK_MAX]; /* pads */
    bool is_symmetric;
    int32_t first[CASE_INPUTS]; /* cuts: where a part begins along the axis */
    /* Slices: output dimension d walks input dimension walks[d] (-1: none), the others stay. */
    int walks[SHAPE_RANK_MAX];
    int32_t begin[SHAPE_RANK_MAX], stride[SHAPE_RANK_MAX];
    /* The node is to be refused, because its output is given another zero point. */
    bool is_refused;
};
extern struct wanted wanted;

/* Begins a case: wanted is empty. */
void wanted_begin(bool is_refused);
/* A random shape, sometimes with long rows: more than one portion of work, and pieces that are
 * copied in one go. */
struct shape wanted_shape(int lowest_rank, int highest_rank);
/* Appends an input of random bytes. */
void wanted_add(struct kind kind, struct shape shape);

/* Instead of an element: padding. */
#define ORIGIN_PADDING SIZE_MAX

/* The element of *input (0 unless it is set) that stands at an index of an output. */
typedef size_t origin_function(const int32_t *at, int output, int *input);

origin_function origin_same, origin_transposed, origin_padded, origin_mirrored;
/* CONCATENATION, PACK; SPLIT and SPLIT_V, UNPACK */
origin_function origin_joined, origin_packed, origin_cut, origin_unpacked;
/* SLICE, STRIDED_SLICE, GATHER, RESIZE_NEAREST_NEIGHBOR */
origin_function origin_sliced, origin_gathered, origin_nearest;

/* Types of every size, with and without a scale. */
#define MOVED_KINDS 9
extern const struct kind moved_kinds[MOVED_KINDS];

/* Draws a node that moves elements of a kind, and ends with wanted_finish. */
typedef void mover(struct kind kind);
/* Runs each of them so many times on each of the kinds. */
void movers_keep_bytes(mover *const *movers, size_t count, int times);
/* An output with another zero point is refused, whatever is drawn. */
void movers_refuse(mover *const *movers, size_t count);

/* Runs the node whose inputs have been added, checks its only output, and ends the case. */
void wanted_finish(enum op op, const union op_params *params, struct kind kind,
                   origin_function *origin);
/* Compares an output, whose shape is wanted.out, element by element. */
void origin_check(struct kind kind, int output, const void *result, origin_function *origin);

#endif
