/* The row of the .tflite format, and how its files are told from others. */
#include <string.h>

#include "formats/tflite/tables.h"
#include "formats/tflite/tflite.h"

static bool probe(const unsigned char *bytes, size_t size)
{
    return size >= 8 && memcmp(bytes + 4, TFLITE_IDENTIFIER, 4) == 0;
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
    .read = tflite_read,
    .write = tflite_write,
};
