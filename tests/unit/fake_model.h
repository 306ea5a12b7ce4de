/* What a library that stands in for ONNX Runtime runs: one input and one output of float32. */
#ifndef TESTS_FAKE_MODEL_H
#define TESTS_FAKE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#define FAKE_RANK_MAX 4

struct fake_model {
    const char *input, *output; /* names */
    int64_t in_shape[FAKE_RANK_MAX], out_shape[FAKE_RANK_MAX];
    int in_rank, out_rank;
    /* Steps of a run, for a session that records; none: it records what the test says. */
    int n_steps;
    const char *(*step_name)(const struct fake_model *model, int step);
    const char *(*step_op)(const struct fake_model *model, int step);
};

/* Of an .onnx file's path, or of its bytes where path is NULL; NULL: it cannot be run. */
struct fake_model *fake_model_load(const char *path, const void *bytes, size_t size);
void fake_model_free(struct fake_model *model);
void fake_model_run(const struct fake_model *model, const float *in, float *out);

#endif
