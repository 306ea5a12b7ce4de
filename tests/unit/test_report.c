/* Reports: the columns, and that CSV, JSON and Markdown say the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "command/command.h"
#include "experiment/experiment.h"
#include "report/report.h"
#include "results/column.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROWS         6 /* of the run that the harness makes */

/* The columns */

static void the_table_of_columns_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        const struct column *column = &columns[i];
        assert_ptr_equal(column_find(column->id), column); /* so each id is there once */
        assert_int_equal(strspn(column->id, "abcdefghijklmnopqrstuvwxyz0123456789_"),
                         strlen(column->id));
        assert_true(strlen(column->title) > 0 && strlen(column->help) > 10);
        assert_int_equal(
            column->changes,
            strcmp(column->id, "state") == 0 || strcmp(column->id, "speed_verdict") == 0 ||
                strcmp(column->id, "drop_verdict") == 0 || strcmp(column->id, "fits") == 0 ||
                strcmp(column->id, "promise") == 0 || strcmp(column->id, "trust") == 0);
        assert_non_null(column->unit);
        assert_true(column->width > 0 && (column->shown & SHOWN_EXPORT) != 0);
        assert_int_equal(column->kind == COLUMN_TEXT, column->text != NULL);
        assert_int_equal(column->kind == COLUMN_FIGURE, column->figure != NULL);
        if (column->kind == COLUMN_FIGURE)
            assert_true(column->scale > 0.0 && column->export_scale > 0.0);
    }
    assert_null(column_find("latency"));
}

static struct figure bounded(double value, double low, double high)
{
    return (struct figure){
        .present = true, .bounded = true, .value = value, .low = low, .high = high};
}

static struct figure exact(double value)
{
    return (struct figure){.present = true, .value = value, .low = value, .high = value};
}

static void figures_are_rounded_for_tables(void **state)
{
    const struct {
        const char *id;
        struct figure figure;
        const char *text;
    } cases[] = {
        {"latency_ms", exact(4212345.0), "4.212"},
        {"latency_ms", exact(123456789.0), "123.5"},
        {"latency_ms", exact(12345678901.0), "12346"},
        {"latency_ms", exact(123.4), "0.000123"},
        {"latency_ms", exact(0.0), "0.0000"},
        {"size_bytes", exact(1536.0), "1.5"},
        {"size_ratio", exact(3.996), "4.00"},
        {"peak_memory_bytes", exact(7.25 * 1048576.0), "7.2"},
        {"inferences", exact(1e6), "1000000"},
        {"speedup", bounded(3.98, 3.96, 4.01), "3.98 ±0.03"},
        {"speedup", bounded(3.98, 3.9, 4.0), "3.98 ±0.08"},
        {"speedup", exact(1.0), "1.00"},
        {"drop", bounded(0.125, -0.5, 0.625), "+0.12 ±0.62"},
        {"drop", exact(-0.5), "-0.50"},
        {"drop", exact(-0.0), "+0.00"},
        {"drop", {.reason = "none"}, "-"},
    };
    char text[COLUMN_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct column *column = column_find(cases[i].id);
        struct row row;
        memset(&row, 0, sizeof(row));
        *(struct figure *)(uintptr_t)column->figure(&row) = cases[i].figure;
        assert_string_equal(column_format(column, &row, text), cases[i].text);
    }
}

