/* IDX: two zero bytes, a type, the number of dimensions, the dimensions as 32-bit numbers, the
 * elements; everything big endian. Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of
 * handwritten digits. */
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "formats/dataset/cache.h"
#include "formats/dataset/kinds.h"

/* Deflate stores a run of 258 bytes in 2 bits at best: no stream is shorter than its contents by
 * more than this factor. */
#define DEFLATE_RATIO_MAX 1032

bool idx_probe(const struct probe *probe)
{
    bool plain = probe->head[0] == 0 && probe->head[1] == 0;
    bool compressed = probe->head[0] == 0x1f && probe->head[1] == 0x8b;
    return probe->n_head >= 4 && (plain || compressed);
}

/* What zlib says went wrong, without the name that it puts first. */
static const char *reason(gzFile stream)
{
    int code;
    const char *text = gzerror(stream, &code), *colon = strstr(text, ": ");
    return colon ? colon + 2 : text;
}

/* Reads exactly size bytes; zlib passes files through that are not compressed. */
static enum status read_stream(gzFile stream, const struct source *source, size_t at,
                               unsigned char *bytes, size_t size, struct error *error)
{
    for (size_t done = 0; done < size;) {
        size_t piece = size - done < INT_MAX ? size - done : INT_MAX;
        int got = gzread(stream, bytes + done, (unsigned)piece);
        if (got < 0)
            return error_set(error, STATUS_FORMAT, source->path,
                             "cannot decompress after %zu bytes: %s", at + done, reason(stream));
        if (got == 0)
            return error_set(error, STATUS_FORMAT, source->path,
                             "ends after %zu bytes, expected %zu as the header says", at + done,
                             at + size);
        done += (size_t)got;
    }
    return STATUS_OK;
}

static uint32_t big_endian_32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum status read_dimensions(gzFile stream, int rank, struct source *source,
                                   struct error *error)
{
    unsigned char bytes[4 * SOURCE_RANK_MAX];
    uint64_t dim[SOURCE_RANK_MAX];
    enum status status = read_stream(stream, source, 4, bytes, 4 * (size_t)rank, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < rank; i++)
        dim[i] = big_endian_32(bytes + 4 * i);
    source->offset = 4 + 4 * rank;
    return source_set_shape(source, dim, rank, error);
}

static enum status read_header(gzFile stream, struct source *source, struct error *error)
{
    unsigned char magic[4];
    enum status status = read_stream(stream, source, 0, magic, sizeof(magic), error);
    if (status != STATUS_OK)
        return status;
    if (magic[0] != 0 || magic[1] != 0)
        return error_set(error, STATUS_FORMAT, source->path,
                         "starts with bytes %02x %02x, expected 00 00 of an IDX header", magic[0],
                         magic[1]);
    source->big_endian = true;
    source->element = element_of_idx(magic[2]);
    if (!source->element)
        return error_set(error, STATUS_FORMAT, source->path,
                         "type 0x%02x at byte 2, expected 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e",
                         magic[2]);
    if (magic[3] < 1 || magic[3] > SOURCE_RANK_MAX)
        return error_set(error, STATUS_FORMAT, source->path,
                         "%d dimensions at byte 3, expected 1 to %d", magic[3], SOURCE_RANK_MAX);
    return read_dimensions(stream, magic[3], source, error);
}

/* The file stays open, and samples are read from it one by one. */
static enum status keep_plain(struct source *source, off_t file_size, struct error *error)
{
    off_t expected = source->offset + (off_t)(source->count * source_bytes(source));
    if (file_size != expected)
        return error_set(error, STATUS_FORMAT, source->path,
                         "has %jd bytes, expected %jd as the header says", (intmax_t)file_size,
                         (intmax_t)expected);
    source->read = source_read_descriptor;
    return STATUS_OK;
}

/* Reads on past the data: that must be the end of the stream, and zlib checks its sum there. */
static enum status check_end(gzFile stream, const struct source *source, struct error *error)
{
    unsigned char byte;
    int got = gzread(stream, &byte, 1), code;
    if (got > 0)
        return error_set(error, STATUS_FORMAT, source->path, "has more data than its header says");
    gzerror(stream, &code);
    if (code != Z_OK)
        return error_set(error, STATUS_FORMAT, source->path, "cannot decompress the end: %s",
                         reason(stream));
    return STATUS_OK;
}

static enum status decompress(gzFile stream, struct source *source, size_t size,
                              struct error *error)
{
    source->memory = memory_try(size);
    if (!source->memory)
        return error_set(error, STATUS_MEMORY, source->path, "not enough memory for %zu bytes",
                         size);
    enum status status =
        read_stream(stream, source, (size_t)source->offset, source->memory, size, error);
    return status == STATUS_OK ? check_end(stream, source, error) : status;
}

/* Memory is claimed for what the header promises, so a promise that a file of this size cannot keep
 * is refused before. */
static enum status keep_decompressed(gzFile stream, struct source *source, off_t file_size,
                                     struct dataset_cache *cache, struct error *error)
{
    const char *type = source->element->name;
    size_t size = source->count * source_bytes(source);
    enum status status = STATUS_OK;
    if (size / DEFLATE_RATIO_MAX > (size_t)file_size)
        return error_set(error, STATUS_FORMAT, source->path,
                         "the header promises %zu bytes, more than %jd compressed ones can hold",
                         size, (intmax_t)file_size);
    source->memory = dataset_cache_find_array(cache, source->path, type, size);
    if (!source->memory) {
        status = decompress(stream, source, size, error);
        if (status == STATUS_OK)
            dataset_cache_keep_array(cache, source->path, type, source->memory, size);
    }
    source->first = source->memory;
    source->read = source_read_memory;
    return status;
}

enum status idx_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    off_t size;
    enum status status = source_open_file(spec->samples, &source->descriptor, &size, error);
    if (status != STATUS_OK)
        return status;
    int copy = dup(source->descriptor);
    gzFile stream = copy < 0 ? NULL : gzdopen(copy, "rb");
    if (!stream) {
        if (copy >= 0)
            close(copy);
        return error_set_errno(error, STATUS_SYSTEM, source->path, "cannot read");
    }
    status = read_header(stream, source, error);
    if (status == STATUS_OK)
        status = gzdirect(stream) ? keep_plain(source, size, error)
                                  : keep_decompressed(stream, source, size, spec->cache, error);
    gzclose_r(stream);
    return status;
}
