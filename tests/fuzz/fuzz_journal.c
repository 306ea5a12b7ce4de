/* Any bytes as a journal: events that were taken give figures that every report can write; the
 * others are errors that say where. The same bytes, a journal or a report, as the baseline of what
 * was taken. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "results/gate_hold.h"
#include "results/journal.h"
#include "results/network.h"
#include "results/recommend.h"
#include "tests/fuzz/fuzz.h"

/* One of the formats, or the table behind them. */
static void write_report(struct results *results, uint64_t format)
{
    const struct table_style style = {.width = 80};
    struct text out = {0};
    if (format < REPORT_FORMAT_COUNT) {
        report_formats[format]->write(results, &out);
        text_release(&out);
        return;
    }
    struct table_layout layout = table_layout_new(results, &style);
    table_write_header(&layout, results_run(results), &out);
    for (int i = 0; i < results_count(results); i++)
        table_write_row(&layout, results_row(results, i), &out);
    table_write_notes(results, &style, &out);
    table_layout_release(&layout);
    text_release(&out);
}

static void hold(struct results *results, const char *path)
{
    const struct gate_margins margins = {.slower = 0.05, .larger = 0.01, .trust = "D"};
    struct gate_run baseline;
    struct error error = {0};
    enum status status = gate_run_read(path, &baseline, &error);
    fuzz_check_error(status, &error, path);
    if (status != STATUS_OK)
        return;
    json_t *event = gate_hold(results, &baseline, &margins);
    if (results_apply(results, event, &error) != STATUS_OK)
        abort();
    json_decref(event);
    gate_run_release(&baseline);
}

/* Lines that only a page of the screen asks for. */
static void ask_networks(struct results *results)
{
    for (int i = 0; i < results_count(results); i++) {
        int candidate = results_row(results, i)->candidate;
        const struct network *network = results_network(results, candidate);
        for (size_t n = 0; network && n < network->n_operators; n++) {
            int same = network_counterpart(network, n, network);
            if (same >= 0 && same != (int)n)
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    struct journal_reader *reader;
    struct results *results = results_new();
    struct error error = {0};
    uint64_t choice = fuzz_choice(data, size);
    if (journal_reader_open(path, &reader, &error) == STATUS_OK) {
        long applied = 0;
        if (choice / 256 % 2 == 0) /* reports read what was left */
            journal_reader_put_off(reader);
        /* The reader goes on behind a line that it refused. */
        while (journal_read_more(reader, results, &applied, &error) != STATUS_OK)
            fuzz_check_error(STATUS_FORMAT, &error, path);
        journal_reader_close(reader);
    }
    /* These take longer than reading does: a share of the inputs gets that far. */
    if (fuzz_is_thorough || choice % 4 == 0)
        hold(results, path);
    ask_networks(results);
    for (uint64_t format = 0; format <= REPORT_FORMAT_COUNT; format++)
        if (fuzz_is_thorough || choice / 4 % (4 * (REPORT_FORMAT_COUNT + 1)) == format)
            write_report(results, format);
    results_free(results);
    return 0;
}