static void texts_are_shown_whole(void **state)
{
    char name[200], text[COLUMN_TEXT_SIZE];
    struct row row = {.model = name};
    (void)state;
    memset(name, 'm', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_string_equal(column_format(column_find("model"), &row, text), name);
}

static void absent_figures_come_last_in_either_order(void **state)
{
    const struct column *column = column_find("latency_ms"), *model = column_find("model");
    struct row one = {.median = exact(1.0), .model = "a"}, two = {.median = exact(2.0)};
    struct row none = {.median = {.reason = "none"}, .model = "b"};
    (void)state;
    assert_true(column_compare(column, &one, &two, false) < 0);
    assert_true(column_compare(column, &two, &one, false) > 0);
    assert_true(column_compare(column, &one, &two, true) > 0);
    assert_int_equal(column_compare(column, &one, &one, false), 0);
    for (int descending = 0; descending < 2; descending++) {
        assert_true(column_compare(column, &one, &none, descending != 0) < 0);
        assert_true(column_compare(column, &none, &two, descending != 0) > 0);
        assert_int_equal(column_compare(column, &none, &none, descending != 0), 0);
    }
    assert_true(column_compare(model, &one, &none, false) < 0);
    assert_true(column_compare(model, &one, &none, true) > 0);
}

static void accuracy_has_the_unit_of_its_metric(void **state)
{
    const struct run_info unknown = {0}, shares = {.metric = metric_kind_find("top1")},
                          errors = {.metric = metric_kind_find("mse")};
    (void)state;
    assert_string_equal(column_unit(column_find("accuracy"), &unknown), "");
    assert_string_equal(column_unit(column_find("accuracy"), &shares), "%");
    assert_string_equal(column_unit(column_find("drop"), &shares), "pp");
    assert_string_equal(column_title(column_find("accuracy"), &unknown), "accuracy");
    assert_string_equal(column_title(column_find("accuracy"), &shares), "top-1");
    assert_string_equal(column_title(column_find("drop"), &shares), "drop");
    assert_string_equal(column_unit(column_find("drop"), &errors), "");
    assert_string_equal(column_unit(column_find("speedup"), &shares), "x");
    assert_string_equal(column_unit(column_find("latency_ms"), &shares), "ms");
    assert_string_equal(column_unit(column_find("rounds"), &shares), "");
}

/* CSV, by a reader that takes nothing but RFC 4180 (with plain line ends). */

#define CELLS 200

struct grid {
    char *text; /* what the cells point into */
    char *cells[ROWS + 1][CELLS];
    size_t rows, columns;
};

/* Reads one field at *in to *out, both of which move on; returns the character behind it. */
static char read_field(const char **in, char **out)
{
    bool quoted = **in == '"';
    const char *at = *in + quoted;
    for (;; at++) {
        if (quoted && at[0] == '"' && at[1] == '"')
            at++;
        else if (quoted ? *at == '"' : strchr(",\n", *at) != NULL)
            break;
        else if (*at == '\0' || (!quoted && (*at == '"' || *at == '\r')))
            fail_msg("stray character at '%.20s'", at);
        *(*out)++ = *at;
    }
    *(*out)++ = '\0';
    at += quoted;
    if (*at != ',' && *at != '\n')
        fail_msg("a field ends with '%.20s'", at);
    *in = at + 1;
    return *at;
}

static struct grid read_csv(const char *csv)
{
    struct grid grid = {.text = malloc(strlen(csv) + 1)};
    char *out = grid.text;
    while (*csv) {
        char end;
        size_t count = 0;
        assert_true(grid.rows <= ROWS);
        do {
            assert_true(count < CELLS);
            grid.cells[grid.rows][count++] = out;
            end = read_field(&csv, &out);
        } while (end == ',');
        assert_true(grid.rows == 0 || count == grid.columns);
        grid.columns = count;
        grid.rows++;
    }
    return grid;
}

static struct grid csv_of(struct results *results)
{
    struct text text = {0};
    report_csv.write(results, &text);
    struct grid grid = read_csv(text.bytes);
    text_release(&text);
    return grid;
}

/* The cell below a header, for a row from 0 on. */
static const char *cell_of(const struct grid *grid, int row, const char *id, const char *suffix)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s", id, suffix);
    for (size_t c = 0; c < grid->columns; c++)
        if (strcmp(grid->cells[0][c], name) == 0)
            return grid->cells[row + 1][c];
    fail_msg("no column '%s'", name);
    return NULL;
}

/* Empty where absent, else the value to nine digits. */
static void check_number(const char *cell, bool present, double value)
{
    char *end;
    if (!present) {
        assert_string_equal(cell, "");
        return;
    }
    double got = strtod(cell, &end);
    if (end == cell || *end != '\0' || fabs(got - value) > 5.1e-9 * fabs(value))
        fail_msg("'%s', expected %.12g", cell, value);
}

