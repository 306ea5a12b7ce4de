/* What makes it possible to go on with a run: hashes, fingerprints, journals that are written on,
 * events that void others, and who wrote a journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "experiment/beside.h"
#include "experiment/contents.h"
#include "experiment/fingerprint.h"
#include "results/journal.h"
#include "results/journals.h"
#include "results/writer.h"
#include "results_harness.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/quantop-resume-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char *command = xasprintf("rm -rf '%s'", folder);
    int result = system(command);
    free(command);
    return result;
}

static char *path_in_folder(const char *name)
{
    return path_join(folder, name);
}

static void put(const char *path, const char *text)
{
    struct error error;
    assert_int_equal(file_write(path, text, strlen(text), &error), STATUS_OK);
}

/* Vectors: FIPS 180-2, appendices B.1 to B.3, and the empty message. */
static void hashes_are_those_of_the_standard(void **state)
{
    static const struct {
        const char *text, *hash;
        int times;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1},
        {"a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1000000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sha256 hash;
        char text[SHA256_TEXT_SIZE];
        sha256_init(&hash);
        for (int k = 0; k < cases[i].times; k++)
            sha256_add(&hash, cases[i].text, strlen(cases[i].text));
        sha256_finish(&hash, text);
        assert_string_equal(text, cases[i].hash);
    }
}

