/* Renders grey images of an IDX file: make_pictures IMAGES LABELS COUNT FOLDER SUFFIX puts the
 * first COUNT into a folder for each class, as PNG or, where the suffix is jpg, as JPEG. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jpeglib.h>
#include <png.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/dataset/dataset.h"
#include "graph/graph.h"

/* What cameras store. */
#define JPEG_QUALITY 95

static _Noreturn void stop(const char *where, const char *text)
{
    fprintf(stderr, "make_pictures: %s: %s\n", where, text);
    exit(EXIT_FAILURE);
}

static void write_png(const char *path, const unsigned char *pixels, unsigned side)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = side, .height = side, .format = PNG_FORMAT_GRAY};
    if (!png_image_write_to_file(&image, path, 0, pixels, (png_int_32)side, NULL))
        stop(path, image.message);
}

static void write_jpeg(const char *path, unsigned char *pixels, unsigned side)
{
    struct jpeg_compress_struct writer;
    struct jpeg_error_mgr trouble;
    FILE *file = fopen(path, "wb");
    if (!file)
        stop(path, "cannot create");
    writer.err = jpeg_std_error(&trouble);
    jpeg_create_compress(&writer);
    jpeg_stdio_dest(&writer, file);
    writer.image_width = side;
    writer.image_height = side;
    writer.input_components = 1;
    writer.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&writer);
    jpeg_set_quality(&writer, JPEG_QUALITY, TRUE);
    jpeg_start_compress(&writer, TRUE);
    while (writer.next_scanline < side) {
        JSAMPROW row = pixels + (size_t)writer.next_scanline * side;
        jpeg_write_scanlines(&writer, &row, 1);
    }
    jpeg_finish_compress(&writer);
    jpeg_destroy_compress(&writer);
    if (fclose(file) != 0)
        stop(path, "cannot write");
}

static unsigned side_of(size_t elements)
{
    unsigned side = 0;
    while ((size_t)side * side < elements)
        side++;
    if ((size_t)side * side != elements)
        stop("images", "not as wide as they are high");
    return side;
}

/* Sample i into the folder of its class, under its number. */
static void render(struct dataset *dataset, size_t i, const char *folder, const char *suffix)
{
    size_t elements = dataset_elements(dataset);
    float *values = xcalloc(elements, sizeof(*values));
    unsigned char *pixels = xcalloc(elements, 1);
    struct error error;
    if (dataset_read(dataset, i, values, &error) != STATUS_OK)
        stop(error.where, error.text);
    for (size_t k = 0; k < elements; k++)
        pixels[k] = (unsigned char)values[k];
    char *class = xasprintf("%s/%02d", folder, (int)dataset_class(dataset, i));
    char *path = xasprintf("%s/%05zu.%s", class, i, suffix);
    mkdir(class, 0755);
    if (strcmp(suffix, "jpg") == 0)
        write_jpeg(path, pixels, side_of(elements));
    else
        write_png(path, pixels, side_of(elements));
    free(path);
    free(class);
    free(pixels);
    free(values);
}

int main(int count, char **arguments)
{
    struct dataset_spec spec;
    struct dataset *dataset;
    struct error error;
    if (count != 6)
        stop("usage", "make_pictures IMAGES LABELS COUNT FOLDER SUFFIX");
    dataset_spec_init(&spec);
    spec.samples = arguments[1];
    spec.labels = arguments[2];
    spec.count = strtoul(arguments[3], NULL, 10);
    if (dataset_open(&spec, NULL, &dataset, &error) != STATUS_OK)
        stop(error.where, error.text);
    for (size_t i = 0; i < dataset_count(dataset); i++)
        render(dataset, i, arguments[4], arguments[5]);
    dataset_free(dataset);
    return EXIT_SUCCESS;
}
