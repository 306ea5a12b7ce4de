#include "formats/dataset/labels.h"

#include "formats/dataset/kinds.h"

/* Classes and texts that came with the samples are theirs. */
static enum status take_own(struct source *source, struct labels *labels, struct error *error)
{
    if (source->label_texts)
        return labels_from_texts(source->label_texts, source->path, source, labels, error);
    if (!source->classes)
        return STATUS_OK;
    labels->kind = LABEL_CLASS;
    labels->classes = source->classes;
    labels->names = source->class_names;
    labels->n_names = source->n_class_names;
    source->classes = NULL;
    return STATUS_OK;
}

static enum status open_array(const char *path, struct source *source, struct labels *labels,
                              struct error *error)
{
    const struct dataset_spec wanted = {.samples = path, .type = TYPE_COUNT, .scale = 1.0};
    struct source array;
    enum status status = source_open_labels(&wanted, &array, error);
    if (status == STATUS_OK)
        status = labels_from_array(&array, source->count, labels, error);
    source_release(&array);
    return status;
}

enum status labels_open(const struct dataset_spec *spec, struct source *source,
                        struct labels *labels, struct error *error)
{
    const char *path = spec->labels ? spec->labels : source->own_labels;
    const struct source_kind *kind;
    if (!path || source->list)
        return take_own(source, labels, error);
    enum status status = source_probe(path, &kind, error);
    if (status != STATUS_OK)
        return status;
    if (kind && kind->is_array)
        return open_array(path, source, labels, error);
    if (!kind || kind->is_table)
        return labels_from_list(
            &(struct dataset_spec){.labels = path, .label_column = spec->label_column}, source,
            labels, error);
    return error_set(error, STATUS_INVALID, path,
                     "labels must be a file: IDX, NPY, NPZ or a list (CSV)");
}
