/* The row of the .tflite format, and how its files are told from others. */
#include <string.h>

#include "formats/tflite/tables.h"
#include "formats/tflite/tflite.h"

static bool probe(const unsigned char *bytes, size_t size)
{
    return size >= 8 && memcmp(bytes + 4, TFLITE_IDENTIFIER, 4) == 0;
}

/* All that are read, and written, have the same. */
static void print_version(const unsigned char *bytes, size_t size, struct text *out)
{
    (void)bytes;
    (void)size;
    text_printf(out, "schema version %d", TFLITE_VERSION);
}

const struct model_format tflite_format = {
    .name = "tflite",
    .suffix = ".tflite",
    .keeps_bytes = true,
    .keeps_signature = true,
    .keeps_types = true,
    .keeps_metadata = true,
    .rounding = TFLITE_ROUNDING,
    .probe = probe,
    .print_version = print_version,
    .read = tflite_read,
    .write = tflite_write,
};
