/* A folder of raw tensors: one file per sample, nothing but its elements, little endian. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "formats/dataset/kinds.h"

bool raw_probe(const struct probe *probe)
{
    return probe->folder;
}

static enum status check_size(const char *path, const struct stat *info,
                              const struct source *source, struct error *error)
{
    size_t size = source->element->size;
    if (!S_ISREG(info->st_mode))
        return error_set(error, STATUS_IO, path, "not a regular file");
    if (info->st_size == 0 || (uintmax_t)info->st_size % size != 0 ||
        (uintmax_t)info->st_size > SHAPE_ELEMENTS_MAX)
        return error_set(error, STATUS_FORMAT, path,
                         "has %jd bytes, expected a multiple of %zu for elements of type %s",
                         (intmax_t)info->st_size, size, source->element->name);
    if (source->elements != 0 && (size_t)info->st_size != source_bytes(source))
        return error_set(error, STATUS_FORMAT, path,
                         "has %jd bytes, expected %zu like the files before it",
                         (intmax_t)info->st_size, source_bytes(source));
    return STATUS_OK;
}

/* The first file decides the size of all. */
static enum status check_files(struct source *source, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < source->count; i++) {
        struct stat info;
        char *path = path_join(source->path, source->files[i]);
        if (stat(path, &info) != 0)
            status = error_set_errno(error, STATUS_IO, path, "cannot open");
        else
            status = check_size(path, &info, source, error);
        if (status == STATUS_OK)
            source->elements = (size_t)info.st_size / source->element->size;
        free(path);
    }
    return status;
}

static enum status read_tensor(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    int descriptor;
    off_t size;
    char *path = path_join(source->path, source->files[sample]);
    enum status status = source_open_file(path, &descriptor, &size, error);
    if (status == STATUS_OK) {
        if ((size_t)size != source_bytes(source))
            status = error_set(error, STATUS_IO, path, "has %jd bytes now, expected %zu",
                               (intmax_t)size, source_bytes(source));
        else
            status = source_read_at(descriptor, path, 0, bytes, (size_t)size, error);
        close(descriptor);
    }
    free(path);
    return status;
}

enum status raw_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    source->read = read_tensor;
    source->element = element_of_type(spec->type == TYPE_COUNT ? TYPE_F32 : spec->type);
    if (!source->element)
        return error_set(error, STATUS_INVALID, source->path, "unknown element type %d",
                         (int)spec->type);
    enum status status = raw_find_files(spec, source, error);
    return status == STATUS_OK ? check_files(source, error) : status;
}
