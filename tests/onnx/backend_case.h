/* One case of ONNX's backend tests: a folder with a model and the tensors that go in and must come
 * out. */
#ifndef TESTS_ONNX_BACKEND_CASE_H
#define TESTS_ONNX_BACKEND_CASE_H

#include <stdbool.h>

#include "formats/onnx/messages.h"

#define CASE_TENSORS_MAX 16
#define CASE_TEXT_SIZE   1024

struct backend_case {
    Onnx__Model *model;
    Onnx__Tensor *inputs[CASE_TENSORS_MAX], *outputs[CASE_TENSORS_MAX]; /* of the first data set */
    int n_inputs, n_outputs;
};

/* Reads a folder; false, with what is wrong, where something is missing. Released whatever the
 * outcome. */
bool backend_case_read(const char *folder, struct backend_case *test, char text[CASE_TEXT_SIZE]);
void backend_case_release(struct backend_case *test);

/* Whether every operator of the model is one that we claim to read. */
bool backend_case_is_claimed(const struct backend_case *test);

/* Runs the model on the inputs and compares; false, with what is wrong. */
bool backend_case_run(struct backend_case *test, char text[CASE_TEXT_SIZE]);

#endif