static void contents_stand_for_files_and_folders(void **state)
{
    struct text first = {0}, second = {0};
    char *file = path_in_folder("model"), *copy = path_in_folder("copy");
    char *inner = path_in_folder("data"), *sample = path_in_folder("data/0.bin");
    (void)state;
    put(file, "abc");
    put(copy, "abc");
    contents_describe(file, true, &first);
    assert_string_equal(first.bytes,
                        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    contents_describe(copy, true, &second);
    assert_string_equal(first.bytes, second.bytes);
    contents_describe("random:8", true, &first);
    assert_string_equal(first.bytes, "random:8");

    assert_int_equal(mkdir(inner, 0700), 0);
    contents_describe(inner, false, &first);
    assert_int_equal(strncmp(first.bytes, "folder:", 7), 0);
    put(sample, "x");
    contents_describe(inner, false, &second);
    assert_string_not_equal(first.bytes, second.bytes);
    text_release(&first);
    text_release(&second);
    free(file), free(copy), free(inner), free(sample);
}

/* As protobuf writes the entries of external data: field 1 is the key, field 2 the value. */
#define KEY       "\x0a\x08location\x12"
#define KEY_OTHER "\x0a\x06offset\x12"

static void check_beside(const char *model, const char *bytes, const char *expected)
{
    struct text found = {0};
    put(model, bytes);
    struct beside beside = beside_find(model);
    for (size_t i = 0; i < beside.count; i++)
        text_printf(&found, "%s%s", i > 0 ? " " : "", beside.names[i]);
    assert_string_equal(found.bytes ? found.bytes : "", expected);
    beside_release(&beside);
    text_release(&found);
}

static void weights_beside_a_model_are_found(void **state)
{
    static const char *const files[] = {"w.bin", "input", "inner/w.bin", NULL};
    char *model = path_in_folder("net.onnx"), *inner = path_in_folder("inner");
    struct text text = {0};
    (void)state;
    assert_int_equal(mkdir(inner, 0700), 0);
    for (int i = 0; files[i]; i++) {
        char *file = path_in_folder(files[i]);
        put(file, "1");
        free(file);
    }
    check_beside(model, "input w.bin location", ""); /* names, and none of them a location */
    check_beside(model, "..." KEY "\x05w.bin" KEY "\x05w.bin" KEY_OTHER "\x05input", "w.bin");
    check_beside(model, KEY "\x0binner/w.bin" KEY "\x05w.bin" KEY "\x0binner/w.bin",
                 "inner/w.bin w.bin");
    check_beside(model, KEY "\x05other" KEY "\x05inner" KEY "\x09../a/w.bin" KEY "\x01/", "");
    check_beside(model, KEY "\x06w.bin", ""); /* cut off */
    check_beside(model, KEY "\xff", "");
    check_beside(model, KEY, "");
    for (int i = 0; i < 40; i++) /* a length of two bytes */
        text_add_string(&text, i == 0 ? KEY "\xc9\x01inner/" : i < 39 ? ".////" : "w.bin");
    check_beside(model, text.bytes, text.bytes + sizeof(KEY) + 1);
    struct beside none = beside_find("synth:mlp");
    assert_int_equal(none.count, 0);
    text_release(&text);
    free(model), free(inner);
}

static void the_first_difference_is_named(void **state)
{
    static const struct {
        const char *here, *there, *text;
    } cases[] = {
        {"{'a': 1}", "{'a': 1}", NULL},
        {"{'a': 1}", "{'a': 2}", "a is 1, there it is 2"},
        {"{'a': {'b': [1, 2]}}", "{'a': {'b': [1, 3]}}", "a.b[1] is 2, there it is 3"},
        {"{'a': [1]}", "{'a': [1, 2]}", "a is [1], there it is [1,2]"},
        {"{'a': 1}", "{'b': 1}", "a is 1, there it is missing"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *here = harness_json("%s", cases[i].here),
               *there = harness_json("%s", cases[i].there);
        struct text text = {0};
        assert_int_equal(fingerprint_difference(here, there, &text), cases[i].text != NULL);
        if (cases[i].text)
            assert_string_equal(text.bytes, cases[i].text);
        text_release(&text);
        json_decref(here);
        json_decref(there);
    }
}

static void files_are_the_same_by_any_name(void **state)
{
    char *file = path_in_folder("one"), *link_ = path_in_folder("two"), *hard = path_in_folder("3");
    char *dotted = path_in_folder("./none"), *plain = path_in_folder("none");
    (void)state;
    put(file, "x");
    assert_int_equal(symlink("one", link_), 0);
    assert_int_equal(link(file, hard), 0);
    assert_true(file_is_same(file, link_));
    assert_true(file_is_same(file, hard));
    assert_true(file_is_same(dotted, plain));
    assert_false(file_is_same(file, plain));
    assert_false(file_is_same("/no/a", "/no/b"));
    assert_true(file_is_within(plain, folder));
    assert_true(file_is_within(file, "/tmp"));
    assert_false(file_is_within(folder, folder));
    assert_false(file_is_within(file, file));
    free(file), free(link_), free(hard), free(dotted), free(plain);
}

/* Journals */

static void append(struct journal *journal, const char *text)
{
    struct error error;
    json_t *event = harness_json("%s", text);
    assert_int_equal(journal_append(journal, event, &error), STATUS_OK);
    json_decref(event);
}

static void a_journal_is_gone_on_with_and_never_overwritten(void **state)
{
    struct journal *journal, *other;
    struct journal_reader *reader;
    struct error error;
    long applied;
    char *path = path_in_folder("a.jsonl");
    (void)state;
    assert_int_equal(journal_create(path, &journal, &error), STATUS_OK);
    append(journal, "{'event': 'run', 'format': 1}");
    assert_int_equal(journal_continue(path, &other, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "another process"));
    journal_close(journal);
    assert_int_equal(journal_create(path, &journal, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "exists already"));

    FILE *file = fopen(path, "ae"); /* killed within a line */
    assert_true(fputs("{\"event\":\"tri", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(journal_continue(path, &journal, &error), STATUS_OK);
    append(journal, "{'event': 'trial', 'trial': 0, 'candidate': 0}");
    append(journal, "{'event': 'done', 'trial': 0}");
    journal_close(journal);

    struct results *results = results_new();
    assert_int_equal(journal_reader_open(path, &reader, &error), STATUS_OK);
    assert_int_equal(journal_read_more(reader, results, &applied, &error), STATUS_OK);
    assert_int_equal(applied, 3);
    assert_int_equal(results_row(results, 0)->state, TRIAL_DONE);
    journal_reader_close(reader);
    results_free(results);
    free(path);
}

static void a_journal_without_a_line_leaves_no_file(void **state)
{
    struct journal *journal;
    struct error error;
    char *path = path_in_folder("empty.jsonl");
    (void)state;
    assert_int_equal(journal_create(path, &journal, &error), STATUS_OK);
    assert_int_equal(access(path, F_OK), 0);
    journal_close(journal);
    assert_int_not_equal(access(path, F_OK), 0);
    put(path, ""); /* somebody else's stays */
    assert_int_equal(journal_create(path, &journal, &error), STATUS_OK);
    journal_close(journal);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void the_last_journal_is_the_one_written_to_last(void **state)
{
    struct journals journals;
    struct error error;
    char *found, *home = path_in_folder("state"), *quantop = path_in_folder("state/quantop");
    char *first = path_in_folder("state/quantop/2.jsonl");
    char *second = path_in_folder("state/quantop/1.jsonl");
    const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    (void)state;
    setenv("XDG_STATE_HOME", home, 1);
    assert_int_equal(journal_find(JOURNAL_LAST, &found, &error), STATUS_INVALID);
    put(first, "{}\n");
    put(second, "{}\n");
    assert_int_equal(utimensat(0, first, times, 0), 0);
    assert_int_equal(journals_list(NULL, &journals, &error), STATUS_OK);
    assert_int_equal(journals.count, 2);
    assert_string_equal(journals.paths[0], second);
    assert_string_equal(journals.paths[1], first);
    journals_release(&journals);
    assert_int_equal(journal_find(JOURNAL_LAST, &found, &error), STATUS_OK);
    assert_string_equal(found, second);
    free(found);
    assert_int_equal(journal_find("./last", &found, &error), STATUS_OK);
    assert_string_equal(found, "./last");
    assert_int_equal(journals_list("/no/such/folder", &journals, &error), STATUS_IO);
    free(found), free(home), free(quantop), free(first), free(second);
}

/* Events */

static void what_starts_again_is_void(void **state)
{
    struct results *results = harness_two_rows();
    (void)state;
    harness_metric(results, "top1");
    for (int i = 0; i < 2; i++) {
        harness_block(results, i, 0, 0, 100.0 + i);
        harness_scores(results, i, 2, 0, 1);
    }
    harness_apply(results, "{'event': 'timed', 'trials': [0, 1]}");
    harness_apply(results, "{'event': 'done', 'trial': 0}");
    assert_true(results_row(results, 1)->is_timed);
    assert_true(results_row(results, 1)->scored.present);
    harness_apply(results, "{'event': 'resumed', 'trials': [1], 'candidates': [1]}");
    const struct row *kept = results_row(results, 0);
    assert_int_equal(kept->state, TRIAL_DONE);
    assert_int_equal(kept->n_blocks, 1);
    assert_true(kept->accuracy.present);
    const struct row *again = results_row(results, 1);
    assert_int_equal(again->state, TRIAL_WAITING);
    assert_int_equal(again->n_blocks, 0);
    assert_false(again->is_timed);
    assert_false(again->median.present);
    assert_false(again->accuracy.present);
    assert_int_equal(results_run(results)->resumed, 1);
    harness_block(results, 1, 0, 0, 50.0); /* from the first round and sample on */
    harness_scores(results, 1, 2, 0, 1);
    assert_true(results_row(results, 1)->median.value > 0.0);
    results_free(results);
}

static void a_malformed_resumption_changes_nothing(void **state)
{
    static const char *const cases[] = {
        "{'event': 'resumed', 'trials': [0, 2]}",
        "{'event': 'resumed', 'trials': [0], 'candidates': [-1]}",
        "{'event': 'resumed', 'trials': {}}",
        "{'event': 'timed', 'trials': [0, 'one']}",
    };
    struct results *results = harness_two_rows();
    struct error error;
    (void)state;
    harness_block(results, 0, 0, 0, 100.0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *event = harness_json("%s", cases[i]);
        assert_int_equal(results_apply(results, event, &error), STATUS_FORMAT);
        json_decref(event);
        assert_int_equal(results_row(results, 0)->n_blocks, 1);
        assert_false(results_row(results, 0)->is_timed);
    }
    results_free(results);
}

/* A process that has ended, and was reaped. */
static pid_t dead_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    return pid;
}

static void a_dead_writer_is_recognised(void **state)
{
    json_t *event = json_object();
    (void)state;
    assert_int_equal(writer_state(event), WRITER_UNKNOWN);
    writer_describe(event);
    assert_int_equal(writer_state(event), WRITER_ALIVE);
    json_int_t started = json_integer_value(json_object_get(event, "pid_started"));
    json_object_set_new(event, "pid_started",
                        json_integer(started + 1)); /* its number, used again */
    assert_int_equal(writer_state(event), WRITER_DEAD);
    json_object_set_new(event, "pid_started", json_integer(started));
    json_object_set_new(event, "pid", json_integer(dead_process()));
    assert_int_equal(writer_state(event), WRITER_DEAD);
    json_object_set_new(event, "pid_space", json_string("pid:[1]"));
    assert_int_equal(writer_state(event), WRITER_UNKNOWN);
    json_object_set_new(event, "boot", json_string("another"));
    assert_int_equal(writer_state(event), WRITER_DEAD);
    json_object_set_new(event, "host", json_string("elsewhere"));
    assert_int_equal(writer_state(event), WRITER_UNKNOWN);
    json_decref(event);
}

static void the_state_of_a_run_is_named(void **state)
{
    struct results *results = results_new();
    struct error error;
    json_t *run = harness_json("{'event': 'run', 'format': 1}");
    (void)state;
    assert_string_equal(run_progress_name(results_progress(results)), "not ended");
    writer_describe(run);
    assert_int_equal(results_apply(results, run, &error), STATUS_OK);
    assert_string_equal(run_progress_name(results_progress(results)), "running");
    json_object_set_new(run, "pid", json_integer(dead_process()));
    assert_string_equal(run_progress_name(results_progress(results)), "interrupted");
    harness_apply(results, "{'event': 'stopped'}");
    assert_string_equal(run_progress_name(results_progress(results)), "stopped");
    harness_apply(results, "{'event': 'end'}");
    assert_string_equal(run_progress_name(results_progress(results)), "complete");
    json_decref(run);
    results_free(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_the_standard),
        cmocka_unit_test(contents_stand_for_files_and_folders),
        cmocka_unit_test(weights_beside_a_model_are_found),
        cmocka_unit_test(the_first_difference_is_named),
        cmocka_unit_test(files_are_the_same_by_any_name),
        cmocka_unit_test(a_journal_is_gone_on_with_and_never_overwritten),
        cmocka_unit_test(a_journal_without_a_line_leaves_no_file),
        cmocka_unit_test(the_last_journal_is_the_one_written_to_last),
        cmocka_unit_test(what_starts_again_is_void),
        cmocka_unit_test(a_malformed_resumption_changes_nothing),
        cmocka_unit_test(a_dead_writer_is_recognised),
        cmocka_unit_test(the_state_of_a_run_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
