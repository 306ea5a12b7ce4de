#include "experiment/contents.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"

/* Above this, reading data costs noticeable seconds at the start of a run. */
#define WHOLE_BYTES_MAX ((off_t)64 << 20)
#define END_BYTES       ((off_t)1 << 20)
/* Folders within folders; a loop of symbolic links shall not go on for ever. */
#define DEPTH_MAX 8

/* Adds the bytes from first to last; what cannot be read counts as missing. */
static void add_range(struct sha256 *hash, int descriptor, off_t first, off_t last)
{
    char bytes[65536];
    while (first < last) {
        size_t wanted =
            last - first < (off_t)sizeof(bytes) ? (size_t)(last - first) : sizeof(bytes);
        ssize_t got = pread(descriptor, bytes, wanted, first);
        if (got <= 0)
            return;
        sha256_add(hash, bytes, (size_t)got);
        first += got;
    }
}

static void add_state(struct sha256 *hash, const struct stat *info)
{
    char line[80];
    int length = snprintf(line, sizeof(line), "%lld %lld.%09ld\n", (long long)info->st_size,
                          (long long)info->st_mtim.tv_sec, info->st_mtim.tv_nsec);
    sha256_add(hash, line, (size_t)length);
}

static void add_file(struct sha256 *hash, const char *path, const struct stat *info, bool whole)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (whole || info->st_size <= WHOLE_BYTES_MAX) {
        add_range(hash, descriptor, 0, info->st_size);
    } else {
        add_state(hash, info);
        add_range(hash, descriptor, 0, END_BYTES);
        add_range(hash, descriptor, info->st_size - END_BYTES, info->st_size);
    }
    close(descriptor);
}

static void add_folder(struct sha256 *hash, const char *path, int depth)
{
    struct dirent **entries;
    int count = depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : -1;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *inner = path_join(path, name);
        struct stat info;
        if (name[0] != '.' && stat(inner, &info) == 0) {
            sha256_add(hash, name, strlen(name) + 1);
            if (S_ISDIR(info.st_mode))
                add_folder(hash, inner, depth + 1);
            else
                add_state(hash, &info);
        }
        free(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void contents_describe(const char *path, bool whole, struct text *out)
{
    struct sha256 hash;
    struct stat info;
    char text[SHA256_TEXT_SIZE];
    text_clear(out);
    if (stat(path, &info) != 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
        text_add_string(out, path);
        return;
    }
    sha256_init(&hash);
    if (S_ISDIR(info.st_mode))
        add_folder(&hash, path, 0);
    else
        add_file(&hash, path, &info, whole);
    sha256_finish(&hash, text);
    text_printf(out, "%s:%s", S_ISDIR(info.st_mode) ? "folder" : "sha256", text);
}
