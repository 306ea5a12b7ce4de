#include "formats/dataset/kinds.h"

#include <unistd.h>

static const struct source_kind source_kinds[] = {
    {.name = "IDX file", .probe = idx_probe, .open = idx_open},
    {.name = "NPY file", .probe = npy_probe, .open = npy_open},
    {.name = "folder of raw tensors", .probe = raw_probe, .open = raw_open, .takes_list = true},
};

static enum status fill_probe(int descriptor, const char *path, const struct stat *info,
                              struct probe *probe, struct error *error)
{
    *probe = (struct probe){.folder = S_ISDIR(info->st_mode)};
    if (probe->folder)
        return STATUS_OK;
    if (!S_ISREG(info->st_mode))
        return error_set(error, STATUS_IO, path, "neither a regular file nor a folder");
    probe->n_head = sizeof(probe->head);
    if (info->st_size < (off_t)probe->n_head)
        probe->n_head = (size_t)info->st_size;
    return source_read_at(descriptor, path, 0, probe->head, probe->n_head, error);
}

enum status source_probe(const char *path, const struct source_kind **kind, struct error *error)
{
    struct stat info;
    struct probe probe;
    int descriptor;
    *kind = NULL;
    enum status status = source_open_any(path, &descriptor, &info, error);
    if (status != STATUS_OK)
        return status;
    status = fill_probe(descriptor, path, &info, &probe, error);
    close(descriptor);
    for (size_t i = 0; status == STATUS_OK && i < sizeof(source_kinds) / sizeof(*source_kinds); i++)
        if (source_kinds[i].probe(&probe))
            *kind = &source_kinds[i];
    return status;
}

/* Labels of no known kind are a list (CSV). */
static enum status find_list(const struct dataset_spec *spec, struct source *source,
                             struct error *error)
{
    const struct source_kind *kind = NULL;
    if (!spec->labels)
        return STATUS_OK;
    enum status status = source_probe(spec->labels, &kind, error);
    source->list = kind ? NULL : arena_strdup(source->arena, spec->labels);
    return status;
}

static enum status open_file(const struct dataset_spec *spec, struct source *source,
                             struct error *error)
{
    const struct source_kind *kind;
    enum status status = source_probe(spec->samples, &kind, error);
    if (status != STATUS_OK)
        return status;
    if (!kind)
        return error_set(error, STATUS_FORMAT, spec->samples,
                         "unknown format, expected an IDX file (plain or gzip), an NPY file, or a "
                         "folder of raw tensors");
    status = kind->takes_list ? find_list(spec, source, error) : STATUS_OK;
    return status == STATUS_OK ? kind->open(spec, source, error) : status;
}

enum status source_open(const struct dataset_spec *spec, const struct dataset_input *input,
                        struct source *source, struct error *error)
{
    *source = (struct source){.descriptor = -1, .arena = arena_new()};
    source->path = arena_strdup(source->arena, spec->samples);
    return dataset_is_random(spec->samples) ? random_open(spec, input, source, error)
                                            : open_file(spec, source, error);
}
