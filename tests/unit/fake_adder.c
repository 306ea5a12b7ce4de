/* A model for the stand-in of ONNX Runtime: whatever the file is, it adds 1 to two by three
 * numbers. */
#include <stdlib.h>

#include "fake_model.h"

struct fake_model *fake_model_load(const char *path, const void *bytes, size_t size)
{
    static struct fake_model adder = {.input = "a\nname",
                                      .output = "a\nname",
                                      .in_shape = {2, 3},
                                      .out_shape = {2, 3},
                                      .in_rank = 2,
                                      .out_rank = 2};
    (void)path, (void)bytes, (void)size;
    return &adder;
}

void fake_model_free(struct fake_model *model)
{
    (void)model;
}

void fake_model_run(const struct fake_model *model, const float *in, float *out)
{
    (void)model;
    for (int i = 0; i < 6; i++)
        out[i] = in[i] + 1.0f;
}
