/* Samples that are drawn at random: "random:64" in the place of a path. */
#include <string.h>

#include "base/text.h"
#include "formats/dataset/kinds.h"
#include "graph/sample.h"

#define COUNT_MAX 1000000000L

bool dataset_is_random(const char *samples)
{
    return strncmp(samples, DATASET_RANDOM, strlen(DATASET_RANDOM)) == 0;
}

bool dataset_random_count(const char *samples, size_t *count)
{
    long number;
    if (!text_to_long(samples + strlen(DATASET_RANDOM), &number) || number < 1 ||
        number > COUNT_MAX)
        return false;
    *count = (size_t)number;
    return true;
}

static enum status read_random(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    (void)error;
    sample_fill(&source->shape, sample, (float *)(void *)bytes); /* which are aligned to 64 */
    return STATUS_OK;
}

enum status random_open(const struct dataset_spec *spec, const struct shape *input,
                        struct source *source, struct error *error)
{
    if (!dataset_random_count(spec->samples, &source->count))
        return error_set(error, STATUS_INVALID, spec->samples,
                         "expected a number of samples from 1 to %ld behind '" DATASET_RANDOM "'",
                         COUNT_MAX);
    if (!input || shape_elements(input) == 0)
        return error_set(error, STATUS_INVALID, spec->samples,
                         "random samples need a model with an input");
    source->shape = *input;
    source->element = element_of_type(TYPE_F32);
    source->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    source->elements = shape_elements(input);
    source->channels = input->rank == 4 ? (size_t)input->dim[3] : 1;
    source->read = read_random;
    return STATUS_OK;
}
