/* Somebody who knows nothing: random keys, clicks, sizes and times, while events come in; nothing
 * is drawn outside, the cursor is always somewhere, and sanitizers see the rest. QUANTOP_WALK=N
 * goes so many steps. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "patience.h"
#include "results/replay.h"
#include "results/writer.h"
#include "results_harness.h"
#include "test_ui_pictures.h"
#include "ui/actions.h"
#include "ui_harness.h"

#define STEPS (3000 / STRIDE)
/* Then somebody else begins. */
#define STEPS_EACH 250

#define WIDTH_MAX  400
#define HEIGHT_MAX 120

struct walk {
    struct stage stage;
    char *journal;         /* its path, whatever folder the walk is in */
    struct replay *replay; /* NULL: the results are whole */
    struct random random;
    int height, width;
    bool ascii;
    bool writes; /* what is typed may be the name of a file */
    struct ui_live live;
    long step;
};

static bool chance(struct walk *walk, size_t percent)
{
    return random_below(&walk->random, 100) < percent;
}

static int number(struct walk *walk, int least, int most)
{
    return least + (int)random_below(&walk->random, (size_t)(most - least + 1));
}

/* Half of them are of a kind that people have. */
static void resize(struct walk *walk)
{
    bool usual = chance(walk, 50);
    walk->height = number(walk, 1, usual ? 50 : HEIGHT_MAX);
    walk->width = number(walk, usual ? 20 : 1, usual ? 160 : WIDTH_MAX);
    if (chance(walk, 10))
        walk->height = number(walk, 1, 6);
    if (chance(walk, 10))
        walk->width = number(walk, 1, 22);
}

/* Files are written where the test stands, and nowhere else. */
static void note_use(struct walk *walk, const char *action)
{
    if (strcmp(action, "export") == 0 || strcmp(action, "command") == 0)
        walk->writes = true;
    if (strcmp(action, "search") == 0 || strcmp(action, "filter") == 0)
        walk->writes = false;
}

static void press_noted(struct walk *walk, int key)
{
    struct ui *ui = &walk->stage.ui;
    const struct key_binding *binding = keys_find(&ui->keymap, ui_context(ui), key);
    if (walk->writes && ui_context(ui) == CONTEXT_PROMPT && key == '/')
        return;
    if (key >= UI_KEY_CLICK_ROW && key < UI_KEY_F0) /* no terminal sends them */
        return;
    if (binding)
        note_use(walk, binding->id);
    if (action_of_key(ui, key) & LOOP_COPY)
        assert_true(ui->copied.length == 0 || ui->copied.bytes != NULL);
}

/* A key that means something here. */
static void press_bound(struct walk *walk)
{
    enum context context = ui_context(&walk->stage.ui);
    const struct key_binding *binding;
    do
        binding = &keymap_default()->rows[random_below(&walk->random, keymap_default()->count)];
    while (!(binding->contexts & (1u << context)));
    int count = 0;
    while (keys_nth(binding, count) != 0)
        count++;
    press_noted(walk, keys_nth(binding, (int)random_below(&walk->random, (size_t)count)));
}

/* Or any other: letters, control characters, characters of all planes, keys without a meaning. */
static void press_any(struct walk *walk)
{
    static const int last[] = {0x7e, 0x1f, 0x24f, 0xffff, 0x10ffff, UI_KEY_F(12)};
    press_noted(walk, number(walk, 1, last[random_below(&walk->random, 6)]));
}

/* A line at the prompt of commands, where there is one; what is wrong in it stands there then. */
static void type_command(struct walk *walk)
{
    static const char *const lines[] = {
        "set progress-meter graph",
        "set progress-meter digits",
        "set load-meter digits",
        "set clock-meter text",
        "set trust-meter graph",
        "set glyphs ascii",
        "set scheme mono",
        "set columns mode,drop,speedup",
        "set columns \"\"",
        "set sort -speedup,mode",
        "set filter int8",
        "set filter \"\"",
        "set screen machine",
        "set screen history",
        "set mouse on",
        "set",
        "set filter",
        "set meter",
        "go-history",
        "help",
        "save",
        "preset x",
    };
    struct ui *ui = &walk->stage.ui;
    press_noted(walk, ':');
    const char *line = lines[random_below(&walk->random, sizeof(lines) / sizeof(lines[0]))];
    for (; *line && ui_context(ui) == CONTEXT_PROMPT; line++)
        press_noted(walk, *line);
    if (ui_context(ui) == CONTEXT_PROMPT)
        press_noted(walk, UI_KEY_ENTER);
}

static void click(struct walk *walk)
{
    int y = number(walk, -1, walk->height), x = number(walk, -1, walk->width);
    const struct click *found = clicks_find(&walk->stage.ui.clicks, y, x);
    if (found)
        note_use(walk, found->action);
    action_of_click(&walk->stage.ui, y, x);
}

