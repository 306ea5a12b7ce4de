/* The cache of decoded data: what one process keeps the next one finds, whatever became of the
 * first; what nobody wrote to its end is not there; and samples are the same with and without it.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/file.h"
#include "dataset_harness.h"
#include "formats/dataset/cache.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define KEY_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

/* The layout of the file: header, entries, contents. */
enum { COUNT_OFFSET = 8, ENTRIES_OFFSET = 16, KEY_SIZE = 64, ENTRY_SIZE = 72 };
#define CONTENTS_OFFSET (ENTRIES_OFFSET + DATASET_CACHE_ENTRIES_MAX * ENTRY_SIZE)

static int new_file(void)
{
    int descriptor = memfd_create("decoded", MFD_CLOEXEC);
    assert_true(descriptor >= 0);
    return descriptor;
}

static struct dataset_cache *open_cache(int descriptor)
{
    struct dataset_cache *cache = dataset_cache_open(descriptor, DATASET_CACHE_BYTES_MAX);
    assert_non_null(cache);
    return cache;
}

static bool has(struct dataset_cache *cache, const char *key, const char *contents)
{
    unsigned char bytes[64];
    size_t size = strlen(contents);
    return dataset_cache_find(cache, key, bytes, size) && memcmp(bytes, contents, size) == 0;
}

static void keep(struct dataset_cache *cache, const char *key, const char *contents)
{
    dataset_cache_keep(cache, key, (const unsigned char *)contents, strlen(contents));
}

static void put(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    assert_int_equal(pwrite(descriptor, bytes, size, (off_t)offset), (ssize_t)size);
}

static void put_number(int descriptor, uint64_t number, uint64_t offset)
{
    put(descriptor, &number, sizeof(number), offset);
}

/* A file with A and B. */
static int file_of_two(void)
{
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    keep(cache, KEY_A, "first");
    keep(cache, KEY_B, "the second");
    dataset_cache_close(cache);
    return descriptor;
}

static void what_is_kept_is_found_later(void **state)
{
    (void)state;
    int descriptor = file_of_two();
    struct dataset_cache *cache = open_cache(descriptor);
    assert_true(has(cache, KEY_A, "first"));
    assert_true(has(cache, KEY_B, "the second"));
    assert_false(has(cache, KEY_C, "first"));
    assert_false(has(cache, KEY_A, "firs")); /* of another size */
    keep(cache, KEY_C, "third");
    keep(cache, KEY_A, "other"); /* the first one counts */
    dataset_cache_close(cache);
    cache = open_cache(descriptor);
    assert_true(has(cache, KEY_A, "first"));
    assert_true(has(cache, KEY_B, "the second"));
    assert_true(has(cache, KEY_C, "third"));
    dataset_cache_close(cache);
    close(descriptor);
}

/* A process that is killed leaves contents, or contents and an entry, that the header does not
 * count. */
static void what_is_not_whole_is_not_there(void **state)
{
    (void)state;
    int descriptor = file_of_two();
    put(descriptor, "hal", 3, CONTENTS_OFFSET + strlen("firstthe second"));
    put(descriptor, KEY_C, KEY_SIZE, ENTRIES_OFFSET + 2 * ENTRY_SIZE);
    put_number(descriptor, 4, ENTRIES_OFFSET + 2 * ENTRY_SIZE + KEY_SIZE);
    struct dataset_cache *cache = open_cache(descriptor);
    assert_false(has(cache, KEY_C, "half"));
    assert_true(has(cache, KEY_B, "the second"));
    keep(cache, KEY_C, "whole");
    dataset_cache_close(cache);
    cache = open_cache(descriptor);
    assert_true(has(cache, KEY_B, "the second"));
    assert_true(has(cache, KEY_C, "whole"));
    dataset_cache_close(cache);
    /* Entries are there, contents are cut off. */
    assert_int_equal(ftruncate(descriptor, (off_t)(CONTENTS_OFFSET + strlen("firstthe sec"))), 0);
    cache = open_cache(descriptor);
    assert_true(has(cache, KEY_A, "first"));
    assert_false(has(cache, KEY_B, "the second"));
    assert_false(has(cache, KEY_C, "whole"));
    dataset_cache_close(cache);
    close(descriptor);
}