static void csv_has_every_column_of_every_row(void **state)
{
    struct results *results = harness_run_results();
    struct grid grid = csv_of(results);
    size_t expected = 0;
    (void)state;
    assert_int_equal(grid.rows, ROWS + 1);
    for (size_t c = 0; c < column_count; c++) {
        const struct column *column = &columns[c];
        assert_string_equal(grid.cells[0][expected], column->id);
        expected += column->interval ? 3 : 1;
        for (int i = 0; i < ROWS; i++) {
            const struct row *row = results_row(results, i);
            if (column->kind == COLUMN_TEXT) {
                assert_string_equal(cell_of(&grid, i, column->id, ""), column->text(row));
                continue;
            }
            const struct figure *figure = column->figure(row);
            double scale = column->export_scale;
            bool is_bounded = figure->present && figure->bounded;
            check_number(cell_of(&grid, i, column->id, ""), figure->present, figure->value * scale);
            if (!column->interval)
                continue;
            check_number(cell_of(&grid, i, column->id, "_low"), is_bounded, figure->low * scale);
            check_number(cell_of(&grid, i, column->id, "_high"), is_bounded, figure->high * scale);
        }
    }
    assert_int_equal(grid.columns, expected);
    free(grid.text);
    results_free(results);
}

/* Cells by hand, in the units that the headers say. */
static const struct {
    int row;
    const char *id, *text;
} facts[] = {
    {0, "model", "plain"},
    {3, "model", "naïve|µ, \"x\""},
    {2, "mode", "wide, \"slow\" | 16x8"},
    {2, "placement", "pu:0,2"},
    {2, "reason", "timing: killed?by µ, again"},
    {5, "reason", "out of memory"},
    {2, "state", "failed"},
    {4, "state", "done"},
    {4, "mode_name", "fp32"},
    {3, "model_path", "/models/1.tflite"},
    {3, "threads", "2"},
    {3, "host", "h"},
    {3, "cpu", "a CPU"},
    {3, "started", "2020-01-02T03:04:05"},
    {3, "version", "0.1"},
    {3, "profile", "p.yaml"},
    {3, "title", "two models"},
    {3, "seed", "11"},
    {1, "size_bytes", "104857"},
    {3, "size_ratio", "4"},
    {1, "load_ms", "1.5"},
    {1, "first_ms", "0.75"},
    {1, "arena_bytes", "2048"},
    {1, "weight_bytes", "12345"},
    {1, "peak_memory_bytes", "7340032"},
    {1, "rounds", "18"},
    {1, "inferences", "54"},
    {1, "accuracy", "88"},
    {1, "drop", "2"},
    {1, "float_operators", "ELU x1"},
    {1, "kernels", "conv x8, add x1"},
    {1, "speed_verdict", "faster"},
    {3, "speed_verdict", "slower"},
    {3, "drop_verdict", "loss"},
    {0, "latency_ms", "1.085"},
    {0, "fastest_ms", "0.995"},
    {0, "p90_ms", "1.155"},
    {0, "speedup", "1"},
    {0, "speedup_low", ""},
    {0, "p99_ms", ""},
    {2, "latency_ms", ""},
    {2, "accuracy", ""},
};

static void csv_says_what_the_events_said(void **state)
{
    struct results *results = harness_run_results();
    struct grid grid = csv_of(results);
    struct text text = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(facts); i++)
        assert_string_equal(cell_of(&grid, facts[i].row, facts[i].id, ""), facts[i].text);
    report_csv.write(results, &text);
    assert_non_null(strstr(text.bytes, ",\"wide, \"\"slow\"\" | 16x8\",builtin,\"pu:0,2\","));
    assert_non_null(strstr(text.bytes, "\n\"naïve|µ, \"\"x\"\"\",int8 ±,builtin,cores,"));
    text_release(&text);
    free(grid.text);
    results_free(results);
}

/* What a spreadsheet would compute is text for it; numbers are none, whatever their sign. */
static void csv_has_no_formulas(void **state)
{
    static const struct {
        const char *label, *cell;
    } rows[] = {{"=1+2", "'=1+2"},       {"+1", "'+1"},     {"-a", "'-a"},
                {"@SUM(1)", "'@SUM(1)"}, {"=a,b", "'=a,b"}, {"a=-1", "a=-1"}};
    struct results *results = results_new();
    (void)state;
    for (int i = 0; i < (int)COUNT(rows); i++)
        harness_trial(results, i, rows[i].label, -1);
    struct grid grid = csv_of(results);
    for (int i = 0; i < (int)COUNT(rows); i++)
        assert_string_equal(cell_of(&grid, i, "mode", ""), rows[i].cell);
    free(grid.text);
    results_free(results);
}

/* JSON */

