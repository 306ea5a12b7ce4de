/* The .tflite format (schema version 3). */
#ifndef FORMATS_TFLITE_TFLITE_H
#define FORMATS_TFLITE_TFLITE_H

#include "formats/model.h"

extern const struct model_format tflite_format;

/* How integers are rounded in files that do not state it. */
#define TFLITE_ROUNDING ROUNDING_TWICE

/* The format's functions; see struct model_format. When reading, constants that are aligned to
 * 16 stay where they are in the bytes; reading may be NULL. When writing, what cannot be
 * expressed in the format even after graph_lower() is STATUS_UNSUPPORTED, naming the node;
 * writing may be NULL. */
enum status tflite_read(const char *name, const unsigned char *bytes, size_t size,
                        const struct model_reading *reading, struct graph **graph,
                        struct error *error) __attribute__((nonnull(1, 2, 5, 6)));
enum status tflite_write(const struct graph *graph, const struct model_writing *writing,
                         unsigned char **bytes, size_t *size, struct error *error)
    __attribute__((nonnull(1, 3, 4, 5)));

#endif
