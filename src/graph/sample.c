#include "graph/sample.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

static float between(struct random *random, double low, double high)
{
    return (float)(low + (high - low) * random_unit(random));
}

struct picture {
    size_t height, width, channels;
    float *values;
};

/* Where a pixel lies between two points of a lattice. */
struct spot {
    size_t before;
    float share; /* of the point behind */
};

static struct spot locate(size_t pixel, size_t pixels, size_t cells)
{
    float at = (float)(pixel * cells) / (float)pixels;
    size_t before = (size_t)at;
    return (struct spot){before, at - (float)before};
}

/* The channels of a point have more in common than apart, as those of colours do. */
static float *new_lattice(struct random *random, size_t points, size_t channels, float amplitude)
{
    float *lattice = xcalloc(points * channels, sizeof(*lattice));
    for (size_t i = 0; i < points; i++) {
        float gray = between(random, -1.0, 1.0);
        for (size_t c = 0; c < channels; c++)
            lattice[i * channels + c] =
                amplitude * (0.8f * gray + 0.4f * between(random, -1.0, 1.0));
    }
    return lattice;
}

/* Adds one row of pixels, which lies between two rows of the lattice. */
static void add_row(const struct picture *picture, const struct spot *columns, const float *above,
                    const float *below, float share, float *row)
{
    size_t channels = picture->channels;
    for (size_t x = 0; x < picture->width; x++) {
        size_t at = columns[x].before * channels;
        for (size_t c = 0; c < channels; c++, at++) {
            float top = above[at] + columns[x].share * (above[at + channels] - above[at]);
            float bottom = below[at] + columns[x].share * (below[at + channels] - below[at]);
            row[x * channels + c] += top + share * (bottom - top);
        }
    }
}

/* Adds a lattice of cells x cells random values, linearly between its points. */
static void add_octave(struct random *random, const struct picture *picture, size_t cells,
                       float amplitude)
{
    size_t stride = (cells + 1) * picture->channels;
    float *lattice = new_lattice(random, (cells + 1) * (cells + 1), picture->channels, amplitude);
    struct spot *columns = xcalloc(picture->width, sizeof(*columns));
    for (size_t x = 0; x < picture->width; x++)
        columns[x] = locate(x, picture->width, cells);
    for (size_t y = 0; y < picture->height; y++) {
        struct spot row = locate(y, picture->height, cells);
        const float *above = lattice + row.before * stride;
        add_row(picture, columns, above, above + stride, row.share,
                picture->values + y * picture->width * picture->channels);
    }
    free(columns);
    free(lattice);
}

/* Brightness, tint and noise, and what a camera's range leaves of them. */
static void expose(struct random *random, const struct picture *picture)
{
    float brightness = between(random, 0.35, 0.65), noise = between(random, 0.0, 0.03);
    size_t count = picture->height * picture->width * picture->channels;
    float *levels = xcalloc(picture->channels, sizeof(*levels));
    for (size_t c = 0; c < picture->channels; c++)
        levels[c] = brightness + between(random, -0.15, 0.15);
    for (size_t i = 0; i < count; i++) {
        float *value = &picture->values[i];
        *value += levels[i % picture->channels] + noise * between(random, -1.0, 1.0);
        *value = *value < 0.0f ? 0.0f : *value > 1.0f ? 1.0f : *value;
    }
    free(levels);
}

/* Octaves of value noise, each of half the period of the one before. Their amplitudes fall by a
 * factor; at 0.5 the spectrum falls as those of photographs do (D. Field, 1987, Relations
 * between the statistics of natural images and the response properties of cortical cells). */
static void fill_picture(struct random *random, const struct picture *picture)
{
    float amplitude = between(random, 0.25, 0.5), roughness = between(random, 0.45, 0.7);
    size_t smaller = picture->height < picture->width ? picture->height : picture->width;
    for (size_t i = 0; i < picture->height * picture->width * picture->channels; i++)
        picture->values[i] = 0.0f;
    for (size_t cells = 2; cells == 2 || cells <= smaller / 2; cells *= 2) {
        add_octave(random, picture, cells, amplitude);
        amplitude *= roughness;
    }
    expose(random, picture);
}

/* Vectors of one length, which share 0.36 of their variance. */
static void fill_vectors(struct random *random, size_t vectors, size_t length, float *values)
{
    float *common = xcalloc(length + 1, sizeof(*common));
    double pair[2];
    for (size_t i = 0; i < length; i += 2) {
        random_normals(random, pair);
        common[i] = (float)(0.6 * pair[0]);
        common[i + 1] = (float)(0.6 * pair[1]);
    }
    for (size_t i = 0; i < vectors * length; i++) {
        if (i % 2 == 0)
            random_normals(random, pair);
        values[i] = common[i % length] + (float)(0.8 * pair[i % 2]);
    }
    free(common);
}

/* Neighbouring numbers have nothing in common. */
static struct random random_of(uint64_t index)
{
    struct random random = {index};
    random.state = random_next(&random);
    return random;
}

void sample_fill(const struct shape *shape, uint64_t index, float *values)
{
    size_t count = shape_elements(shape), images = shape->rank == 4 ? (size_t)shape->dim[0] : 1;
    struct random random = random_of(index);
    if (count == 0)
        return;
    if (shape->rank != 4) {
        size_t length = shape->rank ? (size_t)shape->dim[shape->rank - 1] : 1;
        fill_vectors(&random, count / length, length, values);
        return;
    }
    struct picture picture = {(size_t)shape->dim[1], (size_t)shape->dim[2], (size_t)shape->dim[3],
                              values};
    for (size_t i = 0; i < images; i++, picture.values += count / images)
        fill_picture(&random, &picture);
}

void sample_fill_whole(enum type type, size_t count, struct whole_range range, uint64_t index,
                       void *elements)
{
    struct random random = random_of(index);
    size_t size = type_size(type);
    for (size_t i = 0; i < count; i++) {
        int64_t value =
            range.least + (int64_t)random_below(&random, (size_t)(range.most - range.least) + 1);
        /* Little-endian: the low bytes come first, whatever the size. */
        memcpy((char *)elements + i * size, &value, size);
    }
}

struct whole_range sample_range(enum type type, int32_t rows)
{
    if (rows > 0)
        return (struct whole_range){0, rows - 1};
    if (type_is_quantized(type))
        return (struct whole_range){type_lowest(type), type_highest(type)};
    return (struct whole_range){0, 1};
}
