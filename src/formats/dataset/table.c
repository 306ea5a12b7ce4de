/* Tables (CSV) of features: a row for each sample, a number in each column, and perhaps one column
 * of labels. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/csv.h"
#include "formats/dataset/kinds.h"
#include "formats/dataset/labels.h"

#define TABLE_BYTES_MAX ((size_t)1 << 30)

struct table {
    struct csv csv;
    struct source *source;
    size_t rows, columns, label; /* label: columns where there is none */
    bool has_header;
    double *next;
};

bool table_probe(const struct probe *probe)
{
    return !probe->folder && probe->n_head > 0 && path_has_suffix(probe->path, ".csv");
}

static size_t count_label_columns(const struct csv *csv, size_t *last)
{
    size_t count = 0;
    for (size_t i = 0; i < csv->n_fields; i++)
        if (labels_is_column(csv->fields[i])) {
            *last = i;
            count++;
        }
    return count;
}

/* Whether no field is a number, or the fields count the columns from 0, as they do where nobody
 * named them. */
static bool looks_like_header(const struct csv *csv)
{
    bool counts = csv->n_fields > 1, numbers = false;
    for (size_t i = 0; i < csv->n_fields; i++) {
        double value;
        bool is_number = csv_number(csv->fields[i], &value);
        numbers |= is_number;
        counts &= is_number && value == (double)i;
    }
    return counts || !numbers;
}

static enum status choose_label(struct table *table, const char *wanted, struct error *error)
{
    const struct csv *csv = &table->csv;
    double number;
    size_t i = 0;
    while (i < csv->n_fields && strcmp(csv->fields[i], wanted) != 0)
        i++;
    if (i < csv->n_fields)
        table->has_header = true;
    else if (csv_number(wanted, &number) && number >= 1.0 && number <= (double)csv->n_fields)
        i = (size_t)number - 1;
    else
        return csv_fail(csv, error, "there is no column '%.60s' among %zu", wanted, csv->n_fields);
    table->label = i;
    return STATUS_OK;
}

static enum status read_header(struct table *table, const char *wanted, struct error *error)
{
    const struct csv *csv = &table->csv;
    size_t label = csv->n_fields, named = count_label_columns(csv, &label);
    table->columns = csv->n_fields;
    table->label = label;
    table->has_header = named > 0 || looks_like_header(csv);
    if (wanted)
        return choose_label(table, wanted, error);
    if (named > 1)
        return csv_fail(csv, error, "%zu columns may hold labels: name one with data.label_column",
                        named);
    return STATUS_OK;
}

static enum status count_rows(struct table *table, struct error *error)
{
    enum status status;
    for (table->rows = 1; csv_next(&table->csv, &status, error); table->rows++)
        if (table->csv.n_fields != table->columns)
            return csv_fail(&table->csv, error, "%zu fields, expected %zu as in the first line",
                            table->csv.n_fields, table->columns);
    table->rows -= table->has_header;
    return status;
}

static enum status allocate(struct table *table, struct error *error)
{
    struct source *source = table->source;
    bool has_label = table->label < table->columns;
    const uint64_t dim[] = {table->rows, table->columns - has_label};
    source->element = element_of_type(TYPE_F64);
    source->big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    source->read = source_read_memory;
    if (table->rows == 0 || dim[1] == 0)
        return error_set(error, STATUS_FORMAT, source->path, "the table has no %s",
                         table->rows ? "columns but that of labels" : "rows below its header");
    enum status status = source_set_shape(source, dim, 2, error);
    if (status != STATUS_OK)
        return status;
    source->memory = memory_try(source->count * source_bytes(source));
    if (!source->memory)
        return error_set(error, STATUS_MEMORY, source->path, "not enough memory for %zu numbers",
                         source->count * source->elements);
    source->first = source->memory;
    table->next = (double *)(void *)source->memory;
    if (has_label)
        source->label_texts =
            arena_alloc(source->arena, source->count * sizeof(*source->label_texts));
    else
        source->hint = "; data.label_column names a column of labels";
    return STATUS_OK;
}

static enum status take_row(struct table *table, size_t row, struct error *error)
{
    const struct csv *csv = &table->csv;
    for (size_t i = 0; i < table->columns; i++) {
        if (i == table->label)
            table->source->label_texts[row] = arena_strdup(table->source->arena, csv->fields[i]);
        else if (!csv_number(csv->fields[i], table->next++))
            return csv_fail(csv, error, "column %zu is '%.40s', expected a number", i + 1,
                            csv->fields[i]);
    }
    return STATUS_OK;
}

static enum status take_rows(struct table *table, struct error *error)
{
    enum status status = STATUS_OK;
    csv_rewind(&table->csv);
    if (table->has_header)
        csv_next(&table->csv, &status, error);
    for (size_t row = 0; status == STATUS_OK && row < table->rows; row++)
        if (csv_next(&table->csv, &status, error))
            status = take_row(table, row, error);
    return status;
}

static enum status read_table(struct table *table, const struct dataset_spec *spec,
                              struct error *error)
{
    enum status status = csv_open(spec->samples, TABLE_BYTES_MAX, &table->csv, error);
    if (status != STATUS_OK)
        return status;
    if (!csv_next(&table->csv, &status, error))
        return status == STATUS_OK
                   ? error_set(error, STATUS_FORMAT, spec->samples, "the table has no rows")
                   : status;
    status = read_header(table, spec->label_column, error);
    if (status == STATUS_OK)
        status = count_rows(table, error);
    if (status == STATUS_OK)
        status = allocate(table, error);
    return status == STATUS_OK ? take_rows(table, error) : status;
}

enum status table_open(const struct dataset_spec *spec, struct source *source, struct error *error)
{
    struct table table = {.source = source};
    enum status status = read_table(&table, spec, error);
    csv_close(&table.csv);
    return status;
}
