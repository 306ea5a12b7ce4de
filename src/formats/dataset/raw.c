/* A folder of raw tensors: one file per sample, or per recording whose windows are samples, nothing
 * but elements, little endian. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/kinds.h"

/* Windows of all recordings. */
#define WINDOWS_MAX ((size_t)1 << 24)

bool raw_probe(const struct probe *probe)
{
    return probe->folder;
}

static enum status check_elements(const char *path, const struct stat *info,
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
    return STATUS_OK;
}

/* The first file decides the size of all. */
static enum status take_tensor(const char *path, size_t bytes, struct source *source,
                               struct error *error)
{
    if (source->elements != 0 && bytes != source_bytes(source))
        return error_set(error, STATUS_FORMAT, path,
                         "has %zu bytes, expected %zu like the files before it", bytes,
                         source_bytes(source));
    source->elements = bytes / source->element->size;
    return STATUS_OK;
}

/* Counts the windows of a recording behind so many of those before it. */
static enum status take_recording(const char *path, size_t bytes, size_t before,
                                  struct recording *recording, struct error *error)
{
    if (bytes < recording->window)
        return error_set(error, STATUS_FORMAT, path, "has %zu bytes, less than its window of %zu",
                         bytes, recording->window);
    recording->bytes = bytes;
    recording->first = before;
    recording->count = (bytes - recording->window) / recording->stride + 1;
    if (recording->count > WINDOWS_MAX - before)
        return error_set(error, STATUS_FORMAT, path,
                         "has %zu windows, %zu with those before it, expected at most %zu",
                         recording->count, before + recording->count, WINDOWS_MAX);
    return STATUS_OK;
}

/* *windows: of the recordings so far. */
static enum status check_file(struct source *source, size_t i, size_t *windows, struct error *error)
{
    struct stat info;
    char *path = path_join(source->path, source->files[i]);
    enum status status = STATUS_OK;
    if (stat(path, &info) != 0)
        status = error_set_errno(error, STATUS_IO, path, "cannot open");
    else
        status = check_elements(path, &info, source, error);
    if (status == STATUS_OK && !source->recordings)
        status = take_tensor(path, (size_t)info.st_size, source, error);
    else if (status == STATUS_OK)
        status =
            take_recording(path, (size_t)info.st_size, *windows, &source->recordings[i], error);
    if (status == STATUS_OK && source->recordings)
        *windows += source->recordings[i].count;
    free(path);
    return status;
}

static void remark_on_rests(struct source *source)
{
    size_t with_rest = 0;
    for (size_t i = 0; i < source->n_recordings; i++) {
        const struct recording *recording = &source->recordings[i];
        with_rest += (recording->bytes - recording->window) % recording->stride != 0;
    }
    if (with_rest > 0)
        source_remark(source,
                      "%s: %zu of %zu recordings end with bytes that fill no window and are left "
                      "out",
                      source->path, with_rest, source->n_recordings);
}

/* Makes the windows the samples; each has the class of its recording. */
static enum status cut_recordings(struct source *source, size_t windows, struct error *error)
{
    int32_t *classes = memory_try(windows * sizeof(*classes));
    if (!classes)
        return error_set(error, STATUS_MEMORY, source->path, "not enough memory for %zu windows",
                         windows);
    for (size_t i = 0; i < source->n_recordings; i++)
        for (size_t k = 0; k < source->recordings[i].count; k++)
            classes[source->recordings[i].first + k] = source->classes[i];
    free(source->classes);
    source->classes = classes;
    source->count = windows;
    source->elements = source->recordings[0].window / source->element->size;
    remark_on_rests(source);
    return STATUS_OK;
}

static enum status check_files(struct source *source, struct error *error)
{
    enum status status = STATUS_OK;
    size_t windows = 0;
    for (size_t i = 0; status == STATUS_OK && i < source->count; i++)
        status = check_file(source, i, &windows, error);
    if (status == STATUS_OK && source->recordings)
        status = cut_recordings(source, windows, error);
    return status;
}

/* A sample's elements from an offset of a file that has to have so many bytes still. */
static enum status read_part(const struct source *source, const char *name, size_t bytes,
                             size_t offset, unsigned char *elements, struct error *error)
{
    int descriptor;
    off_t size;
    char *path = path_join(source->path, name);
    enum status status = source_open_file(path, &descriptor, &size, error);
    if (status == STATUS_OK) {
        if ((size_t)size != bytes)
            status = error_set(error, STATUS_IO, path, "has %jd bytes now, expected %zu",
                               (intmax_t)size, bytes);
        else
            status = source_read_at(descriptor, path, (off_t)offset, elements, source_bytes(source),
                                    error);
        close(descriptor);
    }
    free(path);
    return status;
}

static enum status read_tensor(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    return read_part(source, source->files[sample], source_bytes(source), 0, bytes, error);
}

static enum status read_window(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    size_t number = source_recording(source, sample);
    const struct recording *recording = &source->recordings[number];
    return read_part(source, source->files[number], recording->bytes,
                     (sample - recording->first) * recording->stride, bytes, error);
}

enum status raw_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    source->element = element_of_type(spec->type == TYPE_COUNT ? TYPE_F32 : spec->type);
    if (!source->element)
        return error_set(error, STATUS_INVALID, source->path, "unknown element type %d",
                         (int)spec->type);
    enum status status = raw_find_files(spec, source, error);
    source->read = source->recordings ? read_window : read_tensor;
    return status == STATUS_OK ? check_files(source, error) : status;
}
