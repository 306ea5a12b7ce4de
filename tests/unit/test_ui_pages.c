/* Every page and dialog as pictures: a real run's journal, drawn at three sizes, in characters of
 * UTF-8 and in ASCII, with the place of the cursor; at 80x24 the styles of cells, in colour and
 * without. They are in tests/unit/pages/. Where a change is wanted,
 *     SOURCE=.. QUANTOP_PAGES=../tests/unit/pages tests/unit/test_ui_pages
 * in the build folder writes them anew. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "test_ui_pictures.h"
#include "ui/screens.h"
#include "ui_harness.h"

/* What a page shows once keys were typed on it. */
static const struct {
    const char *name;
    enum context context;
    const char *keys;
} views[] = {
    {"layers-weights", CONTEXT_LAYERS, "jw"},
    {"layers-output", CONTEXT_LAYERS, "jj\r"},
    {"charts-rounds", CONTEXT_CHARTS, "r"},
    {"prompt-offers", CONTEXT_TABLE, ":set\t\t"},
};

static const struct {
    int width, height;
} sizes[] = {{80, 24}, {40, 12}, {200, 60}};

#define PAGE_BYTES_MAX ((size_t)1 << 20)

/* A letter for what a cell looks like: the first one of its colour, a capital where it is bold; of
 * the terminal's own colour what its attributes begin with. */
static char style_letter(struct style style)
{
    static const char colors[STYLE_COLOR_COUNT] = {
        [STYLE_RED] = 'r',  [STYLE_GREEN] = 'g',  [STYLE_MAGENTA] = 'm', [STYLE_CYAN] = 'c',
        [STYLE_BLUE] = 'b', [STYLE_ORANGE] = 'o', [STYLE_SKY] = 's'};
    static const char attributes[] = {[0] = ' ',
                                      [STYLE_BOLD] = 'B',
                                      [STYLE_DIM] = 'd',
                                      [STYLE_REVERSE] = 'R',
                                      [STYLE_BOLD | STYLE_UNDERLINE] = 'U'};
    assert_in_range(style.attributes, 0, sizeof(attributes) - 1);
    if (style.color == STYLE_OWN)
        return attributes[style.attributes];
    assert_in_range(style.attributes, 0, STYLE_BOLD);
    char letter = colors[style.color];
    return style.attributes & STYLE_BOLD ? (char)toupper(letter) : letter;
}

static void print_styles(const struct draw_buffer *buffer, enum scheme scheme, struct text *out)
{
    for (int y = 0; y < buffer->height; y++) {
        size_t end = out->length;
        for (int x = 0; x < buffer->width; x++) {
            char letter = style_letter(theme_style(scheme, draw_buffer_cell(buffer, y, x)->role));
            assert_int_not_equal(letter, '\0');
            text_add(out, &letter, 1);
            end = letter == ' ' ? end : out->length;
        }
        out->length = end;
        text_add_string(out, "\n");
    }
}

static void print_page(struct stage *stage, struct text *out)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int ascii = 0; ascii < 2; ascii++) {
            stage_draw_as(stage, sizes[i].height, sizes[i].width, ascii);
            text_printf(out, "== %dx%d in %s, the cursor at line %d, column %d\n", sizes[i].width,
                        sizes[i].height, ascii ? "ASCII" : "UTF-8", stage->buffer.cursor_y,
                        stage->buffer.cursor_x);
            draw_buffer_print(&stage->buffer, out);
        }
    stage_draw_as(stage, sizes[0].height, sizes[0].width, false);
    text_add_string(out, "== in colour\n");
    print_styles(&stage->buffer, SCHEME_DEFAULT, out);
    text_add_string(out, "== without\n");
    print_styles(&stage->buffer, SCHEME_MONO, out);
}

/* Says where they part. */
static void compare(const char *name, const char *expected, const char *drawn)
{
    size_t same = 0;
    int line = 1;
    for (; expected[same] && expected[same] == drawn[same]; same++)
        line += expected[same] == '\n';
    if (expected[same] == drawn[same])
        return;
    while (same > 0 && expected[same - 1] != '\n')
        same--;
    fail_msg("%s, line %d:\nexpected: %.*s\ndrawn:    %.*s", name, line,
             (int)strcspn(expected + same, "\n"), expected + same, (int)strcspn(drawn + same, "\n"),
             drawn + same);
}

static void check_page(const char *name, const struct text *drawn)
{
    char path[512], file[64];
    const char *folder = getenv("QUANTOP_PAGES");
    struct error error;
    struct text expected = {0};
    unsigned char *bytes;
    size_t length;
    snprintf(file, sizeof(file), "%s.txt", name);
    if (folder) {
        snprintf(path, sizeof(path), "%s/%s", folder, file);
        assert_int_equal(file_write(path, drawn->bytes, drawn->length, &error), STATUS_OK);
        return;
    }
    page_path(file, path, sizeof(path));
    if (file_read(path, PAGE_BYTES_MAX, &bytes, &length, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    text_add(&expected, (const char *)bytes, length);
    compare(file, expected.bytes, drawn->bytes);
    text_release(&expected);
    free(bytes);
}

static void check_view(const char *name, enum context context, const char *keys)
{
    struct stage stage;
    struct text drawn = {0};
    stage_show(&stage, page_run());
    press(&stage, "jj");
    go_to(&stage, context);
    press(&stage, keys);
    print_page(&stage, &drawn);
    check_page(name, &drawn);
    text_release(&drawn);
    stage_close(&stage);
}

static void every_page_is_its_picture(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        check_view(screen_rows[context].id, context, "");
    }
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
        check_view(views[i].name, views[i].context, views[i].keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_its_picture),
    };
    if (picture_locale() != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
