#include "ui/widget/histogram.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

/* Cells between labels of the axis. */
#define GAP        2
#define LABEL_SIZE 24

/* How bars are drawn: parts of a cell side by side and above each other. */
struct grain {
    int columns, levels;
};

static struct grain grain_of(const struct draw *draw)
{
    return draw->braille ? (struct grain){2, 4}
           : draw->ascii ? (struct grain){1, 2}
                         : (struct grain){1, 8};
}

static double greatest_of(const struct histogram_view *view, size_t from, size_t to)
{
    double greatest = 0.0;
    for (size_t i = from; i < to && i < view->count; i++)
        greatest = fmax(greatest, view->values[i]);
    return greatest;
}

/* In levels of the grain: of column i of so many. */
static int level_of(const struct histogram_view *view, int i, int columns, int levels)
{
    size_t from = (size_t)i * view->count / (size_t)columns;
    size_t to = ((size_t)(i + 1) * view->count + (size_t)columns - 1) / (size_t)columns;
    bool is_fine = view->count > (size_t)columns;
    double own = greatest_of(view, from, is_fine ? to : from + 1);
    double most = greatest_of(view, 0, view->count);
    if (!(own > 0.0))
        return 0;
    return (int)fmax(1.0, round(log1p(own) / log1p(most) * levels));
}

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

/* left and right: dots that are filled from below, 0..4. */
static void put_braille(const struct draw *draw, struct rect area, int y, int x, int left,
                        int right)
{
    /* Unicode: a bit per dot. */
    static const unsigned lefts[] = {0, 0x40, 0x44, 0x46, 0x47};
    static const unsigned rights[] = {0, 0x80, 0xa0, 0xb0, 0xb8};
    char glyph[CHARACTER_SIZE];
    if (left == 0 && right == 0)
        return;
    text_put_character(0x2800ul + (lefts[left] | rights[right]), glyph);
    draw_text(draw, area, y, x, ROLE_BAR, glyph);
}

static void put_block(const struct draw *draw, struct rect area, int y, int x, int level)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {".", "#"};
    if (level > 0)
        draw_text(draw, area, y, x, ROLE_BAR, draw->ascii ? plain[level - 1] : blocks[level - 1]);
}

void histogram_draw(const struct draw *draw, struct rect area, const struct histogram_view *view)
{
    struct grain grain = grain_of(draw);
    int columns = area.width * grain.columns, levels = area.height * grain.levels;
    for (int x = 0; x < area.width; x++) {
        int first = level_of(view, x * grain.columns, columns, levels);
        int second = level_of(view, (x + 1) * grain.columns - 1, columns, levels);
        for (int y = 0; y < area.height; y++) {
            int below = (area.height - 1 - y) * grain.levels;
            int own = clamp(first - below, grain.levels);
            if (draw->braille)
                put_braille(draw, area, y, x, own, clamp(second - below, grain.levels));
            else
                put_block(draw, area, y, x, own);
        }
    }
}

/* The column of a value. */
static int column_of(const struct histogram_view *view, int width, double value)
{
    double span = view->high - view->low;
    double place = span > 0.0 ? (value - view->low) / span : 0.0;
    return clamp((int)(place * width), width - 1);
}

void histogram_draw_axis(const struct draw *draw, struct rect area,
                         const struct histogram_view *view)
{
    char low[LABEL_SIZE], high[LABEL_SIZE];
    int zero = column_of(view, area.width, 0.0);
    snprintf(low, sizeof(low), "%.3g", view->low);
    snprintf(high, sizeof(high), "%.3g", view->high);
    int first = draw_text(draw, area, 0, 0, ROLE_DIM, low);
    int last = area.width - cells_width(high, draw->ascii);
    if (last >= first + GAP)
        draw_text(draw, area, 0, last, ROLE_DIM, high);
    if (view->low < 0.0 && view->high > 0.0 && zero >= first + GAP && zero < last - GAP)
        draw_text(draw, area, 0, zero, ROLE_DIM, "0");
}

/* Share of a step by which a mark may miss the end of the axis and still stand there. */
#define CLOSE 1e-6

static double within(const struct histogram_marks *marks, double count)
{
    return fmin(fmax(count, 0.0), marks->count);
}

/* Marks before column x of so many; before the one behind the last, those at the axis' end, too. */
static double marks_before(const struct histogram_view *view, const struct histogram_marks *marks,
                           int x, int width)
{
    double value = x < width ? view->low + x * ((view->high - view->low) / width) : view->high;
    double place = (value - marks->first) / marks->step;
    return within(marks, x < width ? ceil(place) : floor(place + CLOSE) + 1.0);
}

void histogram_draw_marks(const struct draw *draw, struct rect area,
                          const struct histogram_view *view, const struct histogram_marks *marks)
{
    for (int x = 0; x < area.width; x++) {
        double from = marks_before(view, marks, x, area.width);
        double to = marks_before(view, marks, x + 1, area.width);
        if (to - from >= 2.0)
            draw_text(draw, area, 0, x, ROLE_TEXT, draw_symbol(draw, SYMBOL_INTERVAL));
        else if (to - from >= 1.0)
            draw_text(draw, area, 0, x, ROLE_TEXT, draw_symbol(draw, SYMBOL_VERTICAL));
        else if (from > 0.0 && from < marks->count)
            draw_text(draw, area, 0, x, ROLE_DIM, draw_symbol(draw, SYMBOL_HORIZONTAL));
    }
}
