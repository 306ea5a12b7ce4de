/* The page: whole, with the figures of the CSV, and harmless whatever names say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "report/html.h"
#include "report/layers.h"
#include "report/report.h"
#include "results/column.h"
#include "results_harness.h"

/* Ends of tags that have none. */
static bool is_void(const char *name)
{
    static const char *const names[] = {"meta"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

#define DEPTH 100

/* Every tag that opens is closed, in turn, and all attributes are quoted. */
static void check_nesting(const char *page)
{
    char open[DEPTH][24];
    int depth = 0;
    for (const char *tag = strchr(page, '<'); tag; tag = strchr(tag + 1, '<')) {
        char name[24] = "";
        bool closes = tag[1] == '/';
        if (tag[1] == '!')
            continue;
        assert_int_equal(sscanf(tag + 1 + closes, "%23[a-z0-9]", name), 1);
        const char *end = tag;
        for (bool quoted = false; *end && (quoted || *end != '>'); end++)
            quoted ^= *end == '"';
        assert_int_equal(*end, '>');
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/' && !is_void(name)) {
            assert_true(depth < DEPTH);
            strcpy(open[depth++], name);
        }
    }
    assert_int_equal(depth, 0);
}

static struct text page_of(struct results *results)
{
    struct text page = {0};
    report_html.write(results, &page);
    return page;
}

static void the_page_is_whole_and_needs_nothing_else(void **state)
{
    struct results *results = harness_run_results();
    struct text page = page_of(results);
    (void)state;
    assert_int_equal(strncmp(page.bytes, "<!DOCTYPE html>", 15), 0);
    check_nesting(page.bytes);
    static const char *const others[] = {"<script", "src=",  "href=", "url(",
                                         "@import", "http:", "https:"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_null(strstr(page.bytes, others[i]));
    assert_non_null(strstr(page.bytes, "default-src 'none'"));
    assert_non_null(strstr(page.bytes, "Time, accuracy and size"));
    assert_non_null(strstr(page.bytes, "Distribution of times"));
    assert_non_null(strstr(page.bytes, "Speed against fp32"));
    text_release(&page);
    results_free(results);
}

static void names_are_harmless(void **state)
{
    static const char evil[] = "<script>alert('x')</script>\\\" onload=\\\"x() & <!-- ]]>";
    struct results *results = results_new();
    (void)state;
    harness_apply(results,
                  "{'event': 'run', 'format': 1, 'title': '%s', 'cpu': '%s', 'host': '%s', "
                  "'profile': '%s', 'machine': ['%s', '                  %s', '  %s'], "
                  "'options': [{'key': '%s', 'value': 3}, {'key': 'x', 'value': '%s'}], "
                  "'experiment': {'%s': '%s'}}",
                  "<b>&", "<i>", "</body>", "<u>", "<x>", "<y>", "<z>", "<k>", "\\u0027<v>", "<q>",
                  "<w>");
    harness_trial(results, 0, "fp32", 0);
    json_t *trial =
        json_loads("{\"event\": \"trial\", \"trial\": 1, \"candidate\": 1, \"threads\": "
                   "1, \"baseline\": 0}",
                   0, NULL);
    static const char *const keys[] = {"model", "label", "mode", "placement", "runtime", "path"};
    char *name = xasprintf("\"%s\"", evil);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        json_object_set_new(trial, keys[i], json_loads(name, JSON_DECODE_ANY, NULL));
    free(name);
    struct error error;
    assert_int_equal(results_apply(results, trial, &error), STATUS_OK);
    json_decref(trial);
    for (int round = 0; round < 12; round++)
        for (int t = 0; t < 2; t++)
            harness_block(results, t, round, round, 1000.0 + round);
    harness_apply(results, "{'event': 'failed', 'trial': 1, 'stage': '<s>', 'reason': '<r>\\n<'}");
    struct text page = page_of(results);
    check_nesting(page.bytes);
    assert_null(strstr(page.bytes, "<script"));
    assert_null(strstr(page.bytes, "\" onload=\""));
    assert_non_null(strstr(page.bytes, "&lt;script&gt;"));
    assert_non_null(strstr(page.bytes, "--set &#39;x=&#39;\\&#39;&#39;&lt;v&gt;&#39;"));
    text_release(&page);
    results_free(results);
}

/* The fields of a line of CSV; "" inside quotes is a quote. */
static char **split_line(const char **line, size_t *count)
{
    char **fields = xcalloc(2 * column_count + 200, sizeof(*fields));
    for (*count = 0; **line && **line != '\n';) {
        struct text field = {0};
        text_add_string(&field, "");
        bool quoted = **line == '"';
        for (*line += quoted; **line; (*line)++) {
            if (quoted && **line == '"' && *++*line != '"')
                break;
            if (!quoted && (**line == ',' || **line == '\n'))
                break;
            text_add(&field, *line, 1);
        }
        fields[(*count)++] = field.bytes;
        *line += **line == ',';
    }
    *line += **line == '\n';
    return fields;
}

static void free_line(char **fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(fields[i]);
    free(fields);
}

/* A cell of the first table: from its row's beginning. */
static const char *find_cell(const char *page, int row, const char *column)
{
    char mark[64];
    snprintf(mark, sizeof(mark), "<tr data-row=\"%d\">", row);
    const char *line = strstr(page, mark), *end = line ? strstr(line, "</tr>") : NULL;
    snprintf(mark, sizeof(mark), "data-column=\"%s\"", column);
    const char *cell = line ? strstr(line, mark) : NULL;
    return cell && cell < end ? cell + strlen(mark) : NULL;
}

/* What an attribute of a cell has; "" where it is not there. */
static const char *attribute(const char *cell, const char *name, char value[64])
{
    char mark[32];
    snprintf(mark, sizeof(mark), " data-%s=\"", name);
    const char *end = strchr(cell, '>'), *found = strstr(cell, mark);
    value[0] = '\0';
    if (found && found < end)
        sscanf(found + strlen(mark), "%63[^\"]", value);
    return value;
}

static void figures_are_those_of_the_csv(void **state)
{
    struct results *results = harness_run_results();
    struct text page = page_of(results), csv = {0};
    int compared = 0, bounded = 0;
    size_t n_titles, n_fields;
    (void)state;
    report_csv.write(results, &csv);
    const char *line = csv.bytes;
    char **titles = split_line(&line, &n_titles);
    for (int i = 0; i < results_count(results); i++) {
        char **fields = split_line(&line, &n_fields), value[64];
        assert_int_equal(n_fields, n_titles);
        for (size_t f = 0; f < n_fields; f++) {
            const struct column *column = column_find(titles[f]);
            if (!column || column->kind != COLUMN_FIGURE ||
                !column_is_shown(column, SHOWN_TABLE, results_run(results)))
                continue;
            const char *cell = find_cell(page.bytes, i, titles[f]);
            assert_non_null(cell);
            assert_string_equal(attribute(cell, "value", value), fields[f]);
            compared += fields[f][0] != '\0';
            if (!column->interval)
                continue;
            assert_string_equal(attribute(cell, "low", value), fields[f + 1]);
            assert_string_equal(attribute(cell, "high", value), fields[f + 2]);
            bounded += fields[f + 1][0] != '\0';
        }
        free_line(fields, n_fields);
    }
    assert_true(compared > 20 && bounded > 4);
    free_line(titles, n_titles);
    text_release(&page);
    text_release(&csv);
    results_free(results);
}

/* More than are drawn. */
#define LAYERS 18

/* int8 beside fp32, of as many layers; a ledger of int8's, with costs of most of them, and steps of
 * both, as asked. Layer i takes i + 1 us, and 2 (i + 1) us in fp32. Names may hurt, or are long. */
static struct results *layered_rows(bool has_ledger, bool has_steps)
{
    struct results *results = harness_two_rows();
    struct text names = {0}, nodes = {0}, steps[2] = {{0}, {0}};
    harness_metric(results, "top1");
    for (int i = 0; i < LAYERS; i++) {
        const char *comma = i > 0 ? ", " : "";
        text_printf(&names, "%s['a/very/long/name/of/a/scope/<b>%d', 'Conv&']", comma, i);
        text_printf(&nodes, "%s[%d]", comma, i);
        for (int k = 0; k < 2; k++)
            text_printf(&steps[k],
                        "%s{'nodes': [%d], 'op': 'X', 'merged': '', 'kernel': 'k', 'isa': 'avx2', "
                        "'arithmetic': 'int8', 'input': '', 'output': '', 'macs': 6, "
                        "'constant_bytes': 9, 'read_bytes': 2, 'written_bytes': 3, 'ns': %g}",
                        comma, i, 1000.0 * (i + 1) * (2 - k));
    }
    for (int k = 0; has_steps && k < 2; k++) {
        harness_apply(results,
                      "{'event': 'origins', 'candidate': %d, 'layers': [%s], 'nodes': [%s]}", k,
                      names.bytes, nodes.bytes);
        harness_apply(results, "{'event': 'steps', 'trial': %d, 'steps': [%s]}", k, steps[k].bytes);
    }
    if (has_ledger)
        harness_apply(results, "{'event': 'layers', 'candidate': 1, 'layers': %d, 'samples': 9}",
                      LAYERS);
    for (int i = 0; has_ledger && i < LAYERS; i++)
        harness_apply(results,
                      "{'event': 'layer', 'candidate': 1, 'layer': %d, 'name': '<script>%d', 'op': "
                      "'A&B', 'fate': '%s', 'origin': [%d], 'isolated': {'noise': %g, 'rmse': 2}}",
                      i, i, i == 7 ? "float" : "changed", i, i == 7 ? 0.0 : 0.7 / (i + 1));
    for (int i = 0; has_ledger && i < LAYERS - 3; i++)
        if (i != 7)
            harness_apply(results,
                          "{'event': 'layer_cost', 'candidate': 1, 'layer': %d, 'samples': 9, "
                          "'noise': %g, 'drop': 0.125}",
                          i, 0.01 * (LAYERS - i));
    text_release(&names);
    text_release(&nodes);
    text_release(&steps[0]);
    text_release(&steps[1]);
    return results;
}

/* How long the bar of a class is, of the layer that begins there. */
static double bar_width(const char *layer, const char *class)
{
    char mark[48];
    double x, y, width;
    snprintf(mark, sizeof(mark), "<rect class=\"%s\" ", class);
    const char *end = strstr(layer, "</g>"), *bar = strstr(layer, mark);
    assert_non_null(end);
    if (!bar || bar > end)
        return 0.0;
    assert_int_equal(
        sscanf(bar + strlen(mark), "x=\"%lf\" y=\"%lf\" width=\"%lf\"", &x, &y, &width), 3);
    return width;
}

/* All bars of times are of one scale, and fp32 takes twice as long; those of errors are the longer
 * the further the signal is below 60 dB. */
static void check_bars(const char *layer, double *per_us, double *per_dB)
{
    char us[64], dB[64];
    double time = bar_width(layer, "mode"), error = bar_width(layer, "error");
    double below = 60.0 - strtod(attribute(layer, "isolated_sqnr_db", dB), NULL);
    attribute(layer, "time_us", us);
    *per_us = *per_us > 0.0 ? *per_us : time / strtod(us, NULL);
    *per_dB = *per_dB > 0.0 ? *per_dB : error / below;
    assert_true(time > 0.0 && fabs(time - *per_us * strtod(us, NULL)) < 0.1);
    assert_true(fabs(bar_width(layer, "real") - 2.0 * time) < 0.02);
    assert_true(fabs(error - (dB[0] != '\0' ? *per_dB * below : 0.0)) < 0.1);
}

/* What is drawn of layers are the first ones of the CSV, in its order, with its figures. */
static void bars_are_those_of_the_ledger(void **state)
{
    struct results *results = layered_rows(true, true);
    const struct layer_choice choice = {0};
    struct text page = page_of(results), csv = {0};
    size_t n_titles, n_fields;
    int compared = 0;
    double per_us = 0.0, per_dB = 0.0;
    (void)state;
    layers_write_csv(results, &choice, &csv);
    const char *line = csv.bytes, *bar = page.bytes;
    char **titles = split_line(&line, &n_titles);
    for (int i = 0; i < 15; i++) {
        char **fields = split_line(&line, &n_fields), value[64];
        bar = strstr(bar + 1, "<g data-row=\"1\"");
        assert_non_null(bar);
        for (size_t f = 0; f < n_fields; f++) {
            const struct layer_column *column = layer_column_find(titles[f]);
            if (!column || column->text)
                continue;
            bool is_endless = strcmp(fields[f], "inf") == 0;
            assert_string_equal(attribute(bar, titles[f], value), is_endless ? "" : fields[f]);
            compared += value[0] != '\0';
        }
        check_bars(bar, &per_us, &per_dB);
        free_line(fields, n_fields);
    }
    assert_true(compared > 100);
    assert_null(strstr(bar + 1, "<g data-row")); /* fp32 has none of its own */
    assert_non_null(strstr(page.bytes, ">and 3 more</text>"));
    assert_non_null(strstr(page.bytes, ": 18 layers, errors over 9 samples; not finished; most "
                                       "error per time saved first</figcaption>"));
    check_nesting(page.bytes);
    assert_null(strstr(page.bytes, "<script"));
    assert_null(strstr(page.bytes, "were not looked at"));
    free_line(titles, n_titles);
    text_release(&page);
    text_release(&csv);
    results_free(results);
}

#define ERRORS_UNKNOWN "The errors of layers were not looked at: say &quot;layers: {samples: N, "
#define TIMES_UNKNOWN  "The times of layers are not known: key measure.profile_seconds"

/* Of times and errors, what there is, is drawn, and what it takes to have the other is said. */
static void pages_say_what_is_not_known_of_layers(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        bool has_ledger = kind & 1, has_steps = kind & 2;
        struct results *results = layered_rows(has_ledger, has_steps);
        struct text page = page_of(results);
        check_nesting(page.bytes);
        assert_int_equal(strstr(page.bytes, ERRORS_UNKNOWN) == NULL, has_ledger);
        assert_int_equal(strstr(page.bytes, TIMES_UNKNOWN) == NULL, has_steps);
        assert_int_equal(strstr(page.bytes, "class=\"mode\"") != NULL, has_ledger || has_steps);
        assert_int_equal(strstr(page.bytes, "class=\"error\"") != NULL, has_ledger);
        if (!has_ledger && has_steps) {
            /* The longest first, by the end of its name. */
            const char *first = strstr(page.bytes, "<g data-row=\"1\""), *name;
            assert_non_null(first);
            name = strstr(first, ">\xE2\x80\xA6/long/name/of/a/scope/&lt;b&gt;17</text>");
            assert_non_null(name);
            assert_true(name < strstr(first, "</g>"));
            assert_non_null(strstr(first, "data-time_us=\"18\" data-saved_us=\"18\""));
        }
        text_release(&page);
        results_free(results);
    }
}

/* Nothing was measured, or nothing there is to draw. */
static void pages_of_little_are_whole_too(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct results *results = kind == 0 ? results_new() : harness_two_rows();
        if (kind >= 2)
            harness_block(results, 0, 0, 0, 1000.0);
        if (kind == 3)
            harness_metric(results, "top1");
        struct text page = page_of(results);
        check_nesting(page.bytes);
        assert_null(strstr(page.bytes, "nan"));
        assert_null(strstr(page.bytes, "inf\""));
        text_release(&page);
        results_free(results);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_whole_and_needs_nothing_else),
        cmocka_unit_test(names_are_harmless),
        cmocka_unit_test(figures_are_those_of_the_csv),
        cmocka_unit_test(bars_are_those_of_the_ledger),
        cmocka_unit_test(pages_say_what_is_not_known_of_layers),
        cmocka_unit_test(pages_of_little_are_whole_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
