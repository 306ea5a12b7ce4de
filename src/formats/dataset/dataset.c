#include "formats/dataset/dataset.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/kinds.h"
#include "formats/dataset/labels.h"
#include "formats/dataset/layout.h"

struct dataset {
    struct source source;
    struct layout layout;
    struct labels labels;
    size_t first, count; /* of the samples that are used */
    double scale, zero_point;
    double mean[DATASET_CHANNELS_MAX], deviation[DATASET_CHANNELS_MAX];
    size_t n_mean, n_deviation; /* at least 1 */
    bool feeds_bytes;
};

void dataset_spec_init(struct dataset_spec *spec)
{
    *spec = (struct dataset_spec){.type = TYPE_COUNT, .scale = 1.0};
}

/* Numbers of the specification */

static enum status check_list(const char *name, const double *values, int count, bool nonzero,
                              const struct dataset_spec *spec, struct error *error)
{
    if (count < 0 || count > DATASET_CHANNELS_MAX)
        return error_set(error, STATUS_INVALID, spec->samples, "%d values for %s, expected 0 to %d",
                         count, name, DATASET_CHANNELS_MAX);
    for (int i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return error_set(error, STATUS_INVALID, spec->samples,
                             "%s is %g, expected a finite number", name, values[i]);
        if (nonzero && fabs(values[i]) <= 0.0)
            return error_set(error, STATUS_INVALID, spec->samples,
                             "%s is 0, expected another number", name);
    }
    return STATUS_OK;
}

static enum status check_numbers(const struct dataset_spec *spec, struct error *error)
{
    enum status status = check_list("scale", &spec->scale, 1, true, spec, error);
    if (status == STATUS_OK)
        status = check_list("zero_point", &spec->zero_point, 1, false, spec, error);
    if (status == STATUS_OK)
        status = check_list("mean", spec->mean, spec->n_mean, false, spec, error);
    if (status == STATUS_OK)
        status = check_list("deviation", spec->deviation, spec->n_deviation, true, spec, error);
    return status;
}

/* Where nobody says how many channels there are, a list of numbers repeats. */
static enum status check_channels(const char *name, int count, const struct dataset *dataset,
                                  struct error *error)
{
    const struct source *source = &dataset->source;
    size_t n = (size_t)count, channels = dataset->layout.channels;
    if (n <= 1 || n == channels)
        return STATUS_OK;
    if (channels == 0 && source->elements % n == 0)
        return STATUS_OK;
    if (channels == 0)
        return error_set(error, STATUS_INVALID, source->path,
                         "%zu values for %s do not divide %zu elements", n, name, source->elements);
    return error_set(error, STATUS_INVALID, source->path,
                     "%zu values for %s, expected 0, 1 or one for each of %zu channels", n, name,
                     channels);
}

/* Copies a list; an empty one becomes the one value `none`, which changes nothing. */
static size_t copy_list(const double *values, int count, double none, double *copy)
{
    copy[0] = none;
    for (int i = 0; i < count; i++)
        copy[i] = values[i];
    return count ? (size_t)count : 1;
}

static enum status set_preprocessing(struct dataset *dataset, const struct dataset_spec *spec,
                                     struct error *error)
{
    enum status status = check_channels("mean", spec->n_mean, dataset, error);
    if (status == STATUS_OK)
        status = check_channels("deviation", spec->n_deviation, dataset, error);
    if (status != STATUS_OK)
        return status;
    dataset->scale = spec->scale;
    dataset->zero_point = spec->zero_point;
    dataset->n_mean = copy_list(spec->mean, spec->n_mean, 0.0, dataset->mean);
    dataset->n_deviation = copy_list(spec->deviation, spec->n_deviation, 1.0, dataset->deviation);
    return STATUS_OK;
}

/* Elements that nothing changes on the way: those of the model's own integer type are its own, and
 * for real numbers the user should know. */
static void look_at_type(struct dataset *dataset, const struct dataset_spec *spec,
                         const struct dataset_input *input)
{
    const struct element *element = dataset->source.element;
    const struct tensor *tensor = input->tensor;
    bool changes =
        spec->scale != 1.0 || spec->zero_point != 0.0 || spec->n_mean > 0 || spec->n_deviation > 0;
    if (changes || element->real || element->type == TYPE_BOOL)
        return;
    if (tensor->quant.count == 1 && input->is_own && element->type == tensor->type) {
        dataset->scale = (double)tensor->quant.scale[0];
        dataset->zero_point = tensor->quant.zero_point[0];
        source_remark(&dataset->source,
                      "%s: elements of %s are the model's own, and fed as they are",
                      dataset->source.path, element->name);
    } else if (tensor->type == TYPE_F32 || tensor->quant.count > 0) {
        source_remark(&dataset->source,
                      "%s: elements of %s are fed as the numbers they are; where they stand for "
                      "others, give preprocess.scale or preprocess.preset",
                      dataset->source.path, element->name);
        dataset->feeds_bytes = element->type == TYPE_U8;
    }
}

