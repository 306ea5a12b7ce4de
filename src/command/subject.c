#include "command/subject.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

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

bool subject_is_meant(const char *word)
{
    char *shipped = subject_shipped(word);
    bool is_meant = shipped || !is_name(word) || exists(word);
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
