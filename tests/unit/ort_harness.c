#include "ort_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

const struct runtime *harness_onnxruntime(void)
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