static enum status set_range(struct dataset *dataset, const struct dataset_spec *spec,
                             struct error *error)
{
    size_t there = dataset->source.count;
    if (spec->first >= there)
        return error_set(error, STATUS_INVALID, spec->samples,
                         "%zu samples to leave out, but there are %zu", spec->first, there);
    if (spec->count > there - spec->first && !spec->at_most)
        return error_set(error, STATUS_INVALID, spec->samples,
                         "%zu samples wanted after the first %zu, but there are %zu", spec->count,
                         spec->first, there);
    dataset->first = spec->first;
    dataset->count = there - spec->first;
    if (spec->count > 0 && spec->count < dataset->count)
        dataset->count = spec->count;
    return STATUS_OK;
}

/* What was found of data that nobody described. */
static void tell_guess(struct dataset *dataset)
{
    struct source *source = &dataset->source;
    const struct labels *labels = &dataset->labels;
    struct text shape = {0}, truth = {0};
    for (int i = 0; i < source->rank; i++)
        text_printf(&shape, "%s%zu", i ? "x" : "", source->dim[i]);
    if (source->rank <= 0)
        text_printf(&shape, "%zu", source->elements);
    if (labels->kind == LABEL_CLASS) {
        int32_t last = 0;
        for (size_t i = 0; i < source->count; i++)
            last = labels->classes[i] > last ? labels->classes[i] : last;
        text_printf(&truth, "labels are classes up to %d", (int)last);
    } else if (labels->kind == LABEL_VECTOR) {
        text_printf(&truth, "labels are numbers, %zu each", labels->target_elements);
    } else {
        text_add_string(&truth, "without labels");
    }
    source_remark(source, "%s: read as %s, %zu samples of %s %s, %s", source->path, source->kind,
                  source->count, shape.bytes, source->element->name, truth.bytes);
    text_release(&shape);
    text_release(&truth);
}

/* The data set */

static enum status dataset_init(struct dataset *dataset, const struct dataset_spec *spec,
                                const struct dataset_input *input, struct error *error)
{
    enum status status = source_open(spec, input, &dataset->source, error);
    if (status == STATUS_OK)
        status = layout_fit(&dataset->source, input, spec->layout, &dataset->layout, error);
    if (status == STATUS_OK)
        status = labels_open(spec, &dataset->source, &dataset->labels, error);
    if (status == STATUS_OK)
        status = set_range(dataset, spec, error);
    /* Whole numbers are as they are, and lists of numbers are for other inputs. */
    if (status == STATUS_OK && !(input && tensor_is_whole(input->tensor)))
        status = set_preprocessing(dataset, spec, error);
    if (status == STATUS_OK && spec->is_guessed && dataset->source.kind)
        tell_guess(dataset);
    if (status == STATUS_OK && input)
        look_at_type(dataset, spec, input);
    return status;
}

enum status dataset_open(const struct dataset_spec *spec, const struct dataset_input *input,
                         struct dataset **dataset, struct error *error)
{
    enum status status = check_numbers(spec, error);
    if (status != STATUS_OK)
        return status;
    struct dataset *opened = xcalloc(1, sizeof(*opened));
    opened->scale = 1.0;
    opened->n_mean = copy_list(NULL, 0, 0.0, opened->mean);
    opened->n_deviation = copy_list(NULL, 0, 1.0, opened->deviation);
    status = dataset_init(opened, spec, input, error);
    if (status == STATUS_OK)
        *dataset = opened;
    else
        dataset_free(opened);
    return status;
}

void dataset_free(struct dataset *dataset)
{
    if (!dataset)
        return;
    labels_release(&dataset->labels);
    source_release(&dataset->source);
    free(dataset);
}

size_t dataset_count(const struct dataset *dataset)
{
    return dataset->count;
}

size_t dataset_elements(const struct dataset *dataset)
{
    return dataset->source.elements;
}

size_t dataset_remark_count(const struct dataset *dataset)
{
    return dataset->source.n_remarks;
}

const char *dataset_remark(const struct dataset *dataset, size_t i)
{
    return dataset->source.remarks[i];
}

bool dataset_feeds_bytes(const struct dataset *dataset)
{
    return dataset->feeds_bytes;
}

bool dataset_window(const struct dataset *dataset, size_t i, struct dataset_window *window)
{
    const struct source *source = &dataset->source;
    if (!source->recordings)
        return false;
    size_t number = source_recording(source, dataset->first + i);
    const struct recording *recording = &source->recordings[number];
    *window = (struct dataset_window){
        .file = source->files[number],
        .recording = number,
        .number = dataset->first + i - recording->first,
        .count = recording->count,
    };
    return true;
}

/* Samples */

