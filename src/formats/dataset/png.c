/* PNG through libpng. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/picture.h"

struct png {
    png_structp library;
    png_infop info;
    const struct picture_file *file;
    struct picture *picture;
    size_t at; /* bytes that were read */
    png_bytepp rows;
    enum status status;
    struct error *error;
};

/* The library leaves by longjmp. */
_Noreturn static void fail(png_structp library, png_const_charp message)
{
    struct png *png = png_get_error_ptr(library);
    char text[128] = "";
    strncat(text, message, sizeof(text) - 1);
    text_make_printable(text);
    png->status =
        error_set(png->error, STATUS_FORMAT, png->file->path, "damaged PNG file: %s", text);
    png_longjmp(library, 1);
}

static void stay_silent(png_structp library, png_const_charp message)
{
    (void)library;
    (void)message;
}

static void give_bytes(png_structp library, png_bytep bytes, size_t size)
{
    struct png *png = png_get_io_ptr(library);
    if (size > png->file->size - png->at)
        png_error(library, "the file ends early");
    memcpy(bytes, png->file->bytes + png->at, size);
    png->at += size;
}

/* Asks for 8-bit grey or colours without alpha. */
static bool choose_pixels(struct png *png)
{
    png_structp library = png->library;
    int type = png_get_color_type(library, png->info),
        depth = png_get_bit_depth(library, png->info);
    bool is_grey = (type & PNG_COLOR_MASK_COLOR) == 0;
    if (type == PNG_COLOR_TYPE_GRAY && depth == 16) {
        png->status = error_set(png->error, STATUS_UNSUPPORTED, png->file->path,
                                "grey of 16 bits, which programs bring to 8 bits in different "
                                "ways, expected 8 bits");
        return false;
    }
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(library);
    if (is_grey && depth < 8)
        png_set_expand_gray_1_2_4_to_8(library);
    if (depth == 16)
        png_set_strip_16(library);
    png_set_strip_alpha(library);
    png_set_interlace_handling(library);
    png_read_update_info(library, png->info);
    *png->picture =
        (struct picture){png_get_image_width(library, png->info),
                         png_get_image_height(library, png->info), is_grey ? 1 : 3, NULL};
    return true;
}

static void read_rows(struct png *png)
{
    struct picture *picture = png->picture;
    size_t stride = picture->width * picture->channels;
    if (png_get_rowbytes(png->library, png->info) != stride)
        png_error(png->library, "rows of another length than its header says");
    png->rows = xcalloc(picture->height, sizeof(*png->rows));
    for (size_t y = 0; y < picture->height; y++)
        png->rows[y] = picture->pixels + y * stride;
    png_read_image(png->library, png->rows);
    png_read_end(png->library, NULL);
}

static void decode(struct png *png)
{
    if (setjmp(png_jmpbuf(png->library)))
        return;
    png_set_read_fn(png->library, png, give_bytes);
    png_set_user_limits(png->library, PICTURE_PIXELS_MAX, PICTURE_PIXELS_MAX);
    png_read_info(png->library, png->info);
    if (!choose_pixels(png))
        return;
    png->status = picture_allocate(png->file->path, png->picture, png->error);
    if (png->status == STATUS_OK)
        read_rows(png);
}

enum status picture_decode_png(const struct picture_file *file, struct picture *picture,
                               struct error *error)
{
    struct png png = {.file = file, .picture = picture, .error = error};
    png.library = png_create_read_struct(PNG_LIBPNG_VER_STRING, &png, fail, stay_silent);
    png.info = png.library ? png_create_info_struct(png.library) : NULL;
    if (png.info)
        decode(&png);
    else
        png.status = error_set(error, STATUS_MEMORY, file->path, "not enough memory for libpng");
    png_destroy_read_struct(&png.library, &png.info, NULL);
    free(png.rows);
    return png.status;
}
