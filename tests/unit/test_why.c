/* Rules that say why: each planted cause is named first, and nothing is named where all is well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/notes.h"
#include "results/why.h"
#include "results_harness.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STEP(op, kernel, arithmetic, input, output, ns)                                            \
    "{'nodes': [0], 'op': '" op "', 'merged': '', 'kernel': '" kernel "', 'isa': 'x', "            \
    "'arithmetic': '" arithmetic "', 'input': '" input " 1x8', 'output': '" output " 1x8', "       \
    "'macs': 8, 'constant_bytes': 8, 'read_bytes': 8, 'written_bytes': 8, 'ns': " ns "}"
#define BYTES(ns)  STEP("CONV_2D", "conv_2d_i8", "int8", "int8", "int8", ns)
#define FLOATS(ns) STEP("CONV_2D", "conv_2d_f32", "float32", "float32", "float32", ns)

/* What is planted in a row of 100 us, whose fp32 row takes 200 us, and the rule to come first. */
static const struct {
    const char *cause, *mode;
    int threads; /* of the row; the same file takes single_us on one, 0: that was not measured */
    double us, single_us;
    const char *isa, *cpu_isa, *steps, *rule;
} cases[] = {
    {"nothing", "int8", 1, 100, 0, "avx512-vnni", "avx512-vnni", BYTES("1e5"), "most-time"},
    {"--isa generic", "int8", 1, 100, 0, "generic", "avx512-vnni", BYTES("1e5"), "isa-limited"},
    {"a CPU without VNNI", "int8", 1, 100, 0, "avx2", "avx2", BYTES("1e5"), "no-dot-products"},
    {"Arm with dot products", "int8", 1, 100, 0, "neon-dot", "neon-dot", BYTES("1e5"), "most-time"},
    {"a plain kernel", "int8", 1, 100, 0, "avx512-vnni", "avx512-vnni",
     BYTES("9e4") ", " STEP("CUMSUM", "cumsum_i8_reference", "read", "int8", "int8", "1e4"),
     "plain-kernels"},
    {"a trifle on a plain kernel", "int8", 1, 100, 0, "avx512-vnni", "avx512-vnni",
     BYTES("9e4") ", " STEP("CUMSUM", "cumsum_i8_reference", "read", "int8", "int8", "1e3"),
     "most-time"},
    {"a float island", "int8", 1, 100, 0, "avx512-vnni", "avx512-vnni",
     BYTES("5e4") ", " STEP("DEQUANTIZE", "dequantize", "read", "int8", "float32", "1e4") ", " STEP(
         "ERF", "erf_f32", "read", "float32", "float32",
         "2e4") ", " STEP("QUANTIZE", "quantize", "read", "float32", "int8", "1e4"),
     "float-islands"},
    {"conversions of inputs", "int8", 1, 100, 0, "avx512-vnni", "avx512-vnni",
     STEP("QUANTIZE", "quantize", "read", "float32", "int8", "3e4") ", " BYTES("7e4"),
     "conversions"},
    {"widened halves", "fp16", 1, 200, 0, "avx512-vnni", "avx512-vnni", FLOATS("2e5"),
     "half-widened"},
    {"halves that are faster", "fp16", 1, 100, 0, "avx512-vnni", "avx512-vnni", FLOATS("1e5"),
     "most-time"},
    {"native halves", "fp16", 1, 100, 0, "avx512-fp16", "avx512-fp16",
     STEP("CONV_2D", "conv_2d_f16", "float16", "float32", "float32", "1e5"), "half-native"},
    {"16x8", "16x8", 1, 100, 0, "avx512-vnni", "avx512-vnni",
     STEP("CONV_2D", "conv_2d_i16", "int16", "int16", "int16", "1e5"), "wide-products"},
    {"10 us on two threads", "int8", 2, 10, 9, "avx512-vnni", "avx512-vnni", BYTES("1e4"),
     "small-on-threads"},
    {"10 us on two threads alone", "int8", 2, 10, 0, "avx512-vnni", "avx512-vnni", BYTES("1e4"),
     "small-on-threads"},
    {"10 us that threads help", "int8", 2, 10, 19, "avx512-vnni", "avx512-vnni", BYTES("1e4"),
     "most-time"},
    {"threads that do not help", "int8", 4, 100, 150, "avx512-vnni", "avx512-vnni", BYTES("1e5"),
     "threads-do-not-help"},
    {"threads that help", "int8", 4, 100, 380, "avx512-vnni", "avx512-vnni", BYTES("1e5"),
     "most-time"},
    {"ranges at run time", "dynamic", 1, 200, 0, "avx512-vnni", "avx512-vnni", BYTES("2e5"),
     "most-time"},
};

