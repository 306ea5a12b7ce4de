/* Operators of files that ONNX Runtime's tools make, on models drawn at random: the builtin runtime
 * computes what ONNX Runtime does, integers bit for bit. Says in a table what was compared. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "node_harness.h"
#include "ort_harness.h"
#include "runtime_cases.h"

#define MODELS 60

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
    harness_fill(&drawing->random, type, values, count, 1.0, draw_int(drawing, 0, 3) == 0);
    const char *name = message_constant(drawing->message, type, shape, values);
    free(values);
    return name;
}

/* --- comparing --- */

struct tally {
    size_t models, values, differ;
    double most;
};

static void fill_inputs(struct drawing *drawing, const struct ort_pair *pair)
{
    for (int i = 0; i < pair->model[OURS]->n_inputs; i++) {
        const struct tensor *tensor = &pair->model[OURS]->inputs[i];
        harness_fill(&drawing->random, tensor->type, pair->session[OURS]->inputs[i],
                     shape_elements(&tensor->shape), 1.0, draw_bool(drawing));
    }
}

static void compare_output(const struct runtime_case *kind, const struct ort_pair *pair, int output,
                           struct tally *tally)
{
    const struct tensor *tensor = &pair->model[OURS]->outputs[output];
    size_t count = shape_elements(&tensor->shape);
    const void *ours = pair->session[OURS]->outputs[output],
               *theirs = pair->session[THEIRS]->outputs[output];
    double greatest = tensor->type == TYPE_F32 ? 1e-3 : 1.0;
    for (size_t i = 0; i < count && tensor->type == TYPE_F32; i++)
        greatest = fmax(greatest, fabs(harness_get(tensor->type, theirs, i)));
    for (size_t i = 0; i < count; i++) {
        double a = harness_get(tensor->type, ours, i), b = harness_get(tensor->type, theirs, i);
        double off = fabs(a - b) / greatest;
        tally->differ += !(off <= kind->bound);
        tally->most = isnan(off) ? INFINITY : fmax(tally->most, off);
    }
    tally->values += count;
}

/* States the outputs' shapes, which ONNX Runtime does not infer for all of its own operators. */
static void write_model(struct message *message, const char *what)
{
    struct runtime_options options = {.isa = isa_best()};
    struct runtime_model *model;
    struct error error = {0};
    message_write(message, ort_model_path());
    if (runtime_find("builtin")->load(what, ort_model_path(), &options, &model, &error) !=
        STATUS_OK)
        fail_msg("%s: %s: %s", what, error.where, error.text);
    for (int i = 0; i < model->n_outputs; i++)
        message_shape(message, i, &model->outputs[i].shape);
    runtime_release(model);
    message_write(message, ort_model_path());
}

/* Integers on fast kernels, no real numbers between scales. */
static void check_kernels(const struct runtime_model *model, const char *what)
{
    const struct runtime_report report = model->runtime->report(model);
    for (int i = 0; i < report.n_kernels; i++)
        if (strstr(report.kernels[i], "f32") || strstr(report.kernels[i], "reference"))
            fail_msg("%s runs on %s", what, report.kernels[i]);
}

static void try_model(const struct runtime_case *kind, struct drawing *drawing, struct tally *tally)
{
    struct runtime_options options = {.isa = isa_best()};
    struct ort_pair pair;
    write_model(drawing->message, kind->name);
    ort_pair_open(&pair, ort_model_path(), kind->name, &options);
    if (kind->is_integer)
        check_kernels(pair.model[OURS], kind->name);
    for (int times = 0; times < 2; times++) {
        fill_inputs(drawing, &pair);
        ort_pair_run(&pair, kind->name);
        for (int i = 0; i < pair.model[OURS]->n_outputs; i++)
            compare_output(kind, &pair, i, tally);
    }
    tally->models++;
    ort_pair_close(&pair);
}

/* All models of the kinds; the table's lines are comments of the test's output. */
static void compare_kinds(const struct runtime_case *kinds, size_t count)
{
    size_t wrong = 0;
    printf("# %-28s %8s %10s %8s %10s  (ONNX Runtime %s)\n", "operator", "models", "values",
           "differ", "by at most", ort_runtime()->version());
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
    return cmocka_run_group_tests(tests, ort_set_up, ort_tear_down);
}