static json_t *json_of(struct results *results)
{
    struct text text = {0};
    json_error_t problem;
    report_json.write(results, &text);
    json_t *whole = json_loads(text.bytes, JSON_REJECT_DUPLICATES, &problem);
    if (!whole)
        fail_msg("line %d: %s", problem.line, problem.text);
    text_release(&text);
    return whole;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    if (!value)
        fail_msg("no string '%s'", key);
    return value;
}

/* A member is the CSV's cell: null where that is empty. */
static void check_member(const json_t *row, const char *key, const char *cell)
{
    const json_t *member = json_object_get(row, key);
    if (json_is_string(member))
        assert_string_equal(json_string_value(member), cell);
    else if (json_is_null(member))
        assert_string_equal(cell, "");
    else if (!json_is_number(member) || fabs(json_number_value(member) - strtod(cell, NULL)) > 0.0)
        fail_msg("'%s' is not %s", key, cell);
}

static void json_has_the_figures_of_the_csv_and_reasons(void **state)
{
    struct results *results = harness_run_results();
    struct grid grid = csv_of(results);
    json_t *whole = json_of(results), *rows = json_object_get(whole, "rows");
    (void)state;
    assert_int_equal(json_array_size(rows), ROWS);
    for (int i = 0; i < ROWS; i++) {
        const json_t *row = json_array_get(rows, (size_t)i);
        size_t absent = 0;
        for (size_t c = 0; c < grid.columns; c++)
            check_member(row, grid.cells[0][c], grid.cells[i + 1][c]);
        for (size_t c = 0; c < column_count; c++) {
            char key[64];
            snprintf(key, sizeof(key), "%s_absent", columns[c].id);
            const struct figure *figure =
                columns[c].figure ? columns[c].figure(results_row(results, i)) : NULL;
            if (!figure || figure->present)
                continue;
            assert_string_equal(string_of(row, key), figure->reason);
            absent++;
        }
        assert_int_equal(json_object_size(row), grid.columns + absent);
    }
    json_decref(whole);
    free(grid.text);
    results_free(results);
}

static void json_tells_of_the_run_and_of_each_model(void **state)
{
    struct results *results = harness_run_results();
    json_t *whole = json_of(results), *run = json_object_get(whole, "run");
    json_t *choices = json_object_get(whole, "recommendations");
    (void)state;
    assert_string_equal(string_of(run, "title"), "two models");
    assert_string_equal(string_of(run, "profile"), "p.yaml");
    assert_string_equal(string_of(run, "started"), "2020-01-02T03:04:05");
    assert_string_equal(string_of(run, "metric"), "top1");
    assert_true(json_is_true(json_object_get(run, "complete")));
    assert_int_equal(json_array_size(choices), 2);
    assert_int_equal(json_array_size(json_object_get(whole, "why")), ROWS);
    const json_t *first = json_array_get(choices, 0), *second = json_array_get(choices, 1);
    assert_string_equal(string_of(first, "model"), "plain");
    assert_string_equal(string_of(first, "verdict"), "pass");
    assert_int_equal(json_integer_value(json_object_get(first, "trial")), 1);
    assert_non_null(strstr(string_of(first, "text"), "ship int8 on one core: 2.5"));
    /* int8 loses 50 points of 60 that are allowed, in 50 samples, and fp16 failed */
    assert_string_equal(string_of(second, "model"), "naïve|µ, \"x\"");
    assert_string_equal(string_of(second, "verdict"), "cannot tell");
    assert_true(json_is_null(json_object_get(second, "trial")));
    assert_non_null(strstr(string_of(second, "text"), "about 40 more samples would tell"));
    json_decref(whole);
    results_free(results);
}

static void json_of_nothing_is_sound(void **state)
{
    struct results *results = results_new();
    json_t *whole = json_of(results);
    (void)state;
    assert_int_equal(json_array_size(json_object_get(whole, "rows")), 0);
    assert_true(json_is_false(json_object_get(json_object_get(whole, "run"), "complete")));
    json_decref(whole);
    results_free(results);
}

/* Notes */

