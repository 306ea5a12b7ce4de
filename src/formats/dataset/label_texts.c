/* Labels as texts: numbers, or names of classes. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/dataset/csv.h"
#include "formats/dataset/labels.h"

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The different texts in order, in the arena. */
static const char **list_names(const char *const *texts, size_t count, struct arena *arena,
                               size_t *n_names)
{
    const char **names = arena_alloc(arena, count * sizeof(*names));
    memcpy(names, texts, count * sizeof(*names));
    qsort(names, count, sizeof(*names), compare_texts);
    *n_names = 0;
    for (size_t i = 0; i < count; i++)
        if (*n_names == 0 || strcmp(names[*n_names - 1], names[i]) != 0)
            names[(*n_names)++] = names[i];
    return names;
}

static void name_classes(const char *const *texts, const char *path, struct source *source,
                         struct labels *labels)
{
    labels->names = list_names(texts, source->count, source->arena, &labels->n_names);
    for (size_t i = 0; i < source->count; i++) {
        const char **found =
            bsearch(&texts[i], labels->names, labels->n_names, sizeof(*found), compare_texts);
        labels->classes[i] = (int32_t)(found - labels->names);
    }
    labels->kind = LABEL_CLASS;
    FREE_AND_NULL(labels->targets);
    source_remark(source,
                  "%s: %zu names of classes are numbered in order, from 0 '%.40s' to %zu "
                  "'%.40s'",
                  path, labels->n_names, labels->names[0], labels->n_names - 1,
                  labels->names[labels->n_names - 1]);
}

enum status labels_from_texts(const char *const *texts, const char *path, struct source *source,
                              struct labels *labels, struct error *error)
{
    size_t numbers = 0, classes = 0;
    enum status status = labels_allocate(labels, source->count, 1, path, error);
    for (size_t i = 0; status == STATUS_OK && i < source->count; i++) {
        double value;
        if (texts[i][0] == '\0')
            return error_set(error, STATUS_FORMAT, path, "the label of sample %zu is empty", i);
        if (!csv_number(texts[i], &value) || fabs(value) > (double)FLT_MAX)
            continue;
        numbers++;
        classes += labels_is_class(value);
        labels->targets[i] = (float)value;
        labels->classes[i] = labels_is_class(value) ? (int32_t)value : -1;
    }
    if (status != STATUS_OK)
        return status;
    labels->kind = classes == source->count ? LABEL_CLASS : LABEL_VECTOR;
    if (numbers < source->count)
        name_classes(texts, path, source, labels);
    else if (labels->kind == LABEL_VECTOR)
        FREE_AND_NULL(labels->classes);
    return STATUS_OK;
}
