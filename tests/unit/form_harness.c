#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "form_harness.h"
#include "model/load.h"
#include "ort_harness.h"

struct random form_random;

int form_set_up(void **state)
{
    form_random.state = 31;
    return ort_set_up(state);
}

void form_finish(struct message *message, const char *output, enum type type)
{
    message_output(message, output, type);
    message_write(message, ort_model_path());
    message_free(message);
}

void form_refuses(enum status expected, const char *words)
{
    struct error error = {0};
    struct graph *graph = NULL;
    char line[900] = "";
    enum status status = graph_load(ort_model_path(), NULL, &graph, &error);
    if (status != STATUS_OK)
        error_line(&error, line, sizeof(line));
    else
        graph_free(graph);
    if (status != expected || !strstr(line, words) || !strstr(line, ort_model_path()))
        fail_msg("status %d, '%s'; expected %d, '%s'", (int)status, line, (int)expected, words);
}

void *form_run(const struct runtime *runtime, const void *const *inputs, size_t *count,
               struct error *error)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model = NULL;
    struct runtime_session *session = NULL;
    void *result = NULL;
    if (runtime->load(ort_model_path(), ort_model_path(), &options, &model, error) != STATUS_OK ||
        runtime->open(model, &session, error) != STATUS_OK)
        fail_msg("%s: %s", error->where, error->text);
    for (int i = 0; i < model->n_inputs; i++)
        memcpy(session->inputs[i], inputs[i], tensor_bytes(&model->inputs[i]));
    if (session->run(session, error) == STATUS_OK) {
        size_t bytes = tensor_bytes(&model->outputs[0]);
        *count = shape_elements(&model->outputs[0].shape);
        result = xcalloc(bytes + 1, 1);
        memcpy(result, session->outputs[0], bytes);
    }
    runtime_close(session);
    runtime_release(model);
    return result;
}

static void check_all(const float *got, const float *expected, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(got[i] - expected[i]) <= 1e-5f))
            fail_msg("%s: element %zu is %g, expected %g", what, i, (double)got[i],
                     (double)expected[i]);
}

float *form_need(const struct runtime *runtime, const void *const *inputs, size_t *count,
                 const char *what)
{
    struct error error = {0};
    float *result = form_run(runtime, inputs, count, &error);
    if (!result)
        fail_msg("%s: %s: %s", what, error.where, error.text);
    return result;
}

void form_gives_here(const void *const *inputs, const float *expected, const char *what)
{
    size_t count = 0;
    float *ours = form_need(runtime_find("builtin"), inputs, &count, what);
    check_all(ours, expected, count, what);
    free(ours);
}

void form_agrees(const void *const *inputs, const char *what)
{
    size_t count = 0, other = 0;
    if (!ort_runtime())
        return;
    float *ours = form_need(runtime_find("builtin"), inputs, &count, what);
    float *theirs = form_need(ort_runtime(), inputs, &other, what);
    assert_int_equal(count, other);
    check_all(ours, theirs, count, what);
    free(ours);
    free(theirs);
}

void form_gives(const void *const *inputs, const float *expected, const char *what)
{
    form_gives_here(inputs, expected, what);
    form_agrees(inputs, what);
}

void form_fill(float *elements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        elements[i] = (float)(4.0 * random_unit(&form_random) - 2.0);
}