/* Kernels and their shares of the time, of a mode on two placements. */
static void apply_kernels(struct results *results, int candidate, const char *mode,
                          const char *kernels)
{
    for (int i = 0; i < 2; i++) {
        int trial = 2 * candidate + i;
        harness_apply(results,
                      "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': 'm', 'mode': "
                      "'%s', 'label': '%s', 'placement': '%s'}",
                      trial, candidate, mode, mode, i ? "cores" : "1");
        harness_apply(results,
                      "{'event': 'process', 'trial': %d, 'process': 0, 'load_ms': 1, "
                      "'first_ms': 1, %s}",
                      trial, kernels);
    }
}

/* Said in one line with the modes, not for trifles; never where plain kernels were asked for. */
static void plain_kernels_are_said(void **state)
{
    static const char said[] =
        "- m: operators ran on plain kernels, slower than need be, for up to 13 % of the time: "
        "fp32, dynamic (mean_f32 x2); int8 (add_i8 x1, mul_i8 x2)\n";
    static const char of_mean[] = "'kernels': {'conv_2d_f32_avx2': 4, 'mean_f32_reference': 2}, "
                                  "'shares': {'conv_2d_f32_avx2': 0.875, 'mean_f32_reference': "
                                  "0.125}";
    (void)state;
    for (int asked = 0; asked < 2; asked++) {
        struct results *results = results_new();
        struct text text = {0};
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': '%s'}",
                      asked ? "reference" : "avx2");
        apply_kernels(results, 0, "fp32", of_mean);
        apply_kernels(results, 1, "int8",
                      "'kernels': {'conv_2d_i8_avx2': 4, 'add_i8_reference': 1, "
                      "'mul_i8_reference': 2, 'cast_any_reference': 1, 'pad_any_copy': 1}, "
                      "'shares': {'conv_2d_i8_avx2': 0.9, 'add_i8_reference': 0.05, "
                      "'mul_i8_reference': 0.03, 'cast_any_reference': 0.0003, 'pad_any_copy': "
                      "0.0197}");
        apply_kernels(results, 2, "dynamic", of_mean);
        apply_kernels(results, 3, "fp16",
                      "'kernels': {'conv_2d_f16_avx2': 4, 'cast_any_reference': 1}, 'shares': "
                      "{'conv_2d_f16_avx2': 0.96, 'cast_any_reference': 0.04}");
        report_markdown.write(results, &text);
        const char *note = strstr(text.bytes, "plain kernels");
        if (asked ? note != NULL : !strstr(text.bytes, said) || strstr(note + 1, "plain kernels"))
            fail_msg("%s", text.bytes);
        text_release(&text);
        results_free(results);
    }
}

/* Older journals do not tell what part of the time it is. */
static void plain_kernels_without_shares_are_said(void **state)
{
    struct results *results = results_new();
    struct text text = {0};
    (void)state;
    apply_kernels(results, 0, "int8", "'kernels': {'add_i8_reference': 1}");
    report_markdown.write(results, &text);
    assert_non_null(strstr(text.bytes, "- m: operators ran on plain kernels, slower than need be: "
                                       "int8 (add_i8 x1)\n"));
    text_release(&text);
    results_free(results);
}

/* Markdown */

static size_t shown_columns(const struct run_info *run, const struct column **shown)
{
    size_t count = 0;
    for (size_t c = 0; c < column_count; c++)
        if (column_is_shown(&columns[c], SHOWN_TABLE, run))
            shown[count++] = &columns[c];
    return count;
}

/* The next cell of a line "| a | b |", unescaped, in cell; false at the line's end. */
static bool next_cell(const char **at, char *cell, size_t size)
{
    size_t used = 0;
    assert_int_equal(**at, '|');
    if (*++*at == '\n')
        return false;
    assert_int_equal(*(*at)++, ' ');
    for (; **at != '|'; ++*at) {
        assert_true(**at != '\n' && **at != '\0' && used + 1 < size);
        if (strncmp(*at, "\\|", 2) == 0)
            ++*at;
        cell[used++] = **at;
    }
    assert_true(used > 0 && cell[used - 1] == ' ');
    cell[used - 1] = '\0';
    return true;
}

/* A number for people is the CSV's within half of its last digit. */
static void check_rounded(const struct column *column, const char *shown, const char *cell)
{
    if (strcmp(shown, "-") == 0) {
        assert_string_equal(cell, "");
        return;
    }
    size_t length = strcspn(shown, " ");
    const char *point = memchr(shown, '.', length);
    double half = 0.5 * pow(10.0, point ? -(double)(shown + length - point - 1) : 0.0);
    double expected = strtod(cell, NULL) / column->export_scale * column->scale;
    if (fabs(strtod(shown, NULL) - expected) > half * (1.0 + 1e-6))
        fail_msg("%s: '%s' is not %s", column->id, shown, cell);
}

