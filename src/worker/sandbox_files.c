#include "worker/sandbox_files.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "formats/dataset/dataset.h"

/* Of the kernel's interface (linux/landlock.h), which the C library has no functions for. */
enum {
    CALL_CREATE_RULESET = 444,
    CALL_ADD_RULE = 445,
    CALL_RESTRICT_SELF = 446,
    RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
};
enum { MAY_EXECUTE = 1 << 0, MAY_READ_FILE = 1 << 2, MAY_READ_FOLDER = 1 << 3 };

struct ruleset {
    uint64_t files;   /* what is forbidden where no rule allows it */
    uint64_t network; /* since version 4: to bind to a port, and to connect to one */
    uint64_t scopes;  /* since version 6: sockets and signals of other processes */
};

struct path_rule {
    uint64_t allowed;
    int32_t folder;
} __attribute__((packed));

/* All rights over files that a version knows: the first has 13, and others came one by one. */
static uint64_t all_rights(long version)
{
    unsigned count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    return (UINT64_C(1) << count) - 1;
}

long sandbox_landlock_version(void)
{
    long version = syscall(CALL_CREATE_RULESET, NULL, 0, RULESET_VERSION);
    return version > 0 ? version : 0;
}

static void allow_descriptor(int rules, int descriptor)
{
    struct stat info;
    struct path_rule rule = {.allowed = MAY_READ_FILE, .folder = descriptor};
    if (fstat(descriptor, &info) != 0)
        return;
    if (S_ISDIR(info.st_mode))
        rule.allowed |= MAY_READ_FOLDER;
    syscall(CALL_ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0);
}

static void allow_path(int rules, const char *path)
{
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0)
        return;
    allow_descriptor(rules, descriptor);
    close(descriptor);
}

/* A file with those beside it, such as the weights of a model. */
static void allow_folder_of(int rules, const char *path)
{
    char *folder = path_directory(path), *real = realpath(folder, NULL);
    char *blobs = real ? path_blobs(real) : NULL;
    allow_path(rules, path); /* wherever it links to */
    allow_path(rules, folder);
    if (blobs)
        allow_path(rules, blobs);
    free(folder);
    free(real);
    free(blobs);
}

static void allow_samples(int rules, const char *path)
{
    const char *member;
    struct stat info;
    char *file = path && !dataset_is_random(path) ? dataset_file(path, &member) : NULL;
    if (!file)
        return;
    bool is_folder = stat(file, &info) == 0 && S_ISDIR(info.st_mode);
    if (is_folder || path_has_suffix(file, ".csv"))
        allow_path(rules, "/");
    else
        allow_folder_of(rules, file);
    free(file);
}

static void allow_data(int rules, const struct dataset_spec *data)
{
    allow_samples(rules, data->samples);
    allow_samples(rules, data->labels);
    for (size_t i = 0; i < data->n_inputs; i++)
        allow_samples(rules, data->inputs[i].samples);
}

static void allow_order(int rules, const struct work *work)
{
    if (work->kind == WORK_PREPARE || work->kind == WORK_LAYERS || work->kind == WORK_INSPECT ||
        work->kind == WORK_SHOW)
        allow_folder_of(rules, work->model);
    if (work->kind != WORK_TIME && work->has_data)
        allow_data(rules, &work->data);
    if (work->kind != WORK_TIME && work->has_calibration)
        allow_data(rules, &work->calibration);
    for (int descriptor = WORK_ARTIFACT; descriptor <= WORK_DECODED; descriptor++)
        allow_descriptor(rules, descriptor);
}

/* What the kernel and the libraries that are loaded look up. */
static void allow_machine(int rules)
{
    static const char *const paths[] = {
        "/sys",     "/proc/cpuinfo",     "/proc/meminfo", "/proc/stat",  "/proc/loadavg",
        "/usr/lib", "/usr/share/locale", "/dev/null",     "/dev/urandom"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        allow_path(rules, paths[i]);
    /* Stays open: the rule is one of this very folder in memory, which would be made anew. */
    int own = open("/proc/self", O_PATH | O_CLOEXEC);
    if (own >= 0)
        allow_descriptor(rules, own);
}

bool sandbox_restrict_files(const struct work *work)
{
    long version = sandbox_landlock_version();
    struct ruleset forbidden = {.files = all_rights(version), .network = 3, .scopes = 3};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int rules = version ? (int)syscall(CALL_CREATE_RULESET, &forbidden, size, 0) : -1;
    if (rules < 0)
        return false;
    allow_machine(rules);
    allow_order(rules, work);
    bool is_entered =
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(CALL_RESTRICT_SELF, rules, 0) == 0;
    close(rules);
    return is_entered;
}
