#include "formats/dataset/picture_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"

/* The file: a header, room for all entries, and behind it the pixels, in the order of the entries
 * and without gaps. Pixels are written first, then their entry, then the header that counts it: a
 * process that is killed on the way leaves what nobody reads and the next one writes over. */
struct header {
    char magic[8];
    uint64_t count; /* entries */
};

#define KEY_SIZE (SHA256_TEXT_SIZE - 1)

struct picture_entry {
    char key[KEY_SIZE]; /* first: what entries are looked up by */
    uint64_t size;      /* of its pixels, in bytes */
};

/* An entry and where its pixels are. */
struct place {
    struct picture_entry entry;
    uint64_t offset;
};

/* Models of several candidates may yet come to lie there. */
#define FREE_SHARE 8

static const char magic[sizeof(((struct header *)NULL)->magic)] = "QTPICS1";

#define ENTRIES_OFFSET (sizeof(struct header))
#define PIXELS_OFFSET  (ENTRIES_OFFSET + PICTURE_CACHE_PICTURES_MAX * sizeof(struct picture_entry))

struct picture_cache {
    int descriptor;
    uint64_t limit, used; /* bytes of pixels */
    uint64_t count;
    bool is_full; /* or could not be written */
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

static bool write_header(const struct picture_cache *cache)
{
    struct header header = {.count = cache->count};
    memcpy(header.magic, magic, sizeof(magic));
    return write_at(cache->descriptor, &header, sizeof(header), 0);
}

/* --- entries --- */

/* False where there is no memory for it. */
static bool add_place(struct picture_cache *cache, const struct picture_entry *entry)
{
    struct place *place = arena_try(cache->arena, 1, sizeof(*place));
    if (!place)
        return false;
    *place = (struct place){*entry, PIXELS_OFFSET + cache->used};
    if (!tsearch(place, &cache->places, compare_keys))
        return false;
    cache->used += entry->size;
    cache->count++;
    return true;
}

/* What does not add up was not written by this program, or not to its end. */
static bool read_entries(struct picture_cache *cache, uint64_t count)
{
    size_t size = count * sizeof(struct picture_entry);
    struct picture_entry *entries = memory_try(size);
    bool is_sound = entries && read_at(cache->descriptor, entries, size, ENTRIES_OFFSET);
    for (uint64_t i = 0; i < count && is_sound; i++)
        is_sound = entries[i].size > 0 &&
                   entries[i].size <= PICTURE_CACHE_BYTES_MAX - cache->used &&
                   add_place(cache, &entries[i]);
    free(entries);
    return is_sound;
}

static bool load(struct picture_cache *cache)
{
    struct stat info;
    struct header header;
    if (fstat(cache->descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    if (info.st_size == 0)
        return write_header(cache);
    return read_at(cache->descriptor, &header, sizeof(header), 0) &&
           memcmp(header.magic, magic, sizeof(magic)) == 0 &&
           header.count <= PICTURE_CACHE_PICTURES_MAX && read_entries(cache, header.count);
}

struct picture_cache *picture_cache_open(int descriptor, uint64_t limit)
{
    if (!lock(descriptor, F_WRLCK))
        return NULL;
    struct picture_cache *cache = xcalloc(1, sizeof(*cache));
    *cache = (struct picture_cache){
        .descriptor = descriptor,
        .limit = limit < PICTURE_CACHE_BYTES_MAX ? limit : PICTURE_CACHE_BYTES_MAX,
        .arena = arena_new(),
    };
    pthread_mutex_init(&cache->mutex, NULL);
    if (load(cache))
        return cache;
    picture_cache_close(cache);
    return NULL;
}

void picture_cache_close(struct picture_cache *cache)
{
    if (!cache)
        return;
    lock(cache->descriptor, F_UNLCK);
    pthread_mutex_destroy(&cache->mutex);
    tdestroy(cache->places, leave_in_arena);
    arena_free(cache->arena);
    free(cache);
}

/* --- pictures --- */

static const struct place *find_place(struct picture_cache *cache, const char *key)
{
    struct place *const *found = tfind(key, &cache->places, compare_keys);
    return found ? *found : NULL;
}

bool picture_cache_find(struct picture_cache *cache, const char key[SHA256_TEXT_SIZE],
                        unsigned char *bytes, size_t size)
{
    pthread_mutex_lock(&cache->mutex);
    const struct place *place = find_place(cache, key);
    pthread_mutex_unlock(&cache->mutex);
    return place && place->entry.size == size &&
           read_at(cache->descriptor, bytes, size, place->offset);
}

/* A file system without any blocks is memory without a bound, and tells nothing. */
static bool has_room(const struct picture_cache *cache, size_t size)
{
    struct statvfs system;
    uint64_t needed = cache->used + size;
    return cache->count < PICTURE_CACHE_PICTURES_MAX && needed <= cache->limit &&
           fstatvfs(cache->descriptor, &system) == 0 &&
           (system.f_blocks == 0 || needed <= system.f_bavail / FREE_SHARE * system.f_frsize);
}

static bool append(struct picture_cache *cache, const char *key, const unsigned char *bytes,
                   size_t size)
{
    struct picture_entry entry = {.size = size};
    uint64_t at = ENTRIES_OFFSET + cache->count * sizeof(entry);
    memcpy(entry.key, key, KEY_SIZE);
    return has_room(cache, size) &&
           write_at(cache->descriptor, bytes, size, PIXELS_OFFSET + cache->used) &&
           write_at(cache->descriptor, &entry, sizeof(entry), at) && add_place(cache, &entry) &&
           write_header(cache);
}

void picture_cache_keep(struct picture_cache *cache, const char key[SHA256_TEXT_SIZE],
                        const unsigned char *bytes, size_t size)
{
    pthread_mutex_lock(&cache->mutex);
    if (!cache->is_full && !find_place(cache, key))
        cache->is_full = !append(cache, key, bytes, size);
    pthread_mutex_unlock(&cache->mutex);
}