/* A title with its unit behind it. */
static void check_title(const struct column *column, const struct run_info *run, const char *cell)
{
    const char *title = column_title(column, run);
    assert_int_equal(strncmp(cell, title, strlen(title)), 0);
}

static void markdown_is_a_table_with_the_figures_of_the_csv(void **state)
{
    const struct column *shown[CELLS];
    struct results *results = harness_run_results();
    struct grid grid = csv_of(results);
    struct text text = {0};
    char cell[256];
    size_t count = shown_columns(results_run(results), shown);
    (void)state;
    report_markdown.write(results, &text);
    const char *at = strstr(text.bytes, "\n| ");
    assert_non_null(at);
    assert_int_equal(strncmp(text.bytes, "## two models\n\n", 15), 0);
    for (int line = -2; line < ROWS; line++) {
        at++;
        for (size_t c = 0; c < count; c++) {
            assert_true(next_cell(&at, cell, sizeof(cell)));
            bool is_figure = shown[c]->kind == COLUMN_FIGURE;
            if (line == -1)
                assert_string_equal(cell, is_figure ? "---:" : "---");
            else if (line == -2)
                check_title(shown[c], results_run(results), cell);
            else if (is_figure)
                check_rounded(shown[c], cell, cell_of(&grid, line, shown[c]->id, ""));
            else
                assert_string_equal(cell, cell_of(&grid, line, shown[c]->id, ""));
        }
        assert_false(next_cell(&at, cell, sizeof(cell)));
    }
    assert_non_null(strstr(text.bytes, "| naïve\\|µ, \"x\" | int8 ± | cores |"));
    assert_non_null(strstr(text.bytes, "| median (ms) |"));
    assert_non_null(strstr(at, "\n- **plain**: ship int8 on one core: 2.5"));
    text_release(&text);
    free(grid.text);
    results_free(results);
}

/* The option of a command that sets a key; NULL: none does. */
static const struct option_row *option_of(const char *command, const char *key)
{
    const struct option_row *row;
    size_t i = 0;
    while ((row = option_at(command_find(command), i++)) &&
           !(row->key && strcmp(row->key, key) == 0))
        ;
    return row;
}

/* Each one has a path of its own, so that none is written over another. */
static void each_format_has_its_name_key_and_option(void **state)
{
    static const char *const names[] = {"csv", "json", "markdown", "html", "junit"};
    struct experiment *experiment = experiment_new();
    struct error error;
    (void)state;
    assert_int_equal(REPORT_FORMAT_COUNT, COUNT(names));
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++) {
        char key[32];
        assert_string_equal(report_formats[i]->name, names[i]);
        snprintf(key, sizeof(key), "output.%s", names[i]);
        assert_string_equal(option_of("run", key)->name, names[i]);
        assert_string_equal(option_of("view", key)->name, names[i]);
        assert_null(experiment->output.reports[i]);
        assert_int_equal(experiment_set(experiment, key, names[i], &error), STATUS_OK);
    }
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        assert_string_equal(path_name(experiment->output.reports[i]), names[i]);
    experiment_free(experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_columns_is_whole),
        cmocka_unit_test(figures_are_rounded_for_tables),
        cmocka_unit_test(texts_are_shown_whole),
        cmocka_unit_test(absent_figures_come_last_in_either_order),
        cmocka_unit_test(accuracy_has_the_unit_of_its_metric),
        cmocka_unit_test(csv_has_every_column_of_every_row),
        cmocka_unit_test(csv_says_what_the_events_said),
        cmocka_unit_test(csv_has_no_formulas),
        cmocka_unit_test(json_has_the_figures_of_the_csv_and_reasons),
        cmocka_unit_test(json_tells_of_the_run_and_of_each_model),
        cmocka_unit_test(json_of_nothing_is_sound),
        cmocka_unit_test(markdown_is_a_table_with_the_figures_of_the_csv),
        cmocka_unit_test(plain_kernels_are_said),
        cmocka_unit_test(plain_kernels_without_shares_are_said),
        cmocka_unit_test(each_format_has_its_name_key_and_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
