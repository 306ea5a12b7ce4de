/* Which files of a folder are raw tensors: those that a list (CSV) of lines "file,classes,class"
 * names, with their labels; without one, the folder's *.bin files, in order of name. Lines
 * "file,classes,class,window,stride" name recordings, of which so many bytes, every so many bytes,
 * are a sample each, as in the lists of MLPerf Tiny's anomaly detection. */
#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/csv.h"
#include "formats/dataset/kinds.h"

#define LIST_NAME      "y_labels.csv"
#define LIST_BYTES_MAX ((size_t)1 << 24)
#define CLASSES_MAX    (1 << 20)

#define FIELDS        3 /* of a line, or */
#define WINDOW_FIELDS 5
#define EXPECTED                                                                                   \
    "'file,classes,class' or, for windows of recordings, 'file,classes,class,window,stride'"

bool raw_is_name(const char *name)
{
    return path_has_suffix(name, ".bin") || strcmp(name, LIST_NAME) == 0;
}

/* Names and classes grow together. */
static void add_file(struct source *source, const char *name, int32_t class, size_t *capacity)
{
    if (source->count == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 256;
        source->files = xrealloc(source->files, *capacity, sizeof(*source->files));
        source->classes = xrealloc(source->classes, *capacity, sizeof(*source->classes));
    }
    source->files[source->count] = arena_strdup(source->arena, name);
    source->classes[source->count] = class;
    source->count++;
}

/* One line of the list. */
struct line {
    const char *path;
    size_t number;
    char text[512];
    char *fields[WINDOW_FIELDS];
    size_t n_fields;
};

