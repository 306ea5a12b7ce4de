/* Lists (CSV) of labels: a row for each sample with its label, and perhaps with its number or its
 * name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/csv.h"
#include "formats/dataset/labels.h"

#define LIST_BYTES_MAX ((size_t)1 << 28)

/* A sample by its name. */
struct named {
    const char *name;
    size_t sample;
};

struct list {
    struct csv csv;
    struct source *source;
    size_t columns, label, key; /* key: columns where there is none */
    bool has_header;
    struct named *names; /* of the samples, in order; NULL: samples go by number */
    size_t n_names;
    const char **texts; /* of each sample */
    size_t rows, unknown;
};

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

bool labels_is_column(const char *name)
{
    static const char *const names[] = {"label",    "labels", "class", "class_name",
                                        "category", "target", "y",     NULL};
    return is_among(name, names);
}

static bool is_key_column(const char *name)
{
    static const char *const names[] = {"file",  "filename", "file_name", "name",
                                        "image", "image_id", "path",      "id",
                                        "index", "sample",   "number",    NULL};
    return is_among(name, names);
}

/* The column with such a name; columns where there is none. */
static size_t find_column(const struct csv *csv, bool (*is_meant)(const char *name))
{
    size_t i = 0;
    while (i < csv->n_fields && !is_meant(csv->fields[i]))
        i++;
    return i;
}

/* A column that the user named, by its header or by its number from 1. */
static enum status choose_column(struct list *list, const char *wanted, struct error *error)
{
    const struct csv *csv = &list->csv;
    double number;
    size_t i = 0;
    while (i < csv->n_fields && strcmp(csv->fields[i], wanted) != 0)
        i++;
    if (i == csv->n_fields && csv_number(wanted, &number) && number >= 1.0 &&
        number <= (double)csv->n_fields)
        i = (size_t)number - 1;
    else if (i < csv->n_fields)
        list->has_header = true;
    if (i == csv->n_fields)
        return csv_fail(csv, error, "there is no column '%.60s' of labels among %zu", wanted,
                        csv->n_fields);
    list->label = i;
    return STATUS_OK;
}

/* Looks at the first row: columns with known names make it a header. */
static enum status read_header(struct list *list, const char *wanted, struct error *error)
{
    const struct csv *csv = &list->csv;
    enum status status = STATUS_OK;
    size_t label = find_column(csv, labels_is_column), key = find_column(csv, is_key_column);
    list->columns = csv->n_fields;
    list->has_header = label < csv->n_fields || key < csv->n_fields;
    list->label = label < csv->n_fields            ? label
                  : csv->n_fields == 2 && key == 1 ? 0
                                                   : csv->n_fields - 1;
    if (csv->n_fields > 2 && label == csv->n_fields && !wanted)
        return csv_fail(csv, error,
                        "%zu columns, expected a label, or a sample's name or number and its "
                        "label; or name the column with data.label_column",
                        csv->n_fields);
    if (wanted)
        status = choose_column(list, wanted, error);
    list->key = key < csv->n_fields ? key : csv->n_fields == 2 ? 1 - list->label : csv->n_fields;
    return status;
}

/* --- samples by name --- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Files go by path below the folder, by name alone, and by name without suffix. */
static void add_names(struct list *list, size_t sample)
{
    struct arena *arena = list->source->arena;
    const char *path = list->source->files[sample], *name = path_name(path);
    const char *dot = strrchr(name, '.');
    list->names[list->n_names++] = (struct named){path, sample};
    if (name != path)
        list->names[list->n_names++] = (struct named){name, sample};
    if (dot && dot != name)
        list->names[list->n_names++] =
            (struct named){arena_printf(arena, "%.*s", (int)(dot - name), name), sample};
}

static void list_names(struct list *list)
{
    if (!list->source->files)
        return;
    list->names = xcalloc(list->source->count, 3 * sizeof(*list->names));
    for (size_t i = 0; i < list->source->count; i++)
        add_names(list, i);
    qsort(list->names, list->n_names, sizeof(*list->names), compare_names);
}

static const struct named *find_name(const struct list *list, const char *name)
{
    const struct named wanted = {.name = name};
    return list->names ? bsearch(&wanted, list->names, list->n_names, sizeof(wanted), compare_names)
                       : NULL;
}

/* A name that two samples share names none of them. */
static bool is_shared(const struct list *list, const struct named *found)
{
    const struct named *end = list->names + list->n_names;
    return (found > list->names && strcmp(found[-1].name, found->name) == 0 &&
            found[-1].sample != found->sample) ||
           (found + 1 < end && strcmp(found[1].name, found->name) == 0 &&
            found[1].sample != found->sample);
}

/* --- rows --- */

