#include "results/journals.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

struct found {
    char *path;
    struct timespec changed;
};

static int order_by_change(const void *a, const void *b)
{
    const struct found *first = a, *second = b;
    if (first->changed.tv_sec != second->changed.tv_sec)
        return first->changed.tv_sec < second->changed.tv_sec ? 1 : -1;
    if (first->changed.tv_nsec != second->changed.tv_nsec)
        return first->changed.tv_nsec < second->changed.tv_nsec ? 1 : -1;
    return strcmp(second->path, first->path);
}

static bool is_journal(const char *name, const char *path, struct found *found)
{
    struct stat info;
    if (!path_has_suffix(name, ".jsonl") || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    found->changed = info.st_mtim;
    return true;
}

static struct found *read_folder(DIR *folder, const char *directory, size_t *count)
{
    struct found *list = NULL;
    const struct dirent *entry;
    size_t capacity = 0;
    *count = 0;
    while ((entry = readdir(folder)) != NULL) {
        struct found found = {.path = path_join(directory, entry->d_name)};
        if (is_journal(entry->d_name, found.path, &found)) {
            list = list_grow(list, *count, &capacity, sizeof(*list));
            list[(*count)++] = found;
        } else {
            free(found.path);
        }
    }
    return list;
}

static enum status list_folder(const char *directory, struct journals *journals,
                               struct error *error)
{
    DIR *folder = opendir(directory);
    if (!folder)
        return error_set_errno(error, STATUS_IO, directory, "cannot read the folder");
    struct found *list = read_folder(folder, directory, &journals->count);
    closedir(folder);
    if (journals->count > 0)
        qsort(list, journals->count, sizeof(*list), order_by_change);
    journals->paths = xcalloc(journals->count + 1, sizeof(*journals->paths));
    for (size_t i = 0; i < journals->count; i++)
        journals->paths[i] = list[i].path;
    free(list);
    return STATUS_OK;
}

enum status journals_list(const char *directory, struct journals *journals, struct error *error)
{
    char *state = NULL;
    enum status status = STATUS_OK;
    *journals = (struct journals){0};
    if (!directory)
        status = state_directory(&state, error);
    if (status == STATUS_OK)
        status = list_folder(directory ? directory : state, journals, error);
    free(state);
    return status;
}

void journals_release(struct journals *journals)
{
    for (size_t i = 0; i < journals->count; i++)
        free(journals->paths[i]);
    FREE_AND_NULL(journals->paths);
}

enum status journal_find(const char *name, char **path, struct error *error)
{
    struct journals journals;
    if (strcmp(name, JOURNAL_LAST) != 0) {
        *path = xstrdup(name);
        return STATUS_OK;
    }
    enum status status = journals_list(NULL, &journals, error);
    if (status == STATUS_OK && journals.count == 0)
        status = error_set(error, STATUS_INVALID, NULL, "there is no journal yet to be the last");
    if (status == STATUS_OK)
        *path = xstrdup(journals.paths[0]);
    journals_release(&journals);
    return status;
}