/* Which rules have come first in some test. */
static bool came_first[64];

static const struct reason *first_reason(struct results *results, int trial, struct arena *arena)
{
    struct reason *reasons;
    size_t count = results_why(results, trial, arena, &reasons);
    if (count > 0)
        came_first[reasons[0].rule - why_rules] = true;
    return count > 0 ? &reasons[0] : NULL;
}

static void add_row(struct results *results, int trial, int candidate, const char *mode,
                    int threads, double us)
{
    harness_apply(results,
                  "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': 'm', 'path': 'm', "
                  "'mode': '%s', 'label': '%s', 'runtime': 'builtin', 'placement': '%d', "
                  "'threads': %d, 'baseline': 0, 'builtin': null}",
                  trial, candidate, mode, mode, threads, threads);
    for (int round = 0; round < 10; round++)
        harness_block(results, trial, round, round / 2, 1e3 * us);
}

static void planted_causes_are_named_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct results *results = results_new();
        struct arena *arena = arena_new();
        struct reason *reasons;
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': '%s', 'cpu_isa': '%s'}",
                      cases[i].isa, cases[i].cpu_isa);
        add_row(results, 0, 0, "fp32", cases[i].threads, 200);
        add_row(results, 1, 1, cases[i].mode, cases[i].threads, cases[i].us);
        harness_apply(results, "{'event': 'origins', 'candidate': 1, 'layers': [['one', 'Conv']], "
                               "'nodes': [[0]]}");
        harness_apply(results, "{'event': 'steps', 'trial': 1, 'steps': [%s]}", cases[i].steps);
        if (cases[i].single_us > 0)
            add_row(results, 2, 1, cases[i].mode, 1, cases[i].single_us);
        size_t count = results_why(results, 1, arena, &reasons);
        assert_true(count > 0 && first_reason(results, 1, arena));
        if (strcmp(reasons[0].rule->name, cases[i].rule) != 0)
            fail_msg("%s: %s (%s), expected %s", cases[i].cause, reasons[0].rule->name,
                     reasons[0].text, cases[i].rule);
        for (size_t k = 1; k < count; k++)
            assert_true(reasons[k].weight <= reasons[k - 1].weight);
        arena_free(arena);
        results_free(results);
    }
}

/* Scores of ten samples, whose classes are `first` and the rest 0. */
static void add_scores(struct results *results, int candidate, const char *classes)
{
    harness_apply(results,
                  "{'event': 'prepared', 'candidate': %d, 'bytes': 1, 'metric': 'top1', "
                  "'samples': 10}",
                  candidate);
    harness_apply(results,
                  "{'event': 'scores', 'candidate': %d, 'first': 0, 'values': "
                  "[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 'top1': [%s, 5, 6, 7, 8, 9], 'labels': "
                  "[9, 9, 9, 9, 9, 5, 6, 7, 8, 9]}",
                  candidate, classes);
}

