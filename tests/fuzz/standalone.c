/* Runs a fuzz target over files, for builds without a fuzzing engine: every file given, and every
 * file of the folders given, and as many changes of each as --mutations says. The same arguments
 * make the same changes. Prints how many inputs there were. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)
/* How much longer an input may become. */
#define GROWTH_MAX 4096

#pragma weak LLVMFuzzerCustomMutator

static struct random random_state = {5};
static long mutations;

/* A few bytes become others, or the end goes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
    (void)max;
    if (size == 0)
        return 0;
    if (random_below(&random_state, 8) == 0)
        return random_below(&random_state, size) + 1;
    for (size_t n = 1 + random_below(&random_state, 4); n > 0; n--)
        data[random_below(&random_state, size)] = (uint8_t)random_next(&random_state);
    return size;
}

static size_t mutate(uint8_t *data, size_t size, size_t max)
{
    unsigned seed = (unsigned)random_next(&random_state);
    return LLVMFuzzerCustomMutator ? LLVMFuzzerCustomMutator(data, size, max, seed)
                                   : LLVMFuzzerMutate(data, size, max);
}

/* Changes add up for a while, so that the file is left farther and farther behind. */
static int run_mutations(const unsigned char *bytes, size_t size)
{
    uint8_t *changed = xcalloc(size + GROWTH_MAX, 1);
    size_t length = 0;
    for (long i = 0; i < mutations; i++) {
        if (i % 4 == 0 || length == 0) {
            memcpy(changed, bytes, size);
            length = size;
        }
        length = mutate(changed, length, size + GROWTH_MAX);
        LLVMFuzzerTestOneInput(changed, length);
    }
    free(changed);
    return (int)mutations;
}

static int run_file(const char *path)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    if (file_read(path, FILE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK)
        return 0;
    fuzz_is_thorough = true;
    LLVMFuzzerTestOneInput(bytes, size);
    fuzz_is_thorough = false;
    int count = 1 + run_mutations(bytes, size);
    free(bytes);
    return count;
}

static int run_folder(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    if (!folder)
        return run_file(path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *file = path_join(path, entry->d_name);
        if (entry->d_name[0] != '.')
            count += run_file(file);
        free(file);
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0, first = 1;
    if (argc > 2 && strcmp(argv[1], "--mutations") == 0) {
        if (!text_to_long(argv[2], &mutations) || mutations < 0)
            return 3;
        first = 3;
    }
    for (int i = first; i < argc; i++)
        count += run_folder(argv[i]);
    printf("%d inputs\n", count);
    return count == 0;
}
