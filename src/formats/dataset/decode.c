#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/dataset/picture.h"

/* ITU-R 601-2 luma in 16 bits, as PIL has it. */
static unsigned char grey_of(const unsigned char *rgb)
{
    return (unsigned char)((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
}

static enum status convert(const char *path, size_t channels, struct picture *picture,
                           struct error *error)
{
    struct picture other = {picture->width, picture->height, channels, NULL};
    enum status status = picture_allocate(path, &other, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < picture->width * picture->height; i++)
        if (channels == 1)
            other.pixels[i] = grey_of(picture->pixels + 3 * i);
        else
            memset(other.pixels + 3 * i, picture->pixels[i], 3);
    free(picture->pixels);
    *picture = other;
    return STATUS_OK;
}

enum status picture_decode(const struct picture_file *file, size_t channels,
                           struct picture *picture, struct error *error)
{
    static const unsigned char jpeg[] = {0xff, 0xd8, 0xff}, png[] = {0x89, 'P', 'N', 'G'};
    enum status status;
    *picture = (struct picture){0};
    if (file->size > sizeof(jpeg) && memcmp(file->bytes, jpeg, sizeof(jpeg)) == 0)
        status = picture_decode_jpeg(file, picture, error);
    else if (file->size > sizeof(png) && memcmp(file->bytes, png, sizeof(png)) == 0)
        status = picture_decode_png(file, picture, error);
    else
        status = error_set(error, STATUS_FORMAT, file->path, "neither a JPEG nor a PNG file");
    if (status == STATUS_OK && picture->channels != channels)
        status = convert(file->path, channels, picture, error);
    if (status != STATUS_OK)
        FREE_AND_NULL(picture->pixels);
    return status;
}
