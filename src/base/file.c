#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

/* Names that are tried for a temporary file: those of processes that were killed may be there. */
#define TEMPORARY_TRIES 100
/* The mode of new files, of which the umask takes its part. */
#define ANYBODY 0666
/* What a pipe is waited for that nobody reads, and how long between two looks; milliseconds. */
#define PIPE_PATIENCE 10000
#define PIPE_PAUSE    20
/* The variable of the state folder, and where it is below HOME. */
#define STATE_FOLDER "XDG_STATE_HOME", ".local/state/quantop"

enum status file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size,
                      struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return error_set_errno(error, STATUS_IO, path, "cannot open");
    enum status status = file_read_descriptor(descriptor, path, limit, bytes, size, error);
    close(descriptor);
    return status;
}

static enum status read_exactly(int descriptor, const char *name, unsigned char *bytes, size_t size,
                                struct error *error)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(descriptor, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, STATUS_IO, name, "cannot read");
        if (got == 0)
            return error_set(error, STATUS_IO, name, "shrank while it was read");
        done += (size_t)got;
    }
    return STATUS_OK;
}

enum status file_read_descriptor(int descriptor, const char *name, size_t limit,
                                 unsigned char **bytes, size_t *size, struct error *error)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0)
        return error_set_errno(error, STATUS_IO, name, "cannot read");
    if (!S_ISREG(info.st_mode))
        return error_set(error, STATUS_IO, name, "not a regular file");
    if (info.st_size == 0)
        return error_set(error, STATUS_FORMAT, name, "the file is empty");
    if ((uintmax_t)info.st_size > limit)
        return error_set(error, STATUS_FORMAT, name, "the file has %jd bytes, more than %zu",
                         (intmax_t)info.st_size, limit);
    *size = (size_t)info.st_size;
    *bytes = memory_try(*size);
    if (!*bytes)
        return error_set(error, STATUS_MEMORY, name, "not enough memory for %zu bytes", *size);
    enum status status = read_exactly(descriptor, name, *bytes, *size, error);
    if (status != STATUS_OK)
        FREE_AND_NULL(*bytes);
    return status;
}

bool write_all(int descriptor, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t written = write(descriptor, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        next += written;
        size -= (size_t)written;
    }
    return true;
}

/* A new file beside the target, in a name that nobody has, a link of a stranger's least of all. -1,
 * with errno set, where there is none; *name is to be freed in any case. */
static int open_temporary(const char *path, mode_t mode, char **name)
{
    int descriptor = -1;
    *name = NULL;
    for (int i = 0; i < TEMPORARY_TRIES && descriptor < 0; i++) {
        free(*name);
        *name = xasprintf("%s.%ld-%d.tmp", path, (long)getpid(), i);
        descriptor = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (descriptor < 0 && errno != EEXIST)
            break;
    }
    return descriptor;
}

static enum status write_and_rename(const char *path, int descriptor, const char *temporary,
                                    const void *bytes, size_t size, struct error *error)
{
    bool written = write_all(descriptor, bytes, size) && fsync(descriptor) == 0;
    int reason = errno;
    if (close(descriptor) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (written && rename(temporary, path) == 0)
        return STATUS_OK;
    errno = written ? errno : reason;
    error_set_errno(error, STATUS_IO, path, "cannot write");
    unlink(temporary);
    return error->status;
}

enum status file_check_writable(const char *path, struct error *error)
{
    struct stat info;
    if (strcmp(path, "-") == 0)
        return STATUS_OK;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        errno = EISDIR;
        if (S_ISDIR(info.st_mode) || access(path, W_OK) != 0)
            return error_set_errno(error, STATUS_IO, path, "cannot write");
        return STATUS_OK;
    }
    char *temporary;
    int descriptor = open_temporary(path, ANYBODY, &temporary);
    if (descriptor < 0) {
        error_set_errno(error, STATUS_IO, path, "cannot create");
    } else {
        close(descriptor);
        unlink(temporary);
    }
    free(temporary);
    return descriptor < 0 ? STATUS_IO : STATUS_OK;
}

static enum status replace(const char *path, mode_t mode, const void *bytes, size_t size,
                           struct error *error)
{
    char *temporary;
    int descriptor = open_temporary(path, mode, &temporary);
    enum status status = descriptor >= 0
                             ? write_and_rename(path, descriptor, temporary, bytes, size, error)
                             : error_set_errno(error, STATUS_IO, path, "cannot create");
    free(temporary);
    return status;
}

