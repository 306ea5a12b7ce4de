/* How samples lie and how the model's input wants them. Inner to this folder. */
#ifndef FORMATS_DATASET_LAYOUT_H
#define FORMATS_DATASET_LAYOUT_H

#include "formats/dataset/dataset.h"
#include "formats/dataset/source.h"

/* The way from the elements of a sample to those of the input. */
struct layout {
    size_t channels; /* 0: unknown */
    size_t stride;   /* elements of the input from one channel to the next; 1: channels come last */
    bool moves;      /* samples have their channels at the other end */
};

/* Compares the source's samples with the input, as dataset_open says; adds remarks. */
enum status layout_fit(struct source *source, const struct dataset_input *input, const char *wanted,
                       struct layout *layout, struct error *error)
    __attribute__((nonnull(1, 4, 5)));

/* Where element k of the input stands in a sample of so many elements. */
static inline size_t layout_index(const struct layout *layout, size_t elements, size_t k)
{
    size_t pixels = elements / (layout->channels ? layout->channels : 1);
    if (!layout->moves)
        return k;
    return layout->stride == 1 ? k % layout->channels * pixels + k / layout->channels
                               : k % pixels * layout->channels + k / pixels;
}

#endif