static void a_runtime_that_names_other_classes_is_called_out(void **state)
{
    static const struct {
        const char *classes;
        bool is_wrong;
    } answers[] = {{"0, 1, 2, 3, 4", false}, {"1, 0, 2, 3, 4", false}, {"1, 0, 0, 0, 0", true}};
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct results *results = results_new();
        struct arena *arena = arena_new();
        struct reason *reasons;
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
        harness_runtime(results, 0, "int8", "builtin", 0, 0);
        harness_runtime(results, 1, "int8", "onnxruntime", 1, 0);
        for (int trial = 0; trial < 2; trial++)
            for (int round = 0; round < 10; round++)
                harness_block(results, trial, round, round / 2, 1e5);
        add_scores(results, 0, "0, 1, 2, 3, 4");
        add_scores(results, 1, answers[i].classes);
        size_t count = results_why(results, 1, arena, &reasons);
        bool is_named = count > 0 && first_reason(results, 1, arena)->rule == reasons[0].rule &&
                        strcmp(reasons[0].rule->name, "other-classes") == 0;
        assert_int_equal(is_named, answers[i].is_wrong);
        if (is_named) {
            assert_non_null(strstr(reasons[0].text, "5 of 10 samples"));
            assert_non_null(strstr(reasons[0].text, "saturate"));
            assert_non_null(strstr(reasons[0].rule->remedy, "activations=int8"));
        }
        assert_int_equal(results_why(results, 0, arena, &reasons), 0);
        arena_free(arena);
        results_free(results);
    }
}

static void rows_without_times_have_no_reasons(void **state)
{
    struct results *results = harness_two_rows();
    struct arena *arena = arena_new();
    struct reason *reasons;
    (void)state;
    assert_int_equal(results_why(results, 1, arena, &reasons), 0);
    arena_free(arena);
    results_free(results);
}

static void assert_missing(struct results *results, int trial, const char *expected)
{
    struct text missing = {0};
    results_why_missing(results, trial, &missing);
    assert_string_equal(missing.length > 0 ? missing.bytes : "", expected);
    text_release(&missing);
}

/* What is not known is said, and why it is not. */
static void what_is_missing_is_said(void **state)
{
    struct results *results = results_new();
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
    add_row(results, 0, 0, "fp32", 1, 200);
    harness_trial(results, 1, "int8", 0);
    assert_missing(results, 1, "not measured yet");
    assert_missing(results, 0,
                   "its steps are watched last, so where the time goes is not known yet");
    harness_apply(results, "{'event': 'state', 'trial': 0, 'state': 'done'}");
    assert_missing(results, 0,
                   "its steps were not watched: see the key measure.profile_seconds, so where the "
                   "time goes is not known");
    harness_apply(results, "{'event': 'steps', 'trial': 0, 'absent': 'it is a library'}");
    assert_missing(results, 0,
                   "its steps were not watched: it is a library, so where the time goes is not "
                   "known");
    add_row(results, 2, 2, "fp16", 1, 200);
    harness_apply(results, "{'event': 'origins', 'candidate': 2, 'layers': [['one', 'Conv']], "
                           "'nodes': [[0]]}");
    harness_apply(results, "{'event': 'steps', 'trial': 2, 'steps': [%s]}", FLOATS("2e5"));
    assert_missing(results, 2, "");
    results_free(results);
}

/* The reasons of tables: those that matter, with what to do; none of trifles. */
static void tables_name_what_matters(void **state)
{
    struct results *results = results_new();
    struct text notes = {0};
    (void)state;
    harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
    add_row(results, 0, 0, "fp32", 1, 200);
    add_row(results, 1, 1, "int8", 1, 100);
    for (int i = 0; i < 2; i++) {
        harness_apply(results,
                      "{'event': 'origins', 'candidate': %d, 'layers': [['one', 'Conv']], "
                      "'nodes': [[0]]}",
                      i);
        harness_apply(results, "{'event': 'steps', 'trial': %d, 'steps': [%s]}", i,
                      i == 0 ? FLOATS("2e5") : BYTES("1e5"));
    }
    report_why(results, "- ", &notes);
    assert_ptr_equal(strstr(notes.bytes, "- m: why int8 on 1: products of int8"), notes.bytes);
    assert_non_null(strstr(notes.bytes, "(a CPU with VNNI"));
    assert_ptr_equal(strchr(notes.bytes, '\n'), notes.bytes + notes.length - 1);
    text_release(&notes);
    results_free(results);
}

