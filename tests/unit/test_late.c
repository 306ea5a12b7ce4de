/* Lists of a journal's lines that are read when they are asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/report.h"
#include "results/journal.h"
#include "results/late.h"
#include "results/state.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* NULL: nothing is cut. */
static const struct {
    const char *line, *cut;
} cuts[] = {
    {"{'a':1,'steps':[{'x':']}'}],'b':2}", "{'a':1,'b':2}"},
    {"{'steps':[],'b':2}", "{'b':2}"},
    {"{'a':{'steps':1},'ceilings':{'c':[1,{}]}}", "{'a':{'steps':1}}"},
    {"{'a':'steps','steps':'\\'],}','z':'\\\\'}", "{'a':'steps','z':'\\\\'}"},
    {"{'steps':1,'a':[,'steps':2}", NULL}, /* what is no JSON there ends nowhere */
    {"{'step':1,'stepss':2}", NULL},
    {"{'a':1}", NULL},
    {"{'steps':[1]}", NULL}, /* nothing would be left */
    {"{'a':1,'steps':[1]} ", NULL},
    {"{'a':1, 'steps':[1]}", NULL}, /* journal_append writes no blanks */
    {"{'a':1,'steps':[1}", NULL},
    {"{'a':1,'steps':'x", NULL},
    {"{'a':1,'steps'", NULL},
    {"{'a':1,'steps':[1],", NULL},
    {"{'a':1,'steps':[1],}", NULL},
    {"{'a':1,,'steps':[1]}", NULL},
    {"['a','steps']", NULL},
    {"{", NULL},
    {"", NULL},
};

static void quote(const char *text, char out[128])
{
    size_t i;
    for (i = 0; text[i] && i < 127; i++)
        out[i] = text[i] == '\'' ? '"' : text[i];
    out[i] = '\0';
}

static void members_are_cut_out_of_lines(void **state)
{
    static const char *const members[] = {"steps", "ceilings", NULL};
    char line[128], expected[128];
    struct text out = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        quote(cuts[i].line, line);
        size_t length = strlen(line);
        char *exact = malloc(length + 1); /* a sanitizer sees who reads beyond */
        assert_non_null(exact);
        memcpy(exact, line, length);
        if (late_cut(exact, length, members, &out) != (cuts[i].cut != NULL))
            fail_msg("%s", line);
        quote(cuts[i].cut ? cuts[i].cut : "", expected);
        if (cuts[i].cut && strcmp(out.bytes, expected) != 0)
            fail_msg("%s became %s", line, out.bytes);
        free(exact);
    }
    text_release(&out);
}

