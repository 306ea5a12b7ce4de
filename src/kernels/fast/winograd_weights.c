/* The weights of Winograd's planes. */
#include <math.h>

#include "kernels/fast/winograd.h"

#define ROOT 1.41421356237309504880

/* The points, but for the last one, which is infinity: the transforms of winograd_tile.c are made
 * for them. */
static const double points_2[] = {0.0, 1.0, -1.0};
static const double points_4[] = {0.0, ROOT / 2, -ROOT / 2, ROOT, -ROOT};

/* G: row i has the powers of point i over its distances from the others; the last one, of infinity,
 * takes the last weight. */
static void fill_matrix(int side, double (*matrix)[FILTER_SIDE])
{
    const double *points = side == 2 ? points_2 : points_4;
    int count = side + FILTER_SIDE - 2;
    for (int i = 0; i < count; i++) {
        double distances = 1.0;
        for (int k = 0; k < count; k++)
            distances *= k == i ? 1.0 : points[i] - points[k];
        for (int j = 0; j < FILTER_SIDE; j++)
            matrix[i][j] = pow(points[i], j) / distances;
    }
    matrix[count][0] = matrix[count][1] = 0.0;
    matrix[count][2] = 1.0;
}

/* G w G^T of one filter's input, whose cells lie `step` apart: plane p to to[p * to_step]. */
static void transform(const float *weights, size_t step, double (*matrix)[FILTER_SIDE], int cells,
                      float *to, size_t to_step)
{
    double lines[TILE_SIDE_MAX][FILTER_SIDE];
    for (int i = 0; i < cells; i++)
        for (size_t x = 0; x < FILTER_SIDE; x++) {
            lines[i][x] = 0.0;
            for (size_t y = 0; y < FILTER_SIDE; y++)
                lines[i][x] += matrix[i][y] * (double)weights[(y * FILTER_SIDE + x) * step];
        }
    for (int i = 0; i < cells; i++)
        for (int j = 0; j < cells; j++, to += to_step)
            *to = (float)(lines[i][0] * matrix[j][0] + lines[i][1] * matrix[j][1] +
                          lines[i][2] * matrix[j][2]);
}

float *winograd_pack(const float *weights, int channels, int depth, int side, struct arena *arena)
{
    double matrix[TILE_SIDE_MAX][FILTER_SIDE];
    int cells = side + FILTER_SIDE - 1;
    size_t plane = winograd_panel_elements(depth), planes = (size_t)(cells * cells);
    size_t panels = (size_t)(channels + PANEL_WIDTH - 1) / PANEL_WIDTH;
    float *packed = arena_try(arena, panels * planes, plane * sizeof(*packed));
    fill_matrix(side, matrix);
    for (int c = 0; packed && c < channels; c++) {
        int panel = c / PANEL_WIDTH;
        size_t width = (size_t)panel_width(channels, panel);
        float *to = packed + (size_t)panel * planes * plane + c % PANEL_WIDTH;
        const float *from = weights + (size_t)c * FILTER_SIDE * FILTER_SIDE * (size_t)depth;
        for (size_t k = 0; k < (size_t)depth; k++)
            transform(from + k, (size_t)depth, matrix, cells, to + k * width, plane);
    }
    return packed;
}