/* 100 GMAC/s of int8 and float32; an L2 of 1 MB, and RAM with 10 GB/s. */
#define CEILINGS                                                                                   \
    "'ceilings': {'threads': 1, 'isa': 'avx2', 'rounds': 1, 'macs': {'int8': 1e11, 'float32': "    \
    "1e11}, 'levels': [{'name': 'L2', 'capacity': 1e6, 'read': 2e11}, {'name': 'RAM', "            \
    "'capacity': 0, 'read': 1e10}]}"
/* It reads 400 us long from RAM. */
#define READER                                                                                     \
    "{'nodes': [0], 'op': 'ADD', 'merged': '', 'kernel': 'add', 'isa': 'x', 'arithmetic': "        \
    "'read', 'input': '', 'output': '', 'macs': 0, 'constant_bytes': 0, 'read_bytes': 4e6, "       \
    "'written_bytes': 0, 'ns': 5e5}"

/* A depthwise layer: 1.8 million products to 200,000 numbers, which would take 18 us. */
#define DEPTHWISE(output, written, macs)                                                           \
    "{'nodes': [0], 'op': 'DEPTHWISE_CONV_2D', 'merged': '', 'kernel': 'd', 'isa': 'x', "          \
    "'arithmetic': 'int8', 'input': 'int8 1x8', 'output': '" output " 1x8', 'macs': " macs ", "    \
    "'constant_bytes': 9, 'read_bytes': 2e5, 'written_bytes': " written ", 'ns': 1e5}"

static void add_steps(struct results *results, int trial, const char *more, const char *steps)
{
    harness_apply(results,
                  "{'event': 'origins', 'candidate': %d, 'layers': [['one', 'Conv']], "
                  "'nodes': [[0]]}",
                  trial);
    harness_apply(results, "{'event': 'steps', 'trial': %d, %s, 'steps': [%s]}", trial, more,
                  steps);
}

/* Rules that look at more than one row's steps: fp32's, ceilings, another runtime's. */
static void causes_beyond_a_row_are_named_first(void **state)
{
    static const struct {
        const char *mode, *runtime;
        double base_us, us;
        const char *base_steps, *steps, *rule;
    } rows[] = {
        {"dynamic", "builtin", 10, 10, FLOATS("1e4"), BYTES("1e4"), "small-at-run-time"},
        {"dynamic", "builtin", 200, 200, FLOATS("2e5"), BYTES("2e5"), "weights-in-cache"},
        {"16x8", "builtin", 500, 500, READER, READER, "memory-bound"},
        {"int8", "builtin", 500, 500, READER, READER, "bytes-memory-bound"},
        {"int8-io", "builtin", 500, 500, READER, READER, "bytes-memory-bound"},
        {"dynamic", "onnxruntime", 100, 300, FLOATS("1e5"), BYTES("1e5"), "integer-convolution"},
        {"int8", "builtin", 100, 90, FLOATS("1e5"), DEPTHWISE("int8", "2e5", "1.8e6"),
         "short-sums"},
        {"int8", "builtin", 100, 90, FLOATS("1e5"), DEPTHWISE("float32", "8e5", "1.8e6"),
         "short-sums"},
        /* As many products to fewer numbers; and products that explain the time. */
        {"int8", "builtin", 100, 90, FLOATS("1e5"), DEPTHWISE("int8", "2e4", "1.8e6"), "most-time"},
        {"int8", "builtin", 100, 90, FLOATS("1e5"), DEPTHWISE("int8", "2e5", "9e6"), "most-time"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct results *results = results_new();
        struct arena *arena = arena_new();
        bool is_theirs = strcmp(rows[i].runtime, "builtin") != 0;
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx512-vnni', "
                               "'cpu_isa': 'avx512-vnni'}");
        harness_runtime(results, 0, is_theirs ? rows[i].mode : "fp32", "builtin", -1, -1);
        harness_runtime(results, 1, "fp32", rows[i].runtime, -1, -1);
        harness_runtime(results, 2, rows[i].mode, rows[i].runtime, is_theirs ? 1 : 0,
                        is_theirs ? 0 : -1);
        const double us[] = {rows[i].base_us, rows[i].base_us, rows[i].us};
        for (int trial = 0; trial < 3; trial++)
            for (int round = 0; round < 10; round++)
                harness_block(results, trial, round, round / 2, 1e3 * us[trial]);
        add_steps(results, 0, CEILINGS, rows[i].base_steps);
        if (!is_theirs)
            add_steps(results, 2, CEILINGS, rows[i].steps);
        const struct reason *reason = first_reason(results, 2, arena);
        if (!reason || strcmp(reason->rule->name, rows[i].rule) != 0)
            fail_msg("row %zu: %s, expected %s", i, reason ? reason->rule->name : "nothing",
                     rows[i].rule);
        arena_free(arena);
        results_free(results);
    }
}

