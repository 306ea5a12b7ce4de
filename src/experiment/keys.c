#include "experiment/keys.h"

#include <string.h>

#include "experiment/key_table.h"

static const struct key_section sections[] = {
    {"", "What to compare."},
    {"data", "The samples that are scored, and the source of the inputs that are timed."},
    {"preprocess", "How the elements of data and calibration become the numbers that the model "
                   "takes: ((element - zero_point) * scale - mean) / deviation."},
    {"calibration", "The samples that ranges of activations are taken from."},
    {"measure", "How long and how exactly to measure."},
    {"layers", "The layer ledger: the error of each layer, and what it costs the network."},
    {"limits", "What one model may take: beyond it its row fails, says so, and the others go on."},
    {"constraints", "What the recommended mode has to meet."},
    {"gate", "What the run is held against: an earlier one, whose figures it must not be worse "
             "than."},
    {"search",
     "What quantop search looks for: the fastest plan in which some layers stay float32."},
    {"output", "Where results are written to when the run ends; \"-\" is standard output. What a "
               "profile names lies below its folder or the current one, unless --trust-profile is "
               "given."},
};
#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

/* In the order in which the manual lists them. */
static const struct key_list *const lists[] = {&keys_of_subject, &keys_of_run};
#define LISTS (sizeof(lists) / sizeof(lists[0]))

size_t key_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < LISTS; i++)
        count += lists[i]->count;
    return count;
}

const struct key *key_at(size_t index)
{
    size_t list = 0;
    while (index >= lists[list]->count)
        index -= lists[list++]->count;
    return &lists[list]->rows[index];
}

size_t key_index(const struct key *key)
{
    size_t index = 0;
    while (key_at(index) != key)
        index++;
    return index;
}

const struct key *key_find(const char *path)
{
    for (size_t list = 0; list < LISTS; list++)
        for (size_t i = 0; i < lists[list]->count; i++)
            if (strcmp(lists[list]->rows[i].path, path) == 0)
                return &lists[list]->rows[i];
    return NULL;
}

const char *key_path_held(const struct experiment *experiment, const struct key *key)
{
    const char *path = NULL;
    if (key && key->kind == KEY_PATH)
        memcpy(&path, (const char *)experiment + key->offset, sizeof(path));
    return path;
}

size_t key_section_count(void)
{
    return SECTIONS;
}

const struct key_section *key_section_at(size_t index)
{
    return &sections[index];
}

static const struct key_section *find_section(const char *name, size_t length)
{
    for (size_t i = 0; i < SECTIONS; i++)
        if (strlen(sections[i].name) == length && memcmp(sections[i].name, name, length) == 0)
            return &sections[i];
    return NULL;
}

bool key_is_section(const char *path)
{
    return path[0] != '\0' && find_section(path, strlen(path)) != NULL;
}

size_t key_section_length(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? (size_t)(dot - path) : 0;
}

bool key_is_within(const struct key *key, const struct key_section *section)
{
    size_t length = key_section_length(key->path);
    return strlen(section->name) == length && memcmp(section->name, key->path, length) == 0;
}
