/* NPY: a magic string, a version, the length of a header, the header as the text of a Python
 * dictionary with the keys descr, fortran_order and shape, the elements. Source: the NumPy
 * reference, numpy.lib.format, versions 1.0 to 3.0. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/kinds.h"

#define MAGIC_SIZE 6
static const unsigned char magic[MAGIC_SIZE] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/* No header of a plain array comes near this; longer ones describe records. */
#define HEADER_MAX 65536

struct header {
    const char *path;
    const unsigned char *file, *next, *end; /* end of the header */
    char descr[16];
    bool fortran_order;
    uint64_t dim[SOURCE_RANK_MAX];
    int rank;
    unsigned seen; /* one bit for each key */
};

bool npy_probe(const struct probe *probe)
{
    return probe->n_head >= MAGIC_SIZE && memcmp(probe->head, magic, MAGIC_SIZE) == 0;
}

static enum status expected(const struct header *header, const char *what, struct error *error)
{
    return error_set(error, STATUS_FORMAT, header->path, "expected %s at byte %zu", what,
                     (size_t)(header->next - header->file));
}

static void skip_space(struct header *header)
{
    while (header->next < header->end && strchr(" \t\r\n", header->next[0]) && header->next[0])
        header->next++;
}

static bool take(struct header *header, char wanted)
{
    skip_space(header);
    if (header->next == header->end || header->next[0] != (unsigned char)wanted)
        return false;
    header->next++;
    return true;
}

/* A quoted string of printable characters that fits into size bytes with its end. */
static bool take_string(struct header *header, char *string, size_t size)
{
    char quote = take(header, '\'') ? '\'' : take(header, '"') ? '"' : '\0';
    for (size_t length = 0; quote && header->next < header->end && length < size; length++) {
        unsigned char byte = *header->next++;
        string[length] = byte == (unsigned char)quote ? '\0' : (char)byte;
        if (string[length] == '\0')
            return byte != 0;
        if (byte < 0x20 || byte > 0x7e)
            return false;
    }
    return false;
}

static bool take_word(struct header *header, const char *word)
{
    size_t length = strlen(word);
    skip_space(header);
    if ((size_t)(header->end - header->next) < length || memcmp(header->next, word, length) != 0)
        return false;
    header->next += length;
    return true;
}

/* Digits alone; numbers beyond the range of any file stop growing. */
static bool take_number(struct header *header, uint64_t *number)
{
    skip_space(header);
    const unsigned char *start = header->next;
    *number = 0;
    for (; header->next < header->end && *header->next >= '0' && *header->next <= '9';
         header->next++)
        if (*number <= UINT32_MAX * UINT64_C(1000))
            *number = *number * 10 + (*header->next - '0');
    return header->next > start;
}

static enum status take_descr(struct header *header, struct error *error)
{
    skip_space(header);
    if (header->next < header->end && header->next[0] == '[')
        return error_set(error, STATUS_UNSUPPORTED, header->path,
                         "'descr' lists the fields of a record, expected one element type");
    return take_string(header, header->descr, sizeof(header->descr))
               ? STATUS_OK
               : expected(header, "the text of 'descr'", error);
}

static enum status take_order(struct header *header, struct error *error)
{
    header->fortran_order = take_word(header, "True");
    return header->fortran_order || take_word(header, "False")
               ? STATUS_OK
               : expected(header, "True or False", error);
}

static enum status take_shape(struct header *header, struct error *error)
{
    if (!take(header, '('))
        return expected(header, "the tuple of 'shape'", error);
    for (header->rank = 0; !take(header, ')'); header->rank++) {
        if (header->rank == SOURCE_RANK_MAX)
            return error_set(error, STATUS_UNSUPPORTED, header->path,
                             "'shape' has more than %d dimensions", SOURCE_RANK_MAX);
        if (!take_number(header, &header->dim[header->rank]))
            return expected(header, "a dimension", error);
        skip_space(header);
        bool last = header->next < header->end && header->next[0] == ')';
        if (!take(header, ',') && !last)
            return expected(header, "',' or ')'", error);
    }
    return STATUS_OK;
}

static const struct {
    const char *name;
    enum status (*take)(struct header *header, struct error *error);
} keys[] = {{"descr", take_descr}, {"fortran_order", take_order}, {"shape", take_shape}};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static enum status take_entry(struct header *header, struct error *error)
{
    char name[16];
    size_t key = 0;
    if (!take_string(header, name, sizeof(name)))
        return expected(header, "a key", error);
    while (key < KEY_COUNT && strcmp(keys[key].name, name) != 0)
        key++;
    if (key == KEY_COUNT)
        return error_set(
            error, STATUS_FORMAT, header->path,
            "unknown key '%s' in the header, expected 'descr', 'fortran_order' and 'shape'", name);
    if (header->seen >> key & 1)
        return error_set(error, STATUS_FORMAT, header->path, "key '%s' appears twice", name);
    header->seen |= 1u << key;
    if (!take(header, ':'))
        return expected(header, "':'", error);
    return keys[key].take(header, error);
}

