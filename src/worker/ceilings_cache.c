/* Ceilings that were measured before, one file per machine, placement and instruction set. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "results/json_text.h"
#include "worker/ceilings.h"

/* So often they are measured and the best is kept; after that they count as known. */
#define ROUNDS_ENOUGH 3
/* No file of ours is longer. */
#define CACHE_BYTES_MAX 65536
/* Nor is what a child tells. */
#define TOLD_MOST 4096

/* Whose they are: all that they depend on. */
static json_t *identify(const struct placement *placement, enum isa isa)
{
    struct utsname host = {0};
    json_t *pus = json_array();
    uname(&host);
    for (int i = 0; i < placement->n_threads; i++)
        json_array_append_new(pus, json_integer(placement->pus[i]));
    return json_pack("{s:s, s:o, s:o, s:s, s:s, s:o}", "version", PACKAGE_VERSION, "host",
                     json_said(host.nodename), "cpu", json_said(cpu_name()), "cpu_isa",
                     isa_table[isa_best()].name, "isa", isa_table[isa].name, "pus", pus);
}

/* The path of its file, to be freed; NULL: there is no place for it. */
static char *path_of(const json_t *identity)
{
    char *text = json_dumps(identity, JSON_COMPACT | JSON_SORT_KEYS), digits[SHA256_TEXT_SIZE];
    char name[sizeof("ceilings-.json") + 16], *folder;
    struct sha256 hash;
    struct error ignored;
    sha256_init(&hash);
    sha256_add(&hash, text, strlen(text));
    sha256_finish(&hash, digits);
    free(text);
    if (cache_directory(&folder, &ignored) != STATUS_OK)
        return NULL;
    snprintf(name, sizeof(name), "ceilings-%.16s.json", digits);
    char *path = path_join(folder, name);
    free(folder);
    return path;
}

/* What an earlier process has kept; false: nothing of this machine's. */
static bool read_kept(const char *path, const json_t *identity, struct ceilings *ceilings)
{
    unsigned char *bytes;
    size_t size;
    struct error ignored;
    if (file_read(path, CACHE_BYTES_MAX, &bytes, &size, &ignored) != STATUS_OK)
        return false;
    json_t *kept = json_loadb((const char *)bytes, size, 0, NULL);
    bool is_ours = json_equal(json_object_get(kept, "of"), identity) &&
                   ceilings_unpack(json_object_get(kept, "ceilings"), ceilings);
    json_decref(kept);
    free(bytes);
    return is_ours;
}

/* Whole or not at all: several processes may do so at once. */
static void keep(const char *path, json_t *identity, const struct ceilings *ceilings)
{
    json_t *kept = json_pack("{s:O, s:o}", "of", identity, "ceilings", ceilings_pack(ceilings));
    char *text = json_dumps(kept, JSON_INDENT(1));
    struct error ignored;
    file_write(path, text, strlen(text), &ignored);
    free(text);
    json_decref(kept);
}

/* The best of both, level by level: nothing makes a loop faster than the machine is. */
static void take_best(struct ceilings *ceilings, const struct ceilings *before)
{
    for (int kind = 0; kind < CEILING_READ; kind++)
        ceilings->macs[kind] = fmax(ceilings->macs[kind], before->macs[kind]);
    for (int i = 0; i < ceilings->n_levels; i++)
        for (int k = 0; k < before->n_levels; k++)
            if (strcmp(ceilings->levels[i].name, before->levels[k].name) == 0)
                ceilings->levels[i].read = fmax(ceilings->levels[i].read, before->levels[k].read);
    ceilings->rounds += before->rounds;
}

/* What a child writes that measures. */
static _Noreturn void measure_and_tell(const struct placement *placement, enum isa isa, int pipe)
{
    struct ceilings ceilings;
    struct error ignored;
    if (ceilings_measure(placement, isa, &ceilings, &ignored) != STATUS_OK)
        _exit(1);
    json_t *packed = ceilings_pack(&ceilings);
    char *text = json_dumps(packed, JSON_COMPACT);
    bool is_told = write_all(pipe, text, strlen(text));
    free(text);
    json_decref(packed);
    _exit(is_told ? 0 : 1);
}

/* All that comes until the other end is closed; how many bytes. */
static size_t read_all(int pipe, char *bytes, size_t most)
{
    size_t count = 0;
    ssize_t got;
    while (count < most &&
           ((got = read(pipe, bytes + count, most - count)) > 0 || (got < 0 && errno == EINTR)))
        count += got > 0 ? (size_t)got : 0;
    return count;
}

/* In a process of its own, whose memory and place on the machine are not the caller's. */
static enum status measure_apart(const struct placement *placement, enum isa isa,
                                 struct ceilings *ceilings, struct error *error)
{
    char bytes[TOLD_MOST];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, STATUS_SYSTEM, NULL, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0)
        measure_and_tell(placement, isa, ends[1]);
    close(ends[1]);
    size_t size = child > 0 ? read_all(ends[0], bytes, sizeof(bytes)) : 0;
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    json_t *packed = json_loadb(bytes, size, 0, NULL);
    bool is_sound = packed && ceilings_unpack(packed, ceilings);
    json_decref(packed);
    return is_sound ? STATUS_OK
                    : error_set(error, STATUS_SYSTEM, NULL, "the ceilings cannot be measured");
}

enum status ceilings_get(const struct placement *placement, enum isa isa, struct ceilings *ceilings,
                         struct error *error)
{
    json_t *identity = identify(placement, isa);
    char *path = path_of(identity);
    struct ceilings before = {.rounds = 0};
    enum status status = STATUS_OK;
    bool is_known = path && read_kept(path, identity, &before);
    if (is_known && before.rounds >= ROUNDS_ENOUGH) {
        *ceilings = before;
    } else {
        status = measure_apart(placement, isa, ceilings, error);
        if (status == STATUS_OK && is_known)
            take_best(ceilings, &before);
        if (status == STATUS_OK && path)
            keep(path, identity, ceilings);
    }
    free(path);
    json_decref(identity);
    return status;
}

static struct ceilings noted;

void ceilings_note(const struct placement *placement, enum isa isa)
{
    struct error ignored;
    if (ceilings_get(placement, isa, &noted, &ignored) != STATUS_OK)
        noted = (struct ceilings){.rounds = 0};
}

const struct ceilings *ceilings_noted(void)
{
    return noted.rounds > 0 ? &noted : NULL;
}
