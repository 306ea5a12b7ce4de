/* Operators of files that ONNX Runtime's tools make, on models drawn at random: the builtin runtime
 * computes what ONNX Runtime does. Says in a table what was compared. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "node_harness.h"
#include "ort_harness.h"
#include "runtime_cases.h"
#include "runtimes/runtime.h"

#define MODELS 60

static const struct runtime *builtin, *other;
static char *model_path;

static int set_up(void **state)
{
    (void)state;
    model_path = xstrdup("/tmp/quantop-operators-XXXXXX");
    int descriptor = mkstemp(model_path);
    if (descriptor < 0)
        return -1;
    close(descriptor);
    builtin = runtime_find("builtin");
    other = harness_onnxruntime();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(model_path);
    free(model_path);
    return 0;
}

/* --- drawing --- */

int draw_int(struct drawing *drawing, int low, int high)
{
    return low + (int)random_below(&drawing->random, (size_t)(high - low) + 1);
}

bool draw_bool(struct drawing *drawing)
{
    return draw_int(drawing, 0, 1) == 1;
}

double draw_real(struct drawing *drawing, double low, double high)
{
    return low + (high - low) * random_unit(&drawing->random);
}

const char *draw_integers(struct drawing *drawing, enum type type, struct shape shape)
{
    size_t count = shape_elements(&shape);
    void *values = xcalloc(count + 1, type_size(type));
    harness_fill(&drawing->random, type, values, count, 1.0, false);
    const char *name = message_constant(drawing->message, type, shape, values);
    free(values);
    return name;
}

/* --- comparing --- */

struct tally {
    size_t models, values, differ;
    double most;
};

struct pair {
    struct runtime_model *model[2];
    struct runtime_session *session[2];
};

static void open_one(struct pair *pair, int i, const struct runtime *runtime, const char *name)
{
    struct runtime_options options = {.isa = isa_best()};
    struct error error = {0};
    if (runtime->load(name, model_path, &options, &pair->model[i], &error) != STATUS_OK ||
        runtime->open(pair->model[i], &pair->session[i], &error) != STATUS_OK)
        fail_msg("%s, %s: %s: %s", runtime->name, name, error.where, error.text);
}

static void fill_inputs(struct drawing *drawing, struct pair *pair)
{
    for (int i = 0; i < pair->model[0]->n_inputs; i++) {
        const struct tensor *tensor = &pair->model[0]->inputs[i];
        size_t count = shape_elements(&tensor->shape);
        harness_fill(&drawing->random, tensor->type, pair->session[0]->inputs[i], count, 1.0,
                     draw_bool(drawing));
        memcpy(pair->session[1]->inputs[i], pair->session[0]->inputs[i],
               count * type_size(tensor->type));
    }
}

static double value_at(enum type type, const void *elements, size_t i)
{
    switch (type) {
    case TYPE_F32:
        return (double)((const float *)elements)[i];
    case TYPE_I8:
        return ((const int8_t *)elements)[i];
    case TYPE_U8:
        return ((const uint8_t *)elements)[i];
    default:
        return ((const int32_t *)elements)[i];
    }
}

static void compare_output(const struct runtime_case *kind, const struct pair *pair, int output,
                           struct tally *tally)
{
    const struct tensor *tensor = &pair->model[0]->outputs[output];
    size_t count = shape_elements(&tensor->shape);
    const void *ours = pair->session[0]->outputs[output],
               *theirs = pair->session[1]->outputs[output];
    double greatest = tensor->type == TYPE_F32 ? 1e-3 : 1.0;
    for (size_t i = 0; i < count && tensor->type == TYPE_F32; i++)
        greatest = fmax(greatest, fabs(value_at(tensor->type, theirs, i)));
    for (size_t i = 0; i < count; i++) {
        double a = value_at(tensor->type, ours, i), b = value_at(tensor->type, theirs, i);
        double off = fabs(a - b) / greatest;
        tally->differ += !(off <= kind->bound);
        tally->most = isnan(off) ? INFINITY : fmax(tally->most, off);
    }
    tally->values += count;
}

static void try_model(const struct runtime_case *kind, struct drawing *drawing, struct tally *tally)
{
    struct pair pair;
    struct error error = {0};
    message_write(drawing->message, model_path);
    open_one(&pair, 0, builtin, kind->name);
    for (int i = 0; i < pair.model[0]->n_outputs; i++)
        message_shape(drawing->message, i, &pair.model[0]->outputs[i].shape);
    message_write(drawing->message, model_path);
    open_one(&pair, 1, other, kind->name);
    for (int times = 0; times < 2; times++) {
        fill_inputs(drawing, &pair);
        for (int i = 0; i < 2; i++)
            if (pair.session[i]->run(pair.session[i], &error) != STATUS_OK)
                fail_msg("%s: %s: %s", kind->name, error.where, error.text);
        for (int i = 0; i < pair.model[0]->n_outputs; i++)
            compare_output(kind, &pair, i, tally);
    }
    tally->models++;
    for (int i = 0; i < 2; i++) {
        runtime_close(pair.session[i]);
        runtime_release(pair.model[i]);
    }
}

/* All models of the kinds; the table's lines are comments of the test's output. */
static void compare_kinds(const struct runtime_case *kinds, size_t count)
{
    size_t wrong = 0;
    printf("# %-28s %8s %10s %8s %10s  (ONNX Runtime %s)\n", "operator", "models", "values",
           "differ", "by at most", other->version());
    for (size_t k = 0; k < count; k++) {
        struct tally tally = {0};
        for (uint64_t seed = 0; seed < MODELS; seed++) {
            struct drawing drawing = {.random = {seed}};
            drawing.message = message_new(kinds[k].opset);
            kinds[k].draw(&drawing);
            try_model(&kinds[k], &drawing, &tally);
            message_free(drawing.message);
        }
        printf("# %-28s %8zu %10zu %8zu %10.2g\n", kinds[k].name, tally.models, tally.values,
               tally.differ, tally.most);
        wrong += (double)tally.differ > kinds[k].share * (double)tally.values ||
                 tally.most > (kinds[k].share > 0.0 ? 1.0 : kinds[k].bound);
    }
    assert_int_equal(wrong, 0);
}

#define NEEDS_LIBRARY                                                                              \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!other)                                                                                \
            skip();                                                                                \
    } while (0)

static void integer_operators_agree_in_every_bit(void **state)
{
    NEEDS_LIBRARY;
    compare_kinds(qlinear_cases, qlinear_case_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integer_operators_agree_in_every_bit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
