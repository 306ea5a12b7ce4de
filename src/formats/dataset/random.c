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
    uint64_t index = source->drawn + sample;
    if (source->element->real)
        sample_fill(&source->shape, index, (float *)(void *)bytes); /* which are aligned to 64 */
    else
        sample_fill_whole(source->element->type, source->elements, source->range, index, bytes);
    return STATUS_OK;
}

enum status random_open(const struct dataset_spec *spec, const struct dataset_input *input,
                        struct source *source, struct error *error)
{
    if (!dataset_random_count(spec->samples, &source->count))
        return error_set(error, STATUS_INVALID, spec->samples,
                         "expected a number of samples from 1 to %ld behind '" DATASET_RANDOM "'",
                         COUNT_MAX);
    if (!input || shape_elements(&input->tensor->shape) == 0)
        return error_set(error, STATUS_INVALID, spec->samples,
                         "random samples need a model with an input");
    const struct tensor *tensor = input->tensor;
    bool is_whole = tensor_is_whole(tensor);
    source->shape = tensor->shape;
    source->element = element_of_type(is_whole ? tensor->type : TYPE_F32);
    source->range = sample_range(tensor->type, input->facts.table_rows);
    source->drawn = (uint64_t)input->number << 48;
    source->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    source->elements = shape_elements(&tensor->shape);
    source->channels = tensor->shape.rank == 4 ? (size_t)tensor->shape.dim[3] : 1;
    source->read = read_random;
    return STATUS_OK;
}
