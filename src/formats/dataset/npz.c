/* NPZ: a ZIP archive of NPY files. Source: the NumPy reference, numpy.savez. A member is named
 * behind the path, as in set.npz:x_test; else the samples are member x or the first, the labels y.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/cache.h"
#include "formats/dataset/kinds.h"
#include "formats/dataset/zip.h"

static const char *const sample_names[] = {"x", "arr_0", NULL};
static const char *const label_names[] = {"y", "arr_1", NULL};

bool npz_probe(const struct probe *probe)
{
    return probe->n_head >= 4 && memcmp(probe->head, "PK\3\4", 4) == 0;
}

char *dataset_file(const char *path, const char **member)
{
    const char *colon = strrchr(path, ':');
    char *file = xstrdup(path);
    *member = NULL;
    if (!colon || access(path, F_OK) == 0)
        return file;
    file[colon - path] = '\0';
    if (path_has_suffix(file, ".npz"))
        *member = colon + 1;
    else
        file[colon - path] = ':';
    return file;
}

/* Members are called with or without the suffix of their file. */
static const struct zip_entry *find_member(const struct zip *zip, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < zip->count; i++) {
        const char *entry = zip->entries[i].name;
        if (strncasecmp(entry, name, length) == 0 &&
            (entry[length] == '\0' || strcasecmp(entry + length, ".npy") == 0))
            return &zip->entries[i];
    }
    return NULL;
}

static const struct zip_entry *find_one(const struct zip *zip, const char *const *names)
{
    const struct zip_entry *found = NULL;
    for (; *names && !found; names++)
        found = find_member(zip, *names);
    return found;
}

static enum status unknown_member(const struct zip *zip, const char *what, struct error *error)
{
    struct text names = {0};
    for (size_t i = 0; i < zip->count && names.length < 200; i++)
        text_printf(&names, "%s%.40s", i ? ", " : "", zip->entries[i].name);
    error_set(error, STATUS_INVALID, zip->path,
              "has no member %.60s among %s: give one as in set.npz:x", what,
              names.bytes ? names.bytes : "none");
    text_release(&names);
    return STATUS_INVALID;
}

static enum status choose_member(const struct zip *zip, const char *member, bool for_labels,
                                 const struct zip_entry **entry, struct error *error)
{
    if (member)
        *entry = find_member(zip, member);
    else
        *entry = find_one(zip, for_labels ? label_names : sample_names);
    if (!member && !*entry && zip->count == 1)
        *entry = &zip->entries[0];
    if (*entry)
        return STATUS_OK;
    return unknown_member(zip, member ? member : for_labels ? "y" : "x", error);
}

/* Samples that were found by themselves bring labels along that are found likewise. */
static void find_labels(const struct zip *zip, const char *file, const struct zip_entry *samples,
                        struct source *source)
{
    const struct zip_entry *labels = find_one(zip, label_names);
    if (source->for_labels || !labels || labels == samples)
        return;
    source->own_labels = arena_printf(source->arena, "%s:%s", file, labels->name);
    source_remark(source, "%s: labels are its member '%s'", file, labels->name);
}

static enum status take_member(const struct zip *zip, const struct zip_entry *entry,
                               struct dataset_cache *cache, struct source *source,
                               struct error *error)
{
    enum status status = STATUS_OK;
    size_t size = (size_t)entry->size;
    bool is_packed = entry->packed != entry->size;
    if (is_packed)
        source->memory = dataset_cache_find_array(cache, zip->path, entry->name, size);
    if (!source->memory) {
        status = zip_extract(zip, entry, &source->memory, error);
        if (status == STATUS_OK && is_packed)
            dataset_cache_keep_array(cache, zip->path, entry->name, source->memory, size);
    }
    if (status != STATUS_OK)
        return status;
    source->path = arena_printf(source->arena, "%s:%s", zip->path, entry->name);
    return npy_take(source, (size_t)entry->size, error);
}

enum status npz_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    struct zip zip;
    const struct zip_entry *entry;
    const char *member;
    char *file = dataset_file(spec->samples, &member);
    enum status status = zip_open(file, &zip, error);
    if (status == STATUS_OK)
        status = choose_member(&zip, member, source->for_labels, &entry, error);
    if (status == STATUS_OK)
        status = take_member(&zip, entry, spec->cache, source, error);
    if (status == STATUS_OK && !member && !spec->labels)
        find_labels(&zip, file, entry, source);
    zip_close(&zip);
    free(file);
    return status;
}
