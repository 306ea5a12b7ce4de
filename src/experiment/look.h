/* A look at samples before anything is measured: one of them as the model is fed it, and what fp32
 * makes of some. Orders to workers, and what they answer; asked.h has how they are asked. */
#ifndef EXPERIMENT_LOOK_H
#define EXPERIMENT_LOOK_H

#include <jansson.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "hardware/topology.h"

/* Orders of the experiment's first model, new references: of showing samples, on request
 * (work_show_request), and of scoring some in fp32, or, of a model that is quantized already, as it
 * is. Whoever compares them with earlier ones (json_equal) knows whether the answer would be
 * another. */
json_t *look_order_show(const struct experiment *experiment, const struct placement *placement)
    __attribute__((returns_nonnull, nonnull(1, 2)));
json_t *look_order_check(const struct experiment *experiment, const struct placement *placement,
                         bool is_integer) __attribute__((returns_nonnull, nonnull(1, 2)));

/* A sample. Texts are printable. */
struct look_sample {
    size_t sample, count;        /* from 0, and how many there are */
    double number;               /* among those of the file, which messages call it by */
    int height, width, channels; /* of the picture; channels 1 or 3 */
    unsigned char *pixels;       /* rows of cells of channels; NULL: no picture */
    struct text label;           /* "label 7 (sneaker)"; bytes NULL: none */
    struct text about;           /* "'image', float32 1x28x28x1: 0 to 255, mean 72.9" */
    struct text ids;             /* "3, 17, 0"; bytes NULL: they are no ids */
};

/* Takes an event WORK_SHOWN, to be released; false: it is none, or what it says cannot be. */
bool look_take_sample(const json_t *event, struct look_sample *sample) __attribute__((nonnull(2)));
void look_sample_release(struct look_sample *sample) __attribute__((nonnull(1)));

enum look_verdict { LOOK_OPEN, LOOK_PLAUSIBLE, LOOK_DOUBTFUL };
struct look_check {
    enum look_verdict verdict;
    /* That a candidate takes for being prepared and scored, as fp32 does; NaN: not known. Modes
     * that calibrate run fp32 over more samples, each of which takes so long, and then compute with
     * its weights for a time that nobody knows before: from twice to hundreds of times as long. */
    double run_seconds, sample_seconds;
    double samples;   /* that are scored; NaN likewise */
    struct text text; /* "plausible: top-1 88.3 % (84 to 92 %) over 256 of 2000 samples" */
};

/* From the events WORK_LOOKED (NULL: there was none) and "prepared"; to be released. */
struct look_check look_take_check(const json_t *looked, const json_t *prepared)
    __attribute__((nonnull(2)));
void look_check_release(struct look_check *check) __attribute__((nonnull(1)));

#endif
