#include "quantize/descent.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* Few passes change anything; none but the last changes nothing. */
#define PASSES_MAX 50

struct descent {
    size_t count;
    float *moments; /* all of the damped matrix, row by row */
    double *errors; /* working memory of one row: what each weight lacks */
    double *slopes; /* and moments times errors, half of what the error changes by */
};

struct descent *descent_new(const float *sums, size_t count)
{
    struct descent *descent = xcalloc(1, sizeof(*descent));
    float damping = (float)compensation_damping(sums, count);
    descent->count = count;
    descent->moments = xcalloc(count * count, sizeof(*descent->moments));
    descent->errors = xcalloc(count, sizeof(*descent->errors));
    descent->slopes = xcalloc(count, sizeof(*descent->slopes));
    for (size_t i = 0; i < count; i++)
        for (size_t k = i; k < count; k++) {
            float moment = sums[i * count + k] + (i == k ? damping : 0.0f);
            descent->moments[i * count + k] = moment;
            descent->moments[k * count + i] = moment;
        }
    return descent;
}

void descent_free(struct descent *descent)
{
    if (!descent)
        return;
    free(descent->moments);
    free(descent->errors);
    free(descent->slopes);
    free(descent);
}

/* An error grows by so much; all slopes follow. */
static void change(const struct descent *descent, size_t input, double growth)
{
    const float *row = descent->moments + input * descent->count;
    descent->errors[input] += growth;
    for (size_t k = 0; k < descent->count; k++)
        descent->slopes[k] += growth * (double)row[k];
}

/* The whole number with which the error is least while all others stay. */
static double best_whole(const struct descent *descent, size_t input, double whole, double scale,
                         double most)
{
    double moment = (double)descent->moments[input * descent->count + input];
    double better = whole + descent->slopes[input] / (moment * scale);
    bool gains = moment > 0.0 && fabs(better - whole) > 0.5;
    return gains ? fmin(fmax(round(better), -most), most) : whole;
}

void descent_improve(const struct descent *descent, const float *weights, int8_t *rounded,
                     size_t step, const struct steps *steps)
{
    size_t count = descent->count;
    bool changes = true;
    for (size_t i = 0; i < count; i++)
        descent->errors[i] = descent->slopes[i] = 0.0;
    for (size_t i = 0; i < count; i++)
        change(descent, i, (double)weights[i * step] - step_of(steps, i) * rounded[i * step]);
    for (int pass = 0; changes && pass < PASSES_MAX; pass++) {
        changes = false;
        for (size_t i = 0; i < count; i++) {
            double scale = step_of(steps, i), whole = rounded[i * step];
            if (fpclassify(weights[i * step]) == FP_ZERO)
                continue;
            double best = best_whole(descent, i, whole, scale, steps->most);
            if (!(best < whole) && !(best > whole))
                continue;
            change(descent, i, scale * (whole - best));
            rounded[i * step] = (int8_t)best;
            changes = true;
        }
    }
}
