/* ONNX Runtime as another opinion in tests, beside the builtin runtime. */
#ifndef TESTS_ORT_HARNESS_H
#define TESTS_ORT_HARNESS_H

#include "runtimes/runtime.h"

/* Set-up and tear-down of a group of tests: a new file for models, and the library, from where
 * `bootstrap onnxruntime` puts it for this build unless QUANTOP_ONNXRUNTIME asks for something
 * else. The reason is on stdout where there is none. */
int ort_set_up(void **state);
int ort_tear_down(void **state);

/* Path of the file for models. */
const char *ort_model_path(void);
/* The library's row, ready for use; NULL where there is none. */
const struct runtime *ort_runtime(void);

/* For the beginning of a test; in a file that includes cmocka.h. */
#define NEEDS_LIBRARY                                                                              \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!ort_runtime())                                                                        \
            skip();                                                                                \
    } while (0)

/* The same model on both. */
enum { OURS, THEIRS };
struct ort_pair {
    struct runtime_model *model[2];
    struct runtime_session *session[2];
};

/* Loads the file at path, which messages call `what`, and opens a session on each. The test
 * ends where that fails, or where number, types and shapes of inputs and outputs differ. Closed by
 * ort_pair_close. */
void ort_pair_open(struct ort_pair *pair, const char *path, const char *what,
                   const struct runtime_options *options);
/* Runs both on the inputs that ours has; the test ends where one fails. */
void ort_pair_run(struct ort_pair *pair, const char *what);
void ort_pair_close(struct ort_pair *pair);

#endif