/* The value of a list of one or of one per channel; a list whose channels nobody knows repeats. */
static double of_channel(const struct layout *layout, const double *list, size_t count, size_t k)
{
    return list[count == 1 ? 0 : k / layout->stride % count];
}

static enum status convert(const struct dataset *dataset, const unsigned char *bytes, size_t i,
                           float *values, struct error *error)
{
    const struct element *element = dataset->source.element;
    const struct layout *layout = &dataset->layout;
    size_t elements = dataset->source.elements;
    for (size_t k = 0; k < elements; k++) {
        double raw = element->load(bytes + layout_index(layout, elements, k) * element->size);
        double value = (raw - dataset->zero_point) * dataset->scale;
        value = (value - of_channel(layout, dataset->mean, dataset->n_mean, k)) /
                of_channel(layout, dataset->deviation, dataset->n_deviation, k);
        if (!(fabs(value) <= (double)FLT_MAX))
            return error_set(error, STATUS_FORMAT, dataset->source.path,
                             "element %zu of sample %zu is %g, expected a finite number", k,
                             dataset->first + i, value);
        values[k] = (float)value;
    }
    return STATUS_OK;
}

/* Whole numbers up to here, and not all beyond, are exact in a double. */
#define WHOLE_MOST 0x1p53

/* One element as a whole number; *whole stays as it is where it is none, or not of the type. */
static bool to_whole(double value, enum type type, int64_t *whole)
{
    if (!(fabs(value) <= WHOLE_MOST) || fabs(value - trunc(value)) > 0.0)
        return false;
    int64_t number = (int64_t)value;
    if (number < type_lowest(type) || number > type_highest(type))
        return false;
    *whole = number;
    return true;
}

static enum status convert_whole(const struct dataset *dataset, const unsigned char *bytes,
                                 size_t i, enum type type, void *elements, struct error *error)
{
    const struct element *element = dataset->source.element;
    for (size_t k = 0; k < dataset->source.elements; k++) {
        size_t at = layout_index(&dataset->layout, dataset->source.elements, k);
        double value = element->load(bytes + at * element->size);
        int64_t whole = 0;
        if (!to_whole(value, type, &whole))
            return error_set(error, STATUS_FORMAT, dataset->source.path,
                             "element %zu of sample %zu is %.15g, expected a whole number that "
                             "%s can hold",
                             k, dataset->first + i, value, type_name(type));
        /* Little-endian: the low bytes come first, whatever the size. */
        memcpy((char *)elements + k * type_size(type), &whole, type_size(type));
    }
    return STATUS_OK;
}

/* Sample i as it is in its source; to be freed. */
static enum status load_sample(const struct dataset *dataset, size_t i, unsigned char **bytes,
                               struct error *error)
{
    const struct source *source = &dataset->source;
    if (i >= dataset->count)
        return error_set(error, STATUS_INVALID, source->path,
                         "sample %zu is out of range, there are %zu", i, dataset->count);
    *bytes = memory_try(source_bytes(source));
    if (!*bytes)
        return error_set(error, STATUS_MEMORY, source->path, "not enough memory for a sample");
    enum status status = source_load(source, dataset->first + i, *bytes, error);
    if (status != STATUS_OK)
        free(*bytes);
    return status;
}

enum status dataset_read(struct dataset *dataset, size_t i, float *values, struct error *error)
{
    unsigned char *bytes;
    enum status status = load_sample(dataset, i, &bytes, error);
    if (status != STATUS_OK)
        return status;
    status = convert(dataset, bytes, i, values, error);
    free(bytes);
    return status;
}

enum status dataset_read_whole(struct dataset *dataset, size_t i, enum type type, void *elements,
                               struct error *error)
{
    unsigned char *bytes;
    enum status status = load_sample(dataset, i, &bytes, error);
    if (status != STATUS_OK)
        return status;
    if (dataset->source.element->type == type && type != TYPE_BOOL && !dataset->layout.moves)
        memcpy(elements, bytes, source_bytes(&dataset->source));
    else
        status = convert_whole(dataset, bytes, i, type, elements, error);
    free(bytes);
    return status;
}

enum label_kind dataset_label_kind(const struct dataset *dataset)
{
    return dataset->labels.kind;
}

int32_t dataset_class(const struct dataset *dataset, size_t i)
{
    return dataset->labels.classes[dataset->first + i];
}

const char *dataset_class_name(const struct dataset *dataset, int32_t class)
{
    const struct labels *labels = &dataset->labels;
    return class >= 0 && (size_t) class < labels->n_names ? labels->names[class] : NULL;
}

const float *dataset_target(const struct dataset *dataset, size_t i, size_t *elements)
{
    const struct labels *labels = &dataset->labels;
    *elements = labels->targets ? labels->target_elements : 0;
    return labels->targets ? labels->targets + (dataset->first + i) * labels->target_elements
                           : NULL;
}
