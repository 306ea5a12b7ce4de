#include "formats/dataset/picture.h"

#include "base/file.h"
#include "base/memory.h"

bool picture_has_suffix(const char *name)
{
    return path_has_suffix(name, ".jpg") || path_has_suffix(name, ".jpeg") ||
           path_has_suffix(name, ".png");
}

enum status picture_allocate(const char *path, struct picture *picture, struct error *error)
{
    if (picture->width == 0 || picture->height == 0 ||
        picture->height > PICTURE_PIXELS_MAX / picture->width)
        return error_set(error, STATUS_FORMAT, path,
                         "a picture of %zu x %zu pixels, expected at most %zu", picture->width,
                         picture->height, PICTURE_PIXELS_MAX);
    picture->pixels = memory_try(picture->width * picture->height * picture->channels);
    return picture->pixels
               ? STATUS_OK
               : error_set(error, STATUS_MEMORY, path, "not enough memory for %zu x %zu pixels",
                           picture->width, picture->height);
}