static enum status take_header(struct header *header, struct error *error)
{
    if (!take(header, '{'))
        return expected(header, "'{'", error);
    while (!take(header, '}')) {
        enum status status = take_entry(header, error);
        if (status != STATUS_OK)
            return status;
        if (take(header, ','))
            continue;
        if (!take(header, '}'))
            return expected(header, "',' or '}'", error);
        break;
    }
    skip_space(header);
    if (header->next != header->end)
        return expected(header, "nothing but space", error);
    for (size_t key = 0; key < KEY_COUNT; key++)
        if (!(header->seen >> key & 1))
            return error_set(error, STATUS_FORMAT, header->path, "the header has no key '%s'",
                             keys[key].name);
    return STATUS_OK;
}

/* Finds the header within the file: its length has two bytes in version 1, four later. */
static enum status find_header(const unsigned char *file, size_t size, struct header *header,
                               struct error *error)
{
    size_t start = size > MAGIC_SIZE && file[MAGIC_SIZE] == 1 ? 10 : 12, length = 0;
    if (size < start)
        return error_set(error, STATUS_FORMAT, header->path,
                         "ends at byte %zu, within the fixed part of the header", size);
    if (file[MAGIC_SIZE] < 1 || file[MAGIC_SIZE] > 3)
        return error_set(error, STATUS_UNSUPPORTED, header->path,
                         "NPY version %d.%d is not supported, expected 1 to 3", file[MAGIC_SIZE],
                         file[MAGIC_SIZE + 1]);
    for (size_t i = start; i-- > MAGIC_SIZE + 2;)
        length = length << 8 | file[i];
    if (length > HEADER_MAX || length > size - start)
        return error_set(error, STATUS_FORMAT, header->path,
                         "a header of %zu bytes at byte %zu, expected at most %zu", length, start,
                         size - start < HEADER_MAX ? size - start : (size_t)HEADER_MAX);
    header->file = file;
    header->next = file + start;
    header->end = header->next + length;
    return STATUS_OK;
}

/* The first character of descr is the byte order: little, big, the machine's, not applicable. */
static enum status set_element(const struct header *header, struct source *source,
                               struct error *error)
{
    const char *descr = header->descr;
    bool ordered = descr[0] != '\0' && strchr("<>=|", descr[0]);
    source->element = ordered ? element_of_npy(descr + 1) : NULL;
    if (!source->element || (descr[0] == '|' && source->element->size > 1))
        return error_set(error, STATUS_UNSUPPORTED, header->path,
                         "'descr' is '%s', expected a number or bool type such as '<f4' or '|u1'",
                         descr);
    source->big_endian =
        descr[0] == '>' || (descr[0] == '=' && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    return STATUS_OK;
}

/* The first index of Fortran's order runs fastest; here the last one does. */
static enum status to_c_order(const struct header *header, struct source *source,
                              struct error *error)
{
    size_t size = source->element->size, total = source->count * source->elements, at = 0;
    size_t index[SOURCE_RANK_MAX] = {0}, stride[SOURCE_RANK_MAX] = {1};
    unsigned char *ordered = memory_try(total * size);
    if (!ordered)
        return error_set(error, STATUS_MEMORY, header->path, "not enough memory for %zu elements",
                         total);
    for (int i = 1; i < header->rank; i++)
        stride[i] = stride[i - 1] * header->dim[i - 1];
    for (size_t n = 0; n < total; n++) {
        memcpy(ordered + n * size, source->first + at * size, size);
        for (int i = header->rank - 1; i >= 0; i--) {
            at += stride[i];
            if (++index[i] < header->dim[i])
                break;
            at -= stride[i] * header->dim[i];
            index[i] = 0;
        }
    }
    free(source->memory);
    source->memory = ordered;
    source->first = ordered;
    return STATUS_OK;
}

static enum status set_array(const struct header *header, struct source *source, size_t size,
                             struct error *error)
{
    enum status status = set_element(header, source, error);
    if (status != STATUS_OK)
        return status;
    if (header->rank == 0)
        return error_set(error, STATUS_FORMAT, header->path,
                         "'shape' is (), expected samples along the first dimension");
    status = source_set_shape(source, header->dim, header->rank, error);
    if (status != STATUS_OK)
        return status;
    size_t promised = source->count * source_bytes(source);
    size_t there = size - (size_t)(header->end - header->file);
    if (promised != there)
        return error_set(error, STATUS_FORMAT, header->path,
                         "%zu bytes of elements, expected %zu as 'shape' says", there, promised);
    source->first = header->end;
    source->read = source_read_memory;
    return header->fortran_order && header->rank > 1 ? to_c_order(header, source, error)
                                                     : STATUS_OK;
}

enum status npy_take(struct source *source, size_t size, struct error *error)
{
    struct header header = {.path = source->path};
    if (size < MAGIC_SIZE || memcmp(source->memory, magic, MAGIC_SIZE) != 0)
        return error_set(error, STATUS_FORMAT, source->path, "does not begin as NPY files do");
    enum status status = find_header(source->memory, size, &header, error);
    if (status == STATUS_OK)
        status = take_header(&header, error);
    if (status == STATUS_OK)
        status = set_array(&header, source, size, error);
    return status;
}

enum status npy_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    size_t size;
    enum status status = file_read(spec->samples, SIZE_MAX, &source->memory, &size, error);
    return status == STATUS_OK ? npy_take(source, size, error) : status;
}
