#include "formats/dataset/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"

/* The file: a header, room for all entries, and behind it their contents, in the order of the
 * entries and without gaps. Contents are written first, then their entry, then the header that
 * counts it: a process that is killed on the way leaves what nobody reads and the next one writes
 * over. */
struct header {
    char magic[8];
    uint64_t count; /* entries */
};

#define KEY_SIZE (SHA256_TEXT_SIZE - 1)

struct stored {
    char key[KEY_SIZE]; /* first: what entries are looked up by */
    uint64_t size;      /* of its contents, in bytes */
};

/* An entry and where its contents are. */
struct place {
    struct stored entry;
    uint64_t offset;
};

/* Models of several candidates may yet come to lie there. */
#define FREE_SHARE 8

static const char magic[sizeof(((struct header *)NULL)->magic)] = "QTDATA1";

#define ENTRIES_OFFSET  (sizeof(struct header))
#define CONTENTS_OFFSET (ENTRIES_OFFSET + DATASET_CACHE_ENTRIES_MAX * sizeof(struct stored))

struct dataset_cache {
    int descriptor;
    uint64_t limit, used; /* bytes of contents */
    uint64_t count;
    bool is_broken; /* could not be written to */
    struct arena *arena;
    void *places; /* tree of struct place */
    pthread_mutex_t mutex;
};

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_SIZE);
}

static void leave_in_arena(void *place)
{
    (void)place;
}

/* --- the file --- */

