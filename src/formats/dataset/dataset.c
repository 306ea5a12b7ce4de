#include "formats/dataset/dataset.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/dataset/kinds.h"

/* No list of classes is longer: a greater number cannot be a class. */
#define CLASS_MAX ((1 << 20) - 1)

struct dataset {
    struct source source;
    size_t first, count; /* of the samples that are used */
    double scale, zero_point;
    double mean[DATASET_CHANNELS_MAX], deviation[DATASET_CHANNELS_MAX];
    size_t n_mean, n_deviation; /* at least 1 */
    enum label_kind label_kind;
    int32_t *classes;
    float *targets;
    size_t target_elements;
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

static enum status check_channels(const char *name, int count, const struct source *source,
                                  struct error *error)
{
    size_t n = (size_t)count;
    if (n <= 1 || n == source->channels)
        return STATUS_OK;
    if (source->channels == 0 && source->elements % n == 0)
        return STATUS_OK;
    if (source->channels == 0)
        return error_set(error, STATUS_INVALID, source->path,
                         "%zu values for %s do not divide %zu elements", n, name, source->elements);
    return error_set(error, STATUS_INVALID, source->path,
                     "%zu values for %s, expected 0, 1 or one for each of %zu channels", n, name,
                     source->channels);
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
    enum status status = check_channels("mean", spec->n_mean, &dataset->source, error);
    if (status == STATUS_OK)
        status = check_channels("deviation", spec->n_deviation, &dataset->source, error);
    if (status != STATUS_OK)
        return status;
    dataset->scale = spec->scale;
    dataset->zero_point = spec->zero_point;
    dataset->n_mean = copy_list(spec->mean, spec->n_mean, 0.0, dataset->mean);
    dataset->n_deviation = copy_list(spec->deviation, spec->n_deviation, 1.0, dataset->deviation);
    return STATUS_OK;
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

/* Labels */

static enum status set_class(struct dataset *dataset, size_t i, double value,
                             const struct source *labels, struct error *error)
{
    if (value < 0.0 || value > CLASS_MAX)
        return error_set(error, STATUS_FORMAT, labels->path,
                         "label %zu is %.0f, expected a class from 0 to %d", i, value, CLASS_MAX);
    dataset->classes[i] = (int32_t)value;
    return STATUS_OK;
}

static enum status set_target(struct dataset *dataset, size_t i, size_t k, double value,
                              const struct source *labels, struct error *error)
{
    if (!(fabs(value) <= (double)FLT_MAX))
        return error_set(error, STATUS_FORMAT, labels->path,
                         "element %zu of label %zu is %g, expected a finite number", k, i, value);
    dataset->targets[i * dataset->target_elements + k] = (float)value;
    return STATUS_OK;
}

/* Decides between classes and targets, and makes room for them. */
static enum status prepare_labels(struct dataset *dataset, const struct source *labels,
                                  struct error *error)
{
    if (labels->count != dataset->source.count)
        return error_set(error, STATUS_INVALID, labels->path, "%zu labels for %zu samples",
                         labels->count, dataset->source.count);
    if (!labels->element->real && labels->elements != 1)
        return error_set(error, STATUS_UNSUPPORTED, labels->path,
                         "labels of %zu integers, expected one class number for each sample",
                         labels->elements);
    bool real = labels->element->real;
    size_t bytes, numbers = labels->count * labels->elements;
    bool fits = size_multiply(numbers, real ? sizeof(float) : sizeof(int32_t), &bytes);
    void *room = fits ? memory_try(bytes) : NULL;
    if (!room)
        return error_set(error, STATUS_MEMORY, labels->path, "not enough memory for %zu labels",
                         labels->count);
    dataset->label_kind = real ? LABEL_VECTOR : LABEL_CLASS;
    dataset->target_elements = labels->elements;
    dataset->targets = real ? room : NULL;
    dataset->classes = real ? NULL : room;
    return STATUS_OK;
}

static enum status read_label(struct dataset *dataset, const struct source *labels, size_t i,
                              unsigned char *bytes, struct error *error)
{
    enum status status = source_load(labels, i, bytes, error);
    for (size_t k = 0; status == STATUS_OK && k < labels->elements; k++) {
        double value = labels->element->load(bytes + k * labels->element->size);
        status = dataset->label_kind == LABEL_CLASS
                     ? set_class(dataset, i, value, labels, error)
                     : set_target(dataset, i, k, value, labels, error);
    }
    return status;
}

static enum status read_labels(struct dataset *dataset, const struct source *labels,
                               struct error *error)
{
    enum status status = prepare_labels(dataset, labels, error);
    if (status != STATUS_OK)
        return status;
    unsigned char *bytes = memory_try(source_bytes(labels));
    if (!bytes)
        return error_set(error, STATUS_MEMORY, labels->path, "not enough memory for a label");
    for (size_t i = 0; status == STATUS_OK && i < labels->count; i++)
        status = read_label(dataset, labels, i, bytes, error);
    free(bytes);
    return status;
}

static enum status open_labels(struct dataset *dataset, const char *path, struct error *error)
{
    const struct source_kind *kind;
    struct dataset_spec spec;
    struct source labels;
    enum status status = source_probe(path, &kind, error);
    if (status != STATUS_OK)
        return status;
    if (!kind || kind->takes_list)
        return error_set(
            error, STATUS_INVALID, path,
            "labels must be an IDX or NPY file; a list (CSV) goes with a folder of raw "
            "tensors only");
    dataset_spec_init(&spec);
    spec.samples = path;
    status = source_open(&spec, NULL, &labels, error);
    if (status == STATUS_OK)
        status = read_labels(dataset, &labels, error);
    source_release(&labels);
    return status;
}

static enum status set_labels(struct dataset *dataset, const struct dataset_spec *spec,
                              struct error *error)
{
    struct source *source = &dataset->source;
    if (!source->classes)
        return spec->labels ? open_labels(dataset, spec->labels, error) : STATUS_OK;
    dataset->label_kind = LABEL_CLASS;
    dataset->classes = source->classes;
    source->classes = NULL;
    return STATUS_OK;
}

/* The data set */

static enum status dataset_init(struct dataset *dataset, const struct dataset_spec *spec,
                                const struct dataset_input *input, struct error *error)
{
    enum status status = source_open(spec, input, &dataset->source, error);
    if (status == STATUS_OK)
        status = set_labels(dataset, spec, error);
    if (status == STATUS_OK)
        status = set_range(dataset, spec, error);
    if (status == STATUS_OK)
        status = set_preprocessing(dataset, spec, error);
    return status;
}

enum status dataset_open(const struct dataset_spec *spec, const struct dataset_input *input,
                         struct dataset **dataset, struct error *error)
{
    enum status status = check_numbers(spec, error);
    if (status != STATUS_OK)
        return status;
    struct dataset *opened = xcalloc(1, sizeof(*opened));
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
    source_release(&dataset->source);
    free(dataset->classes);
    free(dataset->targets);
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

static enum status convert(const struct dataset *dataset, const unsigned char *bytes, size_t i,
                           float *values, struct error *error)
{
    const struct element *element = dataset->source.element;
    for (size_t k = 0, m = 0, d = 0; k < dataset->source.elements; k++) {
        double raw = element->load(bytes + k * element->size);
        double value = (raw - dataset->zero_point) * dataset->scale;
        value = (value - dataset->mean[m]) / dataset->deviation[d];
        if (!(fabs(value) <= (double)FLT_MAX))
            return error_set(error, STATUS_FORMAT, dataset->source.path,
                             "element %zu of sample %zu is %g, expected a finite number", k,
                             dataset->first + i, value);
        values[k] = (float)value;
        m = m + 1 == dataset->n_mean ? 0 : m + 1;
        d = d + 1 == dataset->n_deviation ? 0 : d + 1;
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
        double value = element->load(bytes + k * element->size);
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
    if (dataset->source.element->type == type && type != TYPE_BOOL)
        memcpy(elements, bytes, source_bytes(&dataset->source));
    else
        status = convert_whole(dataset, bytes, i, type, elements, error);
    free(bytes);
    return status;
}

enum label_kind dataset_label_kind(const struct dataset *dataset)
{
    return dataset->label_kind;
}

int32_t dataset_class(const struct dataset *dataset, size_t i)
{
    return dataset->classes[dataset->first + i];
}

const float *dataset_target(const struct dataset *dataset, size_t i, size_t *elements)
{
    *elements = dataset->target_elements;
    return dataset->targets + (dataset->first + i) * dataset->target_elements;
}
