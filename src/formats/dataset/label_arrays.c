/* Labels in arrays: one number or one row for each sample. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/dataset/labels.h"

/* What all rows of an array have been so far. */
struct rows {
    const struct source *array;
    bool are_classes; /* one whole number, from 0 */
    bool are_one_hot; /* a single 1 among zeros, whose place is the class */
};

static enum status check_value(const struct rows *rows, size_t i, size_t k, double value,
                               struct error *error)
{
    const struct source *array = rows->array;
    if (!array->element->real && array->elements == 1 && !labels_is_class(value))
        return error_set(error, STATUS_FORMAT, array->path,
                         "label %zu is %.0f, expected a class from 0 to %d", i, value, CLASS_MAX);
    if (!(fabs(value) <= (double)FLT_MAX))
        return error_set(error, STATUS_FORMAT, array->path,
                         "element %zu of label %zu is %g, expected a finite number", k, i, value);
    return STATUS_OK;
}

static enum status take_label(struct rows *rows, size_t i, const unsigned char *bytes,
                              struct labels *labels, struct error *error)
{
    const struct source *array = rows->array;
    size_t ones = 0, zeros = 0;
    for (size_t k = 0; k < array->elements; k++) {
        double value = array->element->load(bytes + k * array->element->size);
        enum status status = check_value(rows, i, k, value, error);
        if (status != STATUS_OK)
            return status;
        labels->targets[i * array->elements + k] = (float)value;
        bool is_one = value == 1.0;
        ones += is_one;
        zeros += value == 0.0;
        if (array->elements == 1)
            labels->classes[i] = labels_is_class(value) ? (int32_t)value : -1;
        else if (is_one)
            labels->classes[i] = (int32_t)k;
    }
    rows->are_classes &= array->elements == 1 && labels->classes[i] >= 0;
    rows->are_one_hot &= array->elements > 1 && ones == 1 && ones + zeros == array->elements;
    return STATUS_OK;
}

static void judge(const struct rows *rows, struct labels *labels)
{
    const struct source *array = rows->array;
    bool are_classes = rows->are_classes || (rows->are_one_hot && array->elements <= CLASS_MAX);
    labels->kind = are_classes ? LABEL_CLASS : LABEL_VECTOR;
    if (!are_classes)
        FREE_AND_NULL(labels->classes);
}

enum status labels_from_array(const struct source *array, size_t samples, struct labels *labels,
                              struct error *error)
{
    struct rows rows = {.array = array, .are_classes = true, .are_one_hot = true};
    if (array->count != samples)
        return error_set(error, STATUS_INVALID, array->path, "%zu labels for %zu samples",
                         array->count, samples);
    enum status status = labels_allocate(labels, array->count, array->elements, array->path, error);
    unsigned char *bytes = memory_try(source_bytes(array));
    if (status == STATUS_OK && !bytes)
        status = error_set(error, STATUS_MEMORY, array->path, "not enough memory for a label");
    for (size_t i = 0; status == STATUS_OK && i < array->count; i++) {
        status = source_load(array, i, bytes, error);
        if (status == STATUS_OK)
            status = take_label(&rows, i, bytes, labels, error);
    }
    free(bytes);
    if (status == STATUS_OK)
        judge(&rows, labels);
    return status;
}
