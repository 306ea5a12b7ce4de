#include "quantize/compensate.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* Of the mean moment. */
#define DAMPING 0.01

struct compensation {
    size_t count;
    size_t *order;  /* inputs, that of the largest moment first: it has most left to lean on */
    double *factor; /* upper triangle U, U'U the inverse of the moments, in that order */
    double *rest;   /* working memory of one row */
};

struct ranked {
    float moment;
    size_t input;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->moment < y->moment || x->moment > y->moment)
        return x->moment < y->moment ? 1 : -1;
    return x->input < y->input ? -1 : x->input > y->input;
}

static void sort_inputs(struct compensation *compensation, const float *sums)
{
    size_t count = compensation->count;
    struct ranked *ranked = xcalloc(count, sizeof(*ranked));
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){sums[i * count + i], i};
    qsort(ranked, count, sizeof(*ranked), compare_ranked);
    for (size_t i = 0; i < count; i++)
        compensation->order[i] = ranked[i].input;
    free(ranked);
}

double compensation_damping(const float *sums, size_t count)
{
    double mean = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += (double)sums[i * count + i] / (double)count;
    return DAMPING * mean;
}

/* The damped moments, in order and from last to first: the Cholesky factor of a matrix that is
 * turned around is that of the inverse, but for a triangular inversion. */
static void fill_turned(const struct compensation *compensation, const float *sums, double *matrix)
{
    size_t count = compensation->count;
    double damping = compensation_damping(sums, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            size_t a = compensation->order[count - 1 - i], b = compensation->order[count - 1 - k];
            matrix[i * count + k] = (double)sums[a < b ? a * count + b : b * count + a];
            if (i == k)
                matrix[i * count + k] += damping;
        }
}

/* In place: the lower triangle L of L L' = matrix. False where it is not positive. */
static bool factorize(double *matrix, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double *row = matrix + i * count;
        for (size_t k = 0; k <= i; k++) {
            const double *other = matrix + k * count;
            double sum = row[k];
            for (size_t j = 0; j < k; j++)
                sum -= row[j] * other[j];
            if (k < i)
                row[k] = sum / other[k];
            else if (!(sum > 0.0))
                return false;
            else
                row[i] = sqrt(sum);
        }
    }
    return true;
}

/* In place: the inverse of a lower triangle. */
static void invert_triangle(double *matrix, size_t count)
{
    for (size_t column = 0; column < count; column++) {
        matrix[column * count + column] = 1.0 / matrix[column * count + column];
        for (size_t i = column + 1; i < count; i++) {
            double sum = 0.0;
            for (size_t k = column; k < i; k++)
                sum -= matrix[i * count + k] * matrix[k * count + column];
            matrix[i * count + column] = sum / matrix[i * count + i];
        }
    }
}

struct compensation *compensation_new(const float *sums, size_t count)
{
    struct compensation *compensation = xcalloc(1, sizeof(*compensation));
    compensation->count = count;
    compensation->order = xcalloc(count, sizeof(*compensation->order));
    compensation->factor = xcalloc(count * count, sizeof(double));
    compensation->rest = xcalloc(count, sizeof(double));
    sort_inputs(compensation, sums);
    double *matrix = xcalloc(count * count, sizeof(double));
    fill_turned(compensation, sums, matrix);
    bool works = factorize(matrix, count);
    if (works) {
        /* With T turning around: T M T = L L', so the inverse of M is U'U with U = T L^-1 T, an
         * upper triangle. */
        invert_triangle(matrix, count);
        for (size_t i = 0; i < count; i++)
            for (size_t k = i; k < count; k++)
                compensation->factor[i * count + k] =
                    matrix[(count - 1 - i) * count + (count - 1 - k)];
    }
    free(matrix);
    if (works)
        return compensation;
    compensation_free(compensation);
    return NULL;
}

void compensation_free(struct compensation *compensation)
{
    if (!compensation)
        return;
    free(compensation->order);
    free(compensation->factor);
    free(compensation->rest);
    free(compensation);
}

void compensation_round(const struct compensation *compensation, const float *weights, int8_t *out,
                        size_t step, const struct steps *steps)
{
    size_t count = compensation->count;
    double *rest = compensation->rest;
    for (size_t i = 0; i < count; i++)
        rest[i] = (double)weights[compensation->order[i] * step];
    for (size_t i = 0; i < count; i++) {
        const double *row = compensation->factor + i * count;
        size_t input = compensation->order[i];
        double scale = step_of(steps, input);
        bool is_pruned = fpclassify(weights[input * step]) == FP_ZERO;
        double whole =
            is_pruned ? 0.0 : fmin(fmax(round(rest[i] / scale), -steps->most), steps->most);
        double error = (rest[i] - scale * whole) / row[i];
        out[input * step] = (int8_t)whole;
        for (size_t k = i + 1; k < count; k++)
            rest[k] -= error * row[k];
    }
}
