/* A table with columns and rows of its own, so that pictures of it do not change with those of the
 * program. */
#ifndef TESTS_TABLE_FIXTURE_H
#define TESTS_TABLE_FIXTURE_H

#include "ui/draw_buffer.h"
#include "ui/widget/table.h"

/* Its columns. */
enum { MODEL, MODE, SIZE, ROUNDS, MEDIAN, SPEEDUP, DROP, STATE };

#define ROWS_MAX 100

struct fixture {
    struct row rows[ROWS_MAX];
    struct run_info run;
    struct table_source source;
    struct table table;
    struct draw_buffer buffer;
    struct draw draw;
    struct clicks clicks;
    int recommended; /* trial; -1: none */
};

/* Of cmocka: *state is the fixture, without rows. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

struct figure figure_exact(double value);
struct figure figure_bounded(double value, double half);

/* A row that waits. */
struct row *fixture_add(struct fixture *fixture, const char *model, const char *label);
/* Makes a row one that is done. */
void fixture_measure(struct row *row, double bytes, double median, double speedup, double drop);
/* Two models; one row of everything that a row can be. */
void fixture_sample(struct fixture *fixture);
void fixture_draw(struct fixture *fixture, int height, int width, bool ascii, bool focused);
void fixture_update(struct fixture *fixture, double now);
/* Fails unless the rows have these trial numbers from the top. */
void fixture_order(const struct fixture *fixture, const int *trials, size_t count);

#endif