/* Without waiting, since no signal would end that in a program that takes its signals in turn. */
int file_open_there(const char *path, int flags, int milliseconds)
{
    const struct timespec pause = {.tv_nsec = PIPE_PAUSE * 1000000L};
    int descriptor;
    while ((descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | flags)) < 0 &&
           errno == ENXIO && milliseconds > 0) {
        nanosleep(&pause, NULL);
        milliseconds -= PIPE_PAUSE;
    }
    if (descriptor >= 0)
        fcntl(descriptor, F_SETFL, flags); /* writing may wait */
    else if (errno == ENXIO)
        errno = EPIPE;
    return descriptor;
}

/* A device or pipe: no renaming there. */
static enum status write_there(const char *path, const void *bytes, size_t size,
                               struct error *error)
{
    int descriptor = file_open_there(path, 0, PIPE_PATIENCE);
    if (descriptor < 0 && errno == EPIPE)
        return error_set(error, STATUS_IO, path, "cannot write: nobody reads the pipe");
    bool written = descriptor >= 0 && write_all(descriptor, bytes, size);
    if (!written)
        error_set_errno(error, STATUS_IO, path, "cannot write");
    if (descriptor >= 0)
        close(descriptor);
    return written ? STATUS_OK : error->status;
}

enum status file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct stat info;
    if (strcmp(path, "-") == 0) {
        if (!write_all(STDOUT_FILENO, bytes, size))
            return error_set_errno(error, STATUS_IO, "standard output", "cannot write");
        return STATUS_OK;
    }
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return write_there(path, bytes, size, error);
    return replace(path, ANYBODY, bytes, size, error);
}

char *path_join(const char *directory, const char *name)
{
    if (!directory || directory[0] == '\0' || name[0] == '/')
        return xstrdup(name);
    const char *slash = directory[strlen(directory) - 1] == '/' ? "" : "/";
    return xasprintf("%s%s%s", directory, slash, name);
}

char *path_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return xstrdup(".");
    if (slash == path)
        return xstrdup("/");
    return xasprintf("%.*s", (int)(slash - path), path);
}

