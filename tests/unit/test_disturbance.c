/* What disturbs a measurement, seen in forged /proc and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "forge.h"
#include "hardware/disturbance.h"
#include "report/report.h"
#include "results/warnings.h"
#include "results_harness.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/quantop-disturbed-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char *command = xasprintf("rm -rf '%s'", root);
    int result = system(command);
    free(command);
    return result;
}

/* Counters of two units after so many seconds of each kind. */
static void forge_times(double user, double system_, double idle, double steal)
{
    long tick = sysconf(_SC_CLK_TCK);
    char *text = xasprintf("cpu  %.0f 0 %.0f %.0f 0 0 0 %.0f 0 0\n"
                           "cpu0 1 0 1 1 0 0 0 0 0 0\ncpu1 1 0 1 1 0 0 0 0 0 0\nintr 5 cpu2\n",
                           user * (double)tick, system_ * (double)tick, idle * (double)tick,
                           steal * (double)tick);
    forge(root, "/proc/stat", text);
    free(text);
}

static void forge_governors(const char *first, const char *second)
{
    forge(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", first);
    forge(root, "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", second);
}

static void forge_throttles(const char *first, const char *second)
{
    forge(root, "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", first);
    forge(root, "/sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", second);
}

/* An idle machine of two units, where nothing disturbs. */
static struct watch *calm(struct finding findings[DISTURBANCE_COUNT])
{
    forge_times(100, 20, 1000, 0);
    forge(root, "/proc/loadavg", "0.10 0.20 0.30 1/234 5678\n");
    forge_governors("performance\n", "performance\n");
    forge_throttles("3\n", "0\n");
    return watch_new(root, 7.0, findings);
}

/* Nothing was found but, where text is not NULL, this. */
static void check(const struct finding findings[DISTURBANCE_COUNT], enum disturbance kind,
                  const char *text)
{
    for (int i = 0; i < DISTURBANCE_COUNT; i++) {
        bool wanted = text && i == (int)kind;
        if (findings[i].present != wanted)
            fail_msg("%s: %s", disturbance_table[i].name, wanted ? "not found" : findings[i].text);
    }
    if (text)
        assert_string_equal(findings[kind].text, text);
}

static void a_calm_machine_gives_no_warning(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    struct watch *watch = calm(findings);
    (void)state;
    check(findings, DISTURBED_BY_LOAD, NULL);
    forge_times(101.2, 20, 1002.8, 0.02); /* of 2 s, 1 s is ours, and 0.1 units are noise */
    assert_true(watch_look(watch, 8.0, findings));
    check(findings, DISTURBED_BY_LOAD, NULL);
    watch_free(watch);
}

static void load_and_governor_are_seen_at_first(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    watch_free(calm(findings));
    (void)state;
    forge(root, "/proc/loadavg", "2.00 0 0 1/2 3\n"); /* one for each unit */
    watch_free(watch_new(root, 0.0, findings));
    check(findings, DISTURBED_BY_LOAD, NULL);
    forge(root, "/proc/loadavg", "2.61 0 0 1/2 3\n");
    watch_free(watch_new(root, 0.0, findings));
    check(findings, DISTURBED_BY_LOAD, "in the last minute 2.6 programs shared 2 processing units");
    forge(root, "/proc/loadavg", "0 0 0 1/2 3\n");
    forge_governors("performance\n", "powersave\n");
    watch_free(watch_new(root, 0.0, findings));
    check(findings, DISTURBED_BY_GOVERNOR,
          "the frequency governor 'powersave' changes the clock of 1 of 2 processing units");
}

static void programs_of_others_are_told_from_ours(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    struct watch *watch = calm(findings);
    (void)state;
    forge_times(104, 20, 1000, 0); /* 2 s, both units busy */
    assert_true(watch_look(watch, 11.0, findings));
    check(findings, DISTURBED_BY_OTHERS, NULL); /* with us alone */
    forge_times(107, 21, 1000, 0);
    assert_true(watch_look(watch, 13.4, findings));
    check(findings, DISTURBED_BY_OTHERS, "other programs use 0.8 of 2 processing units");
    assert_true(findings[DISTURBED_BY_OTHERS].amount > 0.79 &&
                findings[DISTURBED_BY_OTHERS].amount < 0.81);
    watch_free(watch);
}

static void steal_and_heat_are_seen(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    struct watch *watch = calm(findings);
    (void)state;
    forge_times(100, 20, 1003.7, 0.3); /* 4 s over both units */
    assert_true(watch_look(watch, 7.0, findings));
    check(findings, DISTURBED_BY_HOST, "the host of this virtual machine takes 8 % of its time");
    forge_times(100, 20, 1006.7, 0.3);
    forge_throttles("4\n", "0\n");
    assert_true(watch_look(watch, 7.0, findings));
    check(findings, DISTURBED_BY_HEAT, "the processor was throttled for heat, 1 time");
    watch_free(watch);
}

static void looks_that_follow_too_fast_say_nothing(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    struct watch *watch = calm(findings);
    (void)state;
    forge_times(100.4, 20, 1000.2, 0); /* 0.3 s */
    assert_false(watch_look(watch, 7.0, findings));
    forge_times(101.8, 20, 1000.2, 0); /* since the first look */
    assert_true(watch_look(watch, 7.0, findings));
    check(findings, DISTURBED_BY_OTHERS, "other programs use 1.8 of 2 processing units");
    watch_free(watch);
}

static void a_system_that_tells_nothing_gives_no_warning(void **state)
{
    struct finding findings[DISTURBANCE_COUNT];
    struct watch *watch = watch_new("/no/such/root", 0.0, findings);
    (void)state;
    check(findings, DISTURBED_BY_LOAD, NULL);
    assert_false(watch_look(watch, 1.0, findings));
    watch_free(watch);
    watch_free(NULL);
}

/* The events that a run makes of it. */
static void warnings_stand_in_the_reports(void **state)
{
    struct results *results = harness_two_rows();
    struct table_style style = {0};
    struct text notes = {0};
    struct error error;
    json_t *event = harness_json("{'event': 'warning', 'kind': 'steal'}");
    (void)state;
    assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
    json_decref(event);
    assert_int_equal(results_warning_count(results), 0);
    harness_apply(results, "{'event': 'warning', 'kind': 'steal', 'text': 'a', 'remedy': 'b'}");
    harness_apply(results, "{'event': 'warning', 'kind': 'load', 'text': 'c', 'remedy': 'd'}");
    harness_apply(results, "{'event': 'warning', 'kind': 'steal', 'text': 'e', 'remedy': 'f'}");
    assert_int_equal(results_warning_count(results), 2);
    table_write_notes(results, &style, &notes);
    assert_string_equal(notes.bytes, "warning: e; f\nwarning: c; d\n");
    text_clear(&notes);
    report_markdown.write(results, &notes);
    assert_non_null(strstr(notes.bytes, "\n- warning: e; f\n- warning: c; d\n"));
    text_clear(&notes);
    report_json.write(results, &notes);
    json_t *whole = json_loads(notes.bytes, 0, NULL), *told = json_object_get(whole, "warnings");
    json_t *wanted = harness_json("[{'kind': 'steal', 'text': 'e', 'remedy': 'f'}, "
                                  "{'kind': 'load', 'text': 'c', 'remedy': 'd'}]");
    assert_true(json_equal(told, wanted));
    json_decref(whole);
    json_decref(wanted);
    for (int i = 0; i < 100; i++)
        harness_apply(results, "{'event': 'warning', 'kind': 'k%d', 'text': 'x'}", i);
    assert_true(results_warning_count(results) < 50);
    text_release(&notes);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calm_machine_gives_no_warning),
        cmocka_unit_test(load_and_governor_are_seen_at_first),
        cmocka_unit_test(programs_of_others_are_told_from_ours),
        cmocka_unit_test(steal_and_heat_are_seen),
        cmocka_unit_test(looks_that_follow_too_fast_say_nothing),
        cmocka_unit_test(a_system_that_tells_nothing_gives_no_warning),
        cmocka_unit_test(warnings_stand_in_the_reports),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
