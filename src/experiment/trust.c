#include "experiment/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* Whether a path of a key lies where a stranger's may. */
static bool is_near(const struct draft *draft, const char *path)
{
    const char *profile = draft->experiment.profile;
    char *folder = path_directory(profile ? profile : ".");
    bool is_near =
        strcmp(path, "-") == 0 || file_is_within(path, ".") || file_is_within(path, folder);
    free(folder);
    return is_near;
}

static enum status refuse(const struct draft *draft, size_t number, struct error *error)
{
    const struct key *key = key_at(number);
    const struct given_key *given = &draft->given[number];
    bool by_profile = given->how == GIVEN_PROFILE;
    const struct source source = {.name = draft->experiment.profile};
    const struct place place = place_at(&source, given->line, given->column);
    const char *where = by_profile ? place.text : NULL;
    const char *who = by_profile ? "profile" : "journal";
    if (key->reach == REACH_CODE)
        return error_set(error, STATUS_INVALID, where,
                         "'%s' names code to run, which a %s may not: give it as an option of the "
                         "command line, or --trust-profile",
                         key->path, who);
    return error_set(error, STATUS_INVALID, where,
                     "'%s' lies neither below the folder of the profile nor below the current one, "
                     "where a %s may write: give it as an option of the command line, or "
                     "--trust-profile",
                     key->path, who);
}

enum status trust_check(const struct draft *draft, struct error *error)
{
    for (size_t i = 0; i < key_count() && !draft->is_trusted; i++) {
        const struct key *key = key_at(i);
        enum given how = draft->given[i].how;
        const char *path = key_path_held(&draft->experiment, key);
        bool by_stranger = how == GIVEN_PROFILE || how == GIVEN_JOURNAL;
        /* A journal that is gone on with is the one that the user names. */
        bool is_itself = how == GIVEN_JOURNAL && strcmp(key->path, "output.journal") == 0;
        if (key->reach == REACH_NOTHING || !by_stranger || !path || is_itself)
            continue;
        if (key->reach == REACH_CODE || !is_near(draft, path))
            return refuse(draft, i, error);
    }
    return STATUS_OK;
}