char *path_blobs(const char *folder)
{
    static const char snapshots[] = "/snapshots/";
    const char *found = NULL;
    for (const char *next = folder; (next = strstr(next, snapshots)) != NULL; next++)
        found = next;
    return found ? xasprintf("%.*s/blobs", (int)(found - folder), folder) : NULL;
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool path_is_below(const char *path)
{
    if (path[0] == '/' || path[0] == '\0')
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

char *path_absolute(const char *path)
{
    char *directory = getcwd(NULL, 0);
    char *absolute = path_join(directory, path);
    free(directory);
    return absolute;
}

/* The folder's real name and the last component; NULL: there is no such folder. */
static char *canonical_name(const char *path)
{
    char *directory = path_directory(path), *real = realpath(directory, NULL);
    char *canonical = real ? path_join(real, path_name(path)) : NULL;
    free(directory);
    free(real);
    return canonical;
}

bool file_is_same(const char *a, const char *b)
{
    struct stat first, second;
    bool has_first = stat(a, &first) == 0, has_second = stat(b, &second) == 0;
    if (has_first && has_second)
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
    if (has_first != has_second)
        return false;
    char *canonical = canonical_name(a), *other = canonical_name(b);
    bool same = canonical && other && strcmp(canonical, other) == 0;
    free(canonical);
    free(other);
    return same;
}

bool file_is_within(const char *path, const char *folder)
{
    struct stat info;
    char *real = realpath(folder, NULL);
    char *whole = realpath(path, NULL);
    if (!whole)
        whole = canonical_name(path);
    size_t length = real ? strlen(real) : 0;
    bool within = real && whole && stat(real, &info) == 0 && S_ISDIR(info.st_mode) &&
                  strncmp(whole, real, length) == 0 && whole[length] == '/';
    free(real);
    free(whole);
    return within;
}

bool path_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool path_has_suffix(const char *path, const char *suffix)
{
    size_t length = strlen(path), tail = strlen(suffix);
    return length >= tail && strcasecmp(path + length - tail, suffix) == 0;
}

static bool make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool has_bytes(const char *path, const void *bytes, size_t size)
{
    unsigned char *there;
    size_t length;
    struct error ignored;
    if (file_read(path, size, &there, &length, &ignored) != STATUS_OK)
        return false;
    bool is_same = length == size && memcmp(there, bytes, size) == 0;
    free(there);
    return is_same;
}

/* Of a file that is there. Root may write anything, and does not mean to. */
static enum status rewrite(const char *path, const struct stat *info, const void *bytes,
                           size_t size, struct error *error)
{
    if (!S_ISREG(info->st_mode))
        return error_set(error, STATUS_IO, path, "cannot write: this is no file");
    if (has_bytes(path, bytes, size))
        return STATUS_OK;
    if ((info->st_mode & 0222) == 0 || access(path, W_OK) != 0)
        return error_set(error, STATUS_IO, path, "cannot write: the file is write-protected");
    enum status status = replace(path, info->st_mode & 0777, bytes, size, error);
    if (status == STATUS_OK && chmod(path, info->st_mode & 07777) != 0)
        return error_set_errno(error, STATUS_IO, path, "cannot keep the mode");
    return status;
}

enum status file_rewrite(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct stat info;
    enum status status;
    char *real = realpath(path, NULL), *folder = path_directory(path);
    if (real && stat(real, &info) == 0)
        status = rewrite(real, &info, bytes, size, error);
    else if (lstat(path, &info) == 0)
        status = error_set(error, STATUS_IO, path, "cannot write: the link leads nowhere");
    else if (!make_directories(folder))
        status = error_set_errno(error, STATUS_IO, folder, "cannot create the folder");
    else
        status = file_write(path, bytes, size, error);
    free(folder);
    free(real);
    return status;
}

/* A folder of the desktop specification's, which a variable names, or else is below HOME; NULL:
 * neither names one. */
static char *desktop_path(const char *variable, const char *below_home)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    if (named && named[0] == '/')
        return path_join(named, "quantop");
    return home && home[0] == '/' ? path_join(home, below_home) : NULL;
}

static enum status desktop_directory(const char *variable, const char *below_home,
                                     const char *contents, char **path, struct error *error)
{
    *path = desktop_path(variable, below_home);
    if (!*path)
        return error_set(error, STATUS_INVALID, NULL, "neither %s nor HOME names a folder for %s",
                         variable, contents);
    if (make_directories(*path))
        return STATUS_OK;
    error_set_errno(error, STATUS_IO, *path, "cannot create the folder");
    FREE_AND_NULL(*path);
    return error->status;
}

enum status state_directory(char **path, struct error *error)
{
    return desktop_directory(STATE_FOLDER, "journals", path, error);
}

enum status cache_directory(char **path, struct error *error)
{
    return desktop_directory("XDG_CACHE_HOME", ".cache/quantop", "what was measured", path, error);
}

static char *file_below(const char *variable, const char *below_home, const char *name)
{
    char *folder = desktop_path(variable, below_home);
    char *path = folder ? path_join(folder, name) : NULL;
    free(folder);
    return path;
}

char *configuration_path(const char *name)
{
    return file_below("XDG_CONFIG_HOME", ".config/quantop", name);
}

char *state_path(const char *name)
{
    return file_below(STATE_FOLDER, name);
}

const char *program_directory(void)
{
    static char *found;
    char path[4096];
    if (found)
        return found;
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length <= 0)
        return found = xstrdup("");
    path[length] = '\0';
    return found = path_directory(path);
}

/* A program run from its build tree finds the sources it was built from; an installed one finds the
 * share folder beside its bin folder, wherever both were moved, and last the configured place. */
const char *data_directory(void)
{
    static char *found;
    if (found)
        return found;
    const char *chosen = getenv("QUANTOP_DATADIR");
    if (chosen && chosen[0] != '\0')
        return found = xstrdup(chosen);
    char *mark = path_join(program_directory(), "config.status");
    char *beside = path_join(program_directory(), "../share/quantop");
    if (access(mark, F_OK) == 0)
        found = xstrdup(SOURCE_DIRECTORY);
    else if (access(beside, X_OK) == 0)
        found = xstrdup(beside);
    else
        found = xstrdup(PACKAGE_DATA_DIRECTORY);
    free(mark);
    free(beside);
    return found;
}
