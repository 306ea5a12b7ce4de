#include "formats/dataset/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

/* Not blocking: opening a named pipe would else wait for its writer. */
enum status source_open_any(const char *path, int *descriptor, struct stat *info,
                            struct error *error)
{
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor < 0)
        return error_set_errno(error, STATUS_IO, path, "cannot open");
    if (fstat(*descriptor, info) == 0)
        return STATUS_OK;
    error_set_errno(error, STATUS_IO, path, "cannot read");
    close(*descriptor);
    *descriptor = -1;
    return error->status;
}

enum status source_open_file(const char *path, int *descriptor, off_t *size, struct error *error)
{
    struct stat info;
    enum status status = source_open_any(path, descriptor, &info, error);
    if (status != STATUS_OK)
        return status;
    *size = info.st_size;
    if (S_ISREG(info.st_mode))
        return STATUS_OK;
    close(*descriptor);
    *descriptor = -1;
    return error_set(error, STATUS_IO, path, "not a regular file");
}

void source_release(struct source *source)
{
    if (source->descriptor >= 0)
        close(source->descriptor);
    free(source->memory);
    free(source->files);
    free(source->recordings);
    free(source->classes);
    free(source->remarks);
    arena_free(source->arena);
    *source = (struct source){.descriptor = -1};
}

enum status source_set_shape(struct source *source, const uint64_t *dim, int rank,
                             struct error *error)
{
    size_t total = source->element->size;
    for (int i = 0; i < rank; i++) {
        if (dim[i] == 0)
            return error_set(error, STATUS_FORMAT, source->path,
                             "dimension %d is 0, expected at least 1", i);
        if (!size_multiply(total, dim[i], &total) || total > SHAPE_ELEMENTS_MAX)
            return error_set(error, STATUS_FORMAT, source->path,
                             "the dimensions ask for more than %zu bytes", SHAPE_ELEMENTS_MAX);
    }
    source->count = dim[0];
    source->elements = total / source->element->size / dim[0];
    source->rank = rank - 1;
    for (int i = 1; i < rank; i++)
        source->dim[i - 1] = dim[i];
    return STATUS_OK;
}

size_t source_recording(const struct source *source, size_t sample)
{
    size_t low = 0, high = source->n_recordings;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->recordings[middle].first <= sample)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void source_remark(struct source *source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = printable_text(source->arena, format, arguments);
    va_end(arguments);
    source->remarks = list_grow(source->remarks, source->n_remarks, &source->remark_capacity,
                                sizeof(*source->remarks));
    source->remarks[source->n_remarks++] = text;
}

static void reverse_bytes(unsigned char *bytes, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++, bytes += size)
        for (size_t low = 0, high = size - 1; low < high; low++, high--) {
            unsigned char byte = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = byte;
        }
}

enum status source_load(const struct source *source, size_t sample, unsigned char *bytes,
                        struct error *error)
{
    const bool machine_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    enum status status = source->read(source, sample, bytes, error);
    if (status == STATUS_OK && source->big_endian != machine_is_big && source->element->size > 1)
        reverse_bytes(bytes, source->elements, source->element->size);
    return status;
}

enum status source_read_memory(const struct source *source, size_t sample, unsigned char *bytes,
                               struct error *error)
{
    (void)error;
    memcpy(bytes, source->first + sample * source_bytes(source), source_bytes(source));
    return STATUS_OK;
}

enum status source_read_descriptor(const struct source *source, size_t sample, unsigned char *bytes,
                                   struct error *error)
{
    size_t size = source_bytes(source);
    return source_read_at(source->descriptor, source->path, source->offset + (off_t)(sample * size),
                          bytes, size, error);
}

enum status source_read_at(int descriptor, const char *name, off_t offset, unsigned char *bytes,
                           size_t size, struct error *error)
{
    while (size > 0) {
        ssize_t got = pread(descriptor, bytes, size, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, STATUS_IO, name, "cannot read");
        if (got == 0)
            return error_set(error, STATUS_IO, name, "ends at byte %jd, %zu bytes too early",
                             (intmax_t)offset, size);
        bytes += got;
        offset += got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}
