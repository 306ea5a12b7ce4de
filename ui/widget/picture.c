#include "ui/widget/picture.h"

#include <stdio.h>

/* Dots of a cell: two halves, or those of braille. */
#define HALVES         2
#define BRAILLE_ACROSS 2
#define BRAILLE_DOWN   4

/* How large it becomes, in dots. */
struct picture_size {
    int height, width;
};

/* So many dots across and down in a cell, which are as high as wide. */
static struct picture_size size_of(const struct picture *picture, struct rect area, int across,
                                   int down)
{
    double wide = (double)area.width * across / picture->width;
    double high = (double)area.height * down / picture->height, scale = wide < high ? wide : high;
    struct picture_size size = {(int)(picture->height * scale + 0.5),
                                (int)(picture->width * scale + 0.5)};
    size.height = size.height > 0 ? size.height : 1;
    size.width = size.width > 0 ? size.width : 1;
    return size;
}

/* What part i of n parts of a side covers: [*first, *end), at least one. */
static void cover(int side, int i, int n, int *first, int *end)
{
    *first = i * side / n;
    *end = (i + 1) * side / n;
    *end = *end > *first ? *end : *first + 1;
}

/* The mean of what a dot covers; black beyond the picture. */
static void color_at(const struct picture *picture, const struct picture_size *size, int y, int x,
                     unsigned char color[3])
{
    int top, bottom, left, right, sums[3] = {0, 0, 0};
    color[0] = color[1] = color[2] = 0;
    if (y >= size->height || x >= size->width)
        return;
    cover(picture->height, y, size->height, &top, &bottom);
    cover(picture->width, x, size->width, &left, &right);
    for (int i = top; i < bottom; i++)
        for (int k = left; k < right; k++)
            for (int c = 0; c < 3; c++)
                sums[c] += picture->pixels[(i * picture->width + k) * picture->channels +
                                           (picture->channels == 3 ? c : 0)];
    for (int c = 0; c < 3; c++)
        color[c] = (unsigned char)(sums[c] / ((bottom - top) * (right - left)));
}

/* How bright it is, of 255 (ITU-R BT.601). */
static int brightness_at(const struct picture *picture, const struct picture_size *size, int y,
                         int x)
{
    unsigned char color[3];
    color_at(picture, size, y, x, color);
    return (299 * color[0] + 587 * color[1] + 114 * color[2]) / 1000;
}

static void draw_half_blocks(const struct draw *draw, struct rect area,
                             const struct picture *picture, const struct picture_size *size)
{
    for (int y = 0; y * HALVES < size->height; y++)
        for (int x = 0; x < size->width; x++) {
            unsigned char upper[3], lower[3];
            color_at(picture, size, y * HALVES, x, upper);
            color_at(picture, size, y * HALVES + 1, x, lower);
            draw_halves(draw, area, y, x, upper, lower);
        }
}

/* Ordered dithering (Bayer, 1973): thresholds that spread the dots of a grey evenly. */
static bool is_lit(const struct picture *picture, const struct picture_size *size, int y, int x)
{
    static const int order[4][4] = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    return brightness_at(picture, size, y, x) * 16 > (order[y % 4][x % 4] * 2 + 1) * 255 / 2;
}

/* Characters from U+2800 on: a bit for each dot, in the order of the standard. */
static void draw_braille(const struct draw *draw, struct rect area, const struct picture *picture,
                         const struct picture_size *size)
{
    static const int bits[BRAILLE_DOWN][BRAILLE_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    for (int y = 0; y * BRAILLE_DOWN < size->height; y++)
        for (int x = 0; x * BRAILLE_ACROSS < size->width; x++) {
            int dots = 0;
            for (int i = 0; i < BRAILLE_DOWN; i++)
                for (int k = 0; k < BRAILLE_ACROSS; k++)
                    if (is_lit(picture, size, y * BRAILLE_DOWN + i, x * BRAILLE_ACROSS + k))
                        dots |= bits[i][k];
            const char glyph[] = {(char)0xe2, (char)(0xa0 | dots >> 6),
                                  (char)(0x80 | (dots & 0x3f)), '\0'};
            draw_text(draw, area, y, x, ROLE_TEXT, dots ? glyph : " ");
        }
}

/* Darkest first. */
static const char *const ascii_shades[] = {" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"};
static const char *const block_shades[] = {" ", "░", "▒", "▓", "█"};

static void draw_shades(const struct draw *draw, struct rect area, const struct picture *picture,
                        const struct picture_size *size)
{
    const char *const *shades = draw->ascii ? ascii_shades : block_shades;
    size_t ascii = sizeof(ascii_shades), blocks = sizeof(block_shades);
    int last = (int)((draw->ascii ? ascii : blocks) / sizeof(*shades)) - 1;
    for (int y = 0; y * HALVES < size->height; y++)
        for (int x = 0; x < size->width; x++) {
            int sum = brightness_at(picture, size, y * HALVES, x) +
                      brightness_at(picture, size, y * HALVES + 1, x);
            draw_text(draw, area, y, x, ROLE_TEXT, shades[sum * last / 510]);
        }
}

int picture_draw(const struct draw *draw, struct rect area, const struct picture *picture)
{
    if (area.height <= 0 || area.width <= 0)
        return 0;
    bool has_halves = !draw->ascii && draw_has_halves(draw);
    bool is_braille = !draw->ascii && !has_halves && draw->braille;
    int across = is_braille ? BRAILLE_ACROSS : 1, down = is_braille ? BRAILLE_DOWN : HALVES;
    struct picture_size size = size_of(picture, area, across, down);
    if (is_braille)
        draw_braille(draw, area, picture, &size);
    else if (has_halves)
        draw_half_blocks(draw, area, picture, &size);
    else
        draw_shades(draw, area, picture, &size);
    return (size.height + down - 1) / down;
}
