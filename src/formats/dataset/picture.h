/* Pictures: decoding, and bringing them to a size, as programs that train networks do it. Inner to
 * this folder, but for the names of the filters. */
#ifndef FORMATS_DATASET_PICTURE_H
#define FORMATS_DATASET_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* 8-bit pixels in rows from the top, channels interleaved: 1 (grey) or 3 (red, green, blue). */
struct picture {
    size_t width, height, channels;
    unsigned char *pixels; /* free() them */
};

/* A file in memory, and what messages call it. */
struct picture_file {
    const char *path;
    const unsigned char *bytes;
    size_t size;
};

/* No picture has more pixels: a small file can promise any number. The bound at which PIL warns. */
#define PICTURE_PIXELS_MAX ((size_t)89478485)

/* Makes room for a picture's pixels. */
enum status picture_allocate(const char *path, struct picture *picture, struct error *error)
    __attribute__((nonnull(1, 2, 3)));

/* By suffix, whether a file is taken for a picture. */
bool picture_has_suffix(const char *name) __attribute__((nonnull(1)));

/* Decodes a JPEG or PNG file to 1 or 3 channels with the values of PIL's convert("L") or
 * convert("RGB"): grey is repeated, colours are weighed as ITU-R 601-2 has it, alpha is left out,
 * inverted CMYK (Adobe's) is multiplied out, samples of 16 bits lose their lower half. An
 * orientation in EXIF data is not applied. Grey of 16 bits, which PIL clips at 255, is
 * STATUS_UNSUPPORTED; a damaged or cut file, and one of more than PICTURE_PIXELS_MAX pixels, is
 * STATUS_FORMAT. */
enum status picture_decode(const struct picture_file *file, size_t channels,
                           struct picture *picture, struct error *error)
    __attribute__((nonnull(1, 3, 4)));

/* The decoders, to the channels that the file has. */
enum status picture_decode_jpeg(const struct picture_file *file, struct picture *picture,
                                struct error *error) __attribute__((nonnull(1, 2, 3)));
enum status picture_decode_png(const struct picture_file *file, struct picture *picture,
                               struct error *error) __attribute__((nonnull(1, 2, 3)));

/* How pixels are weighed; a row of picture_filters. */
struct picture_filter {
    const char *name;
    double (*weight)(double distance);
    double support; /* distance beyond which the weight is 0 */
};
extern const struct picture_filter picture_filters[];
extern const size_t picture_filter_count;

/* Makes a picture of another size of which each pixel is a weighted mean, over more pixels the more
 * it shrinks (antialiasing); columns first, rounded to 8 bits, then rows. Pillow's Resample.c, bit
 * for bit. */
enum status picture_resize(const struct picture *picture, size_t width, size_t height,
                           const struct picture_filter *filter, struct picture *resized,
                           struct error *error) __attribute__((nonnull(1, 4, 5, 6)));

#endif
