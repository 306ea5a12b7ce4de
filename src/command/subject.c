#include "command/subject.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/foreign.h"
#include "formats/model.h"

#define PROFILE_SUFFIX ".yaml"

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* A word without a dot or a slash is no path that anybody gives a profile. */
static bool is_name(const char *word)
{
    return word[0] != '\0' && !strchr(word, '/') && !strchr(word, '.');
}

char *subject_shipped(const char *word)
{
    if (!is_name(word))
        return NULL;
    char *name = xasprintf("profiles/%s" PROFILE_SUFFIX, word);
    char *path = path_join(data_directory(), name);
    free(name);
    if (!exists(path))
        FREE_AND_NULL(path);
    return path;
}

/* Bytes that tell a profile from anything else. */
#define HEAD_SIZE 512

/* No text has a byte of 0 in it. */
static bool looks_binary(const char *path)
{
    unsigned char head[HEAD_SIZE];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(head, 1, sizeof(head), file) : 0;
    if (file)
        fclose(file);
    return size > 0 && (memchr(head, 0, size) || foreign_kind_of(head, size));
}

bool subject_is_model(const char *word)
{
    struct stat state;
    if (architecture_text(word) || model_format_for(word))
        return true;
    if (path_has_suffix(word, ".yaml") || path_has_suffix(word, ".yml") || stat(word, &state) != 0)
        return false;
    return S_ISDIR(state.st_mode) || looks_binary(word);
}

/* What stands in the name of a file of samples, and in that of its labels. */
static const struct {
    const char *samples, *labels;
} pairs[] = {
    {"images-idx3-ubyte", "labels-idx1-ubyte"},
    {"images", "labels"},
    {"samples", "labels"},
    {"inputs", "labels"},
    {"x_", "y_"},
    {"_x.", "_y."},
    {"x.", "y."},
};

/* The path with the last occurrence of one text in its name replaced; NULL: it is not there. */
static char *replaced(const char *path, const char *from, const char *to)
{
    const char *at = NULL;
    for (const char *next = path_name(path); (next = strstr(next, from)) != NULL; next++)
        at = next;
    return at ? xasprintf("%.*s%s%s", (int)(at - path), path, to, at + strlen(from)) : NULL;
}

char *subject_labels_beside(const char *samples)
{
    struct stat state;
    if (stat(samples, &state) != 0 || !S_ISREG(state.st_mode))
        return NULL;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char *path = replaced(samples, pairs[i].samples, pairs[i].labels);
        if (path && exists(path))
            return path;
        free(path);
    }
    return NULL;
}

bool subject_is_meant(const char *word)
{
    char *shipped = subject_shipped(word);
    bool is_meant = shipped || !is_name(word) || exists(word) || architecture_text(word);
    free(shipped);
    return is_meant;
}

static int is_profile(const struct dirent *entry)
{
    return path_has_suffix(entry->d_name, PROFILE_SUFFIX);
}

size_t subject_list_shipped(char ***names)
{
    struct dirent **entries = NULL;
    char *folder = path_join(data_directory(), "profiles");
    int found = scandir(folder, &entries, is_profile, alphasort);
    size_t count = found > 0 ? (size_t)found : 0;
    *names = xcalloc(count + 1, sizeof(**names));
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(entries[i]->d_name) - strlen(PROFILE_SUFFIX);
        (*names)[i] = xasprintf("%.*s", (int)length, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    free(folder);
    return count;
}

enum status subject_unknown(const char *word, struct error *error)
{
    char **names;
    size_t count = subject_list_shipped(&names);
    const char *near = text_nearest(word, names, count, sizeof(*names));
    error_set(error, STATUS_IO, word, "no such file, and no shipped profile is called so%s%s%s",
              near ? "; nearest is '" : "", near ? near : "", near ? "'" : "");
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return STATUS_IO;
}
