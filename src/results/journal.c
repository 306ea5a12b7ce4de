#include "results/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "results/late.h"

struct journal {
    int descriptor;
    char *path;
    bool is_new;      /* there was no file */
    bool is_locked;   /* nobody else writes */
    const char *mend; /* what has to follow the end of the file before a line; "": nothing */
};

/* After a line that stopped within: the next one is one of its own. A line of an earlier process
 * that was killed is marked as given up, with the control character CAN. */
#define MEND_LINE "\n"
#define GIVEN_UP  '\030'
static const char mend_earlier[] = {GIVEN_UP, '\n', '\0'};

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
    journal->is_new = journal->descriptor >= 0;
    if (!journal->is_new)
        return error_set_errno(error, STATUS_IO, journal->path, "cannot create the journal");
    return STATUS_OK;
}

/* Nobody else may write; what is no file of a disk (/dev/null) is everybody's. Whoever had a file
 * before may have removed it since it was opened, or put another one there. */
static enum status lock(struct journal *journal, struct error *error)
{
    struct stat own, there;
    bool is_known = fstat(journal->descriptor, &own) == 0;
    if (is_known && !S_ISREG(own.st_mode))
        return STATUS_OK;
    bool is_free = flock(journal->descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    journal->is_locked = is_free;
    if (is_free && is_known && stat(journal->path, &there) == 0 && own.st_ino == there.st_ino &&
        own.st_dev == there.st_dev)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, journal->path,
                     "another process is writing this journal");
}

/* Nothing is lost of a file that was there: it is empty, or a device. */
static enum status check_empty(const struct journal *journal, struct error *error)
{
    struct stat info;
    if (fstat(journal->descriptor, &info) != 0)
        return error_set_errno(error, STATUS_IO, journal->path, "cannot create the journal");
    if (S_ISREG(info.st_mode) && info.st_size > 0)
        return error_set(error, STATUS_INVALID, journal->path,
                         "the file exists already and is not overwritten; give the journal another "
                         "name, or go on with an interrupted run by --resume");
    return STATUS_OK;
}

