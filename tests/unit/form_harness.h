/* One .onnx model at a time, made message by message, that is refused or computes what is expected,
 * here and on ONNX Runtime. Groups of tests begin with form_set_up and end with ort_tear_down. */
#ifndef TESTS_FORM_HARNESS_H
#define TESTS_FORM_HARNESS_H

#include "base/random.h"
#include "message_harness.h"
#include "runtimes/runtime.h"

#define MICROSOFT "com.microsoft"

int form_set_up(void **state);
extern struct random form_random;
/* Random numbers in -2..2. */
void form_fill(float *elements, size_t count);

/* Writes the model, whose only output is that of its last node, and frees it. */
void form_finish(struct message *message, const char *output, enum type type);
/* The model that was finished is refused, with the words in the message. */
void form_refuses(enum status expected, const char *words);
/* Runs it on a runtime: the elements of its output, to be freed, or NULL with the error. */
void *form_run(const struct runtime *runtime, const void *const *inputs, size_t *count,
               struct error *error);
/* The same of float32; the test ends where it fails. */
float *form_need(const struct runtime *runtime, const void *const *inputs, size_t *count,
                 const char *what);
/* It gives these real numbers here; the same here and on ONNX Runtime; both. */
void form_gives_here(const void *const *inputs, const float *expected, const char *what);
void form_agrees(const void *const *inputs, const char *what);
void form_gives(const void *const *inputs, const float *expected, const char *what);

#endif
