/* Any bytes as a file of samples and as one of labels: samples that can all be read, or an error
 * that says what and where. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Samples that are looked at. */
#define SAMPLES_MAX 8

/* What a file pretends to hold in little space may be large: it is not read element by element. */
#define ELEMENTS_MAX ((size_t)1 << 20)

static const char *file_of(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static char path[64];
    if (descriptor < 0) {
        descriptor = memfd_create("dataset", MFD_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    }
    if (descriptor < 0 || ftruncate(descriptor, 0) != 0 || lseek(descriptor, 0, SEEK_SET) != 0 ||
        !write_all(descriptor, data, size))
        abort();
    return path;
}

static void read_truth(const struct dataset *dataset, size_t sample)
{
    size_t elements;
    switch (dataset_label_kind(dataset)) {
    case LABEL_NONE:
        break;
    case LABEL_CLASS:
        (void)dataset_class(dataset, sample);
        break;
    case LABEL_VECTOR:
        if (!dataset_target(dataset, sample, &elements) || elements == 0)
            abort();
        break;
    }
}

static void read_samples(struct dataset *dataset, const char *path)
{
    struct error error = {0};
    size_t count = dataset_count(dataset), elements = dataset_elements(dataset);
    if (count == 0 || elements == 0)
        abort();
    if (elements > ELEMENTS_MAX)
        return;
    float *values = xcalloc(elements, sizeof(*values));
    for (size_t i = 0; i < count && i < SAMPLES_MAX; i++) {
        size_t sample = i % 2 ? count - 1 - i / 2 : i / 2; /* from both ends */
        if (dataset_read(dataset, sample, values, &error) != STATUS_OK &&
            (error.text[0] == '\0' || strncmp(error.where, path, strlen(path)) != 0))
            abort();
        read_truth(dataset, sample);
    }
    free(values);
}

static void try_spec(const struct dataset_spec *spec, const char *path)
{
    struct dataset *dataset;
    struct error error = {0};
    if (dataset_open(spec, NULL, &dataset, &error) == STATUS_OK) {
        read_samples(dataset, path);
        dataset_free(dataset);
    } else if (error.text[0] == '\0' || !strstr(error.where, path)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = file_of(data, size);
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = path;
    try_spec(&spec, path);
    spec.labels = path;
    try_spec(&spec, path);
    spec.first = 3;
    spec.count = 5;
    try_spec(&spec, path);
    return 0;
}
