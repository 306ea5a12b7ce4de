#include "runtimes/runtime.h"

#include <string.h>

#include "runtimes/rows.h"

const struct runtime *const runtime_table[] = {&runtime_builtin, &runtime_onnxruntime};
const size_t runtime_count = sizeof(runtime_table) / sizeof(runtime_table[0]);

const struct runtime *runtime_find(const char *name)
{
    for (size_t i = 0; i < runtime_count; i++)
        if (strcmp(runtime_table[i]->name, name) == 0)
            return runtime_table[i];
    return NULL;
}

void runtime_release(struct runtime_model *model)
{
    if (model)
        model->runtime->release(model);
}

void runtime_close(struct runtime_session *session)
{
    if (session)
        session->runtime->close(session);
}

void runtime_reset(struct runtime_session *session)
{
    if (session->reset)
        session->reset(session);
}