static void check_unused(int descriptor)
{
    assert_null(dataset_cache_open(descriptor, DATASET_CACHE_BYTES_MAX));
    close(descriptor);
}

static void files_that_do_not_add_up_are_not_used(void **state)
{
    static const uint64_t counts[] = {3, DATASET_CACHE_ENTRIES_MAX + 1, UINT64_MAX},
                          sizes[] = {0, DATASET_CACHE_BYTES_MAX - 4, UINT64_MAX - 4, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < LENGTH(counts); i++) { /* the third entry has size 0 */
        int descriptor = file_of_two();
        put_number(descriptor, counts[i], COUNT_OFFSET);
        check_unused(descriptor);
    }
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        int descriptor = file_of_two();
        put_number(descriptor, sizes[i], ENTRIES_OFFSET + ENTRY_SIZE + KEY_SIZE);
        check_unused(descriptor);
    }
    int descriptor = file_of_two();
    put(descriptor, "x", 1, 0);
    check_unused(descriptor);
    descriptor = file_of_two();
    assert_int_equal(ftruncate(descriptor, ENTRIES_OFFSET + ENTRY_SIZE), 0);
    check_unused(descriptor);
    descriptor = file_of_two();
    assert_int_equal(ftruncate(descriptor, 1), 0);
    check_unused(descriptor);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    check_unused(ends[0]);
    check_unused(ends[1]);
    assert_null(dataset_cache_open(-1, DATASET_CACHE_BYTES_MAX));
}

static void what_has_no_room_is_not_kept(void **state)
{
    (void)state;
    int descriptor = new_file();
    struct dataset_cache *cache = dataset_cache_open(descriptor, 12);
    assert_non_null(cache);
    keep(cache, KEY_A, "first");
    keep(cache, KEY_B, "the second");
    keep(cache, KEY_C, "third");
    assert_true(has(cache, KEY_A, "first"));
    assert_false(has(cache, KEY_B, "the second"));
    assert_true(has(cache, KEY_C, "third"));
    dataset_cache_close(cache);
    cache = open_cache(descriptor);
    assert_true(has(cache, KEY_A, "first"));
    assert_false(has(cache, KEY_B, "the second"));
    assert_true(has(cache, KEY_C, "third"));
    keep(cache, KEY_B, ""); /* nothing is no contents */
    dataset_cache_close(cache);
    dataset_cache_close(open_cache(descriptor));
    close(descriptor);
}

