#include "quantize/pixels.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/scale.h"

/* Values of three channels of 8 bits that are normalized each in its own way, and some more. */
#define VALUES_MOST 1024
#define PLACES      (4 * VALUES_MOST) /* a power of 2 */

#define STEPS       255
#define STEPS_LEAST 240
#define WORTH       0.9

struct place {
    float value;
    uint64_t count; /* 0: it is free */
};

struct pixels {
    struct place places[PLACES];
    size_t values; /* more than VALUES_MOST: no more are looked at */
};

struct pixels *pixels_new(void)
{
    return xcalloc(1, sizeof(struct pixels));
}

void pixels_free(struct pixels *pixels)
{
    free(pixels);
}

/* Of two zeros one has other bits: they are two values. */
static struct place *find(struct pixels *pixels, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    size_t i = (bits * UINT32_C(2654435761)) >> 20 & (PLACES - 1);
    while (pixels->places[i].count > 0 &&
           memcmp(&pixels->places[i].value, &value, sizeof(value)) != 0)
        i = (i + 1) & (PLACES - 1);
    return &pixels->places[i];
}

void pixels_see(struct pixels *pixels, const float *values, size_t count)
{
    for (size_t i = 0; i < count && pixels->values <= VALUES_MOST; i++) {
        if (!isfinite(values[i]))
            continue;
        struct place *place = find(pixels, values[i]);
        if (place->count++ == 0) {
            place->value = values[i];
            pixels->values++;
        }
    }
}

static double error_of(const struct pixels *pixels, struct range range)
{
    const struct scale scale = scale_for_range(TYPE_I8, range.low, range.high);
    double sum = 0.0, zero = (double)scale.zero_point;
    for (size_t i = 0; i < PLACES; i++) {
        const struct place *place = &pixels->places[i];
        if (place->count == 0)
            continue;
        double steps = (double)rintf(place->value / scale.scale);
        steps = fmin(fmax(steps, INT8_MIN - zero), INT8_MAX - zero);
        double error = (double)place->value - steps * (double)scale.scale;
        sum += (double)place->count * error * error;
    }
    return sum;
}

struct range pixels_fit(const struct pixels *pixels, struct range range)
{
    if (!range.seen || pixels->values == 0 || pixels->values > VALUES_MOST)
        return range;
    double usual = error_of(pixels, range), least = WORTH * usual;
    struct range best = range;
    for (int steps = STEPS - 1; steps >= STEPS_LEAST; steps--) {
        float wider = (float)STEPS / (float)steps;
        const struct range tried = {range.low * wider, range.high * wider, true};
        double error = error_of(pixels, tried);
        if (error < least) {
            least = error;
            best = tried;
        }
    }
    return best;
}
