/* Data sets in tests: files in a folder of the test's own, and what is read from them. */
#ifndef TESTS_DATASET_HARNESS_H
#define TESTS_DATASET_HARNESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "formats/dataset/dataset.h"

/* A folder for each test, removed with all that is in it. */
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, data_make_folder, data_remove_folder)

extern char data_folder[];
int data_make_folder(void **state);
int data_remove_folder(void **state);

/* A path in the folder; a few stay valid at a time. */
const char *data_path(const char *name);
/* Writes a file in the folder; its path. */
const char *data_put(const char *name, const void *bytes, size_t size);
const char *data_put_text(const char *name, const char *text);
/* A copy of a file of tests/data/pictures, under a name that may begin with a folder's. */
void data_put_picture(const char *name, const char *picture);

/* Writers: arrays as their specifications say, from the elements in the order of this machine. */
void data_add_big_endian(struct text *file, const void *elements, size_t count, size_t size);
void data_add_idx(struct text *file, unsigned char type, const uint32_t *dim, int rank,
                  const void *elements, size_t count, size_t size);
const char *data_put_idx(const char *name, unsigned char type, const uint32_t *dim, int rank,
                         const void *elements, size_t count, size_t size);
/* An NPY file with such a header, in any version and with any text, or as NumPy writes it. */
const char *data_put_npy_header(const char *name, int version, const char *header,
                                const void *elements, size_t bytes);
const char *data_put_npy(const char *name, const char *descr, const char *shape,
                         const void *elements, size_t bytes);

/* A description of samples and labels (NULL: none), all else as it is when nothing is said. */
struct dataset_spec data_spec(const char *samples, const char *labels);
/* Opens it; the test ends when that fails. data_open_for has an input, the other one does not. */
struct dataset *data_open(const struct dataset_spec *spec);
struct dataset *data_open_for(const struct dataset_spec *spec, const struct dataset_input *input);
/* An input 'x' of a shape, float32 unless the tensor says otherwise, whose channels the graph
 * counts along the axis; -1: it does not tell. A few stay valid at a time. */
struct dataset_input *data_input(const struct shape *shape, int channel_axis);
/* Reads sample i and compares its elements; data_check has them as a list. */
void data_check_sample(struct dataset *dataset, size_t i, const double *expected, int line);
#define data_check(dataset, i, ...)                                                                \
    data_check_sample((dataset), (i), (const double[]){__VA_ARGS__}, __LINE__)
/* Opening fails with this status, a place that begins with the file's path, and a text that holds
 * the words. */
void data_check_refused_for(const struct dataset_spec *spec, const struct dataset_input *input,
                            enum status status, const char *where, const char *words);
void data_check_refused(const struct dataset_spec *spec, enum status status, const char *where,
                        const char *words);

/* The data set has a remark that holds the words. */
void data_check_remark(const struct dataset *dataset, const char *words);

#endif