static enum status find_sample(struct list *list, bool *found, size_t *sample, struct error *error)
{
    const struct csv *csv = &list->csv;
    double number = (double)list->rows;
    const char *key = list->key < list->columns ? csv->fields[list->key] : NULL;
    const struct named *named = key ? find_name(list, key) : NULL;
    *found = true;
    if (named && is_shared(list, named))
        return csv_fail(csv, error, "'%.100s' is the name of several samples, give their paths",
                        key);
    if (named) {
        *sample = named->sample;
        return STATUS_OK;
    }
    if (key && list->names && !csv_number(key, &number)) {
        *found = false;
        return STATUS_OK;
    }
    if (key && (!csv_number(key, &number) || number < 0.0 || number != floor(number)))
        return csv_fail(csv, error, "'%.100s' is no sample's number, which count from 0", key);
    if (number >= (double)list->source->count)
        return csv_fail(csv, error,
                        key ? "there is no sample %.0f, %zu are counted from 0"
                            : "label %.0f, but there are %zu samples",
                        number, list->source->count);
    *sample = (size_t)number;
    return STATUS_OK;
}

static enum status take_row(struct list *list, struct error *error)
{
    const struct csv *csv = &list->csv;
    bool found;
    size_t sample = 0;
    if (csv->n_fields != list->columns)
        return csv_fail(csv, error, "%zu fields, expected %zu as in the first line", csv->n_fields,
                        list->columns);
    enum status status = find_sample(list, &found, &sample, error);
    list->rows++;
    if (status != STATUS_OK)
        return status;
    if (!found) {
        list->unknown++;
        return STATUS_OK;
    }
    if (list->texts[sample])
        return csv_fail(csv, error, "a second label for sample %zu", sample);
    list->texts[sample] = arena_strdup(list->source->arena, csv->fields[list->label]);
    return STATUS_OK;
}

static enum status check_all(const struct list *list, struct error *error)
{
    size_t count = list->source->count, missing = 0, first = 0;
    for (size_t i = count; i-- > 0;)
        if (!list->texts[i]) {
            missing++;
            first = i;
        }
    if (missing == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, list->csv.path,
                     "%zu labels for %zu samples: there is none for sample %zu%s%.100s%s",
                     count - missing, count, first, list->names ? " ('" : "",
                     list->names ? list->source->files[first] : "", list->names ? "')" : "");
}

/* A first row that no name gives away is a header where there is one row more than samples, and its
 * label is the only one that is not a number. */
static bool is_header(struct list *list, struct error *error)
{
    enum status status;
    size_t rows = 0;
    double number;
    bool all_numbers = true, first_is_number = false;
    csv_rewind(&list->csv);
    while (csv_next(&list->csv, &status, error)) {
        bool is_number =
            list->label < list->csv.n_fields && csv_number(list->csv.fields[list->label], &number);
        if (rows++ == 0)
            first_is_number = is_number;
        else
            all_numbers &= is_number;
    }
    return rows == list->source->count + 1 && all_numbers && !first_is_number;
}

static enum status read_rows(struct list *list, struct error *error)
{
    enum status status = STATUS_OK;
    bool skip = list->has_header || is_header(list, error);
    list->texts = arena_alloc(list->source->arena, list->source->count * sizeof(*list->texts));
    csv_rewind(&list->csv);
    while (csv_next(&list->csv, &status, error)) {
        if (!skip)
            status = take_row(list, error);
        if (status != STATUS_OK)
            return status;
        skip = false;
    }
    return status == STATUS_OK ? check_all(list, error) : status;
}

static enum status read_list(struct list *list, const struct dataset_spec *spec,
                             struct labels *labels, struct error *error)
{
    enum status status = csv_open(spec->labels, LIST_BYTES_MAX, &list->csv, error);
    if (status != STATUS_OK)
        return status;
    if (!csv_next(&list->csv, &status, error))
        return status == STATUS_OK
                   ? error_set(error, STATUS_FORMAT, spec->labels, "the list has no lines")
                   : status;
    status = read_header(list, spec->label_column, error);
    if (status != STATUS_OK)
        return status;
    list_names(list);
    status = read_rows(list, error);
    if (status != STATUS_OK)
        return status;
    if (list->unknown > 0)
        source_remark(list->source, "%s: %zu of %zu rows name no sample of '%s'", spec->labels,
                      list->unknown, list->rows, list->source->path);
    return labels_from_texts(list->texts, spec->labels, list->source, labels, error);
}

enum status labels_from_list(const struct dataset_spec *spec, struct source *source,
                             struct labels *labels, struct error *error)
{
    struct list list = {.source = source};
    enum status status = read_list(&list, spec, labels, error);
    free(list.names);
    csv_close(&list.csv);
    return status;
}
