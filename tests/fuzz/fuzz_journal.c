/* Any bytes as a journal: events that were taken give figures that every report can write; the
 * others are errors that say where. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "report/report.h"
#include "results/journal.h"
#include "results/recommend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *file_of(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static char path[64];
    if (descriptor < 0) {
        descriptor = memfd_create("journal", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    }
    if (descriptor < 0 || ftruncate(descriptor, 0) != 0 || lseek(descriptor, 0, SEEK_SET) != 0 ||
        !write_all(descriptor, data, size))
        abort();
    return path;
}

static void write_reports(struct results *results)
{
    const struct table_style style = {.width = 80};
    struct text out = {0};
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        report_formats[i]->write(results, &out);
    struct table_layout layout = table_layout_new(results, &style);
    table_write_header(&layout, results_run(results), &out);
    for (int i = 0; i < results_count(results); i++)
        table_write_row(&layout, results_row(results, i), &out);
    table_write_notes(results, &style, &out);
    table_layout_release(&layout);
    text_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = file_of(data, size);
    struct journal_reader *reader;
    struct results *results = results_new();
    struct error error = {0};
    if (journal_reader_open(path, &reader, &error) == STATUS_OK) {
        long applied = 0;
        /* The reader goes on behind a line that it refused. */
        while (journal_read_more(reader, results, &applied, &error) != STATUS_OK)
            if (error.text[0] == '\0' || strncmp(error.where, path, strlen(path)) != 0)
                abort();
        journal_reader_close(reader);
    }
    write_reports(results);
    results_free(results);
    return 0;
}
