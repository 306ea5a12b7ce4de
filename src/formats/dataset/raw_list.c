/* Which files of a folder are raw tensors: those that a list (CSV) of lines "file,classes,class"
 * names, with their labels; without one, the folder's *.bin files, in order of name. */
#include <dirent.h>
#include <limits.h>
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
};

static enum status line_error(const struct line *line, struct error *error, const char *problem)
{
    char *place = xasprintf("%s:%zu", line->path, line->number);
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
        return line_error(line, error, "the line is too long, expected 'file,classes,class'");
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

static enum status parse_line(struct line *line, struct source *source, size_t *capacity,
                              struct error *error)
{
    char *fields[3], *rest = trim(line->text);
    long classes, class;
    if (rest[0] == '\0')
        return STATUS_OK;
    for (int i = 0; i < 3; i++) {
        if (!rest)
            return line_error(line, error, "too few fields, expected 'file,classes,class'");
        fields[i] = trim(strsep(&rest, ","));
    }
    if (rest)
        return line_error(line, error, "too many fields, expected 'file,classes,class'");
    if (!is_file_name(fields[0]))
        return line_error(line, error, "the first field is not the name of a file in the folder");
    if (!text_to_long(fields[1], &classes) || classes < 1 || classes > CLASSES_MAX)
        return line_error(line, error, "the second field is not a number of classes");
    if (!text_to_long(fields[2], &class) || class < 0 || class >= classes)
        return line_error(line, error,
                          "the third field is not a class from 0 to one less than the second");
    add_file(source, fields[0], (int32_t) class, capacity);
    return STATUS_OK;
}

static enum status read_list(const char *path, struct source *source, struct error *error)
{
    struct line line = {.path = path};
    unsigned char *bytes;
    size_t size, capacity = 0;
    enum status status = file_read(path, LIST_BYTES_MAX, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    for (const unsigned char *next = bytes; status == STATUS_OK && next < bytes + size;) {
        status = next_line(&line, &next, bytes + size, error);
        if (status == STATUS_OK)
            status = parse_line(&line, source, &capacity, error);
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

enum status raw_is_list(const char *path, bool *is_list, struct error *error)
{
    struct csv csv;
    enum status status = csv_open(path, LIST_BYTES_MAX, &csv, error);
    *is_list = status == STATUS_OK && csv_next(&csv, &status, error) && csv.n_fields == 3;
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