static void go(struct walk *walk)
{
    int what = number(walk, 0, 99);
    if (what < 4)
        type_command(walk);
    else if (what < 60)
        press_bound(walk);
    else if (what < 75)
        press_any(walk);
    else if (what < 88)
        click(walk);
    else if (what < 95)
        resize(walk);
    else if (what < 98)
        walk->stage.ui.now += 5.0 * random_unit(&walk->random);
    else
        walk->ascii = !walk->ascii;
}

static void look(struct walk *walk)
{
    struct stage *stage = &walk->stage;
    struct error error;
    stage->ui.now += 0.05 * random_unit(&walk->random);
    if (walk->replay)
        assert_int_equal(replay_advance(walk->replay, stage->ui.now, stage->results, &error),
                         STATUS_OK);
    stage_draw_as(stage, walk->height, walk->width, walk->ascii);
    assert_in_range(stage->buffer.cursor_y, 0, walk->height - 1);
    assert_in_range(stage->buffer.cursor_x, 0, walk->width - 1);
    assert_in_range(stage->ui.depth, 1, UI_DEPTH);
    ui_wait(&stage->ui);
}

static bool look_at_units(void *context, double *shares, size_t *count)
{
    struct walk *walk = context;
    *count = (size_t)number(walk, 0, LIVE_UNITS_MAX);
    for (size_t i = 0; i < *count; i++)
        shares[i] = random_unit(&walk->random);
    return chance(walk, 90);
}

/* The run of the harness, as this process goes on with it. */
static struct results *live_results(void)
{
    struct results *results = results_new();
    json_t *events = harness_run_events(), *event;
    struct error error;
    size_t i;
    writer_describe(json_array_get(events, 0));
    json_array_foreach(events, i, event)
    {
        if (strcmp(json_string_value(json_object_get(event, "event")), "end") != 0)
            assert_int_equal(results_apply(results, event, &error), STATUS_OK);
    }
    json_decref(events);
    return results;
}

/* Who comes finds a run that is played again, slowly or fast, one that is over, the start screen,
 * or a run that goes on. */
static void begin(struct walk *walk, long part)
{
    static const double speeds[] = {1.0, 64.0};
    struct stage *stage = &walk->stage;
    struct error error;
    walk->replay = NULL;
    if (part % 5 == 2) {
        stage_open(stage);
    } else if (part % 5 == 4) {
        stage_show(stage, live_results());
        stage->ui.following = true;
        walk->live = (struct ui_live){look_at_units, walk};
        stage->ui.live = &walk->live;
    } else if (part % 5 == 3) {
        stage_show(stage, results_new());
        fixture_init(&stage->start);
        ui_show_start(&stage->ui, &stage->start.start);
    } else {
        stage_show(stage, results_new());
        assert_int_equal(replay_open(walk->journal, speeds[part % 5], &walk->replay, &error),
                         STATUS_OK);
        stage->ui.replay = walk->replay;
    }
    walk->writes = false;
    resize(walk);
}

static void end(struct walk *walk)
{
    stage_close(&walk->stage);
    replay_close(walk->replay);
}

static void remove_files(const char *folder)
{
    DIR *files = opendir(".");
    assert_non_null(files);
    for (struct dirent *file; (file = readdir(files)) != NULL;)
        unlink(file->d_name);
    closedir(files);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void anybody_may_press_anything(void **state)
{
    char folder[] = "/tmp/quantop-walk-XXXXXX";
    const char *wanted = getenv("QUANTOP_WALK");
    long steps = wanted ? strtol(wanted, NULL, 10) : STEPS;
    struct walk *walk = *state;
    char path[512];
    page_path("run.jsonl", path, sizeof(path));
    walk->journal = realpath(path, NULL);
    assert_non_null(walk->journal);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    for (walk->step = 0; walk->step < steps; walk->step++) {
        if (walk->step % STEPS_EACH == 0) {
            if (walk->step > 0)
                end(walk);
            begin(walk, walk->step / STEPS_EACH);
        }
        go(walk);
        look(walk);
    }
    end(walk);
    remove_files(folder);
    free(walk->journal);
    walk->step = -1;
}

/* Where it fell and what was seen there, for who goes there with a debugger. */
static int say_step(void **state)
{
    const struct walk *walk = *state;
    if (walk->step >= 0) {
        struct text drawn = {0};
        draw_buffer_print(&walk->stage.buffer, &drawn);
        printf("%s", drawn.length > 0 ? drawn.bytes : "");
        text_release(&drawn);
        printf("the walk fell at step %ld, %dx%d, in context %d\n", walk->step, walk->width,
               walk->height, (int)ui_context(&walk->stage.ui));
    }
    return 0;
}

int main(void)
{
    struct walk walk = {.random = {2026}};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(anybody_may_press_anything, NULL, say_step, &walk),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
