#include "results/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

struct journal {
    int descriptor;
    char *path;
    bool is_torn; /* the last write stopped within a line */
};

/* A fresh name in the state directory; a second run within a second gets a number. */
static enum status create_named(struct journal *journal, struct error *error)
{
    char stamp[32], *directory;
    time_t now = time(NULL);
    struct tm local;
    enum status status = state_directory(&directory, error);
    if (status != STATUS_OK)
        return status;
    strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    for (int i = 1; i < 100; i++) {
        free(journal->path);
        journal->path = i == 1 ? xasprintf("%s/%s.jsonl", directory, stamp)
                               : xasprintf("%s/%s-%d.jsonl", directory, stamp, i);
        journal->descriptor =
            open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
        if (journal->descriptor >= 0 || errno != EEXIST)
            break;
    }
    free(directory);
    if (journal->descriptor < 0)
        return error_set_errno(error, STATUS_IO, journal->path, "cannot create the journal");
    return STATUS_OK;
}

enum status journal_create(const char *path, struct journal **journal, struct error *error)
{
    struct journal *made = xcalloc(1, sizeof(*made));
    enum status status = STATUS_OK;
    made->descriptor = -1;
    if (path) {
        made->path = xstrdup(path);
        made->descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
        if (made->descriptor < 0)
            status = error_set_errno(error, STATUS_IO, path, "cannot create the journal");
    } else {
        status = create_named(made, error);
    }
    if (status != STATUS_OK) {
        journal_close(made);
        return status;
    }
    *journal = made;
    return STATUS_OK;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->descriptor >= 0)
        close(journal->descriptor);
    free(journal->path);
    free(journal);
}

const char *journal_path(const struct journal *journal)
{
    return journal->path;
}

/* One event as one line, preceded by a line end when an earlier one was cut off. */
static bool write_line(struct journal *journal, const char *line)
{
    struct text out = {0};
    if (journal->is_torn)
        text_add_string(&out, "\n");
    text_add_string(&out, line);
    text_add_string(&out, "\n");
    ssize_t written;
    do
        written = write(journal->descriptor, out.bytes, out.length);
    while (written < 0 && errno == EINTR);
    bool whole = written == (ssize_t)out.length;
    if (written > 0)
        journal->is_torn = !whole;
    if (written >= 0 && !whole)
        errno = ENOSPC;
    text_release(&out);
    return whole;
}

enum status journal_append(struct journal *journal, const json_t *event, struct error *error)
{
    char *line = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (!line)
        return error_set(error, STATUS_INVALID, journal->path, "an event cannot be written");
    bool written = write_line(journal, line);
    free(line);
    if (!written)
        return error_set_errno(error, STATUS_IO, journal->path, "cannot write the journal");
    return STATUS_OK;
}

/* No event of ours is nearly as long. */
#define LINE_BYTES_MAX ((size_t)32 << 20)

struct journal_reader {
    int descriptor;
    char *path;
    struct text pending; /* bytes read beyond the last whole line */
    long line;           /* number of whole lines so far */
};

enum status journal_reader_open(const char *path, struct journal_reader **reader,
                                struct error *error)
{
    struct stat info;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return error_set_errno(error, STATUS_IO, path, "cannot open the journal");
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(descriptor);
        return error_set(error, STATUS_IO, path, "not a regular file");
    }
    *reader = xcalloc(1, sizeof(**reader));
    (*reader)->descriptor = descriptor;
    (*reader)->path = xstrdup(path);
    return STATUS_OK;
}

void journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return;
    close(reader->descriptor);
    free(reader->path);
    text_release(&reader->pending);
    free(reader);
}

static enum status apply_line(struct journal_reader *reader, const char *line, size_t length,
                              struct results *results, long *applied, struct error *error)
{
    json_error_t problem;
    enum status status;
    reader->line++;
    if (length == 0)
        return STATUS_OK;
    json_t *event = json_loadb(line, length, 0, &problem);
    if (!event) {
        status = error_set(error, STATUS_FORMAT, NULL, "not a line of JSON: %s", problem.text);
    } else {
        status = results_apply(results, event, error);
        json_decref(event);
    }
    if (status == STATUS_OK) {
        (*applied)++;
        return STATUS_OK;
    }
    return error_within(error, "%s:%ld", reader->path, reader->line);
}

/* Applies the whole lines among the pending bytes and drops them. */
static enum status apply_pending(struct journal_reader *reader, struct results *results,
                                 long *applied, struct error *error)
{
    enum status status = STATUS_OK;
    size_t done = 0;
    while (status == STATUS_OK && done < reader->pending.length) {
        const char *start = reader->pending.bytes + done;
        const char *end = memchr(start, '\n', reader->pending.length - done);
        if (!end)
            break;
        status = apply_line(reader, start, (size_t)(end - start), results, applied, error);
        done += (size_t)(end - start) + 1;
    }
    if (done > 0) {
        memmove(reader->pending.bytes, reader->pending.bytes + done, reader->pending.length - done);
        reader->pending.length -= done;
    }
    return status;
}

enum status journal_read_more(struct journal_reader *reader, struct results *results, long *applied,
                              struct error *error)
{
    char bytes[65536];
    *applied = 0;
    for (;;) {
        enum status status = apply_pending(reader, results, applied, error);
        if (status != STATUS_OK)
            return status;
        ssize_t got = read(reader->descriptor, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, STATUS_IO, reader->path, "cannot read the journal");
        if (got == 0)
            return STATUS_OK;
        if (reader->pending.length > LINE_BYTES_MAX) {
            text_clear(&reader->pending);
            return error_set(error, STATUS_FORMAT, reader->path,
                             "line %ld is longer than %zu bytes", reader->line + 1, LINE_BYTES_MAX);
        }
        text_add(&reader->pending, bytes, (size_t)got);
    }
}

bool journal_reader_cut(const struct journal_reader *reader)
{
    return reader->pending.length > 0;
}
