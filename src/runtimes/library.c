#include "runtimes/library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* One look for a library. */
struct look {
    const struct library_search *search;
    struct library *library;
    struct error complaint; /* about the first one that was there and will not do */
};

static bool refuse(struct look *look, const struct error *error)
{
    if (look->complaint.status == STATUS_OK)
        look->complaint = *error;
    return false;
}

/* The file that a symbol was loaded from. */
static char *path_of(const void *symbol, const char *name)
{
    Dl_info info;
    bool known = dladdr(symbol, &info) != 0 && info.dli_fname;
    return xstrdup(known ? info.dli_fname : name);
}

/* Loads a file; expected: it is a complaint when that cannot be done. */
static bool try_file(struct look *look, const char *name, bool expected)
{
    const struct library_search *search = look->search;
    struct error error = {0};
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        error_set(&error, STATUS_IO, search->runtime, "cannot be loaded: %s",
                  reason ? reason : name);
        return expected ? refuse(look, &error) : false;
    }
    void *symbol = dlsym(handle, search->symbol);
    enum status status =
        symbol ? search->accept(symbol, name, &error)
               : error_set(&error, STATUS_FORMAT, search->runtime,
                           "'%s' is another library, it lacks %s", name, search->symbol);
    if (status != STATUS_OK) {
        dlclose(handle); /* nothing of it has run but what tells its version */
        return refuse(look, &error);
    }
    *look->library = (struct library){path_of(symbol, name), symbol};
    return true;
}

/* The only place to look at. A name without folder may be that of a file here or one that the
 * loader knows. */
static bool try_given(struct look *look, const char *path)
{
    bool is_here = !strchr(path, '/') && access(path, F_OK) == 0;
    char *name = path_join(is_here ? "." : NULL, path);
    bool found = try_file(look, name, true);
    free(name);
    return found;
}

static bool try_names(struct look *look)
{
    const struct library_search *search = look->search;
    for (const char *const *name = search->names; *name; name++)
        if (try_file(look, *name, false))
            return true;
    for (int number = search->newest; number >= search->oldest; number--) {
        char *name = xasprintf("%s.%d", search->versioned, number);
        bool found = try_file(look, name, false);
        free(name);
        if (found)
            return true;
    }
    return false;
}

static bool try_placed(struct look *look)
{
    const char *const folders[] = {program_directory(), data_directory()};
    bool found = false;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !found; i++) {
        char *path = path_join(folders[i], look->search->placed);
        found = access(path, F_OK) == 0 && try_file(look, path, true);
        free(path);
    }
    return found;
}

static enum status not_found(const struct library_search *search, struct error *error)
{
    char *here = path_join(program_directory(), search->placed);
    char *installed = path_join(data_directory(), search->placed);
    error_set(error, STATUS_UNSUPPORTED, search->runtime,
              "not found (looked for %s, %s and %s; see quantop(1), RUNTIMES)", search->names[0],
              here, installed);
    free(here);
    free(installed);
    return STATUS_UNSUPPORTED;
}

enum status library_open(const struct library_search *search, const char *path,
                         struct library *library, struct error *error)
{
    const char *chosen = path ? path : getenv(search->variable);
    struct look look = {.search = search, .library = library};
    bool found =
        chosen && chosen[0] ? try_given(&look, chosen) : try_names(&look) || try_placed(&look);
    if (found)
        return STATUS_OK;
    if (look.complaint.status == STATUS_OK)
        return not_found(search, error);
    *error = look.complaint;
    return error->status;
}