/* The name of a new file is on disk when its folder is. */
static void sync_folder(const char *path)
{
    char *folder = path_directory(path);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

static enum status create_at(struct journal *journal, const char *path, struct error *error)
{
    journal->path = xstrdup(path);
    journal->descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    journal->is_new = journal->descriptor >= 0;
    if (!journal->is_new && errno == EEXIST)
        journal->descriptor = file_open_there(path, O_APPEND, 0);
    if (journal->descriptor >= 0)
        return STATUS_OK;
    return error_set_errno(error, STATUS_IO, path, "cannot create the journal");
}

static struct journal *journal_new(void)
{
    struct journal *made = xcalloc(1, sizeof(*made));
    made->descriptor = -1;
    made->mend = "";
    return made;
}

/* Hands the journal out, or closes it when something failed. */
static enum status hand_out(struct journal *made, enum status status, struct journal **journal)
{
    if (status == STATUS_OK)
        *journal = made;
    else
        journal_close(made);
    return status;
}

enum status journal_create(const char *path, struct journal **journal, struct error *error)
{
    struct journal *made = journal_new();
    enum status status = path ? create_at(made, path, error) : create_named(made, error);
    if (status == STATUS_OK)
        status = lock(made, error);
    if (status == STATUS_OK)
        status = check_empty(made, error);
    if (status == STATUS_OK && made->is_new)
        sync_folder(made->path);
    return hand_out(made, status, journal);
}

enum status journal_continue(const char *path, struct journal **journal, struct error *error)
{
    struct journal *made = journal_new();
    enum status status = STATUS_OK;
    struct stat info = {0};
    char last = '\n';
    made->path = xstrdup(path);
    made->descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    if (made->descriptor >= 0)
        status = lock(made, error);
    if (status == STATUS_OK &&
        (made->descriptor < 0 || fstat(made->descriptor, &info) != 0 ||
         (info.st_size > 0 && pread(made->descriptor, &last, 1, info.st_size - 1) != 1)))
        status = error_set_errno(error, STATUS_IO, path, "cannot go on with the journal");
    if (last != '\n')
        made->mend = mend_earlier;
    return hand_out(made, status, journal);
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    struct stat info;
    if (journal->is_new && journal->is_locked && fstat(journal->descriptor, &info) == 0 &&
        info.st_size == 0)
        unlink(journal->path);
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
    text_add_string(&out, journal->mend);
    text_add_string(&out, line);
    text_add_string(&out, "\n");
    ssize_t written;
    do
        written = write(journal->descriptor, out.bytes, out.length);
    while (written < 0 && errno == EINTR);
    bool whole = written == (ssize_t)out.length;
    if (written > 0)
        journal->mend = whole ? "" : MEND_LINE;
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

enum status journal_sync(struct journal *journal, struct error *error)
{
    bool is_written = fdatasync(journal->descriptor) == 0;
    if (is_written || errno == EINVAL || errno == EROFS) /* a pipe or /dev/null has no disk */
        return STATUS_OK;
    return error_set_errno(error, STATUS_IO, journal->path, "cannot write the journal to disk");
}

/* No event of ours is nearly as long. */
#define LINE_BYTES_MAX ((size_t)32 << 20)

struct journal_reader {
    int descriptor;
    char *path;
    struct text pending; /* bytes that were read */
    size_t taken;        /* of them, as whole lines */
    long line;           /* number of whole lines so far */
    bool puts_off;       /* lists of lines that are not needed at once */
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

/* The next whole line among the bytes that were read; NULL: there is none. */
static const char *take_line(struct journal_reader *reader, size_t *length)
{
    if (reader->taken == reader->pending.length)
        return NULL;
    const char *start = reader->pending.bytes + reader->taken;
    const char *end = memchr(start, '\n', reader->pending.length - reader->taken);
    if (!end)
        return NULL;
    *length = (size_t)(end - start);
    reader->taken += *length + 1;
    reader->line++;
    return start;
}

/* Drops the lines that were taken and reads on; *got: so many bytes, 0 at the end. */
static enum status read_on(struct journal_reader *reader, ssize_t *got, struct error *error)
{
    char bytes[65536];
    struct text *pending = &reader->pending;
    if (reader->taken > 0) {
        pending->length -= reader->taken;
        memmove(pending->bytes, pending->bytes + reader->taken, pending->length);
        reader->taken = 0;
    }
    do
        *got = read(reader->descriptor, bytes, sizeof(bytes));
    while (*got < 0 && errno == EINTR);
    if (*got < 0)
        return error_set_errno(error, STATUS_IO, reader->path, "cannot read the journal");
    if (*got > 0 && pending->length > LINE_BYTES_MAX) {
        text_clear(pending);
        return error_set(error, STATUS_FORMAT, reader->path, "line %ld is longer than %zu bytes",
                         reader->line + 1, LINE_BYTES_MAX);
    }
    text_add(pending, bytes, (size_t)*got);
    return STATUS_OK;
}

static enum status within_line(const struct journal_reader *reader, struct error *error)
{
    return error_within(error, "%s:%ld", reader->path, reader->line);
}

/* The next whole line that is not given up, *line->bytes NULL where there are no more. */
static enum status next_line(struct journal_reader *reader, struct journal_line *line,
                             struct error *error)
{
    ssize_t got;
    for (;;) {
        line->bytes = take_line(reader, &line->length);
        if (line->bytes && (line->length == 0 || line->bytes[line->length - 1] == GIVEN_UP))
            continue;
        line->path = reader->path;
        line->number = reader->line;
        if (line->bytes)
            return STATUS_OK;
        enum status status = read_on(reader, &got, error);
        if (status != STATUS_OK || got == 0)
            return status;
    }
}

enum status journal_read_event(struct journal_reader *reader, json_t **event, struct error *error)
{
    struct journal_line line;
    *event = NULL;
    enum status status = next_line(reader, &line, error);
    if (status != STATUS_OK || !line.bytes)
        return status;
    *event = journal_line_read(line.bytes, line.length, error);
    return *event ? STATUS_OK : within_line(reader, error);
}

void journal_reader_put_off(struct journal_reader *reader)
{
    reader->puts_off = true;
}

enum status journal_read_more(struct journal_reader *reader, struct results *results, long *applied,
                              struct error *error)
{
    struct journal_line line;
    enum status status;
    *applied = 0;
    while ((status = next_line(reader, &line, error)) == STATUS_OK && line.bytes) {
        if (late_apply(results, &line, reader->puts_off, error) != STATUS_OK)
            return within_line(reader, error);
        (*applied)++;
    }
    return status;
}

bool journal_reader_cut(const struct journal_reader *reader)
{
    return reader->pending.length > reader->taken;
}
