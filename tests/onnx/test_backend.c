/* ONNX's backend tests: every case all of whose operators we claim passes, or stands in
 * left-out.txt with the reason. A case that stands there and passes is an error, too. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend_case.h"
#include "base/file.h"
#include "base/memory.h"

#define NAMES_MAX 4096

static char *names[NAMES_MAX]; /* of folders below the data: "node/test_relu" */
static size_t n_names;

static const char *data_folder(void)
{
    const char *given = getenv("QUANTOP_ONNX_TESTDATA");
    return given ? given : "/usr/share/libonnx-testdata/data";
}

static void collect(const char *kind)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", data_folder(), kind);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (strncmp(entry->d_name, "test_", 5) == 0 && n_names < NAMES_MAX)
            names[n_names++] = xasprintf("%s/%s", kind, entry->d_name);
    if (folder)
        closedir(folder);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The reason why a case is left out, or NULL. Lines are "NAME REASON"; a name may end with '*'. */
static const char *reason_of(char *table, const char *name)
{
    static char reason[256];
    for (const char *line = table; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        size_t length = strcspn(line, " \n");
        bool prefix = length > 0 && line[length - 1] == '*';
        if (length == 0 || line[0] == '#')
            continue;
        if (prefix ? strncmp(line, name, length - 1) == 0
                   : strlen(name) == length && strncmp(line, name, length) == 0) {
            snprintf(reason, sizeof(reason), "%.*s", (int)strcspn(line + length, "\n"),
                     line + length);
            return reason;
        }
    }
    return NULL;
}

/* Prints a line of TAP; false when the case is not as it should be. */
static bool report(int number, const char *name, bool passed, const char *text, char *table)
{
    const char *reason = reason_of(table, name);
    if (reason && !passed) {
        printf("ok %d - %s # left out:%s\n", number, name, reason);
        return true;
    }
    if (reason)
        printf("not ok %d - %s passes, but is left out\n", number, name);
    else if (passed)
        printf("ok %d - %s\n", number, name);
    else
        printf("not ok %d - %s\n# %s\n", number, name, text);
    return !reason && passed;
}

static char *read_table(void)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    if (file_read(SOURCE_DIRECTORY "/tests/onnx/left-out.txt", (size_t)1 << 20, &bytes, &size,
                  &error) != STATUS_OK) {
        fprintf(stderr, "%s: %s\n", error.where, error.text);
        exit(1);
    }
    char *table = xcalloc(size + 1, 1);
    memcpy(table, bytes, size);
    free(bytes);
    return table;
}

int main(void)
{
    int number = 0, failed = 0;
    char *table = read_table();
    collect("node");
    collect("simple");
    collect("pytorch-operator");
    collect("pytorch-converted");
    qsort(names, n_names, sizeof(names[0]), by_name);
    for (size_t i = 0; i < n_names; i++) {
        char folder[768], text[CASE_TEXT_SIZE] = "";
        struct backend_case test;
        snprintf(folder, sizeof(folder), "%s/%s", data_folder(), names[i]);
        bool is_read = backend_case_read(folder, &test, text);
        if (test.model && test.model->graph && backend_case_is_claimed(&test)) {
            bool passed = is_read && backend_case_run(&test, text);
            failed += !report(++number, names[i], passed, text, table);
        }
        backend_case_release(&test);
        free(names[i]);
    }
    if (number == 0)
        printf("1..0 # SKIP there are no tests in '%s'\n", data_folder());
    else
        printf("1..%d\n", number);
    free(table);
    return failed > 0;
}
