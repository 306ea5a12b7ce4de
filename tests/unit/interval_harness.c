#include "interval_harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

double normal(struct random *random)
{
    double u = 1.0 - random_unit(random), v = random_unit(random);
    return sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v);
}

bool covers(struct interval interval, double truth)
{
    return interval.low <= truth && truth <= interval.high;
}

void check_sound(struct interval interval)
{
    if (interval.bounded)
        assert_true(isfinite(interval.low) && isfinite(interval.high));
    if (isfinite(interval.estimate)) {
        assert_true(interval.low <= interval.estimate);
        assert_true(interval.estimate <= interval.high);
    } else {
        assert_false(interval.bounded);
    }
}
