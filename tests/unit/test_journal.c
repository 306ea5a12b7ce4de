/* Events that are refused, and the journal that carries events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/journal.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Events */

#define TRIAL "'event': 'trial', 'model': 'm', 'mode': 'int8', 'label': 'int8'"

static const struct {
    const char *event, *text;
    enum status status;
} refused[] = {
    {"[]", "not an event: 'event' is missing", STATUS_FORMAT},
    {"7", "not an event: 'event' is missing", STATUS_FORMAT},
    {"{}", "not an event: 'event' is missing", STATUS_FORMAT},
    {"{'event': 3}", "not an event: 'event' is missing", STATUS_FORMAT},
    {"{'event': 'run', 'format': 2}", "journal format 2, this program reads 1", STATUS_UNSUPPORTED},
    {"{'event': 'run'}", "journal format 0, this program reads 1", STATUS_UNSUPPORTED},
    {"{'event': 'run', 'format': 1}", "a second run begins", STATUS_UNSUPPORTED},
    {"{" TRIAL "}", "event 'trial': 'trial'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 1, 'candidate': 1}", "event 'trial': 'trial'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 3, 'candidate': 1}", "event 'trial': 'trial'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': -1, 'candidate': 1}", "event 'trial': 'trial'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 2.0, 'candidate': 1}", "event 'trial': 'trial'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 2}", "event 'trial': 'candidate'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 2, 'candidate': 3}", "event 'trial': 'candidate'", STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 2, 'candidate': 2, 'threads': 1e300}", "event 'trial': 'threads'",
     STATUS_FORMAT},
    {"{" TRIAL ", 'trial': 2, 'candidate': 2, 'baseline': 100000}", "event 'trial': 'baseline'",
     STATUS_FORMAT},
    {"{'event': 'state', 'trial': 2, 'state': 'done'}", "event 'state': 'trial'", STATUS_FORMAT},
    {"{'event': 'state', 'trial': 1, 'state': 'Done'}", "event 'state': 'state'", STATUS_FORMAT},
    {"{'event': 'state', 'trial': 1}", "event 'state': 'state'", STATUS_FORMAT},
    {"{'event': 'prepared', 'candidate': 2, 'bytes': 5}", "event 'prepared': 'candidate'",
     STATUS_FORMAT},
    {"{'event': 'prepared', 'candidate': 1, 'bytes': '5'}", "event 'prepared': 'bytes'",
     STATUS_FORMAT},
    {"{'event': 'prepared', 'candidate': 1, 'bytes': -5}", "event 'prepared': 'bytes'",
     STATUS_FORMAT},
    {"{'event': 'prepared', 'candidate': 1, 'metric': 'mse'}", "event 'prepared': 'bytes'",
     STATUS_FORMAT},
    {"{'event': 'process', 'trial': 9, 'load_ms': 1, 'first_ms': 1}", "event 'process': 'trial'",
     STATUS_FORMAT},
    {"{'event': 'process', 'trial': 1, 'first_ms': 1, 'isa': 'x'}", "event 'process': 'load_ms'",
     STATUS_FORMAT},
    {"{'event': 'process', 'trial': 1, 'load_ms': 1, 'isa': 'x'}", "event 'process': 'first_ms'",
     STATUS_FORMAT},
    {"{'event': 'block', 'round': 9, 'process': 9, 'ns': [1]}", "event 'block': 'trial'",
     STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'process': 9, 'ns': [1]}", "event 'block': 'round'",
     STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 1e300, 'process': 9, 'ns': [1]}",
     "event 'block': 'round'", STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 9, 'process': -1, 'ns': [1]}",
     "event 'block': 'process'", STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 9, 'process': 9}", "event 'block': 'ns'",
     STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 9, 'process': 9, 'ns': []}", "event 'block': 'ns'",
     STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 9, 'process': 9, 'ns': [1, null]}",
     "event 'block': 'ns'", STATUS_FORMAT},
    {"{'event': 'block', 'trial': 1, 'round': 9, 'process': 9, 'ns': [0]}", "event 'block': 'ns'",
     STATUS_FORMAT},
    {"{'event': 'memory', 'trial': 1, 'peak_bytes': null}", "event 'memory': 'peak_bytes'",
     STATUS_FORMAT},
    {"{'event': 'memory', 'peak_bytes': 1e9}", "event 'memory': 'trial'", STATUS_FORMAT},
    {"{'event': 'scores', 'candidate': 5, 'first': 0, 'values': [], 'top1': [], 'labels': []}",
     "event 'scores': 'candidate'", STATUS_FORMAT},
    {"{'event': 'scores', 'candidate': 1, 'first': 1, 'values': [1], 'top1': [1], 'labels': [1]}",
     "event 'scores': 'first'", STATUS_FORMAT},
    {"{'event': 'scores', 'candidate': 1, 'first': 2, 'top1': [1], 'labels': [1]}",
     "event 'scores': 'values'", STATUS_FORMAT},
    {"{'event': 'scores', 'candidate': 1, 'first': 2, 'values': [1, 1], 'top1': [1], 'labels': [1, "
     "1]}",
     "event 'scores': 'top1'", STATUS_FORMAT},
    {"{'event': 'scores', 'candidate': 1, 'first': 2, 'values': [1], 'top1': [1], 'labels': []}",
     "event 'scores': 'top1'", STATUS_FORMAT},
    {"{'event': 'done', 'trial': 2}", "event 'done': 'trial'", STATUS_FORMAT},
    {"{'event': 'done', 'trial': '1'}", "event 'done': 'trial'", STATUS_FORMAT},
    {"{'event': 'failed', 'trial': 2, 'reason': 'x'}", "event 'failed': 'trial'", STATUS_FORMAT},
};

