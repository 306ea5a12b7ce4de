#include "ort_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char model_path[] = "/tmp/quantop-ort-XXXXXX";
static const struct runtime *library;

static const struct runtime *find_library(void)
{
    const struct runtime *runtime = runtime_find("onnxruntime");
    struct error error;
    char *placed = path_join(getenv("BUILD"), "onnxruntime/libonnxruntime.so.1");
    bool use_placed = !getenv("QUANTOP_ONNXRUNTIME") && access(placed, F_OK) == 0;
    enum status status = runtime->find(use_placed ? placed : NULL, &error);
    free(placed);
    if (status == STATUS_OK)
        return runtime;
    printf("# onnxruntime: %s\n", error.text);
    return NULL;
}

int ort_set_up(void **state)
{
    int descriptor = mkstemp(model_path);
    (void)state;
    library = find_library();
    return descriptor < 0 ? -1 : close(descriptor);
}

int ort_tear_down(void **state)
{
    (void)state;
    return unlink(model_path);
}

const char *ort_model_path(void)
{
    return model_path;
}

const struct runtime *ort_runtime(void)
{
    return library;
}

/* --- both --- */

static void open_one(struct ort_pair *pair, int side, const char *path, const char *what,
                     const struct runtime_options *options)
{
    const struct runtime *runtime = side == OURS ? runtime_find("builtin") : library;
    struct error error = {0};
    if (runtime->load(what, path, options, &pair->model[side], &error) != STATUS_OK ||
        runtime->open(pair->model[side], &pair->session[side], &error) != STATUS_OK)
        fail_msg("%s on %s: %s: %s", what, runtime->name, error.where, error.text);
}

static void check_ends(const struct tensor *ours, int n_ours, const struct tensor *theirs,
                       int n_theirs, const char *what)
{
    if (n_ours != n_theirs)
        fail_msg("%s: %d inputs or outputs, of ONNX Runtime %d", what, n_ours, n_theirs);
    for (int i = 0; i < n_ours; i++)
        if (ours[i].type != theirs[i].type || !shape_equal(&ours[i].shape, &theirs[i].shape))
            fail_msg("%s: '%s' is of another type or shape on ONNX Runtime", what, ours[i].name);
}

void ort_pair_open(struct ort_pair *pair, const char *path, const char *what,
                   const struct runtime_options *options)
{
    open_one(pair, OURS, path, what, options);
    open_one(pair, THEIRS, path, what, options);
    const struct runtime_model *ours = pair->model[OURS], *theirs = pair->model[THEIRS];
    check_ends(ours->inputs, ours->n_inputs, theirs->inputs, theirs->n_inputs, what);
    check_ends(ours->outputs, ours->n_outputs, theirs->outputs, theirs->n_outputs, what);
}

void ort_pair_run(struct ort_pair *pair, const char *what)
{
    const struct runtime_model *ours = pair->model[OURS];
    struct error error = {0};
    for (int i = 0; i < ours->n_inputs; i++)
        memcpy(pair->session[THEIRS]->inputs[i], pair->session[OURS]->inputs[i],
               tensor_bytes(&ours->inputs[i]));
    for (int side = OURS; side <= THEIRS; side++)
        if (pair->session[side]->run(pair->session[side], &error) != STATUS_OK)
            fail_msg("%s on %s: %s: %s", what, pair->model[side]->runtime->name, error.where,
                     error.text);
}

void ort_pair_close(struct ort_pair *pair)
{
    for (int side = OURS; side <= THEIRS; side++) {
        runtime_close(pair->session[side]);
        runtime_release(pair->model[side]);
    }
}