/* Layers of a mode that misses what is promised of its speed, one of which takes about as long as
 * in fp32. */
static void layers_that_gain_little_are_named(void **state)
{
    static const struct {
        double promised; /* times as fast as fp32; it is twice as fast */
        const char *slow_ns;
        bool is_named;
    } rows[] = {{3.0, "3e4", true}, {3.0, "1e4", false}, {1.5, "3e4", false}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct results *results = results_new();
        struct arena *arena = arena_new();
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx512-vnni', "
                               "'cpu_isa': 'avx512-vnni'}");
        for (int t = 0; t < 2; t++) {
            const char *mode = t == 0 ? "fp32" : "int8";
            harness_apply(results,
                          "{'event': 'trial', 'trial': %d, 'candidate': %d, 'model': 'm', 'path': "
                          "'m', 'mode': '%s', 'label': '%s', 'runtime': 'builtin', 'placement': "
                          "'1', 'threads': 1, 'baseline': 0, 'builtin': null, 'promised_faster': "
                          "%g}",
                          t, t, mode, mode, rows[i].promised);
            for (int round = 0; round < 10; round++)
                harness_block(results, t, round, round, t == 0 ? 2e5 : 1e5);
            harness_apply(results,
                          "{'event': 'origins', 'candidate': %d, 'layers': [['one', 'CONV_2D'], "
                          "['two', 'DEPTHWISE_CONV_2D']], 'nodes': [[0], [1]]}",
                          t);
            harness_apply(results,
                          "{'event': 'steps', 'trial': %d, 'steps': [%s, {'nodes': [1], 'op': "
                          "'DEPTHWISE_CONV_2D', 'macs': 1, 'constant_bytes': 1, 'read_bytes': 1, "
                          "'written_bytes': 1, 'ns': %s}]}",
                          t, t == 0 ? FLOATS("1.7e5") : BYTES("7e4"),
                          t == 0 ? "3e4" : rows[i].slow_ns);
        }
        const struct reason *reason = first_reason(results, 1, arena);
        assert_non_null(reason);
        assert_int_equal(strcmp(reason->rule->name, "little-gained") == 0, rows[i].is_named);
        if (rows[i].is_named)
            assert_string_equal(reason->text,
                                "1 of 2 layers gains little on fp32 and takes 30 % of the time: "
                                "DEPTHWISE_CONV_2D 'two' 30 %");
        arena_free(arena);
        results_free(results);
    }
}

/* A layer of int8's ledger: its error alone, that of the outputs with it alone in the mode ("": it
 * was not looked at), and more members. */
