/* A user interface in tests, over results and without a terminal. */
#ifndef TESTS_UI_HARNESS_H
#define TESTS_UI_HARNESS_H

#include "start_fixture.h"
#include "ui/draw_buffer.h"
#include "ui/ui.h"

/* A user interface, and what it was drawn into last. */
struct stage {
    struct results *results;
    struct start_fixture start;
    struct settings settings; /* nobody says anything, and nothing is saved */
    struct ui ui;
    struct draw_buffer buffer;
};

/* Shows results, which are the stage's from now on, at 80x24. */
void stage_show(struct stage *stage, struct results *results);
/* Those of harness_run_results. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* Draws in ASCII; nothing may be drawn outside. */
void stage_draw(struct stage *stage, int height, int width);
/* Likewise in ASCII or not. */
void stage_draw_as(struct stage *stage, int height, int width, bool ascii);

/* Presses a key, then draws at 80x24; returns what it asks for. */
unsigned press_key(struct stage *stage, int key);
/* Types ASCII keys, then draws likewise; returns all that the keys ask for. */
unsigned press(struct stage *stage, const char *keys);
/* The same, and a last key. */
void press_then(struct stage *stage, const char *keys, int last);
/* Whether the selected row, as the screen shows it, has the text. */
bool stage_selects(const struct stage *stage, const char *text);
/* Where a file of tests/unit/pages/ is. */
void page_path(const char *name, char *path, size_t size);
/* What the journal there is of: a real run, of two networks in three modes. */
struct results *page_run(void);
/* Goes to a context from the table. */
void go_to(struct stage *stage, enum context context);

#endif
