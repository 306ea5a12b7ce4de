#include "dataset_harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "need.h"

/* --- files */

char data_folder[] = "/tmp/quantop-dataset-XXXXXX";

int data_make_folder(void **state)
{
    (void)state;
    memcpy(data_folder + strlen(data_folder) - 6, "XXXXXX", 6);
    return mkdtemp(data_folder) ? 0 : -1;
}

int data_remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", data_folder);
    return system(command);
}

const char *data_path(const char *name)
{
    static char paths[4][512];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", data_folder, name);
    return paths[next];
}

const char *data_put(const char *name, const void *bytes, size_t size)
{
    struct error error;
    const char *path = data_path(name);
    if (file_write(path, bytes, size, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return path;
}

const char *data_put_text(const char *name, const char *text)
{
    return data_put(name, text, strlen(text));
}

void data_put_picture(const char *name, const char *picture)
{
    char *from = path_join(SOURCE_DIRECTORY "/tests/data/pictures", picture);
    char *folder = path_directory(data_path(name));
    unsigned char *bytes;
    size_t size;
    struct error error = {0};
    need(file_read(from, SIZE_MAX, &bytes, &size, &error), &error);
    mkdir(folder, 0700);
    data_put(name, bytes, size);
    free(bytes);
    free(folder);
    free(from);
}

/* --- arrays */

static void add_reversed(struct text *file, const void *bytes, size_t size)
{
    for (size_t i = size; i-- > 0;)
        text_add(file, (const char *)bytes + i, 1);
}

void data_add_big_endian(struct text *file, const void *elements, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++)
        add_reversed(file, (const char *)elements + i * size, size);
}

void data_add_idx(struct text *file, unsigned char type, const uint32_t *dim, int rank,
                  const void *elements, size_t count, size_t size)
{
    const char magic[4] = {0, 0, (char)type, (char)rank};
    text_add(file, magic, 4);
    for (int i = 0; i < rank; i++)
        add_reversed(file, &dim[i], 4);
    data_add_big_endian(file, elements, count, size);
}

const char *data_put_idx(const char *name, unsigned char type, const uint32_t *dim, int rank,
                         const void *elements, size_t count, size_t size)
{
    struct text file = {0};
    data_add_idx(&file, type, dim, rank, elements, count, size);
    const char *path = data_put(name, file.bytes, file.length);
    text_release(&file);
    return path;
}

const char *data_put_npy_header(const char *name, int version, const char *header,
                                const void *elements, size_t bytes)
{
    struct text file = {0};
    size_t length = strlen(header);
    const char start[] = {(char)0x93, 'N', 'U', 'M', 'P', 'Y', (char)version, 0};
    text_add(&file, start, sizeof(start));
    text_add(&file, (const char *)&length, version == 1 ? 2 : 4);
    text_add(&file, header, length);
    text_add(&file, elements, bytes);
    const char *path = data_put(name, file.bytes, file.length);
    text_release(&file);
    return path;
}

const char *data_put_npy(const char *name, const char *descr, const char *shape,
                         const void *elements, size_t bytes)
{
    char header[256];
    snprintf(header, sizeof(header),
             "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }     \n", descr, shape);
    return data_put_npy_header(name, 1, header, elements, bytes);
}

/* --- what is read */

struct dataset *data_open_for(const struct dataset_spec *spec, const struct dataset_input *input)
{
    struct dataset *dataset = NULL;
    struct error error;
    if (dataset_open(spec, input, &dataset, &error) != STATUS_OK)
        fail_msg("%s: %s", error.where, error.text);
    return dataset;
}

struct dataset *data_open(const struct dataset_spec *spec)
{
    return data_open_for(spec, NULL);
}

struct dataset_input *data_input(const struct shape *shape, int channel_axis)
{
    static struct tensor tensors[4];
    static struct dataset_input inputs[4];
    static int next;
    next = (next + 1) % 4;
    tensors[next] = (struct tensor){.name = "x", .type = TYPE_F32, .shape = *shape};
    inputs[next] = (struct dataset_input){
        .tensor = &tensors[next], .facts = {.channel_axis = channel_axis}, .is_own = true};
    return &inputs[next];
}

struct dataset_spec data_spec(const char *samples, const char *labels)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = samples;
    spec.labels = labels;
    return spec;
}

void data_check_sample(struct dataset *dataset, size_t i, const double *expected, int line)
{
    float values[256];
    struct error error;
    assert_true(dataset_elements(dataset) <= sizeof(values) / sizeof(values[0]));
    if (dataset_read(dataset, i, values, &error) != STATUS_OK)
        fail_msg("line %d: %s: %s", line, error.where, error.text);
    for (size_t k = 0; k < dataset_elements(dataset); k++)
        if (!(fabs((double)values[k] - expected[k]) <= 1e-6 * fabs(expected[k])))
            fail_msg("line %d: sample %zu, element %zu: %.9g, expected %.9g", line, i, k,
                     (double)values[k], expected[k]);
}

void data_check_remark(const struct dataset *dataset, const char *words)
{
    for (size_t i = 0; i < dataset_remark_count(dataset); i++)
        if (strstr(dataset_remark(dataset, i), words))
            return;
    fail_msg("no remark '%s'", words);
}

void data_check_refused(const struct dataset_spec *spec, enum status status, const char *where,
                        const char *words)
{
    data_check_refused_for(spec, NULL, status, where, words);
}

void data_check_refused_for(const struct dataset_spec *spec, const struct dataset_input *input,
                            enum status status, const char *where, const char *words)
{
    struct dataset *dataset = NULL;
    struct error error = {0};
    enum status got = dataset_open(spec, input, &dataset, &error);
    if (got == STATUS_OK) {
        dataset_free(dataset);
        fail_msg("opened, expected '%s'", words);
    }
    assert_null(dataset);
    if (got != status || error.status != status || !strstr(error.text, words) ||
        strncmp(error.where, where, strlen(where)) != 0)
        fail_msg("status %d, %s: %s; expected status %d, %s: %s", got, error.where, error.text,
                 status, where, words);
}
