#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "formats/dataset/labels.h"

void labels_release(struct labels *labels)
{
    free(labels->classes);
    free(labels->targets);
    *labels = (struct labels){0};
}

enum status labels_allocate(struct labels *labels, size_t count, size_t elements, const char *path,
                            struct error *error)
{
    size_t numbers, bytes;
    labels->target_elements = elements;
    labels->classes = memory_try(count * sizeof(*labels->classes));
    if (size_multiply(count, elements, &numbers) &&
        size_multiply(numbers, sizeof(*labels->targets), &bytes))
        labels->targets = memory_try(bytes);
    if (!labels->classes || !labels->targets)
        return error_set(error, STATUS_MEMORY, path, "not enough memory for %zu labels", count);
    return STATUS_OK;
}

bool labels_is_class(double value)
{
    return value >= 0.0 && value <= CLASS_MAX && value == floor(value);
}