struct planted_layer {
    const char *isolated, *output, *more;
};

static void add_ledger(struct results *results, const struct planted_layer *layers, size_t count)
{
    harness_apply(results, "{'event': 'layers', 'candidate': 1, 'samples': 64, 'layers': %zu}",
                  count);
    for (size_t i = 0; i < count; i++)
        harness_apply(results,
                      "{'event': 'layer', 'candidate': 1, 'layer': %zu, 'name': 'layer%zu', 'op': "
                      "'CONV_2D', 'fate': 'changed', 'isolated': {'noise': %s, 'rmse': 7.0}%s}",
                      i, i, layers[i].isolated, layers[i].more);
    for (size_t i = 0; i < count; i++)
        if (layers[i].output[0])
            harness_apply(results,
                          "{'event': 'layer_cost', 'candidate': 1, 'layer': %zu, 'samples': 64, "
                          "'noise': %s, 'drop': 0.125, 'interval': [0.1, 0.2]}",
                          i, layers[i].output);
}

#define LEDGER_ENDS "{'event': 'ledger', 'candidate': 1, 'left': 0, 'seconds': 1}"

/* fp32 and int8 over 100 samples, of which int8 misses so many. */
static struct results *lossy_rows(int missed)
{
    struct results *results = harness_two_rows();
    harness_metric(results, "top1");
    for (int trial = 0; trial < 2; trial++) {
        for (int round = 0; round < 10; round++)
            harness_block(results, trial, round, round / 2, 1e5);
        harness_scores(results, trial, 100, 0, trial == 1 ? missed : 0);
    }
    return results;
}

