/* JPEG through libjpeg(-turbo), with its defaults: the accurate transform, smooth upsampling. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/text.h"
#include "formats/dataset/picture.h"

/* The library reports through this, and leaves by longjmp. */
struct reporter {
    struct jpeg_error_mgr base;
    jmp_buf leave;
    char text[JMSG_LENGTH_MAX];
};

struct jpeg {
    struct jpeg_decompress_struct library;
    struct reporter reporter;
    const struct picture_file *file;
    struct picture *picture;
    unsigned char *row; /* of four channels, from the library's pool */
    enum status status;
    struct error *error;
};

_Noreturn static void leave(j_common_ptr library)
{
    struct reporter *reporter = (struct reporter *)library->err;
    reporter->base.format_message(library, reporter->text);
    longjmp(reporter->leave, 1);
}

/* Warnings are for a picture that has an end; what is missing is not made up. */
static void warn(j_common_ptr library, int level)
{
    if (level < 0 && library->err->msg_code == JWRN_JPEG_EOF)
        leave(library);
}

static void stay_silent(j_common_ptr library)
{
    (void)library;
}

static unsigned char multiply(unsigned a, unsigned b)
{
    unsigned product = a * b + 128;
    return (unsigned char)((product + (product >> 8)) >> 8);
}

/* Inks are stored inverted, as Adobe does it; PIL assumes the same. */
static void from_inks(const unsigned char *inks, size_t width, unsigned char *rgb)
{
    for (size_t x = 0; x < width; x++, inks += 4)
        for (size_t c = 0; c < 3; c++)
            *rgb++ = (unsigned char)(inks[3] - multiply(255u - inks[c], inks[3]));
}

static bool begin(struct jpeg *jpeg)
{
    struct jpeg_decompress_struct *library = &jpeg->library;
    jpeg_create_decompress(library);
    jpeg_mem_src(library, jpeg->file->bytes, jpeg->file->size);
    jpeg_read_header(library, TRUE);
    bool has_inks = library->num_components == 4;
    library->out_color_space = has_inks                       ? JCS_CMYK
                               : library->num_components == 1 ? JCS_GRAYSCALE
                                                              : JCS_RGB;
    *jpeg->picture = (struct picture){library->image_width, library->image_height,
                                      library->num_components == 1 ? 1 : 3, NULL};
    jpeg->status = picture_allocate(jpeg->file->path, jpeg->picture, jpeg->error);
    if (jpeg->status == STATUS_OK && has_inks)
        jpeg->row =
            library->mem->alloc_large((j_common_ptr)library, JPOOL_IMAGE, 4 * jpeg->picture->width);
    return jpeg->status == STATUS_OK;
}

static void read_rows(struct jpeg *jpeg)
{
    struct jpeg_decompress_struct *library = &jpeg->library;
    struct picture *picture = jpeg->picture;
    jpeg_start_decompress(library);
    while (library->output_scanline < library->output_height) {
        unsigned char *to =
            picture->pixels + library->output_scanline * picture->width * picture->channels;
        unsigned char *row = jpeg->row ? jpeg->row : to;
        if (jpeg_read_scanlines(library, &row, 1) == 1 && jpeg->row)
            from_inks(jpeg->row, picture->width, to);
    }
    jpeg_finish_decompress(library);
}

enum status picture_decode_jpeg(const struct picture_file *file, struct picture *picture,
                                struct error *error)
{
    struct jpeg jpeg = {.file = file, .picture = picture, .error = error};
    jpeg.library.err = jpeg_std_error(&jpeg.reporter.base);
    jpeg.reporter.base.error_exit = leave;
    jpeg.reporter.base.emit_message = warn;
    jpeg.reporter.base.output_message = stay_silent;
    if (setjmp(jpeg.reporter.leave) == 0) {
        if (begin(&jpeg))
            read_rows(&jpeg);
    } else {
        text_make_printable(jpeg.reporter.text);
        jpeg.status = error_set(error, STATUS_FORMAT, file->path, "damaged JPEG file: %s",
                                jpeg.reporter.text);
    }
    jpeg_destroy_decompress(&jpeg.library);
    return jpeg.status;
}
