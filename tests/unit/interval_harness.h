/* Intervals and real numbers, for tests of statistics. */
#ifndef TESTS_INTERVAL_HARNESS_H
#define TESTS_INTERVAL_HARNESS_H

#include <stdbool.h>

#include "base/random.h"
#include "measure/stats.h"

#define Z            1.959963984540054
#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* A number of the standard normal distribution. */
double normal(struct random *random);
bool covers(struct interval interval, double truth);
/* An interval that claims bounds has real, ordered ones. */
void check_sound(struct interval interval);

#endif
