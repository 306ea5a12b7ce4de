/* Data that are decoded once: a file keeps what became of pictures and compressed arrays, and one
 * process after the other reads it from there and adds what it had to decode. */
#ifndef FORMATS_DATASET_CACHE_H
#define FORMATS_DATASET_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"

/* The most that is kept: bytes, and pictures and arrays. */
#define DATASET_CACHE_BYTES_MAX   ((uint64_t)1 << 30)
#define DATASET_CACHE_ENTRIES_MAX ((uint64_t)1 << 18)

struct dataset_cache;

/* Takes the file for as long as the cache is open; an empty one begins. NULL: there is no cache,
 * and data are decoded as they are asked for. That is where the descriptor is none, where another
 * process has the file (one at a time, so that nobody writes over what another one reads), and
 * where what is in it was not written here.
 *
 * At most `limit` bytes are kept, and no more than an eighth of what the file system has free
 * beside them: others put files there, too. Beyond that nothing is added. */
struct dataset_cache *dataset_cache_open(int descriptor, uint64_t limit);
/* The descriptor is the caller's. NULL is fine. */
void dataset_cache_close(struct dataset_cache *cache);

/* The key tells data, and all that was done to them, from all others. Fills exactly size bytes;
 * false: they are not there, and bytes may have been written over. Both are safe in several threads
 * at once. What was kept first counts, whatever becomes of the file that it came from. */
bool dataset_cache_find(struct dataset_cache *cache, const char key[SHA256_TEXT_SIZE],
                        unsigned char *bytes, size_t size) __attribute__((nonnull(1, 2, 3)));
void dataset_cache_keep(struct dataset_cache *cache, const char key[SHA256_TEXT_SIZE],
                        const unsigned char *bytes, size_t size) __attribute__((nonnull(1, 2, 3)));

/* The same for an array of a file, which a name tells from others there. It is aligned to 64 bytes
 * and to be freed; NULL: it is not there, or there is no memory for it. A cache of NULL never has
 * one. */
unsigned char *dataset_cache_find_array(struct dataset_cache *cache, const char *path,
                                        const char *name, size_t size)
    __attribute__((nonnull(2, 3)));
void dataset_cache_keep_array(struct dataset_cache *cache, const char *path, const char *name,
                              const unsigned char *bytes, size_t size)
    __attribute__((nonnull(2, 3, 4)));

#endif
