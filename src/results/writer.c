#include "results/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* The first line of a small file of the system; "" where there is none. */
static void read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    line[0] = '\0';
    if (file && !fgets(line, (int)size, file))
        line[0] = '\0';
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
}

/* Field 22 of /proc/PID/stat; the command in field 2 may hold blanks and brackets. -1: there is no
 * such process. */
static long long start_of(long long pid)
{
    char *path = xasprintf("/proc/%lld/stat", pid), line[1024];
    read_line(path, line, sizeof(line));
    free(path);
    char *field = strrchr(line, ')');
    for (int i = 2; field && i < 22; i++)
        field = strchr(field + 1, ' ');
    return field ? strtoll(field, NULL, 10) : -1;
}

static void boot_of_system(char *line, size_t size)
{
    read_line("/proc/sys/kernel/random/boot_id", line, size);
}

/* "pid:[4026531836]" */
static void own_pid_space(char *name, size_t size)
{
    ssize_t length = readlink("/proc/self/ns/pid", name, size - 1);
    name[length > 0 ? length : 0] = '\0';
}

static void set_text(json_t *event, const char *key, const char *text)
{
    json_t *value = text[0] ? json_string(text) : NULL;
    if (value)
        json_object_set_new(event, key, value);
}

void writer_describe(json_t *event)
{
    char host[128] = "", boot[64], space[64];
    long long pid = getpid(), started = start_of(pid);
    gethostname(host, sizeof(host) - 1);
    boot_of_system(boot, sizeof(boot));
    own_pid_space(space, sizeof(space));
    set_text(event, "host", host);
    set_text(event, "boot", boot);
    set_text(event, "pid_space", space);
    json_object_set_new(event, "pid", json_integer(pid));
    if (started >= 0)
        json_object_set_new(event, "pid_started", json_integer(started));
}

static const char *member(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text ? text : "";
}

enum writer_state writer_state(const json_t *event)
{
    char host[128] = "", boot[64], space[64];
    json_int_t pid = json_integer_value(json_object_get(event, "pid"));
    const json_t *started = json_object_get(event, "pid_started");
    gethostname(host, sizeof(host) - 1);
    boot_of_system(boot, sizeof(boot));
    own_pid_space(space, sizeof(space));
    if (pid <= 0 || !started || boot[0] == '\0' || strcmp(member(event, "host"), host) != 0)
        return WRITER_UNKNOWN;
    if (strcmp(member(event, "boot"), boot) != 0)
        return WRITER_DEAD;
    if (strcmp(member(event, "pid_space"), space) != 0)
        return WRITER_UNKNOWN;
    return start_of(pid) == json_integer_value(started) ? WRITER_ALIVE : WRITER_DEAD;
}