static enum status line_error(const struct line *line, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum status line_error(const struct line *line, struct error *error, const char *format, ...)
{
    char *place = xasprintf("%s:%zu", line->path, line->number), problem[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, sizeof(problem), format, arguments);
    va_end(arguments);
    error_set(error, STATUS_FORMAT, place, "%s", problem);
    free(place);
    return error->status;
}

static char *trim(char *text)
{
    size_t length;
    text += strspn(text, " \t\r");
    for (length = strlen(text); length > 0 && strchr(" \t\r", text[length - 1]); length--)
        ;
    text[length] = '\0';
    return text;
}

/* Copies the next line out of the file; what a terminal or a C string could not take is refused. */
static enum status next_line(struct line *line, const unsigned char **next,
                             const unsigned char *end, struct error *error)
{
    const unsigned char *stop = memchr(*next, '\n', (size_t)(end - *next));
    size_t length = (size_t)((stop ? stop : end) - *next);
    line->number++;
    if (length >= sizeof(line->text))
        return line_error(line, error, "the line is too long, expected " EXPECTED);
    for (size_t i = 0; i < length; i++)
        if (((*next)[i] < 0x20 && !strchr("\t\r", (*next)[i])) || (*next)[i] == 0 ||
            (*next)[i] == 0x7f)
            return line_error(line, error, "the line has control characters, expected text");
    memcpy(line->text, *next, length);
    line->text[length] = '\0';
    *next = stop ? stop + 1 : end;
    return STATUS_OK;
}

/* Names stay within the folder. */
static bool is_file_name(const char *name)
{
    return name[0] != '\0' && strlen(name) <= NAME_MAX && !strchr(name, '/') &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static enum status split_line(struct line *line, struct error *error)
{
    char *rest = trim(line->text);
    line->n_fields = 0;
    if (rest[0] == '\0')
        return STATUS_OK;
    while (rest && line->n_fields < WINDOW_FIELDS)
        line->fields[line->n_fields++] = trim(strsep(&rest, ","));
    if (rest)
        return line_error(line, error, "too many fields, expected " EXPECTED);
    if (line->n_fields != FIELDS && line->n_fields != WINDOW_FIELDS)
        return line_error(line, error, "too few fields, expected " EXPECTED);
    return STATUS_OK;
}

static enum status parse_class(const struct line *line, int32_t *class, struct error *error)
{
    long classes, number;
    if (!is_file_name(line->fields[0]))
        return line_error(line, error, "the first field is not the name of a file in the folder");
    if (!text_to_long(line->fields[1], &classes) || classes < 1 || classes > CLASSES_MAX)
        return line_error(line, error, "the second field is not a number of classes");
    if (!text_to_long(line->fields[2], &number) || number < 0 || number >= classes)
        return line_error(line, error,
                          "the third field is not a class from 0 to one less than the second");
    *class = (int32_t)number;
    return STATUS_OK;
}

/* Bytes that are whole elements. */
static enum status parse_bytes(const struct line *line, size_t field, const struct element *element,
                               size_t *bytes, struct error *error)
{
    long number;
    if (!text_to_long(line->fields[field], &number) || number < 1 ||
        (size_t)number > SHAPE_ELEMENTS_MAX || (size_t)number % element->size != 0)
        return line_error(line, error,
                          "the %s, '%.40s', is not a number of bytes from 1, a multiple of %zu for "
                          "elements of type %s",
                          field == FIELDS ? "window" : "stride", line->fields[field], element->size,
                          element->name);
    *bytes = (size_t)number;
    return STATUS_OK;
}

static enum status add_recording(const struct line *line, struct source *source, size_t *capacity,
                                 struct error *error)
{
    struct recording recording = {0};
    enum status status = parse_bytes(line, FIELDS, source->element, &recording.window, error);
    if (status == STATUS_OK)
        status = parse_bytes(line, FIELDS + 1, source->element, &recording.stride, error);
    if (status != STATUS_OK)
        return status;
    if (source->n_recordings > 0 && source->recordings[0].window != recording.window)
        return line_error(line, error, "a window of %zu bytes, but the lines before it have %zu",
                          recording.window, source->recordings[0].window);
    source->recordings =
        list_grow(source->recordings, source->n_recordings, capacity, sizeof(recording));
    source->recordings[source->n_recordings++] = recording;
    return STATUS_OK;
}

/* Room for files, and for recordings. */
struct room {
    size_t files, recordings;
};

static enum status parse_line(struct line *line, struct source *source, struct room *room,
                              struct error *error)
{
    int32_t class = 0;
    enum status status = split_line(line, error);
    if (status != STATUS_OK || line->n_fields == 0)
        return status;
    if (source->count > 0 && (source->n_recordings > 0) != (line->n_fields == WINDOW_FIELDS))
        return line_error(line, error, "%zu fields, but the lines before it have %d",
                          line->n_fields, source->n_recordings > 0 ? WINDOW_FIELDS : FIELDS);
    status = parse_class(line, &class, error);
    if (status == STATUS_OK && line->n_fields == WINDOW_FIELDS)
        status = add_recording(line, source, &room->recordings, error);
    if (status == STATUS_OK)
        add_file(source, line->fields[0], class, &room->files);
    return status;
}

static enum status read_list(const char *path, struct source *source, struct error *error)
{
    struct line line = {.path = path};
    struct room room = {0};
    unsigned char *bytes;
    size_t size;
    enum status status = file_read(path, LIST_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    for (const unsigned char *next = bytes; status == STATUS_OK && next < bytes + size;) {
        status = next_line(&line, &next, bytes + size, error);
        if (status == STATUS_OK)
            status = parse_line(&line, source, &room, error);
    }
    free(bytes);
    if (status == STATUS_OK && source->count == 0)
        return error_set(error, STATUS_FORMAT, path, "the list has no lines");
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status list_folder(struct source *source, struct error *error)
{
    size_t capacity = 0;
    DIR *folder = opendir(source->path);
    if (!folder)
        return error_set_errno(error, STATUS_IO, source->path, "cannot open");
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (path_has_suffix(entry->d_name, ".bin"))
            add_file(source, entry->d_name, 0, &capacity);
    closedir(folder);
    FREE_AND_NULL(source->classes);
    if (source->count == 0)
        return error_set(error, STATUS_INVALID, source->path,
                         "the folder has neither '%s' nor a file '*.bin'", LIST_NAME);
    qsort(source->files, source->count, sizeof(*source->files), compare_names);
    return STATUS_OK;
}

/* Five columns may be a table with labels in one of them: of a list the second is a whole number,
 * and nobody has to name a column. */
enum status raw_is_list(const struct dataset_spec *spec, bool *is_list, struct error *error)
{
    struct csv csv;
    long classes;
    enum status status = csv_open(spec->labels, LIST_BYTES_MAX, &csv, error);
    *is_list = status == STATUS_OK && csv_next(&csv, &status, error) &&
               (csv.n_fields == FIELDS || (csv.n_fields == WINDOW_FIELDS && !spec->label_column &&
                                           text_to_long(csv.fields[1], &classes)));
    csv_close(&csv);
    return status;
}

/* A list that was named, else the folder's own, else none (labels may come from an array). */
enum status raw_find_files(const struct dataset_spec *spec, struct source *source,
                           struct error *error)
{
    if (source->list)
        return read_list(source->list, source, error);
    if (spec->labels)
        return list_folder(source, error);
    char *own = path_join(spec->samples, LIST_NAME);
    bool present = access(own, F_OK) == 0;
    enum status status = present ? read_list(own, source, error) : list_folder(source, error);
    free(own);
    return status;
}