static struct journal_reader *open_run(const char *path, bool puts_off)
{
    struct journal_reader *reader;
    struct error error;
    if (journal_reader_open(path, &reader, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    if (puts_off)
        journal_reader_put_off(reader);
    return reader;
}

static struct results *read_run(const char *path, bool puts_off)
{
    struct journal_reader *reader = open_run(path, puts_off);
    struct results *results = results_new();
    struct error error;
    long applied;
    if (journal_read_more(reader, results, &applied, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    journal_reader_close(reader);
    return results;
}

static int count_kept(const struct results *results)
{
    int kept = 0;
    for (size_t i = 0; i < results->n_trials; i++)
        kept += results->trials[i].kept.bytes != NULL;
    return kept;
}

static void run_path(char *path, size_t size)
{
    const char *source = getenv("SOURCE");
    snprintf(path, size, "%s/tests/unit/pages/run.jsonl", source ? source : ".");
}

static void all_reports_are_those_of_a_whole_journal(void **state)
{
    char path[512];
    (void)state;
    run_path(path, sizeof(path));
    struct results *whole = read_run(path, false), *late = read_run(path, true);
    assert_int_equal(count_kept(whole), 0);
    assert_int_equal(count_kept(late), 6);
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++) {
        struct text a = {0}, b = {0};
        report_formats[i]->write(whole, &a);
        report_formats[i]->write(late, &b);
        assert_string_equal(a.bytes, b.bytes);
        text_release(&a);
        text_release(&b);
    }
    assert_int_equal(count_kept(late), 0);
    results_free(whole);
    results_free(late);
}

static void figures_of_steps_read_what_was_left(void **state)
{
    char path[512];
    (void)state;
    run_path(path, sizeof(path));
    struct results *whole = read_run(path, false), *late = read_run(path, true);
    const struct row *expected = results_row(whole, 1), *row = results_row(late, 1);
    assert_int_equal(count_kept(late), 6);
    assert_true(row_efficiency(expected)->present);
    assert_memory_equal(&row_efficiency(row)->value, &row_efficiency(expected)->value,
                        sizeof(double));
    assert_string_equal(row_bound_by(row), row_bound_by(expected));
    assert_int_equal(count_kept(late), 5);
    assert_ptr_equal(results_row(late, 1), row); /* nothing new arrived */
    results_free(whole);
    results_free(late);
}

static char scratch[] = "/tmp/quantop-late-XXXXXX";

static void write_lines(const char *const *lines, size_t count)
{
    FILE *file = fopen(scratch, "we");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        char line[512];
        size_t k;
        for (k = 0; lines[i][k]; k++)
            line[k] = lines[i][k] == '\'' ? '"' : lines[i][k];
        line[k++] = '\n';
        assert_int_equal(fwrite(line, 1, k, file), k);
    }
    assert_int_equal(fclose(file), 0);
}

#define TRIAL                                                                                      \
    "{'event':'trial','trial':0,'candidate':0,'model':'m','mode':'fp32','label':'fp32',"           \
    "'runtime':'builtin','placement':'1','baseline':0}"
#define ORIGINS "{'event':'origins','candidate':0,'layers':[['x','CONV_2D']],'nodes':[[0]]}"
#define STEP(members)                                                                              \
    "{'event':'steps','trial':0,'process':0,'steps':[{'nodes':[0],'op':'CONV_2D'," members "}]}"
#define PROCESS(kernels)                                                                           \
    "{'event':'process','trial':0,'process':0,'load_ms':1,'first_ms':2,'kernels':" kernels "}"

/* So many events are taken before a line is refused; *error says which. */
static struct results *read_lines(bool puts_off, const char *const *lines, size_t count,
                                  long *applied, struct error *error)
{
    write_lines(lines, count);
    struct journal_reader *reader = open_run(scratch, puts_off);
    struct results *results = results_new();
    error->text[0] = '\0';
    journal_read_more(reader, results, applied, error);
    journal_reader_close(reader);
    return results;
}

static void what_is_wrong_is_told_when_it_is_read(void **state)
{
    static const char *const wrong[] = {STEP("'ns':-1"), STEP("'ns':1}},")};
    static const char *const said[] = {"'ns' is missing or wrong", "not a line of JSON"};
    struct error error;
    long applied;
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const char *const lines[] = {TRIAL, ORIGINS, wrong[i]};
        struct results *results = read_lines(false, lines, 3, &applied, &error);
        assert_int_equal(applied, 2);
        assert_non_null(strstr(error.text, said[i]));
        results_free(results);
        results = read_lines(true, lines, 3, &applied, &error);
        if (i == 0) { /* brackets that do not match are seen at once */
            assert_int_equal(applied, 3);
            assert_null(results_profile(results, 0));
            const char *why = results_profile_absent(results, 0);
            assert_non_null(strstr(why, said[i]));
            assert_non_null(strstr(why, scratch));
            assert_non_null(strstr(why, ":3: "));
            assert_false(row_efficiency(results_row(results, 0))->present);
        } else {
            assert_int_equal(applied, 2);
        }
        results_free(results);
    }
}

static void steps_mean_the_layers_that_were_there(void **state)
{
    static const char *const lines[] = {
        TRIAL,
        STEP("'ns':1"),
        ORIGINS,
        STEP("'ns':2"),
        "{'event':'origins','candidate':0,'layers':[['y','CONV_2D']],'nodes':[[0]]}",
    };
    struct error error;
    long applied;
    (void)state;
    struct results *results = read_lines(true, lines, 2, &applied, &error);
    assert_int_equal(applied, 1); /* which is no later knowledge */
    results_free(results);
    const char *const sound[] = {lines[0], lines[2], lines[3], lines[4]};
    results = read_lines(true, sound, 4, &applied, &error);
    assert_int_equal(applied, 4);
    const struct step_profile *profile = results_profile(results, 0);
    assert_non_null(profile);
    assert_string_equal(step_name(profile, &profile->steps[0]), "x");
    results_free(results);
}

static void the_last_steps_count(void **state)
{
    static const char *const lines[] = {
        TRIAL,
        ORIGINS,
        STEP("'ns':1"),
        STEP("'ns':2"),
        "{'event':'steps','trial':0,'process':0,'absent':'time was up'}",
        "{'event':'resumed','trials':[0],'candidates':[]}",
    };
    struct error error;
    long applied;
    (void)state;
    struct results *results = read_lines(true, lines, 4, &applied, &error);
    assert_int_equal(applied, 4);
    assert_true(results_profile(results, 0)->sum_ns == 2.0);
    results_free(results);
    results = read_lines(true, lines, 5, &applied, &error);
    assert_string_equal(results_profile_absent(results, 0), "time was up");
    assert_true(results_profile(results, 0)->sum_ns == 2.0);
    results_free(results);
    const char *const again[] = {lines[0], lines[1], lines[2], lines[5]};
    results = read_lines(true, again, 4, &applied, &error);
    assert_int_equal(applied, 4);
    assert_null(results_profile(results, 0)); /* void, and so is the line */
    assert_int_equal(count_kept(results), 0);
    results_free(results);
}

#define NETWORK(tensors)                                                                           \
    "{'event':'network','candidate':0,'count':0,'parameters':7,'macs':0,'constants':{},"           \
    "'inputs':[],'outputs':[],'variables':[],'ends':[0,0,0],'tensors':" tensors ",'operators':[]}"

static void networks_are_read_when_they_are_asked_for(void **state)
{
    static const char *const lines[] = {TRIAL, NETWORK("[{'name':'a'}]"), NETWORK("[{'name':'b'}]"),
                                        NETWORK("[{'name':'b','bytes':-1}]")};
    struct error error;
    long applied;
    (void)state;
    struct results *results = read_lines(true, lines, 3, &applied, &error);
    assert_int_equal(applied, 3);
    assert_non_null(results->candidates[0].kept.bytes);
    const struct network *network = results_network(results, 0);
    assert_string_equal(network->tensors[0].name, "b"); /* the last one counts */
    assert_null(results->candidates[0].kept.bytes);
    assert_ptr_equal(results_network(results, 0), network);
    results_free(results);
    const char *const wrong[] = {lines[0], lines[3]};
    results = read_lines(false, wrong, 2, &applied, &error);
    assert_int_equal(applied, 1);
    results_free(results);
    results = read_lines(true, wrong, 2, &applied, &error);
    assert_int_equal(applied, 2);
    assert_null(results_network(results, 0));
    const char *why = results_network_absent(results, 0);
    assert_non_null(strstr(why, ":2: "));
    assert_non_null(strstr(why, "'tensors' is missing or wrong"));
    results_free(results);
}

static void only_the_first_process_tells_of_kernels(void **state)
{
    static const char *const lines[] = {TRIAL, PROCESS("{'conv':2}"), PROCESS("{'conv':3}")};
    static const char *const wrong[] = {TRIAL, PROCESS("{'conv':x}")};
    struct error error;
    long applied;
    (void)state;
    struct results *results = read_lines(true, lines, 3, &applied, &error);
    assert_int_equal(applied, 3);
    assert_string_equal(results_row(results, 0)->kernel_list, "conv x2");
    assert_true(results_row(results, 0)->first.value == 2e6);
    results_free(results);
    results = read_lines(true, wrong, 2, &applied, &error);
    assert_int_equal(applied, 1);
    results_free(results);
}

static int make_scratch(void **state)
{
    int descriptor = mkstemp(scratch);
    (void)state;
    return descriptor < 0 || close(descriptor) != 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    return unlink(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_cut_out_of_lines),
        cmocka_unit_test(all_reports_are_those_of_a_whole_journal),
        cmocka_unit_test(figures_of_steps_read_what_was_left),
        cmocka_unit_test(what_is_wrong_is_told_when_it_is_read),
        cmocka_unit_test(steps_mean_the_layers_that_were_there),
        cmocka_unit_test(the_last_steps_count),
        cmocka_unit_test(networks_are_read_when_they_are_asked_for),
        cmocka_unit_test(only_the_first_process_tells_of_kernels),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