/* A run that has some of everything and was stopped. */
static struct results *stopped_run(void)
{
    struct results *results = harness_two_rows();
    harness_metric(results, "top1");
    for (int i = 0; i < 2; i++) {
        harness_block(results, i, 0, 0, 100.0 + i);
        harness_scores(results, i, 2, 0, 1);
    }
    harness_apply(results, "{'event': 'stopped', 't': 3.5}");
    return results;
}

static void a_malformed_event_is_refused_and_changes_nothing(void **state)
{
    struct results *results = stopped_run();
    struct text before = {0}, after = {0};
    (void)state;
    harness_fingerprint(results, &before);
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct error error = {0};
        json_t *event = harness_json("%s", refused[i].event);
        if (json_is_object(event))
            json_object_set_new(event, "t", json_real(1000.0));
        if (results_apply(results, event, &error) == STATUS_OK)
            fail_msg("%s was taken", refused[i].event);
        json_decref(event);
        assert_int_equal(error.status, refused[i].status);
        if (strncmp(error.text, refused[i].text, strlen(refused[i].text)) != 0)
            fail_msg("%s: '%s', expected '%s'", refused[i].event, error.text, refused[i].text);
        text_clear(&after);
        harness_fingerprint(results, &after);
        if (strcmp(before.bytes, after.bytes) != 0)
            fail_msg("%s changed something: %s", refused[i].event, after.bytes);
    }
    text_release(&before);
    text_release(&after);
    results_free(results);
}

static void unknown_events_and_members_are_skipped(void **state)
{
    struct results *results = stopped_run();
    uint64_t revision = results_revision(results);
    (void)state;
    harness_apply(results, "{'event': 'weather', 'trial': 77, 't': 'late'}");
    assert_int_equal(results_revision(results), revision + 1);
    harness_apply(results, "{'event': 'done', 'trial': 1, 'mood': {'good': [true]}}");
    assert_int_equal(results_revision(results), revision + 2);
    assert_int_equal(results_row(results, 1)->state, TRIAL_DONE);
    assert_int_equal(results_count(results), 2);
    results_free(results);
}

/* The journal */

struct followed {
    char path[40];
    struct journal *journal;
    struct journal_reader *reader;
    struct results *results;
};

static void follow(struct followed *followed)
{
    struct error error;
    strcpy(followed->path, "/tmp/quantop-results-XXXXXX");
    int descriptor = mkstemp(followed->path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(journal_create(followed->path, &followed->journal, &error), STATUS_OK);
    assert_int_equal(journal_reader_open(followed->path, &followed->reader, &error), STATUS_OK);
    followed->results = results_new();
}

static void unfollow(struct followed *followed)
{
    journal_close(followed->journal);
    journal_reader_close(followed->reader);
    results_free(followed->results);
    unlink(followed->path);
}

static void add_bytes(const struct followed *followed, const char *bytes)
{
    FILE *file = fopen(followed->path, "ae");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, strlen(bytes), file), strlen(bytes));
    assert_int_equal(fclose(file), 0);
}

/* Reads on; the error's text when a line was refused, else NULL. */
static const char *read_on(struct followed *followed, long events, struct error *error)
{
    long applied;
    enum status status = journal_read_more(followed->reader, followed->results, &applied, error);
    assert_int_equal(applied, events);
    return status == STATUS_OK ? NULL : error->text;
}

