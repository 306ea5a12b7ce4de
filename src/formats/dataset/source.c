#include "formats/dataset/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/half.h"
#include "base/memory.h"

#define DEFINE_LOAD(ctype)                                                                         \
    static double load_##ctype(const unsigned char *bytes)                                         \
    {                                                                                              \
        ctype value;                                                                               \
        memcpy(&value, bytes, sizeof(value));                                                      \
        return (double)value;                                                                      \
    }

DEFINE_LOAD(float)
DEFINE_LOAD(double)
DEFINE_LOAD(int8_t)
DEFINE_LOAD(uint8_t)
DEFINE_LOAD(int16_t)
DEFINE_LOAD(uint16_t)
DEFINE_LOAD(int32_t)
DEFINE_LOAD(uint32_t)
DEFINE_LOAD(int64_t)
DEFINE_LOAD(uint64_t)

static double load_half(const unsigned char *bytes)
{
    uint16_t half;
    memcpy(&half, bytes, sizeof(half));
    return (double)half_to_float(half);
}

static double load_bool(const unsigned char *bytes)
{
    return bytes[0] != 0;
}

/* Sources of the codes: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits
 * (IDX); the NumPy reference, numpy.lib.format and array interface (NPY). */
static const struct element element_table[] = {
    {"float32", TYPE_F32, 0x0d, "f4", 4, true, load_float},
    {"float64", TYPE_F64, 0x0e, "f8", 8, true, load_double},
    {"float16", TYPE_F16, 0, "f2", 2, true, load_half},
    {"int8", TYPE_I8, 0x09, "i1", 1, false, load_int8_t},
    {"uint8", TYPE_U8, 0x08, "u1", 1, false, load_uint8_t},
    {"int16", TYPE_I16, 0x0b, "i2", 2, false, load_int16_t},
    {"uint16", TYPE_COUNT, 0, "u2", 2, false, load_uint16_t},
    {"int32", TYPE_I32, 0x0c, "i4", 4, false, load_int32_t},
    {"uint32", TYPE_COUNT, 0, "u4", 4, false, load_uint32_t},
    {"int64", TYPE_I64, 0, "i8", 8, false, load_int64_t},
    {"uint64", TYPE_COUNT, 0, "u8", 8, false, load_uint64_t},
    {"bool", TYPE_BOOL, 0, "b1", 1, false, load_bool},
};

#define ELEMENT_COUNT (sizeof(element_table) / sizeof(element_table[0]))

const struct element *element_of_type(enum type type)
{
    for (size_t i = 0; i < ELEMENT_COUNT && type != TYPE_COUNT; i++)
        if (element_table[i].type == type)
            return &element_table[i];
    return NULL;
}

const struct element *element_of_idx(unsigned char code)
{
    for (size_t i = 0; i < ELEMENT_COUNT && code != 0; i++)
        if (element_table[i].idx == code)
            return &element_table[i];
    return NULL;
}

const struct element *element_of_npy(const char *code)
{
    for (size_t i = 0; i < ELEMENT_COUNT; i++)
        if (strcmp(element_table[i].npy, code) == 0)
            return &element_table[i];
    return NULL;
}

static const struct source_kind source_kinds[] = {
    {"IDX file", idx_probe, idx_open},
    {"NPY file", npy_probe, npy_open},
    {"folder of raw tensors", raw_probe, raw_open},
};

/* Not blocking: opening a named pipe would else wait for its writer. */
static enum status open_any(const char *path, int *descriptor, struct stat *info,
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
    enum status status = open_any(path, descriptor, &info, error);
    if (status != STATUS_OK)
        return status;
    *size = info.st_size;
    if (S_ISREG(info.st_mode))
        return STATUS_OK;
    close(*descriptor);
    *descriptor = -1;
    return error_set(error, STATUS_IO, path, "not a regular file");
}

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
    enum status status = open_any(path, &descriptor, &info, error);
    if (status != STATUS_OK)
        return status;
    status = fill_probe(descriptor, path, &info, &probe, error);
    close(descriptor);
    for (size_t i = 0; status == STATUS_OK && i < sizeof(source_kinds) / sizeof(*source_kinds); i++)
        if (source_kinds[i].probe(&probe))
            *kind = &source_kinds[i];
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
                         "the first bytes are of no known format, expected an IDX file (plain or "
                         "gzip), an NPY file, or a folder of raw tensors");
    return kind->open(spec, source, error);
}

enum status source_open(const struct dataset_spec *spec, const struct shape *input,
                        struct source *source, struct error *error)
{
    *source = (struct source){.descriptor = -1, .arena = arena_new()};
    source->path = arena_strdup(source->arena, spec->samples);
    return dataset_is_random(spec->samples) ? random_open(spec, input, source, error)
                                            : open_file(spec, source, error);
}

void source_release(struct source *source)
{
    if (source->descriptor >= 0)
        close(source->descriptor);
    free(source->memory);
    free(source->files);
    free(source->classes);
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
                             "the dimensions promise more than %zu bytes", SHAPE_ELEMENTS_MAX);
    }
    source->count = dim[0];
    source->elements = total / source->element->size / dim[0];
    /* An image without a dimension for it has one channel, and so has any lesser array. */
    source->channels = rank >= 4 ? dim[rank - 1] : 1;
    return STATUS_OK;
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
