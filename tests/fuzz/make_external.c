/* .onnx files whose constants are in other files: make_external FOLDER MODEL writes copies of the
 * model that say so in every way that must be refused, each named for what is wrong with it, and a
 * sound one. The same arguments make the same files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx/onnx.pb-c.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

/* What the entries of the first constant say; NULL: nothing. */
struct external {
    const char *name, *location, *offset, *length;
};

static const struct external cases[] = {
    {"sound", "weights.bin", NULL, NULL},
    {"parent", "../weights.bin", NULL, NULL},
    {"parent-inside", "folder/../weights.bin", NULL, NULL},
    {"absolute", "/etc/passwd", NULL, NULL},
    {"root", "/", NULL, NULL},
    {"empty", "", NULL, NULL},
    {"unnamed", NULL, NULL, NULL},
    {"missing", "nothing.bin", NULL, NULL},
    {"folder", "folder", NULL, NULL},
    {"link-out", "out.bin", NULL, NULL},
    {"link-folder", "outside/passwd", NULL, NULL},
    {"pipe", "pipe", NULL, NULL},
    {"short", "short.bin", NULL, NULL},
    {"offset", "weights.bin", "1000000000000", NULL},
    {"offset-negative", "weights.bin", "-4", NULL},
    {"offset-text", "weights.bin", "0x10", NULL},
    {"offset-huge", "weights.bin", "9223372036854775807", NULL},
    {"offset-beyond", "weights.bin", "99999999999999999999", NULL},
    {"length", "weights.bin", NULL, "3"},
    {"length-negative", "weights.bin", NULL, "-1"},
    {"length-huge", "weights.bin", NULL, "9223372036854775807"},
};

static void need(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "make_external: %s: %s\n", error->where, error->text);
    exit(1);
}

static void add_entry(Onnx__Tensor *tensor, const char *key, const char *value)
{
    if (!value)
        return;
    Onnx__Entry *entry = xcalloc(1, sizeof(*entry));
    onnx__entry__init(entry);
    entry->key = xstrdup(key);
    entry->value = xstrdup(value);
    tensor->external_data[tensor->n_external_data++] = entry;
}

static void make_external(Onnx__Tensor *tensor, const struct external *external)
{
    tensor->external_data = xcalloc(3, sizeof(*tensor->external_data));
    tensor->has_data_location = 1;
    tensor->data_location = 1;
    tensor->has_raw_data = 0;
    add_entry(tensor, "location", external->location);
    add_entry(tensor, "offset", external->offset);
    add_entry(tensor, "length", external->length);
}

static void write_into(const char *folder, const char *name, const void *bytes, size_t size)
{
    struct error error;
    char *path = path_join(folder, name);
    need(file_write(path, bytes, size, &error), &error);
    free(path);
}

/* What the copies refer to, in the folder and beside it. */
static void write_surroundings(const char *folder, const Onnx__Tensor *tensor)
{
    char *path = path_join(folder, "folder");
    write_into(folder, "weights.bin", tensor->raw_data.data, tensor->raw_data.len);
    write_into(folder, "../weights.bin", tensor->raw_data.data, tensor->raw_data.len);
    write_into(folder, "short.bin", tensor->raw_data.data, tensor->raw_data.len - 1);
    int failed = mkdir(path, 0700);
    free(path);
    path = path_join(folder, "out.bin");
    failed |= symlink("../weights.bin", path);
    free(path);
    path = path_join(folder, "outside");
    failed |= symlink("/etc", path);
    free(path);
    path = path_join(folder, "pipe");
    failed |= mkfifo(path, 0600);
    free(path);
    if (failed)
        exit(1);
}

static Onnx__Model *unpack(const char *path)
{
    unsigned char *bytes;
    size_t size;
    struct error error;
    need(file_read(path, FILE_BYTES_MAX, &bytes, &size, &error), &error);
    Onnx__Model *model = onnx__model__unpack(NULL, size, bytes);
    free(bytes);
    if (!model || model->graph->n_initializer == 0)
        exit(1);
    return model;
}

static void write_copy(const char *folder, const char *path, const struct external *external)
{
    Onnx__Model *model = unpack(path);
    make_external(model->graph->initializer[0], external);
    size_t size = onnx__model__get_packed_size(model);
    unsigned char *bytes = xcalloc(size, 1);
    char *name = xasprintf("external-%s.onnx", external->name);
    onnx__model__pack(model, bytes);
    write_into(folder, name, bytes, size);
    free(name);
    free(bytes);
    onnx__model__free_unpacked(model, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 3;
    Onnx__Model *model = unpack(argv[2]);
    write_surroundings(argv[1], model->graph->initializer[0]);
    onnx__model__free_unpacked(model, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        write_copy(argv[1], argv[2], &cases[i]);
    return 0;
}
