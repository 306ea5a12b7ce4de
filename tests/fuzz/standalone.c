/* Runs a fuzz target over files, for builds without a fuzzing engine: every file given, and every
 * file of the folders given. Prints how many there were. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    if (file_read(path, FILE_BYTES_MAX, &bytes, &size, &error) != STATUS_OK)
        return 0;
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return 1;
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
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += run_folder(argv[i]);
    printf("%d inputs\n", count);
    return count == 0;
}
