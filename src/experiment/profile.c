/* Reading a profile: YAML to values, values to keys. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "experiment/key_set.h"

/* Far more than anybody writes by hand, and read in no time. */
#define PROFILE_BYTES_MAX ((size_t)256 * 1024)

struct profile {
    struct draft *draft;
    struct source source;
    struct error *error;
};

static struct place key_place(const struct profile *profile, const struct value *value)
{
    return place_at(&profile->source, value->key_line, value->key_column);
}

static const struct key *key_of(const struct value *value)
{
    struct text path = {0};
    value_path(value, &path);
    const struct key *key = key_find(path.bytes);
    text_release(&path);
    return key;
}

/* Another key of the same mapping that fills the same place, such as "model" beside "models". */
static const struct value *find_rival(const struct value *member, const struct key *key)
{
    for (const struct value *other = member->parent->first; other; other = other->next) {
        const struct key *other_key = key_of(other);
        if (other != member && other_key && other_key->offset == key->offset)
            return other;
    }
    return NULL;
}

static enum status read_key(const struct profile *profile, const struct key *key,
                            const struct value *value)
{
    struct setting setting = {profile->draft, key, &profile->source, profile->error};
    const struct value *rival = key->one ? find_rival(value, key) : NULL;
    if (rival)
        return error_set(profile->error, STATUS_INVALID, key_place(profile, value).text,
                         "key '%s' beside '%s' of line %d, expected one of the two", value->key,
                         rival->key, rival->key_line);
    return key_give(&setting, value);
}

static enum status read_section(const struct profile *profile, const struct value *map);

static enum status read_member(const struct profile *profile, const struct value *value,
                               const char *path)
{
    const struct key *key = key_find(path);
    bool dotted = strchr(value->key, '.') != NULL;
    if (key && dotted)
        return error_set(profile->error, STATUS_INVALID, key_place(profile, value).text,
                         "key '%s' with a dot, expected '%.*s: {%s: ...}'", path,
                         (int)strcspn(path, "."), path, strchr(path, '.') + 1);
    if (key)
        return read_key(profile, key, value);
    if (key_is_section(path))
        return read_section(profile, value);
    return key_unknown(path, key_place(profile, value).text, profile->error);
}

static enum status refuse_section(const struct profile *profile, const struct value *value)
{
    struct place place = place_at(&profile->source, value->line, value->column);
    const char *noun = value->is_null ? "empty" : value_noun(value);
    if (!value->key)
        return error_set(profile->error, STATUS_INVALID, place.text,
                         "the profile is %s, expected a mapping of keys", noun);
    return error_set(profile->error, STATUS_INVALID, place.text,
                     "'%s' is %s, expected a mapping of keys", value->key, noun);
}

static enum status read_section(const struct profile *profile, const struct value *map)
{
    struct text path = {0};
    enum status status = STATUS_OK;
    if (map->kind != VALUE_MAP)
        return refuse_section(profile, map);
    for (const struct value *value = map->first; value && status == STATUS_OK;
         value = value->next) {
        text_clear(&path);
        value_path(value, &path);
        status = read_member(profile, value, path.bytes);
    }
    text_release(&path);
    return status;
}

static enum status read_bytes(const struct profile *profile, const unsigned char *bytes,
                              size_t size)
{
    struct arena *arena = arena_new();
    struct value *root;
    enum status status = value_parse(bytes, size, &profile->source, arena, &root, profile->error);
    if (status == STATUS_OK)
        status = read_section(profile, root);
    arena_free(arena);
    return status;
}

enum status profile_read(const char *path, struct experiment *experiment, struct error *error)
{
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(path, PROFILE_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    experiment->profile = arena_strdup(experiment->arena, path);
    /* A profile of the working directory needs no "./" in front of its paths. */
    char *directory = strchr(path, '/') ? path_directory(path) : NULL;
    struct profile profile = {draft_of(experiment), {path, directory}, error};
    status = read_bytes(&profile, bytes, size);
    free(directory);
    free(bytes);
    return status;
}