/* A process may be allowed only short files (ulimit -f), and is ended when it writes on. */
static void a_limit_of_files_is_kept_to(void **state)
{
    (void)state;
    int descriptor = new_file(), status;
    pid_t pid = fork();
    if (pid == 0) {
        const struct rlimit limit = {1 << 20, 1 << 20};
        struct dataset_cache *cache = open_cache(descriptor);
        setrlimit(RLIMIT_FSIZE, &limit);
        keep(cache, KEY_A, "first");
        _exit(has(cache, KEY_A, "first") ? 1 : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(descriptor);
}

/* Whether a new process gets the cache. */
static bool another_process_gets(int descriptor)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(dataset_cache_open(descriptor, DATASET_CACHE_BYTES_MAX) ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void one_process_at_a_time_has_it(void **state)
{
    (void)state;
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    assert_false(another_process_gets(descriptor));
    dataset_cache_close(cache);
    assert_true(another_process_gets(descriptor));
    dataset_cache_close(open_cache(descriptor)); /* the other one ended without closing it */
    close(descriptor);
}

/* Data sets */

#define ELEMENTS 192

/* Sample 0 of the folder, 8 x 8 x 3. */
static void read_first(const struct dataset_spec *spec, float *values)
{
    struct error error;
    struct dataset *dataset = data_open_for(spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    if (dataset_read(dataset, 0, values, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    dataset_free(dataset);
}

/* Every way of making a sample of a picture has its own pixels, and these are the same as without a
 * cache, when they are decoded as when they are read back. */
static void samples_are_the_same_with_and_without(void **state)
{
    (void)state;
    data_put_picture("a.jpg", "colour.jpg");
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    struct dataset_spec ways[6];
    for (size_t i = 0; i < LENGTH(ways); i++)
        ways[i] = data_spec(data_folder, NULL);
    ways[1].pictures.order = "bgr";
    ways[2].pictures.margin = 11.0 / 8.0;
    ways[3].pictures.resize.width = 9;
    ways[4].pictures.filter = "bicubic";
    ways[5].scale = 1.0 / 255.0;
    float plain[LENGTH(ways)][ELEMENTS], cached[ELEMENTS];
    for (size_t i = 0; i < LENGTH(ways); i++) {
        read_first(&ways[i], plain[i]);
        ways[i].cache = cache;
        for (int again = 0; again < 2; again++) {
            read_first(&ways[i], cached);
            assert_memory_equal(plain[i], cached, sizeof(cached));
        }
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(plain[i], plain[k], sizeof(cached));
    }
    dataset_cache_close(cache);
    data_put_picture("a.jpg", "colour.png"); /* whoever has a cache does not look again */
    cache = open_cache(descriptor);
    for (size_t i = 0; i < LENGTH(ways); i++) {
        ways[i].cache = cache;
        read_first(&ways[i], cached);
        assert_memory_equal(plain[i], cached, sizeof(cached));
        ways[i].cache = NULL;
        read_first(&ways[i], cached);
        assert_memory_not_equal(plain[i], cached, sizeof(cached));
    }
    dataset_cache_close(cache);
    close(descriptor);
}

/* What cannot be decoded is complained about each time. */
static void damaged_pictures_are_not_kept(void **state)
{
    (void)state;
    float values[ELEMENTS];
    struct error error;
    data_put_text("a.jpg", "\xff\xd8\xff and no more");
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    struct dataset_spec spec = data_spec(data_folder, NULL);
    spec.cache = cache;
    struct dataset *dataset = data_open_for(&spec, data_input(&SHAPE(1, 8, 8, 3), 3));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dataset_read(dataset, 0, values, &error), STATUS_FORMAT);
        assert_non_null(strstr(error.where, "a.jpg"));
    }
    dataset_free(dataset);
    dataset_cache_close(cache);
    close(descriptor);
}

/* Arrays */

/* An IDX file of bytes, compressed: rows of three that count up from a number. */
static const char *put_compressed(uint32_t rows, unsigned char from)
{
    unsigned char elements[12];
    struct text file = {0};
    for (size_t i = 0; i < sizeof(elements); i++)
        elements[i] = (unsigned char)(from + i);
    data_add_idx(&file, 0x08, (const uint32_t[]){rows, 3}, 2, elements, 3 * (size_t)rows, 1);
    const char *path = data_path("a.gz");
    gzFile stream = gzopen(path, "wb9");
    assert_non_null(stream);
    assert_int_equal(gzwrite(stream, file.bytes, (unsigned)file.length), (int)file.length);
    assert_int_equal(gzclose(stream), Z_OK);
    text_release(&file);
    return path;
}

static void check_row(const struct dataset_spec *spec, double from)
{
    struct dataset *dataset = data_open(spec);
    data_check(dataset, 1, from, from + 1, from + 2);
    dataset_free(dataset);
}

static void decompressed_arrays_are_kept(void **state)
{
    (void)state;
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    struct dataset_spec plain = data_spec(put_compressed(2, 10), NULL), cached = plain;
    cached.cache = cache;
    check_row(&cached, 13);
    check_row(&cached, 13);
    dataset_cache_close(cache);
    put_compressed(2, 50); /* whoever has a cache does not look again */
    cached.cache = cache = open_cache(descriptor);
    check_row(&plain, 53);
    check_row(&cached, 13);
    put_compressed(3, 90); /* but takes nothing for what has another size */
    check_row(&cached, 93);
    put_compressed(2, 50);
    check_row(&cached, 13);
    dataset_cache_close(cache);
    close(descriptor);
}

static void unpacked_members_are_kept(void **state)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    (void)state;
    assert_int_equal(file_read(SOURCE_DIRECTORY "/tests/data/arrays/deflated.npz", SIZE_MAX, &bytes,
                               &size, &error),
                     STATUS_OK);
    const char *path = data_put("a.npz", bytes, size);
    char samples[600];
    snprintf(samples, sizeof(samples), "%s:x", path);
    int descriptor = new_file();
    struct dataset_spec plain = data_spec(samples, NULL), cached = plain;
    cached.cache = open_cache(descriptor);
    for (int is_whole = 1; is_whole >= 0; is_whole--) {
        struct dataset *dataset = data_open(&cached);
        data_check(dataset, 5, 20, 21, 22, 23);
        dataset_free(dataset);
        memset(bytes + 60, 0xff, 20);
        data_put("a.npz", bytes, size);
    }
    data_check_refused(&plain, STATUS_FORMAT, path, "");
    dataset_cache_close(cached.cache);
    close(descriptor);
    free(bytes);
}

/* Threads */

#define THREADS 4
#define FILES   16

static struct dataset *shared;
static float expected[FILES][ELEMENTS];

/* NULL: all samples were as expected. */
static void *read_all(void *own)
{
    float values[ELEMENTS];
    struct error error;
    for (size_t i = 0; i < 4 * FILES; i++) {
        size_t sample = (i + *(const size_t *)own) % FILES;
        if (dataset_read(shared, sample, values, &error) != STATUS_OK ||
            memcmp(values, expected[sample], sizeof(values)) != 0)
            return own;
    }
    return NULL;
}

static void threads_share_it(void **state)
{
    static const char *const pictures[] = {"colour.jpg", "palette.png", "grey.jpg"};
    (void)state;
    struct dataset_spec spec = data_spec(data_folder, NULL);
    struct dataset_input *input = data_input(&SHAPE(1, 8, 8, 3), 3);
    struct error error;
    for (size_t i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%02zu.jpg", i);
        data_put_picture(name, pictures[i % LENGTH(pictures)]);
    }
    shared = data_open_for(&spec, input);
    for (size_t i = 0; i < FILES; i++)
        assert_int_equal(dataset_read(shared, i, expected[i], &error), STATUS_OK);
    dataset_free(shared);
    int descriptor = new_file();
    struct dataset_cache *cache = open_cache(descriptor);
    spec.cache = cache;
    shared = data_open_for(&spec, input);
    pthread_t threads[THREADS];
    size_t numbers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        numbers[i] = i / 2; /* some ask for the same at once */
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &numbers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    dataset_free(shared);
    dataset_cache_close(cache);
    close(descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found_later),
        cmocka_unit_test(what_is_not_whole_is_not_there),
        cmocka_unit_test(files_that_do_not_add_up_are_not_used),
        cmocka_unit_test(what_has_no_room_is_not_kept),
        cmocka_unit_test(a_limit_of_files_is_kept_to),
        cmocka_unit_test(one_process_at_a_time_has_it),
        IN_FOLDER(samples_are_the_same_with_and_without),
        IN_FOLDER(damaged_pictures_are_not_kept),
        IN_FOLDER(decompressed_arrays_are_kept),
        IN_FOLDER(unpacked_members_are_kept),
        IN_FOLDER(threads_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
