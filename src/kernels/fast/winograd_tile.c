/* Winograd's transforms of inputs and products, tile by tile, channels in vectors. */
#include "kernels/fast/winograd.h"

#define ROOT_F 0x1.6a09e6p0f /* sqrt(2) */

/* B^T: one line of inputs. In front of each the polynomials that they are coefficients of. */

/* x^2 - 1 below 0, x (x + 1), x (x - 1), x^3 - x. */
INLINE void input_line_2(const vfloat *in, vfloat *out)
{
    out[0] = in[2] - in[0];
    out[1] = in[2] + in[1];
    out[2] = in[2] - in[1];
    out[3] = in[3] - in[1];
}

/* (x^2 - 1/2) (x^2 - 2); x (x +- 1/r) (x^2 - 2); x (x +- r) (x^2 - 1/2); x times the first. */
INLINE void input_line_4(const vfloat *in, vfloat *out)
{
    vfloat even = add_product(in[4], in[2], all_float(-2.0f));
    vfloat odd = add_product(in[3], in[1], all_float(-2.0f));
    out[0] = add_product(in[4] + in[0], in[2], all_float(-2.5f));
    out[1] = add_product(even, odd, all_float(0.5f * ROOT_F));
    out[2] = add_product(even, odd, all_float(-0.5f * ROOT_F));
    even = add_product(in[4], in[2], all_float(-0.5f));
    odd = add_product(in[3], in[1], all_float(-0.5f));
    out[3] = add_product(even, odd, all_float(ROOT_F));
    out[4] = add_product(even, odd, all_float(-ROOT_F));
    out[5] = add_product(in[5] + in[1], in[3], all_float(-2.5f));
}

/* A^T: one line of products to outputs, whose number i has the i-th powers of the points. */

INLINE void output_line_2(const vfloat *in, vfloat *out)
{
    out[0] = in[0] + in[1] + in[2];
    out[1] = in[1] - in[2] + in[3];
}

INLINE void output_line_4(const vfloat *in, vfloat *out)
{
    vfloat near_sum = in[1] + in[2], near_difference = in[1] - in[2];
    vfloat far_sum = in[3] + in[4], far_difference = in[3] - in[4];
    const vfloat root = all_float(ROOT_F), half = all_float(0.5f);
    out[0] = in[0] + near_sum + far_sum;
    out[1] = root * add_product(far_difference, near_difference, half);
    out[2] = add_product(far_sum + far_sum, near_sum, half);
    vfloat thirds = add_product(2.0f * far_difference, near_difference, all_float(0.25f));
    out[3] = add_product(in[5], thirds, root);
}

/* side is a constant where these are inlined: what is not one would not stay in registers. */

INLINE void input_line(const vfloat *in, vfloat *out, const int side)
{
    if (side == 2)
        input_line_2(in, out);
    else
        input_line_4(in, out);
}

INLINE void output_line(const vfloat *in, vfloat *out, const int side)
{
    if (side == 2)
        output_line_2(in, out);
    else
        output_line_4(in, out);
}

INLINE void transform_input(const struct winograd_cells *from, int depth, float *to,
                            size_t plane_step, const int side)
{
    const int cells = side + FILTER_SIDE - 1;
    for (size_t c = 0; c < (size_t)depth; c += LANES, to += LANES) {
        vfloat lines[TILE_SIDE_MAX][TILE_SIDE_MAX];
#pragma GCC unroll 1
        for (int x = 0; x < cells; x++) {
            vfloat in[TILE_SIDE_MAX], out[TILE_SIDE_MAX];
#pragma GCC unroll 6
            for (int y = 0; y < cells; y++)
                in[y] = load_float(from->cell[y * cells + x] + c);
            input_line(in, out, side);
#pragma GCC unroll 6
            for (int y = 0; y < cells; y++)
                lines[y][x] = out[y];
        }
        float *plane = to;
#pragma GCC unroll 1
        for (int y = 0; y < cells; y++) {
            vfloat out[TILE_SIDE_MAX];
            input_line(lines[y], out, side);
#pragma GCC unroll 6
            for (int x = 0; x < cells; x++, plane += plane_step)
                store_float(plane, out[x]);
        }
    }
}

void winograd_input_2(const struct winograd_cells *cells, int depth, float *to, size_t plane_step)
{
    transform_input(cells, depth, to, plane_step, 2);
}

void winograd_input_4(const struct winograd_cells *cells, int depth, float *to, size_t plane_step)
{
    transform_input(cells, depth, to, plane_step, 4);
}

/* One line of a tile's outputs, LANES channels of which so many are part of the output. */
INLINE void store_line(const struct winograd_outputs *out, const vfloat *values, size_t at,
                       size_t live, vfloat bias, const int side)
{
    vfloat low = all_float(out->low), high = all_float(out->high);
#pragma GCC unroll 4
    for (int x = 0; x < side; x++, at += out->pixel_step) {
        if (x == out->columns)
            break;
        vfloat value = values[x];
        if (out->addend)
            value += live == LANES ? load_float(out->addend + at)
                                   : load_some(out->addend + at, live, 0.0f);
        value = clamp_floats(value + bias, low, high);
        if (live == LANES)
            store_float(out->to + at, value);
        else
            store_some(out->to + at, live, value);
    }
}

INLINE void transform_output(const float *products, struct winograd_outputs out, const int side)
{
    const int cells = side + FILTER_SIDE - 1;
    for (size_t c = 0; c < out.channels; c += LANES) {
        vfloat lines[TILE_OUT_MAX][TILE_SIDE_MAX];
        size_t live = out.channels - c < LANES ? out.channels - c : LANES;
#pragma GCC unroll 1
        for (int x = 0; x < cells; x++) {
            vfloat in[TILE_SIDE_MAX], made[TILE_OUT_MAX];
#pragma GCC unroll 6
            for (int y = 0; y < cells; y++)
                in[y] = load_float(products + (size_t)((y * cells + x) * PANEL_WIDTH) + c);
            output_line(in, made, side);
#pragma GCC unroll 4
            for (int y = 0; y < side; y++)
                lines[y][x] = made[y];
        }
        vfloat bias = load_float(out.bias + c);
        size_t at = c;
#pragma GCC unroll 1
        for (int y = 0; y < out.lines; y++, at += out.line_step) {
            vfloat made[TILE_OUT_MAX];
            output_line(lines[y], made, side);
            store_line(&out, made, at, live, bias, side);
        }
    }
}

void winograd_output_2(const float *products, const struct winograd_outputs *out)
{
    transform_output(products, *out, 2);
}

void winograd_output_4(const float *products, const struct winograd_outputs *out)
{
    transform_output(products, *out, 4);
}
