/* How busy units are, from forged counters. */
#include <math.h>
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

#include "hardware/load.h"

static char root[] = "/tmp/quantop-load-XXXXXX";
static struct load load = {.root = root};

static void stat_path(char path[64])
{
    snprintf(path, 64, "%s/proc/stat", root);
}

static void forge(const char *text)
{
    char path[64];
    stat_path(path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void shares_are_those_between_two_looks(void **state)
{
    double shares[LOAD_UNITS_MAX];
    size_t count;
    (void)state;
    load = (struct load){.root = root};
    forge(
        "cpu  9 9 9 9 9 9 9 9\ncpu0 100 0 0 900 0 0 0 0 0 0\ncpu2 5 5 5 50 5 5 5 0 0 0\nintr 7\n");
    assert_false(load_look(&load, shares, &count)); /* since the start of the machine: not now */
    forge("cpu  9 9 9 9 9 9 9 9\ncpu0 110 10 5 920 25 3 2 25 7 0\ncpu2 5 5 5 60 5 5 5 0 0 0\n");
    assert_true(load_look(&load, shares, &count));
    assert_int_equal(count, 3);
    assert_true(shares[0] == 0.3); /* waiting for disks and what the host took is no computing */
    assert_true(isnan(shares[1])); /* there is no such unit */
    assert_true(shares[2] == 0.0);
    assert_true(load_look(&load, shares, &count));
    assert_true(isnan(shares[0])); /* no time passed */
}

static void what_is_no_counter_does_no_harm(void **state)
{
    static const char *const texts[] = {"",
                                        "cpu\n",
                                        "cpu0\n",
                                        "cpu0 1 2 3\n",
                                        "cpu-1 1 1 1 1 1 1 1 1\n",
                                        "cpu1024 1 1 1 1 1 1 1 1\n",
                                        "cpu99999999999999999999 1 1 1 1 1 1 1 1\n",
                                        "intr 5\n"};
    double shares[LOAD_UNITS_MAX];
    size_t count;
    char path[64];
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        load = (struct load){.root = root};
        forge(texts[i]);
        assert_false(load_look(&load, shares, &count));
        assert_false(load_look(&load, shares, &count));
        assert_int_equal(count, 0);
    }
    forge("cpu1023 1 1 1 1 1 1 1 1\n");
    assert_false(load_look(&load, shares, &count));
    forge("cpu1023 0 1 1 2 1 1 1 1\n"); /* backwards */
    assert_true(load_look(&load, shares, &count));
    assert_int_equal(count, LOAD_UNITS_MAX);
    assert_true(isnan(shares[LOAD_UNITS_MAX - 1]) || shares[LOAD_UNITS_MAX - 1] == 0.0);
    stat_path(path);
    assert_int_equal(unlink(path), 0);
    assert_false(load_look(&load, shares, &count));
}

static int make_root(void **state)
{
    char path[64];
    (void)state;
    if (!mkdtemp(root))
        return -1;
    snprintf(path, sizeof(path), "%s/proc", root);
    return mkdir(path, 0700);
}

static int remove_root(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof(path), "%s/proc", root);
    return rmdir(path) || rmdir(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_between_two_looks),
        cmocka_unit_test(what_is_no_counter_does_no_harm),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
