/* Reading ZIP archives. Inner to this folder. */
#ifndef FORMATS_DATASET_ZIP_H
#define FORMATS_DATASET_ZIP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct zip_entry {
    const char *name; /* made printable */
    uint16_t flags, method;
    uint32_t check_sum;
    uint64_t packed, size, header; /* bytes stored and unpacked; offset of the local header */
};

struct zip {
    const char *path;
    struct arena *arena; /* of names */
    unsigned char *bytes;
    size_t size;
    struct zip_entry *entries;
    size_t count;
};

/* Reads an archive, its last directory being what counts; zip_close it whatever the outcome. path
 * must outlive it. */
enum status zip_open(const char *path, struct zip *zip, struct error *error)
    __attribute__((nonnull(1, 2, 3)));
void zip_close(struct zip *zip) __attribute__((nonnull(1)));

/* The contents of an entry, stored or deflated, whose sum is checked: entry->size bytes to be
 * freed, aligned to 64. */
enum status zip_extract(const struct zip *zip, const struct zip_entry *entry, unsigned char **bytes,
                        struct error *error) __attribute__((nonnull(1, 2, 3, 4)));

#endif
