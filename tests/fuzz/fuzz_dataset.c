/* Any bytes as a file of samples and as one of labels (an array or an archive, a table or a list),
 * and as a picture: samples that can all be read, or an error that says what and where. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/dataset/dataset.h"
#include "tests/fuzz/fuzz.h"

/* Samples that are looked at. */
#define SAMPLES_MAX 8

/* What a file pretends to hold in little space may be large: it is not read element by element. */
#define ELEMENTS_MAX ((size_t)1 << 20)

/* Links to one file: what they are called decides how it is taken. */
static char folder[] = "/tmp/quantop-fuzz-XXXXXX";
static const char *const names[] = {"array", "table.csv", "picture.jpg"};
enum { ARRAY, TABLE, PICTURE, NAMES };
static char *paths[NAMES], *pictures;

static void remove_links(void)
{
    for (int i = 0; i < NAMES; i++) {
        unlink(paths[i]);
        free(paths[i]);
    }
    rmdir(pictures);
    rmdir(folder);
    free(pictures);
}

static int make_links(void)
{
    char target[64];
    int descriptor = memfd_create("dataset", MFD_CLOEXEC);
    if (descriptor < 0 || !mkdtemp(folder))
        abort();
    snprintf(target, sizeof(target), "/proc/%d/fd/%d", (int)getpid(), descriptor);
    pictures = path_join(folder, "pictures");
    if (mkdir(pictures, 0700) != 0)
        abort();
    for (int i = 0; i < NAMES; i++) {
        paths[i] = path_join(i == PICTURE ? pictures : folder, names[i]);
        if (symlink(target, paths[i]) != 0)
            abort();
    }
    atexit(remove_links);
    return descriptor;
}

static void set_file(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    if (descriptor < 0)
        descriptor = make_links();
    if (ftruncate(descriptor, 0) != 0 || lseek(descriptor, 0, SEEK_SET) != 0 ||
        !write_all(descriptor, data, size))
        abort();
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

static void try_spec(const struct dataset_spec *spec, const struct dataset_input *input,
                     const char *path)
{
    struct dataset *dataset;
    struct error error = {0};
    if (dataset_open(spec, input, &dataset, &error) == STATUS_OK) {
        read_samples(dataset, path);
        dataset_free(dataset);
    } else if (error.text[0] == '\0' || !strstr(error.where, path)) {
        abort();
    }
}

/* What a file may be, each in turn. */
enum { SAMPLES, LABELS_TOO, SOME_OF_THEM, WAYS };

static void try_file(const char *path, int way)
{
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    spec.samples = path;
    if (way != SAMPLES)
        spec.labels = path;
    if (way == SOME_OF_THEM) {
        spec.first = 3;
        spec.count = 5;
    }
    try_spec(&spec, NULL, path);
}

static void try_with_input(bool is_picture)
{
    const struct tensor tensor = {.name = "x", .type = TYPE_F32, .shape = SHAPE(1, 8, 8, 3)};
    const struct dataset_input input = {.tensor = &tensor, .facts = {-1, 0}, .is_own = true};
    struct dataset_spec spec;
    dataset_spec_init(&spec);
    if (is_picture) {
        spec.samples = pictures;
        spec.pictures.margin = 1.25;
    } else { /* labels for samples that are drawn */
        spec.samples = DATASET_RANDOM "4";
        spec.labels = paths[TABLE];
    }
    try_spec(&spec, &input, is_picture ? pictures : folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    set_file(data, size);
    uint64_t choice = fuzz_choice(data, size) % (2 * WAYS + 2);
    for (int i = 0; i < 2 * WAYS + 2; i++) {
        if (!fuzz_is_thorough && choice != (uint64_t)i)
            continue;
        if (i < 2 * WAYS)
            try_file(paths[i % 2 ? TABLE : ARRAY], i / 2);
        else
            try_with_input(i % 2);
    }
    return 0;
}
