/* Samples that are drawn at random: "random:64" in the place of a path. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "formats/dataset/kinds.h"
#include "formats/dataset/layout.h"
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

static enum status read_reals(const struct source *source, size_t sample, unsigned char *bytes,
                              struct error *error)
{
    float *values = (float *)(void *)bytes; /* which are aligned to 64 */
    const struct drawing *drawing = &source->drawing;
    (void)error;
    sample_fill(&drawing->shape, source->drawn + sample, values);
    if (drawing->low != 0.0f || drawing->high != 1.0f)
        for (size_t i = 0; i < source->elements; i++)
            values[i] = drawing->low + (drawing->high - drawing->low) * values[i];
    return STATUS_OK;
}

static enum status read_wholes(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    (void)error;
    sample_fill_whole(source->element->type, source->elements, source->range,
                      source->drawn + sample, bytes);
    return STATUS_OK;
}

/* Images are drawn as NHWC, whatever the input has. */
static void set_shape(const struct dataset_input *input, struct source *source)
{
    const struct shape *shape = &input->tensor->shape;
    struct shape drawn = *shape;
    source->is_nhwc = shape->rank == 4;
    if (source->is_nhwc && dataset_channel_axis(input) == 1)
        drawn = SHAPE(shape->dim[0], shape->dim[2], shape->dim[3], shape->dim[1]);
    source->drawing.shape = drawn;
    source->rank = shape->rank > 0 ? shape->rank - 1 : 0;
    for (int i = 1; i < shape->rank; i++)
        source->dim[i - 1] = (size_t)drawn.dim[i];
    source->elements = shape_elements(shape);
}

/* Images fill the range that the model's own integers stand for, or that of pixels. */
static void set_range(const struct dataset_spec *spec, const struct dataset_input *input,
                      struct drawing *drawing)
{
    const struct tensor *tensor = input->tensor;
    drawing->low = 0.0f;
    drawing->high = spec->preset ? 255.0f : 1.0f;
    if (!input->is_own || tensor->quant.count != 1 || drawing->shape.rank != 4 || spec->preset)
        return;
    float scale = tensor->quant.scale[0];
    double zero = tensor->quant.zero_point[0];
    drawing->low = (float)((double)type_lowest(tensor->type) - zero) * scale;
    drawing->high = (float)((double)type_highest(tensor->type) - zero) * scale;
}

/* Numbers of types that are too wide for all of their range to make sense. */
static void tell_range(const struct dataset_input *input, struct source *source)
{
    const struct tensor *tensor = input->tensor;
    if (input->facts.table_rows > 0 || (tensor->type != TYPE_I32 && tensor->type != TYPE_I64))
        return;
    source_remark(source,
                  "%s: input '%.60s' of type %s looks up no table that would tell its range, 0 and "
                  "1 are drawn",
                  source->path, tensor->name, type_name(tensor->type));
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
    bool is_whole = tensor_is_whole(input->tensor);
    source->element = element_of_type(is_whole ? input->tensor->type : TYPE_F32);
    source->range = sample_range(input->tensor->type, input->facts.table_rows);
    source->drawn = (uint64_t)input->number << 48;
    source->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    set_shape(input, source);
    set_range(spec, input, &source->drawing);
    source->read = is_whole ? read_wholes : read_reals;
    if (is_whole)
        tell_range(input, source);
    return STATUS_OK;
}
