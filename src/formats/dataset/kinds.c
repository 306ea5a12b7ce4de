#include "formats/dataset/kinds.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

static const struct source_kind source_kinds[] = {
    {.name = "IDX file (gzip or not)", .probe = idx_probe, .open = idx_open, .is_array = true},
    {.name = "NPY file", .probe = npy_probe, .open = npy_open, .is_array = true},
    {.name = "NPZ file", .probe = npz_probe, .open = npz_open, .is_array = true},
    {.name = "table (.csv)", .probe = table_probe, .open = table_open, .is_table = true},
    {.name = "folder of pictures (JPEG, PNG)", .probe = pictures_probe, .open = pictures_open},
    {.name = "folder of raw tensors", .probe = raw_probe, .open = raw_open, .takes_list = true},
};
#define SOURCE_KINDS (sizeof(source_kinds) / sizeof(source_kinds[0]))

static enum status fill_probe(int descriptor, const char *path, const struct stat *info,
                              struct probe *probe, struct error *error)
{
    *probe = (struct probe){.path = path, .folder = S_ISDIR(info->st_mode)};
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
    const char *member;
    int descriptor;
    char *file = dataset_file(path, &member);
    *kind = NULL;
    enum status status = source_open_any(file, &descriptor, &info, error);
    if (status == STATUS_OK) {
        status = fill_probe(descriptor, file, &info, &probe, error);
        close(descriptor);
    }
    for (size_t i = 0; status == STATUS_OK && i < SOURCE_KINDS; i++)
        if (!*kind && source_kinds[i].probe(&probe))
            *kind = &source_kinds[i];
    free(file);
    return status;
}

/* Labels that are no array name the files of a folder where their lines have three or five fields.
 */
static enum status find_list(const struct dataset_spec *spec, struct source *source,
                             struct error *error)
{
    const struct source_kind *kind = NULL;
    bool is_list;
    if (!spec->labels)
        return STATUS_OK;
    enum status status = source_probe(spec->labels, &kind, error);
    if (status != STATUS_OK || (kind && !kind->is_table))
        return status;
    status = raw_is_list(spec, &is_list, error);
    source->list = is_list ? arena_strdup(source->arena, spec->labels) : NULL;
    return status;
}

static enum status unknown(const char *path, struct error *error)
{
    struct text kinds = {0};
    for (size_t i = 0; i < SOURCE_KINDS; i++)
        text_printf(&kinds, ", %s", source_kinds[i].name);
    error_set(error, STATUS_FORMAT, path, "unknown format, expected one of: %s", kinds.bytes + 2);
    text_release(&kinds);
    return STATUS_FORMAT;
}

static enum status open_file(const struct dataset_spec *spec, struct source *source,
                             struct error *error)
{
    const struct source_kind *kind;
    enum status status = source_probe(spec->samples, &kind, error);
    if (status != STATUS_OK)
        return status;
    if (!kind)
        return unknown(spec->samples, error);
    source->kind = kind->name;
    status = kind->takes_list ? find_list(spec, source, error) : STATUS_OK;
    return status == STATUS_OK ? kind->open(spec, source, error) : status;
}

static void source_init(const char *path, const struct dataset_input *input, struct source *source)
{
    *source = (struct source){.descriptor = -1, .rank = -1, .arena = arena_new(), .input = input};
    source->path = arena_strdup(source->arena, path);
}

enum status source_open(const struct dataset_spec *spec, const struct dataset_input *input,
                        struct source *source, struct error *error)
{
    source_init(spec->samples, input, source);
    return dataset_is_random(spec->samples) ? random_open(spec, input, source, error)
                                            : open_file(spec, source, error);
}

enum status source_open_labels(const struct dataset_spec *spec, struct source *source,
                               struct error *error)
{
    source_init(spec->samples, NULL, source);
    source->for_labels = true;
    return open_file(spec, source, error);
}
