/* Files that are taken for models: named for what they are, and never in the place of a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "formats/foreign.h"
#include "model/load.h"

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t size;
    const char *remedy; /* part of it */
} files[] = {
    {"a Git LFS pointer",
     BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"), "git lfs pull"},
    {"an HTML page", BYTES("\n <!DOCTYPE html>\n<html>"), "download"},
    {"an HTML page", BYTES("<HTML>"), "download"},
    {"a Keras HDF5 file", BYTES("\x89HDF\r\n\x1a\n\0\0\0\0"), "--keras_model_file="},
    {"a Keras archive", BYTES("PK\003\004......config.json......model.weights.h5"),
     "from_keras_model"},
    {"a TensorFlow SavedModel", BYTES("\x08\x01\x12\x03\x0a\x01\x32"), "--saved_model_dir="},
    {"a PyTorch archive", BYTES("PK\003\004......net/data.pkl"), "torch.onnx.export"},
    {"a Python pickle, perhaps of PyTorch", BYTES("\x80\x02}q\0."), "torch.onnx.export"},
    {"an .ort file of ONNX Runtime", BYTES("\x18\0\0\0ORTM\0\0\0\0"), ".onnx file"},
    {"a safetensors file", BYTES("\x0a\0\0\0\0\0\0\0{\"a\":null}"), ".onnx"},
    {"a GGUF file", BYTES("GGUF\x03\0\0\0"), ".onnx"},
    {"an array of NumPy", BYTES("\x93NUMPY\x01\0"), "--data"},
    {"an array of NumPy", BYTES("PK\003\004......arr_0.npy"), "--data"},
    {NULL, BYTES("PK\003\004......letter.txt"), NULL},
    {NULL, BYTES("version 2"), NULL},
    {NULL, BYTES("\x18\0\0\0TFL3\0\0\0\0"), NULL},
    {NULL, BYTES("\x08\x07\x12\x03"), NULL},
    {NULL, BYTES("\xff\xff\xff\xff\xff\xff\xff\x7f{\""), NULL},
    {NULL, BYTES("x"), NULL},
};
#define FILES (sizeof(files) / sizeof(files[0]))

static void files_are_known_by_their_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILES; i++) {
        const struct foreign_kind *kind =
            foreign_kind_of((const unsigned char *)files[i].bytes, files[i].size);
        if (files[i].name == NULL && kind)
            fail_msg("case %zu is taken for %s", i, kind->name);
        if (files[i].name == NULL)
            continue;
        if (!kind || strcmp(kind->name, files[i].name) != 0)
            fail_msg("case %zu is %s, expected %s", i, kind ? kind->name : "nothing",
                     files[i].name);
        assert_non_null(strstr(kind->remedy, files[i].remedy));
    }
}

static void every_kind_has_a_case(void **state)
{
    (void)state;
    for (size_t k = 0; k < foreign_kind_count; k++) {
        bool found = false;
        for (size_t i = 0; i < FILES; i++)
            found = found || (files[i].name && strcmp(files[i].name, foreign_kinds[k].name) == 0);
        if (!found)
            fail_msg("no case for %s", foreign_kinds[k].name);
    }
}

static void loading_names_them(void **state)
{
    char folder[] = "/tmp/quantop-foreign-XXXXXX", path[64];
    struct error error = {0};
    struct graph *graph = NULL;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(graph_load(folder, NULL, &graph, &error), STATUS_FORMAT);
    assert_string_equal(error.text, "a folder, expected a .tflite or .onnx file");
    snprintf(path, sizeof(path), "%s/saved_model.pb", folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite("\x08\x01\x12\x00", 1, 4, file);
    fclose(file);
    assert_int_equal(graph_load(folder, NULL, &graph, &error), STATUS_FORMAT);
    assert_string_equal(error.where, folder);
    assert_non_null(
        strstr(error.text, "not a .tflite or .onnx file but a TensorFlow SavedModel; "));
    assert_int_equal(graph_load(path, NULL, &graph, &error), STATUS_FORMAT);
    assert_non_null(strstr(error.text, "a TensorFlow SavedModel"));
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_known_by_their_content),
        cmocka_unit_test(every_kind_has_a_case),
        cmocka_unit_test(loading_names_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
