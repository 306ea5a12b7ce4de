/* Source: PKWARE, .ZIP File Format Specification 6.3.10. */
#include "formats/dataset/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* Bytes of the fixed parts of records, and their signatures. */
#define END_SIZE       22
#define END            0x06054b50
#define LOCATOR64_SIZE 20
#define LOCATOR64      0x07064b50
#define END64_SIZE     56
#define END64          0x06064b50
#define ENTRY_SIZE     46
#define ENTRY          0x02014b50
#define LOCAL_SIZE     30
#define LOCAL          0x04034b50

#define COMMENT_MAX 0xffff
#define ENTRIES_MAX 65536
#define EXTRA64     1

#define STORED   0
#define DEFLATED 8

/* See idx.c. */
#define DEFLATE_RATIO_MAX 1032

static uint64_t number_at(const unsigned char *bytes, int size)
{
    uint64_t number = 0;
    for (int i = size; i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

static uint16_t half_at(const unsigned char *bytes)
{
    return (uint16_t)number_at(bytes, 2);
}

static uint32_t word_at(const unsigned char *bytes)
{
    return (uint32_t)number_at(bytes, 4);
}

static uint64_t long_at(const unsigned char *bytes)
{
    return number_at(bytes, 8);
}

static enum status damaged(const struct zip *zip, const char *what, struct error *error)
{
    return error_set(error, STATUS_FORMAT, zip->path, "damaged archive: %s", what);
}

/* A record of a fixed size at an offset, if it lies within the file and has its signature. */
static const unsigned char *record_at(const struct zip *zip, uint64_t offset, size_t size,
                                      uint32_t signature)
{
    if (offset > zip->size || size > zip->size - offset)
        return NULL;
    const unsigned char *record = zip->bytes + offset;
    return word_at(record) == signature ? record : NULL;
}

/* Where the directory lies, and how many entries it has. */
struct directory {
    uint64_t offset, entries;
};

static const unsigned char *find_end(const struct zip *zip)
{
    for (size_t back = END_SIZE; back <= zip->size && back <= END_SIZE + COMMENT_MAX; back++) {
        const unsigned char *end = record_at(zip, zip->size - back, END_SIZE, END);
        if (end)
            return end;
    }
    return NULL;
}

static enum status find_directory(const struct zip *zip, struct directory *directory,
                                  struct error *error)
{
    const unsigned char *end = find_end(zip), *record;
    if (!end)
        return damaged(zip, "no end of the directory", error);
    *directory = (struct directory){word_at(end + 16), half_at(end + 10)};
    size_t at = (size_t)(end - zip->bytes);
    record = at >= LOCATOR64_SIZE ? record_at(zip, at - LOCATOR64_SIZE, LOCATOR64_SIZE, LOCATOR64)
                                  : NULL;
    if (!record)
        return STATUS_OK;
    record = record_at(zip, long_at(record + 8), END64_SIZE, END64);
    if (!record)
        return damaged(zip, "no 64-bit end of the directory", error);
    *directory = (struct directory){long_at(record + 48), long_at(record + 32)};
    return STATUS_OK;
}

/* Sizes and offset that do not fit into 32 bits stand in an extra field, those that are needed. */
static bool take_extra(const unsigned char *extra, size_t size, struct zip_entry *entry)
{
    uint64_t *const wide[] = {&entry->size, &entry->packed, &entry->header};
    while (size >= 4) {
        size_t length = half_at(extra + 2);
        if (length > size - 4)
            return false;
        const unsigned char *next = extra + 4, *end = next + length;
        for (size_t i = 0; half_at(extra) == EXTRA64 && i < 3; i++) {
            if (*wide[i] != UINT32_MAX)
                continue;
            if (end - next < 8)
                return false;
            *wide[i] = long_at(next);
            next += 8;
        }
        extra += 4 + length;
        size -= 4 + length;
    }
    return true;
}

static enum status take_entry(struct zip *zip, uint64_t *offset, struct error *error)
{
    const unsigned char *record = record_at(zip, *offset, ENTRY_SIZE, ENTRY);
    if (!record)
        return damaged(zip, "an entry of the directory is not where it should be", error);
    size_t name = half_at(record + 28), extra = half_at(record + 30);
    size_t whole = ENTRY_SIZE + name + extra + half_at(record + 32);
    if (whole > zip->size - *offset)
        return damaged(zip, "the directory is cut off", error);
    struct zip_entry entry = {
        .name = arena_printf(zip->arena, "%.*s", (int)name, (const char *)record + ENTRY_SIZE),
        .flags = half_at(record + 8),
        .method = half_at(record + 10),
        .check_sum = word_at(record + 16),
        .packed = word_at(record + 20),
        .size = word_at(record + 24),
        .header = word_at(record + 42),
    };
    text_make_printable((char *)(uintptr_t)entry.name);
    if (!take_extra(record + ENTRY_SIZE + name, extra, &entry))
        return damaged(zip, "an extra field is cut off", error);
    zip->entries[zip->count++] = entry;
    *offset += whole;
    return STATUS_OK;
}

enum status zip_open(const char *path, struct zip *zip, struct error *error)
{
    struct directory directory = {0};
    *zip = (struct zip){.path = path, .arena = arena_new()};
    enum status status = file_read(path, SIZE_MAX, &zip->bytes, &zip->size, error);
    if (status == STATUS_OK)
        status = find_directory(zip, &directory, error);
    if (status != STATUS_OK)
        return status;
    if (directory.entries > ENTRIES_MAX || directory.entries > zip->size / ENTRY_SIZE)
        return damaged(zip, "more entries than it has room for", error);
    zip->entries = xcalloc((size_t)directory.entries + 1, sizeof(*zip->entries));
    for (uint64_t i = 0; status == STATUS_OK && i < directory.entries; i++)
        status = take_entry(zip, &directory.offset, error);
    return status;
}

void zip_close(struct zip *zip)
{
    free(zip->bytes);
    free(zip->entries);
    arena_free(zip->arena);
    *zip = (struct zip){0};
}

/* zlib counts in 32 bits, so both ends are fed in pieces. */
static bool inflate_whole(const unsigned char *packed, size_t packed_size, unsigned char *bytes,
                          size_t size)
{
    const size_t piece = (size_t)1 << 30;
    z_stream stream = {0};
    size_t in = 0, out = 0;
    int code = inflateInit2(&stream, -MAX_WBITS);
    while (code == Z_OK) {
        size_t more_in = packed_size - in < piece ? packed_size - in : piece;
        size_t more_out = size - out < piece ? size - out : piece;
        stream.next_in = (unsigned char *)(uintptr_t)(packed + in);
        stream.avail_in = (unsigned)more_in;
        stream.next_out = bytes + out;
        stream.avail_out = (unsigned)more_out;
        code = inflate(&stream, Z_NO_FLUSH);
        in += more_in - stream.avail_in;
        out += more_out - stream.avail_out;
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END && out == size;
}

static uint32_t sum_of(const unsigned char *bytes, size_t size)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes, size);
}

static enum status unpack(const struct zip *zip, const struct zip_entry *entry,
                          const unsigned char *packed, unsigned char *bytes, struct error *error)
{
    size_t size = (size_t)entry->size;
    bool whole = entry->method == STORED
                     ? entry->packed == size
                     : inflate_whole(packed, (size_t)entry->packed, bytes, size);
    if (whole && entry->method == STORED)
        memcpy(bytes, packed, size);
    if (whole && sum_of(bytes, size) == entry->check_sum)
        return STATUS_OK;
    return error_set(error, STATUS_FORMAT, zip->path, "member '%.60s' %s", entry->name,
                     whole ? "has a wrong check sum"
                           : "does not unpack to the size that is stated");
}

enum status zip_extract(const struct zip *zip, const struct zip_entry *entry, unsigned char **bytes,
                        struct error *error)
{
    const unsigned char *local = record_at(zip, entry->header, LOCAL_SIZE, LOCAL);
    uint64_t start =
        local ? entry->header + LOCAL_SIZE + half_at(local + 26) + half_at(local + 28) : 0;
    if (!local || start > zip->size || entry->packed > zip->size - start)
        return damaged(zip, "a member is not where the directory says", error);
    if ((entry->flags & 1) || (entry->method != STORED && entry->method != DEFLATED))
        return error_set(error, STATUS_UNSUPPORTED, zip->path,
                         "member '%.60s' is %s, expected a stored or deflated one", entry->name,
                         entry->flags & 1 ? "encrypted" : "compressed in another way");
    if (entry->size / DEFLATE_RATIO_MAX > entry->packed)
        return error_set(error, STATUS_FORMAT, zip->path,
                         "member '%.60s' promises more bytes than its compressed ones can hold",
                         entry->name);
    *bytes = memory_try((size_t)entry->size);
    if (!*bytes)
        return error_set(error, STATUS_MEMORY, zip->path, "not enough memory for member '%.60s'",
                         entry->name);
    enum status status = unpack(zip, entry, zip->bytes + start, *bytes, error);
    if (status != STATUS_OK)
        FREE_AND_NULL(*bytes);
    return status;
}