/* What is in a ledger, and what the first reason says; NULL: it is not about layers. */
static void layers_that_cost_the_accuracy_are_named_first(void **state)
{
    static const char *const small = "0.01", *const large = "0.8", *const none = "";
    const struct {
        const char *cause;
        int missed;
        bool is_over;
        struct planted_layer layers[4];
        const char *says[3];
    } rows[] = {
        {"weights of a huge range",
         40,
         true,
         {{small, small, ""}, {large, large, ", 'scale': 0.25"}, {small, small, ""}},
         {"1 of 3 layers makes 100 % of the error of the outputs, each taken alone: CONV_2D "
          "'layer1' (1.9 dB alone, costs 12.5 pp)",
          "off by 28 steps"}},
        {"a range of calibration far beyond the samples",
         40,
         true,
         {{large, large, ", 'scale': 8, 'held': [-1000, 1000], 'seen': [-3, 2.5]"},
          {small, small, ""},
          {small, small, ""}},
         {"'layer0' (1.9", "; the first holds -1e+03 to 1e+03, where the samples reach -3 to 2.5"}},
        {"the outputs, and not a layer's own, tell",
         40,
         true,
         {{small, large, ""}, {large, small, ""}, {small, small, ""}},
         {"'layer0' (40.0 dB"}},
        {"the worst of four",
         40,
         true,
         {{large, "0.5", ""}, {small, small, ""}, {large, "0.6", ""}, {large, "0.1", ""}},
         {"1 of 4 layers makes 58 %", "'layer2'"}},
        {"no time to weigh any",
         40,
         true,
         {{small, none, ""}, {small, none, ""}, {large, none, ""}},
         {"of the error of their own outputs", "'layer2' (1.9 dB alone)"}},
        {"all layers alike",
         40,
         true,
         {{large, large, ""}, {large, large, ""}, {large, large, ""}, {large, large, ""}},
         {NULL}},
        {"nothing is lost",
         0,
         true,
         {{small, small, ""}, {large, large, ""}, {small, small, ""}},
         {NULL}},
        {"the ledger is not over",
         40,
         false,
         {{small, small, ""}, {large, large, ""}, {small, small, ""}},
         {NULL}},
        {"no layer makes an error", 40, true, {{"0.0", "0.0", ""}, {"0.0", "0.0", ""}}, {NULL}},
        {"numbers beyond all measure",
         40,
         true,
         {{large, "1e300", ""}, {large, "-1e300", ""}, {large, large, ""}, {small, small, ""}},
         {"1 of 2 layers makes 100 %", "'layer2'"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct results *results = lossy_rows(rows[i].missed);
        struct arena *arena = arena_new();
        size_t count = 0;
        while (count < COUNT(rows[i].layers) && rows[i].layers[count].isolated)
            count++;
        add_ledger(results, rows[i].layers, count);
        if (rows[i].is_over)
            harness_apply(results, LEDGER_ENDS);
        const struct reason *reason = first_reason(results, 1, arena);
        bool is_named = reason && strcmp(reason->rule->name, "costly-layers") == 0;
        if (is_named != (rows[i].says[0] != NULL))
            fail_msg("%s: %s", rows[i].cause, reason ? reason->text : "no reason");
        assert_true(!is_named || reason->weight > 1.0);
        for (size_t k = 0; k < COUNT(rows[i].says) && rows[i].says[k]; k++)
            if (!strstr(reason->text, rows[i].says[k]))
                fail_msg("%s: no '%s' in '%s'", rows[i].cause, rows[i].says[k], reason->text);
        arena_free(arena);
        results_free(results);
    }
}

/* Where nothing tells of the accuracy, outputs that are far off are a loss. */
static void layers_that_ruin_outputs_are_named_without_labels(void **state)
{
    static const struct planted_layer layers[] = {{"0.01", "0.01", ""}, {"0.8", "0.8", ""}};
    (void)state;
    for (int is_far = 0; is_far < 2; is_far++) {
        struct results *results = harness_two_rows();
        struct arena *arena = arena_new();
        for (int trial = 0; trial < 2; trial++)
            for (int round = 0; round < 10; round++)
                harness_block(results, trial, round, round / 2, 1e5);
        harness_apply(results,
                      "{'event': 'fidelity', 'candidate': 1, 'samples': 9, 'outputs': [{'name': "
                      "'out', 'shape': '1x4', 'elements': 36, 'constant': false, 'sqnr': %s, "
                      "'cosine': 0.9, 'max_error': 0.5, 'sample': 1}]}",
                      is_far ? "5.5" : "25.5");
        add_ledger(results, layers, COUNT(layers));
        harness_apply(results, LEDGER_ENDS);
        const struct reason *reason = first_reason(results, 1, arena);
        bool is_named = reason && strcmp(reason->rule->name, "costly-layers") == 0;
        assert_int_equal(is_named, is_far);
        if (is_named)
            assert_non_null(strstr(reason->text, "'layer1' (1.9 dB alone)"));
        arena_free(arena);
        results_free(results);
    }
}

/* A step as ONNX Runtime tells of it. */
#define THEIRS(op, merged, arithmetic, input, output, ns)                                          \
    "{'nodes': [0], 'op': '" op "', 'merged': '" merged "', 'kernel': 'CPUExecutionProvider', "    \
    "'isa': '', 'arithmetic': '" arithmetic "', 'input': '" input "', 'output': '" output          \
    "', 'ns': " ns "}"
/* Of a residual network in mode dynamic on ONNX Runtime 1.30, steps of a kind as one. */
#define AT_RUN_TIME                                                                                \
    THEIRS("ConvInteger", "", "int8", "uint8 1x32x14x14", "int32 1x32x14x14", "564917")            \
    ", " THEIRS("Mul", "", "", "float32 1x32x14x14", "float32 1x32x14x14", "45914") ", " THEIRS(   \
        "DynamicQuantizeLinear", "", "", "float32 1x32x14x14", "uint8 1x32x14x14",                 \
        "34497") ", " THEIRS("Add", "", "", "float32 1x32x14x14", "float32 1x32x14x14",            \
                             "29338") ", " THEIRS("Conv", "Relu", "float32", "float32 1x1x28x28",  \
                                                  "float32 1x16x28x28", "10188")
/* The same in mode 16x8, for which the library has no integer kernels. */
#define FLOAT_IN_16X8                                                                              \
    THEIRS("Conv", "", "float32", "float32 1x32x14x14", "float32 1x32x14x14", "562702")            \
    ", " THEIRS("DequantizeLinear", "", "", "int8 64x32x3x3", "float32 64x32x3x3",                 \
                "180363") ", " THEIRS("QuantizeLinear", "", "", "float32 1x32x14x14",              \
                                      "int16 1x32x14x14",                                          \
                                      "59464") ", " THEIRS("Add", "", "", "float32 1x32x14x14",    \
                                                           "float32 1x32x14x14", "7197")
/* And in int8, where it has them. */
#define FUSED_IN_INT8                                                                              \
    THEIRS("QLinearConv", "Relu", "int8", "uint8 1x32x14x14", "uint8 1x32x14x14", "110000")        \
    ", " THEIRS("QLinearAdd", "", "", "uint8 1x32x14x14", "uint8 1x32x14x14", "9000")

static void what_a_library_tells_of_its_steps_is_judged(void **state)
{
    static const struct {
        const char *mode, *steps, *rule, *words;
        double us;
    } rows[] = {
        {"dynamic", AT_RUN_TIME, "integer-convolution",
         "(ConvInteger), which take 82 %, and what quantizes for them and scales", 690},
        {"dynamic", FUSED_IN_INT8, "most-time", "most time goes to QLinearConv", 690},
        {"16x8", FLOAT_IN_16X8, "float-islands",
         "2 operators stay float and take 70 %, conversions 30 %: Conv 'one' 69 %", 810},
        {"int8", FUSED_IN_INT8, "most-time", "most time goes to QLinearConv 'one' 92 %", 120},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct results *results = results_new();
        struct arena *arena = arena_new();
        /* Their kernels are not ours: that the CPU has no dot products is no reason. */
        harness_apply(results, "{'event': 'run', 'format': 1, 'isa': 'avx2', 'cpu_isa': 'avx2'}");
        harness_runtime(results, 0, "fp32", "onnxruntime", -1, -1);
        harness_runtime(results, 1, rows[i].mode, "onnxruntime", 0, -1);
        for (int round = 0; round < 10; round++) {
            harness_block(results, 0, round, round / 2, 240e3);
            harness_block(results, 1, round, round / 2, 1e3 * rows[i].us);
        }
        add_steps(results, 1, CEILINGS, rows[i].steps);
        const struct reason *reason = first_reason(results, 1, arena);
        if (!reason || strcmp(reason->rule->name, rows[i].rule) != 0 ||
            !strstr(reason->text, rows[i].words))
            fail_msg("row %zu: %s: %s", i, reason ? reason->rule->name : "nothing",
                     reason ? reason->text : "");
        arena_free(arena);
        results_free(results);
    }
}

/* After the others. */
static void every_rule_has_a_planted_cause(void **state)
{
    (void)state;
    assert_true(why_rule_count <= COUNT(came_first));
    for (size_t i = 0; i < why_rule_count; i++)
        if (!came_first[i])
            fail_msg("no test plants what '%s' is to find", why_rules[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_causes_are_named_first),
        cmocka_unit_test(a_runtime_that_names_other_classes_is_called_out),
        cmocka_unit_test(rows_without_times_have_no_reasons),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(tables_name_what_matters),
        cmocka_unit_test(causes_beyond_a_row_are_named_first),
        cmocka_unit_test(layers_that_gain_little_are_named),
        cmocka_unit_test(layers_that_cost_the_accuracy_are_named_first),
        cmocka_unit_test(layers_that_ruin_outputs_are_named_without_labels),
        cmocka_unit_test(what_a_library_tells_of_its_steps_is_judged),
        cmocka_unit_test(every_rule_has_a_planted_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
