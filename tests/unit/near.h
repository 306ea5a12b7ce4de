/* Real numbers that must be close. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

/* Ends the test, with the line, where |a - b| is above the tolerance or no number. */
#define near(a, b, tolerance) check_near((a), (b), (tolerance), __LINE__)
void check_near(double a, double b, double tolerance, int line);

#endif
