#include "experiment/beside.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

#define MODEL_BYTES_MAX ((size_t)64 << 20)
/* Old exporters write a file per tensor; a hostile model shall not keep us busy. */
#define NAMES_MAX 20000

/* Field 1 of an entry, and the tag of field 2, which a length and the text follow. */
static const char location[] = "\x0a\x08location\x12";

struct names {
    char **items;
    size_t count, capacity;
};

/* The text of a length-delimited field: a length of up to two bytes of a varint, and as many bytes.
 * NULL where it ends early, or is no path. */
static char *read_text(const unsigned char *bytes, size_t size)
{
    size_t header = size > 0 && bytes[0] >= 0x80 ? 2 : 1;
    if (size < header)
        return NULL;
    size_t length = header == 1 ? bytes[0] : (bytes[0] & 0x7fu) | (size_t)bytes[1] << 7;
    if (length == 0 || length >= PATH_MAX || length > size - header ||
        memchr(bytes + header, '\0', length))
        return NULL;
    return xasprintf("%.*s", (int)length, (const char *)bytes + header);
}

static void add_name(struct names *names, char *name)
{
    /* Tensors of one file follow each other. */
    if (names->count > 0 && strcmp(names->items[names->count - 1], name) == 0) {
        free(name);
        return;
    }
    names->items = list_grow(names->items, names->count, &names->capacity, sizeof(*names->items));
    names->items[names->count++] = name;
}

static void find_names(const unsigned char *bytes, size_t size, struct names *names)
{
    const unsigned char *end = bytes + size;
    const size_t length = sizeof(location) - 1;
    const unsigned char *found = memmem(bytes, size, location, length);
    while (found && names->count < NAMES_MAX) {
        const unsigned char *next = found + length;
        char *name = read_text(next, (size_t)(end - next));
        if (name)
            add_name(names, name);
        found = memmem(next, (size_t)(end - next), location, length);
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_file_below(const char *folder, const char *name)
{
    struct stat info;
    char *path = path_join(folder, name);
    bool is_file = path_is_below(name) && stat(path, &info) == 0 && S_ISREG(info.st_mode);
    free(path);
    return is_file;
}

/* Sorts the names, and keeps the files among them, each once. */
static void keep_files(const char *path, struct names *names)
{
    char *folder = path_directory(path);
    size_t kept = 0;
    if (names->count > 0)
        qsort(names->items, names->count, sizeof(*names->items), compare_names);
    for (size_t i = 0; i < names->count; i++) {
        char *name = names->items[i];
        bool is_new = kept == 0 || strcmp(names->items[kept - 1], name) != 0;
        if (is_new && is_file_below(folder, name))
            names->items[kept++] = name;
        else
            free(name);
    }
    names->count = kept;
    free(folder);
}

struct beside beside_find(const char *path)
{
    struct names names = {0};
    struct error error;
    unsigned char *bytes;
    size_t size;
    if (file_read(path, MODEL_BYTES_MAX, &bytes, &size, &error) != STATUS_OK)
        return (struct beside){0};
    find_names(bytes, size, &names);
    free(bytes);
    keep_files(path, &names);
    return (struct beside){names.items, names.count};
}

void beside_release(struct beside *beside)
{
    for (size_t i = 0; i < beside->count; i++)
        free(beside->names[i]);
    free(beside->names);
    *beside = (struct beside){0};
}
