/* Pictures that are decoded and resized once: a file keeps their pixels, and one process after the
 * other reads them from there and adds what it had to decode. */
#ifndef FORMATS_DATASET_PICTURE_CACHE_H
#define FORMATS_DATASET_PICTURE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"

/* The most that is kept, in bytes of pixels and in pictures. */
#define PICTURE_CACHE_BYTES_MAX    ((uint64_t)1 << 30)
#define PICTURE_CACHE_PICTURES_MAX ((uint64_t)1 << 18)

struct picture_cache;

/* Takes the file for as long as the cache is open; an empty one begins. NULL: there is no cache,
 * and pictures are decoded as they are asked for. That is where the descriptor is none, where
 * another process has the file (one at a time, so that nobody writes over what another one reads),
 * and where what is in it was not written here.
 *
 * At most `limit` bytes of pixels are kept, and no more than an eighth of what the file system has
 * free beside them: others put files there, too. Beyond that nothing is added. */
struct picture_cache *picture_cache_open(int descriptor, uint64_t limit);
/* The descriptor is the caller's. NULL is fine. */
void picture_cache_close(struct picture_cache *cache);

/* The key tells the picture, and all that was done to it, from all others. Fills exactly size
 * bytes; false: they are not there, and bytes may have been written over. Both are safe in several
 * threads at once. */
bool picture_cache_find(struct picture_cache *cache, const char key[SHA256_TEXT_SIZE],
                        unsigned char *bytes, size_t size) __attribute__((nonnull(1, 2, 3)));
void picture_cache_keep(struct picture_cache *cache, const char key[SHA256_TEXT_SIZE],
                        const unsigned char *bytes, size_t size) __attribute__((nonnull(1, 2, 3)));

#endif
