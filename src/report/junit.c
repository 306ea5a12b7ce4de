/* JUnit XML, which servers that build and test show: a test case for each row, for each of its
 * figures that is held against a baseline, and for the constraints of each model. What nobody can
 * judge is skipped, and so is a row that is not measured; one that failed is an error. */
#include <stdlib.h>
#include <string.h>

#include "report/models.h"
#include "report/report.h"
#include "report/xml.h"
#include "results/gate_text.h"
#include "results/recommend.h"

enum fate { FATE_PASSED, FATE_FAILED, FATE_ERROR, FATE_SKIPPED, FATE_COUNT };

/* Cases so far, and how many ended how. */
struct suite {
    struct text cases;
    size_t counts[FATE_COUNT];
    double seconds;
};

/* message: why it did not pass. */
static void add_case(struct suite *suite, const char *model, const char *name, double seconds,
                     enum fate fate, const char *message)
{
    static const char *const tags[] = {
        [FATE_FAILED] = "failure", [FATE_ERROR] = "error", [FATE_SKIPPED] = "skipped"};
    struct text *out = &suite->cases;
    suite->counts[fate]++;
    suite->seconds += seconds;
    text_add_string(out, "    <testcase");
    xml_add_attribute(out, "classname", model);
    xml_add_attribute(out, "name", name);
    text_printf(out, " time=\"%.3f\"", seconds);
    if (fate == FATE_PASSED) {
        text_add_string(out, "/>\n");
        return;
    }
    text_printf(out, ">\n      <%s", tags[fate]);
    xml_add_attribute(out, "message", message);
    text_add_string(out, ">");
    xml_add(out, message);
    text_printf(out, "</%s>\n    </testcase>\n", tags[fate]);
}

/* "int8/1/latency", with the runtime before the last where there are several. */
static void name_case(const struct row *row, const char *what, struct text *name)
{
    text_clear(name);
    text_printf(name, "%s/%s/", row->label, row->placement);
    if (row->run->has_runtimes)
        text_printf(name, "%s/", row->runtime);
    text_add_string(name, what);
}

/* Of all timed inferences that count. */
static double seconds_of(struct results *results, int i)
{
    size_t count;
    double *times = results_times(results, i, &count), sum = 0.0;
    for (size_t k = 0; k < count; k++)
        sum += times[k];
    free(times);
    return sum * 1e-9;
}

static void add_row(struct suite *suite, struct results *results, int i)
{
    const struct row *row = results_row(results, i);
    struct text name = {0}, message = {0};
    bool is_lost = row->state == TRIAL_FAILED, is_done = row->state == TRIAL_DONE;
    name_case(row, "measured", &name);
    if (trial_state_is_lost(row->state))
        text_add_string(&message, row->reason);
    else if (!is_done)
        text_printf(&message, "%s, and the run is %s", trial_state_name(row->state),
                    run_progress_name(results_progress(results)));
    add_case(suite, row->model, name.bytes, seconds_of(results, i),
             is_done   ? FATE_PASSED
             : is_lost ? FATE_ERROR
                       : FATE_SKIPPED,
             message.bytes ? message.bytes : "");
    text_release(&name);
    text_release(&message);
}

static void add_comparison(struct suite *suite, struct results *results,
                           const struct gate_comparison *comparison)
{
    static const enum fate fates[] = {
        [GATE_WORSE] = FATE_FAILED,
        [GATE_CANNOT_TELL] = FATE_SKIPPED,
        [GATE_NOT_WORSE] = FATE_PASSED,
        [GATE_BETTER] = FATE_PASSED,
    };
    const struct row *row = results_row(results, comparison->trial);
    struct text name = {0}, message = {0};
    name_case(row, gate_figure_name(comparison->figure), &name);
    text_printf(&message, "%s: ", gate_outcome_name(comparison->outcome));
    gate_say(comparison, row, &message);
    add_case(suite, row->model, name.bytes, 0.0, fates[comparison->outcome], message.bytes);
    text_release(&name);
    text_release(&message);
}

static void add_constraints(struct results *results, const char *model, void *context)
{
    struct recommendation choice = recommend(results, model);
    if (choice.verdict != VERDICT_NONE)
        add_case(context, model, "constraints", 0.0,
                 choice.verdict == VERDICT_PASS   ? FATE_PASSED
                 : choice.verdict == VERDICT_FAIL ? FATE_FAILED
                                                  : FATE_SKIPPED,
                 choice.text);
}

static void add_property(struct text *out, const char *name, const char *value)
{
    if (!value[0])
        return;
    text_add_string(out, "      <property");
    xml_add_attribute(out, "name", name);
    xml_add_attribute(out, "value", value);
    text_add_string(out, "/>\n");
}

static void add_properties(const struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    const struct gate *gate = results_gate(results);
    text_add_string(out, "    <properties>\n");
    add_property(out, "quantop", run->version);
    add_property(out, "cpu", run->cpu);
    add_property(out, "isa", run->isa);
    add_property(out, "topology", run->topology);
    add_property(out, "profile", run->profile);
    add_property(out, "started", run->started);
    add_property(out, "baseline", gate ? gate->baseline : "");
    add_property(out, "gate", gate ? gate_word(gate) : "");
    text_add_string(out, "    </properties>\n");
}

/* What says something and is no case. */
static void add_notes(const struct results *results, struct text *out)
{
    const struct gate *gate = results_gate(results);
    if (!gate || gate->n_notes == 0)
        return;
    text_add_string(out, "    <system-out>");
    for (size_t i = 0; i < gate->n_notes; i++) {
        xml_add(out, gate->notes[i]);
        text_add_string(out, "\n");
    }
    text_add_string(out, "</system-out>\n");
}

/* "2026-01-02T03:04:05" of the time with its offset: the schema has no place for that. */
static void add_timestamp(const struct run_info *run, struct text *out)
{
    char start[20];
    snprintf(start, sizeof(start), "%s", run->started);
    if (strlen(start) == 19 && strspn(start, "0123456789-:T") == 19)
        xml_add_attribute(out, "timestamp", start);
}

static void collect(struct suite *suite, struct results *results)
{
    const struct gate *gate = results_gate(results);
    for (int i = 0; i < results_count(results); i++)
        add_row(suite, results, i);
    for (size_t i = 0; gate && i < gate->n_comparisons; i++)
        add_comparison(suite, results, &gate->comparisons[i]);
    report_each_model(results, add_constraints, suite);
}

static void write_junit(struct results *results, struct text *out)
{
    const struct run_info *run = results_run(results);
    struct suite suite = {0};
    size_t total = 0;
    collect(&suite, results);
    for (int i = 0; i < FATE_COUNT; i++)
        total += suite.counts[i];
    text_add_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    xml_add_attribute(out, "name", run->title[0] ? run->title : "quantop");
    text_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"",
                total, suite.counts[FATE_FAILED], suite.counts[FATE_ERROR],
                suite.counts[FATE_SKIPPED], suite.seconds);
    add_timestamp(run, out);
    if (run->host[0])
        xml_add_attribute(out, "hostname", run->host);
    text_add_string(out, ">\n");
    add_properties(results, out);
    text_add_string(out, suite.cases.bytes ? suite.cases.bytes : "");
    add_notes(results, out);
    text_add_string(out, "  </testsuite>\n</testsuites>\n");
    text_release(&suite.cases);
}

const struct report_format report_junit = {
    .name = "junit",
    .write = write_junit,
};
