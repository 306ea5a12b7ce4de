#include "table_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *text_model(const struct row *row)
{
    return row->model;
}

static const char *text_label(const struct row *row)
{
    return row->label;
}

static const char *text_state(const struct row *row)
{
    return trial_state_name(row->state);
}

static const struct figure *figure_bytes(const struct row *row)
{
    return &row->bytes;
}

static const struct figure *figure_median(const struct row *row)
{
    return &row->median;
}

static const struct figure *figure_speedup(const struct row *row)
{
    return &row->speedup;
}

static const struct figure *figure_drop(const struct row *row)
{
    return &row->drop;
}

static const struct figure *figure_rounds(const struct row *row)
{
    return &row->rounds;
}

#define IN_TABLE .shown = SHOWN_TABLE

static const struct column test_columns[] = {
    {.title = "model",
     .kind = COLUMN_TEXT,
     .text = text_model,
     .width = 12,
     .priority = 1,
     IN_TABLE},
    {.title = "mode", .kind = COLUMN_TEXT, .text = text_label, .width = 12, IN_TABLE},
    {.title = "size",
     .unit = "KiB",
     .kind = COLUMN_FIGURE,
     .figure = figure_bytes,
     .width = 7,
     .digits = 1,
     .scale = 1.0 / 1024.0,
     .priority = 4,
     IN_TABLE},
    {.title = "rounds",
     .unit = "",
     .kind = COLUMN_FIGURE,
     .figure = figure_rounds,
     .shown = SHOWN_DETAILS,
     .width = 6,
     .scale = 1.0},
    {.title = "median",
     .unit = "ms",
     .kind = COLUMN_FIGURE,
     .figure = figure_median,
     .width = 7,
     .digits = 3,
     .scale = 1e-6,
     .priority = 3,
     IN_TABLE},
    {.title = "speedup",
     .unit = "x",
     .kind = COLUMN_FIGURE,
     .figure = figure_speedup,
     .width = 11,
     .digits = 2,
     .scale = 1.0,
     .interval = true,
     .best_is_high = true,
     .priority = 2,
     IN_TABLE},
    {.title = "drop",
     .unit = "%",
     .kind = COLUMN_FIGURE,
     .figure = figure_drop,
     .width = 11,
     .digits = 2,
     .scale = 1.0,
     .interval = true,
     .is_signed = true,
     .priority = 2,
     IN_TABLE},
    {.title = "state",
     .kind = COLUMN_TEXT,
     .text = text_state,
     .width = 10,
     .priority = 5,
     IN_TABLE},
};

static const struct row *fixture_row(void *context, int i)
{
    const struct fixture *fixture = context;
    return &fixture->rows[i];
}

static bool fixture_recommended(void *context, const struct row *row)
{
    const struct fixture *fixture = context;
    return row->trial == fixture->recommended;
}

struct figure figure_exact(double value)
{
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

struct figure figure_bounded(double value, double half)
{
    return (struct figure){.present = true,
                           .bounded = true,
                           .value = value,
                           .low = value - half,
                           .high = value + half};
}

static void set_absent(struct row *row)
{
    const struct figure absent = {.reason = "not measured yet"};
    row->bytes = row->median = row->speedup = row->drop = row->rounds = absent;
}

struct row *fixture_add(struct fixture *fixture, const char *model, const char *label)
{
    struct row *row = &fixture->rows[fixture->source.row_count];
    *row = (struct row){.trial = fixture->source.row_count++,
                        .model = model,
                        .label = label,
                        .state = TRIAL_WAITING,
                        .speed_verdict = "",
                        .drop_verdict = ""};
    set_absent(row);
    fixture->source.revision++;
    return row;
}

void fixture_measure(struct row *row, double bytes, double median, double speedup, double drop)
{
    row->state = TRIAL_DONE;
    row->bytes = figure_exact(bytes);
    row->median = figure_exact(median);
    row->speedup = figure_bounded(speedup, 0.05);
    row->drop = figure_bounded(drop, 0.31);
}

int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    table_init(&fixture->table);
    fixture->recommended = -1;
    fixture->source =
        (struct table_source){.columns = test_columns,
                              .column_count = sizeof(test_columns) / sizeof(test_columns[0]),
                              .run = &fixture->run,
                              .row = fixture_row,
                              .recommended = fixture_recommended,
                              .bar_column = TABLE_NO_COLUMN,
                              .context = fixture};
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    table_release(&fixture->table);
    draw_buffer_release(&fixture->buffer);
    free(fixture);
    return 0;
}

void fixture_sample(struct fixture *fixture)
{
    struct row *row = fixture_add(fixture, "resnet", "fp32");
    fixture_measure(row, 320000, 4.0712e6, 1.0, 0.0);
    row->speedup = row->drop = (struct figure){.reason = "no fp32 row to compare with"};
    row = fixture_add(fixture, "resnet", "int8");
    fixture_measure(row, 90112, 1.3124e6, 3.1, 0.25);
    row->speed_verdict = "faster";
    row->drop_verdict = "loss";
    row = fixture_add(fixture, "resnet", "16x8");
    fixture_measure(row, 90624, 5.1e6, 0.8, -0.06);
    row->speed_verdict = "slower";
    row = fixture_add(fixture, "キーワード", "int8 weights=per-tensor");
    row->state = TRIAL_TIMING;
    row->bytes = figure_exact(88000);
    row = fixture_add(fixture, "キーワード", "fp16");
    row->state = TRIAL_FAILED;
    fixture_add(fixture, "キーワード", "dynamic");
    fixture->recommended = 1;
}

void fixture_draw(struct fixture *fixture, int height, int width, bool ascii, bool focused)
{
    draw_buffer_release(&fixture->buffer);
    draw_buffer_init(&fixture->buffer, height, width, ascii, &fixture->draw);
    fixture->clicks.count = 0;
    fixture->draw.clicks = &fixture->clicks;
    table_draw(&fixture->table, &fixture->source, &fixture->draw, draw_area(&fixture->draw),
               focused);
}

void fixture_update(struct fixture *fixture, double now)
{
    table_update(&fixture->table, &fixture->source, now);
}

void fixture_order(const struct fixture *fixture, const int *trials, size_t count)
{
    assert_int_equal(fixture->table.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(fixture->rows[fixture->table.order[i]].trial, trials[i]);
}
