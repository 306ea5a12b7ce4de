/* Inputs that are made of few values, such as pixels of 8 bits. Their values may lie just between
 * the integers of their range, as those of -1 to 1 in steps of 2/255 do, whose middle is no value
 * of theirs: then each is wrong by half a step, 4.8 dB more than evenly spread ones would be. A
 * range that is a little wider meets them better. */
#ifndef QUANTIZE_PIXELS_H
#define QUANTIZE_PIXELS_H

#include <stddef.h>

#include "quantize/mode.h"

struct pixels;

struct pixels *pixels_new(void) __attribute__((returns_nonnull));
/* NULL is fine. */
void pixels_free(struct pixels *pixels);

/* Takes in values of the input; those that are not finite are skipped. */
void pixels_see(struct pixels *pixels, const float *values, size_t count)
    __attribute__((nonnull(1, 2)));

/* The range, or one around it, at most a sixteenth wider, whose int8 integers (scale_for_range)
 * have a clearly smaller squared error of the values that were seen: at most 0.9 of what they have
 * by the range. The range itself where there were too many values to be pixels. */
struct range pixels_fit(const struct pixels *pixels, struct range range)
    __attribute__((nonnull(1)));

#endif