static void a_journal_gives_back_the_results(void **state)
{
    struct followed followed;
    struct results *direct = harness_run_results();
    struct text first = {0}, second = {0};
    json_t *events = harness_run_events(), *event;
    struct error error;
    size_t i;
    (void)state;
    follow(&followed);
    json_array_foreach(events, i, event)
    {
        assert_int_equal(journal_append(followed.journal, event, &error), STATUS_OK);
        if (i % 10 == 9) /* a follower sees what was added since */
            assert_null(read_on(&followed, 10, &error));
    }
    assert_null(read_on(&followed, (long)(json_array_size(events) % 10), &error));
    assert_null(read_on(&followed, 0, &error));
    assert_false(journal_reader_cut(followed.reader));
    assert_string_equal(journal_path(followed.journal), followed.path);
    harness_fingerprint(direct, &first);
    harness_fingerprint(followed.results, &second);
    assert_string_equal(first.bytes, second.bytes);
    text_release(&first);
    text_release(&second);
    json_decref(events);
    results_free(direct);
    unfollow(&followed);
}

static void an_unfinished_line_waits_for_its_end(void **state)
{
    struct followed followed;
    struct error error;
    (void)state;
    follow(&followed);
    add_bytes(&followed, "{\"event\":\"run\",\"format\":1}\n{\"event\":\"tri");
    assert_null(read_on(&followed, 1, &error));
    assert_true(journal_reader_cut(followed.reader));
    add_bytes(&followed, "al\",\"trial\":0,\"candidate\":0}");
    assert_null(read_on(&followed, 0, &error));
    assert_int_equal(results_count(followed.results), 0);
    add_bytes(&followed, "\n");
    assert_null(read_on(&followed, 1, &error));
    assert_int_equal(results_count(followed.results), 1);
    assert_false(journal_reader_cut(followed.reader));
    unfollow(&followed);
}

static void foreign_lines_are_named_and_the_others_read(void **state)
{
    struct followed followed;
    struct error error = {0};
    char place[64];
    (void)state;
    follow(&followed);
    add_bytes(&followed, "{\"event\":\"run\",\"format\":1}\n\nhello\n[1]\n{\"event\":\"done\","
                         "\"trial\":4}\n{\"event\":\"trial\",\"trial\":0,\"candidate\":0}\r\n");
    const char *text = read_on(&followed, 1, &error);
    assert_non_null(text);
    assert_int_equal(strncmp(text, "not a line of JSON", 18), 0);
    snprintf(place, sizeof(place), "%s:3", followed.path);
    assert_string_equal(error.where, place);
    assert_string_equal(read_on(&followed, 0, &error), "not an event: 'event' is missing");
    text = read_on(&followed, 0, &error);
    assert_string_equal(text, "event 'done': 'trial' is missing or wrong");
    snprintf(place, sizeof(place), "%s:5", followed.path);
    assert_string_equal(error.where, place);
    assert_null(read_on(&followed, 1, &error));
    assert_int_equal(results_count(followed.results), 1);
    unfollow(&followed);
}

static void a_journal_that_cannot_be_had_is_an_error(void **state)
{
    struct journal *journal;
    struct journal_reader *reader;
    struct error error;
    (void)state;
    assert_int_equal(journal_create("/nowhere/at/all", &journal, &error), STATUS_IO);
    assert_int_equal(journal_reader_open("/nowhere/at/all", &reader, &error), STATUS_IO);
    assert_int_equal(journal_reader_open("/tmp", &reader, &error), STATUS_IO);
    assert_string_equal(error.where, "/tmp");
    journal_close(NULL);
    journal_reader_close(NULL);
}

static void what_is_no_file_has_many_writers(void **state)
{
    struct journal *first, *second;
    struct error error;
    (void)state;
    assert_int_equal(journal_create("/dev/null", &first, &error), STATUS_OK);
    assert_int_equal(journal_create("/dev/null", &second, &error), STATUS_OK);
    journal_close(first);
    journal_close(second);
}

/* A full disk: the event is lost and said to be, and a later one is tried again. */
static void a_full_disk_is_reported_each_time(void **state)
{
    struct journal *journal;
    struct error error;
    json_t *event = harness_json("{'event': 'end'}");
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(journal_create("/dev/full", &journal, &error), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(journal_append(journal, event, &error), STATUS_IO);
        assert_string_equal(error.where, "/dev/full");
    }
    json_decref(event);
    journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_malformed_event_is_refused_and_changes_nothing),
        cmocka_unit_test(unknown_events_and_members_are_skipped),
        cmocka_unit_test(a_journal_gives_back_the_results),
        cmocka_unit_test(an_unfinished_line_waits_for_its_end),
        cmocka_unit_test(foreign_lines_are_named_and_the_others_read),
        cmocka_unit_test(a_journal_that_cannot_be_had_is_an_error),
        cmocka_unit_test(what_is_no_file_has_many_writers),
        cmocka_unit_test(a_full_disk_is_reported_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
