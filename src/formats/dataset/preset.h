/* What the published networks do to pixels: one row each. */
#ifndef FORMATS_DATASET_PRESET_H
#define FORMATS_DATASET_PRESET_H

#include <stddef.h>

#include "formats/dataset/dataset.h"

/* Pixels of 0 to 255 become pixel * scale, less the mean and divided by the deviation of their
 * channel (red, green, blue); n is 0 where that changes nothing. */
struct dataset_preset {
    const char *name, *text; /* text: what it does, in one sentence */
    double scale;
    int n_mean, n_deviation;
    double mean[3], deviation[3];
    double margin; /* as in struct picture_spec */
};

extern const struct dataset_preset dataset_presets[];
extern const size_t dataset_preset_count;

/* By name; NULL: there is none. */
const struct dataset_preset *dataset_preset_find(const char *name) __attribute__((nonnull(1)));

/* Sets what a preset says, with means and deviations in the order of the channels. */
void dataset_preset_apply(const struct dataset_preset *preset, struct dataset_spec *spec)
    __attribute__((nonnull(1, 2)));

#endif