static bool read_at(int descriptor, void *bytes, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(descriptor, (char *)bytes + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static bool write_at(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        ssize_t written =
            pwrite(descriptor, (const char *)bytes + done, size - done, (off_t)(offset + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    return true;
}

/* Locks of this kind belong to a process and end with it, however it ends. */
static bool lock(int descriptor, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_SETLK, &whole) == 0;
}

static bool write_header(const struct dataset_cache *cache)
{
    struct header header = {.count = cache->count};
    memcpy(header.magic, magic, sizeof(magic));
    return write_at(cache->descriptor, &header, sizeof(header), 0);
}

/* --- entries --- */

/* False where there is no memory for it. */
static bool add_place(struct dataset_cache *cache, const struct stored *entry)
{
    struct place *place = arena_try(cache->arena, 1, sizeof(*place));
    if (!place)
        return false;
    *place = (struct place){*entry, CONTENTS_OFFSET + cache->used};
    if (!tsearch(place, &cache->places, compare_keys))
        return false;
    cache->used += entry->size;
    cache->count++;
    return true;
}

/* What does not add up was not written by this program, or not to its end. */
static bool read_entries(struct dataset_cache *cache, uint64_t count)
{
    size_t size = count * sizeof(struct stored);
    struct stored *entries = memory_try(size);
    bool is_sound = entries && read_at(cache->descriptor, entries, size, ENTRIES_OFFSET);
    for (uint64_t i = 0; i < count && is_sound; i++)
        is_sound = entries[i].size > 0 &&
                   entries[i].size <= DATASET_CACHE_BYTES_MAX - cache->used &&
                   add_place(cache, &entries[i]);
    free(entries);
    return is_sound;
}

static bool load(struct dataset_cache *cache)
{
    struct stat info;
    struct header header;
    if (fstat(cache->descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    if (info.st_size == 0)
        return write_header(cache);
    return read_at(cache->descriptor, &header, sizeof(header), 0) &&
           memcmp(header.magic, magic, sizeof(magic)) == 0 &&
           header.count <= DATASET_CACHE_ENTRIES_MAX && read_entries(cache, header.count);
}

struct dataset_cache *dataset_cache_open(int descriptor, uint64_t limit)
{
    if (!lock(descriptor, F_WRLCK))
        return NULL;
    struct dataset_cache *cache = xcalloc(1, sizeof(*cache));
    *cache = (struct dataset_cache){
        .descriptor = descriptor,
        .limit = limit < DATASET_CACHE_BYTES_MAX ? limit : DATASET_CACHE_BYTES_MAX,
        .arena = arena_new(),
    };
    pthread_mutex_init(&cache->mutex, NULL);
    if (load(cache))
        return cache;
    dataset_cache_close(cache);
    return NULL;
}

void dataset_cache_close(struct dataset_cache *cache)
{
    if (!cache)
        return;
    lock(cache->descriptor, F_UNLCK);
    pthread_mutex_destroy(&cache->mutex);
    tdestroy(cache->places, leave_in_arena);
    arena_free(cache->arena);
    free(cache);
}

/* --- contents --- */

static const struct place *find_place(struct dataset_cache *cache, const char *key)
{
    struct place *const *found = tfind(key, &cache->places, compare_keys);
    return found ? *found : NULL;
}

/* The place of contents of that size, or NULL. */
static const struct place *look_up(struct dataset_cache *cache, const char *key, size_t size)
{
    pthread_mutex_lock(&cache->mutex);
    const struct place *place = find_place(cache, key);
    pthread_mutex_unlock(&cache->mutex);
    return place && place->entry.size == size ? place : NULL;
}

bool dataset_cache_find(struct dataset_cache *cache, const char key[SHA256_TEXT_SIZE],
                        unsigned char *bytes, size_t size)
{
    const struct place *place = look_up(cache, key, size);
    return place && read_at(cache->descriptor, bytes, size, place->offset);
}

/* Whether files may be so long: writing on would end the process. */
static bool may_be_long(uint64_t size)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && size <= limit.rlim_cur;
}

/* A file system without any blocks is memory without a bound, and tells nothing. */
static bool system_has_room(const struct dataset_cache *cache, uint64_t size)
{
    struct statvfs system;
    return fstatvfs(cache->descriptor, &system) == 0 &&
           (system.f_blocks == 0 || size <= system.f_bavail / FREE_SHARE * system.f_frsize);
}

static bool has_room(const struct dataset_cache *cache, size_t size)
{
    uint64_t needed = cache->used + size;
    return size > 0 && cache->count < DATASET_CACHE_ENTRIES_MAX && needed <= cache->limit &&
           may_be_long(CONTENTS_OFFSET + needed) && system_has_room(cache, needed);
}

static bool append(struct dataset_cache *cache, const char *key, const unsigned char *bytes,
                   size_t size)
{
    struct stored entry = {.size = size};
    uint64_t at = ENTRIES_OFFSET + cache->count * sizeof(entry);
    memcpy(entry.key, key, KEY_SIZE);
    return write_at(cache->descriptor, bytes, size, CONTENTS_OFFSET + cache->used) &&
           write_at(cache->descriptor, &entry, sizeof(entry), at) && add_place(cache, &entry) &&
           write_header(cache);
}

void dataset_cache_keep(struct dataset_cache *cache, const char key[SHA256_TEXT_SIZE],
                        const unsigned char *bytes, size_t size)
{
    pthread_mutex_lock(&cache->mutex);
    if (!cache->is_broken && !find_place(cache, key) && has_room(cache, size))
        cache->is_broken = !append(cache, key, bytes, size);
    pthread_mutex_unlock(&cache->mutex);
}

static void make_array_key(const char *path, const char *name, size_t size,
                           char key[SHA256_TEXT_SIZE])
{
    struct sha256 hash;
    sha256_init(&hash);
    sha256_add(&hash, path, strlen(path) + 1);
    sha256_add(&hash, name, strlen(name) + 1);
    sha256_add(&hash, &size, sizeof(size));
    sha256_finish(&hash, key);
}

unsigned char *dataset_cache_find_array(struct dataset_cache *cache, const char *path,
                                        const char *name, size_t size)
{
    char key[SHA256_TEXT_SIZE];
    unsigned char *bytes = NULL;
    make_array_key(path, name, size, key);
    if (cache && look_up(cache, key, size)) /* a file may promise any size */
        bytes = memory_try(size);
    if (bytes && !dataset_cache_find(cache, key, bytes, size))
        FREE_AND_NULL(bytes);
    return bytes;
}

void dataset_cache_keep_array(struct dataset_cache *cache, const char *path, const char *name,
                              const unsigned char *bytes, size_t size)
{
    char key[SHA256_TEXT_SIZE];
    if (!cache)
        return;
    make_array_key(path, name, size, key);
    dataset_cache_keep(cache, key, bytes, size);
}
