/* How often the screen is drawn, on a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/pace.h"

#define STEP 0.001

/* Pictures in ten seconds with something new every so many steps, and a clock on the screen that
 * goes on with every whole second. */
static int count_pictures(int news_every, int keys_every)
{
    struct pace pace = {.due = 0.0};
    int pictures = 0;
    for (int i = 0; i < 10000; i++) {
        double now = i * STEP, whole = 1.0 - (double)((i + 370) % 1000) * STEP;
        pace_begin(&pace, now);
        if (news_every > 0 && i % news_every == 0)
            pace_news(&pace);
        if (keys_every > 0 && i % keys_every == 0)
            pace_key(&pace);
        if (pace.due <= now) {
            pace_drawn(&pace, now);
            pictures++;
        }
        pace_wait(&pace, now, whole);
    }
    return pictures;
}

static void news_and_clocks_are_drawn_four_times_a_second(void **state)
{
    (void)state;
    for (int every = 1; every < 400; every++)
        assert_in_range(count_pictures(every, 0), 10, 40);
    assert_in_range(count_pictures(1, 0), 39, 40);
    assert_in_range(count_pictures(0, 0), 10, 11); /* the clock alone */
}

static void keys_are_answered_at_once(void **state)
{
    struct pace pace = {.due = 0.0};
    (void)state;
    pace_begin(&pace, 5.0);
    pace_drawn(&pace, 5.0);
    pace_wait(&pace, 5.0, -1.0);
    assert_true(pace_next(&pace) > 1e9);
    pace_news(&pace);
    assert_true(pace_next(&pace) == 5.0 + PACE_NEWS);
    pace_key(&pace);
    assert_true(pace_next(&pace) == 5.0 + PACE_KEY);
    pace_news(&pace); /* does not put it off */
    assert_true(pace_next(&pace) == 5.0 + PACE_KEY);
    assert_in_range(count_pictures(0, 100), 100, 110);
    assert_in_range(count_pictures(1, 1), 320, 340); /* key repeat is bounded, too */
}

/* What is found out bit by bit goes on faster than it is drawn. */
static void work_does_not_wait_for_pictures(void **state)
{
    struct pace pace = {.due = 0.0};
    int wakes = 0, pictures = 0;
    (void)state;
    for (double now = 0.0; now < 10.0; now = pace_next(&pace)) {
        pace_begin(&pace, now);
        wakes++;
        if (pace.due <= now) {
            pace_drawn(&pace, now);
            pictures++;
        }
        pace_wait(&pace, now, 0.001);
    }
    assert_true(wakes > 300);
    assert_in_range(pictures, 39, 41);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news_and_clocks_are_drawn_four_times_a_second),
        cmocka_unit_test(keys_are_answered_at_once),
        cmocka_unit_test(work_does_not_wait_for_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
