/* The table of rules. Thresholds are shares of a row's time below which nobody would notice. */
#include <math.h>
#include <string.h>

#include "hardware/cpu.h"
#include "measure/stats.h"
#include "results/disagree.h"
#include "results/roofline.h"
#include "results/state.h"
#include "results/why_layers.h"

/* --- facts ------------------------------------------------------------------------------------ */

#define US 1e-3 /* of a nanosecond */

/* Whether a step is of a kind. */
typedef bool step_test(const struct why_facts *facts, const struct step *step);

static double share_of(const struct why_facts *facts, step_test *test)
{
    double share = 0.0;
    for (size_t i = 0; facts->profile && i < facts->profile->n_steps; i++)
        if (test(facts, &facts->profile->steps[i]))
            share += facts->profile->steps[i].share;
    return share;
}

static size_t count_of(const struct why_facts *facts, step_test *test)
{
    size_t count = 0;
    for (size_t i = 0; facts->profile && i < facts->profile->n_steps; i++)
        count += test(facts, &facts->profile->steps[i]);
    return count;
}

#define NAMED_MOST 3

/* Names the steps of a kind that take most time: "SOFTMAX 'prob' 12 %, CAST 'ids' 3 %". */
static void name_steps(const struct why_facts *facts, step_test *test, struct text *text)
{
    const struct step_profile *profile = facts->profile;
    double below = INFINITY;
    size_t last = 0;
    for (int named = 0; named < NAMED_MOST; named++) {
        const struct step *most = NULL;
        for (size_t i = 0; i < profile->n_steps; i++) {
            const struct step *step = &profile->steps[i];
            bool is_later = step->share < below || (named > 0 && step->share <= below && i > last);
            if (test(facts, step) && is_later && (!most || step->share > most->share))
                most = step;
        }
        if (!most)
            break;
        below = most->share;
        last = (size_t)(most - profile->steps);
        text_printf(text, "%s%s '%.40s' %.0f %%", named > 0 ? ", " : "", most->op,
                    step_name(profile, most), 100.0 * most->share);
    }
    if (count_of(facts, test) > NAMED_MOST)
        text_add_string(text, ", ...");
}

static bool has_mode(const struct row *row, const char *mode)
{
    size_t length = strlen(mode);
    return strncmp(row->mode, mode, length) == 0 &&
           (row->mode[length] == '\0' || row->mode[length] == ':');
}

/* Whether activations are bytes. */
static bool has_bytes(const struct row *row)
{
    return has_mode(row, "int8") || has_mode(row, "int8-io");
}

static bool is_integer_mode(const struct row *row)
{
    return has_bytes(row) || has_mode(row, "16x8");
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    size_t length = strlen(text), tail = strlen(with);
    return length >= tail && strcmp(text + length - tail, with) == 0;
}

static bool any_step(const struct why_facts *facts, const struct step *step)
{
    (void)facts, (void)step;
    return true;
}

/* Whether it is not known to be faster than fp32. */
static bool is_not_faster(const struct row *row)
{
    return row->speedup.present && row->speedup.value < 1.05;
}

/* --- instruction sets ------------------------------------------------------------------------- */

/* Libraries choose their kernels themselves, and do not say which. */
static bool is_builtin(const struct row *row)
{
    return strcmp(row->runtime, "builtin") == 0;
}

static bool is_held_back(const struct why_facts *facts)
{
    const struct run_info *run = facts->row->run;
    return run->cpu_isa[0] != '\0' && run->isa[0] != '\0' && strcmp(run->isa, run->cpu_isa) != 0 &&
           is_builtin(facts->row);
}

static double isa_limited(const struct why_facts *facts, struct text *text)
{
    if (!is_held_back(facts))
        return 0.0;
    text_printf(text, "kernels were held to %s, and this CPU runs %s", facts->row->run->isa,
                facts->row->run->cpu_isa);
    return 1.0;
}

static bool multiplies_bytes(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return strcmp(step->arithmetic, "int8") == 0;
}

static bool has_dot_products(const char *isa)
{
    enum isa known = isa_from_name(isa);
    return known == ISA_AVX512_VNNI || known == ISA_AVX512_FP16 || known == ISA_NEON_DOT;
}

static double no_dot_products(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, multiplies_bytes);
    if (share < 0.1 || !is_builtin(facts->row) || is_held_back(facts) ||
        has_dot_products(facts->row->run->isa))
        return 0.0;
    text_printf(text,
                "products of int8 take %.0f %% of the time, and %s has no dot products of bytes: "
                "they are widened to 16 bits",
                100.0 * share, facts->row->run->isa);
    return 0.75 * share; /* four bytes to a lane instead of one */
}

static bool is_plain(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return ends(step->kernel, "_reference");
}

static double plain_kernels(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, is_plain);
    if (share < 0.05 || is_held_back(facts))
        return 0.0;
    text_printf(text, "plain kernels, which compute one number after the other, take %.0f %%: ",
                100.0 * share);
    name_steps(facts, is_plain, text);
    return share;
}

/* --- quantization at run time ----------------------------------------------------------------- */

static bool is_conversion(const struct why_facts *facts, const struct step *step)
{
    static const char *const ops[] = {"QUANTIZE", "DEQUANTIZE", "QuantizeLinear",
                                      "DequantizeLinear", "DynamicQuantizeLinear"};
    (void)facts;
    for (size_t i = 0; step->merged[0] == '\0' && i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(step->op, ops[i]) == 0)
            return true;
    return false;
}

static double conversions(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, is_conversion);
    size_t count = count_of(facts, is_conversion);
    if (share < 0.05)
        return 0.0;
    text_printf(text, "%zu steps that only quantize or dequantize take %.0f %% (%.1f us): ", count,
                100.0 * share, share * facts->profile->sum_ns * US);
    name_steps(facts, is_conversion, text);
    return share;
}

/* An operator that computes on floats in a mode of integers. */
static bool is_float(const struct why_facts *facts, const struct step *step)
{
    return !is_conversion(facts, step) && begins(step->input, "float") &&
           begins(step->output, "float");
}

static double float_islands(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, is_float), around = share_of(facts, is_conversion);
    size_t count = count_of(facts, is_float);
    if (!is_integer_mode(facts->row) || count == 0 || share + around < 0.05)
        return 0.0;
    text_printf(text,
                "%zu operator%s stay%s float and take%s %.0f %%, conversions %.0f %%: ", count,
                count == 1 ? "" : "s", count == 1 ? "s" : "", count == 1 ? "s" : "", 100.0 * share,
                100.0 * around);
    name_steps(facts, is_float, text);
    return share + around;
}

/* --- widths ----------------------------------------------------------------------------------- */

static bool multiplies_floats(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return strcmp(step->arithmetic, "float32") == 0;
}

static double half_widened(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, multiplies_floats);
    if (!has_mode(facts->row, "fp16") || share < 0.1 || !is_not_faster(facts->row))
        return 0.0;
    text_printf(text,
                "half-precision weights are widened to float32, whose products take %.0f %%: a "
                "smaller file, the same arithmetic",
                100.0 * share);
    return 0.5 * share;
}

static bool multiplies_halves(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return strcmp(step->arithmetic, "float16") == 0;
}

static double half_native(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, multiplies_halves);
    if (share < 0.1)
        return 0.0;
    text_printf(text, "%.0f %% of the time are products that the CPU computes in half precision",
                100.0 * share);
    return 0.25 * share;
}

static bool multiplies_words(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return strcmp(step->arithmetic, "int16") == 0;
}

static double wide_products(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, multiplies_words);
    if (share < 0.1)
        return 0.0;
    text_printf(text,
                "products of int16 by int8 take %.0f %%: two to a lane of 32 bits, where int8 has "
                "four",
                100.0 * share);
    return 0.5 * share;
}

/* --- numbers that are made of few products ---------------------------------------------------- */

/* Up to so many products to a number of the output, finishing it takes a good part of the time. */
#define FEW_PRODUCTS 64.0

/* Less of the time than this matters little. */
#define FEW_PRODUCTS_SHARE 0.15

/* Of an output's number; 0: of another type. */
static double bytes_each(const char *output)
{
    return begins(output, "int8") || begins(output, "uint8") ? 1.0
           : begins(output, "int16")                         ? 2.0
           : begins(output, "float32")                       ? 4.0
                                                             : 0.0;
}

static double numbers_of(const struct step *step)
{
    double each = bytes_each(step->output);
    return each > 0.0 && step->written_bytes > 0.0 ? step->written_bytes / each : 0.0;
}

/* A step of integer products that neither these nor its bytes keep busy. */
static bool has_short_sums(const struct why_facts *facts, const struct step *step)
{
    bool is_product = multiplies_bytes(facts, step) || multiplies_words(facts, step);
    return is_product && step->macs > 0.0 && step->macs <= FEW_PRODUCTS * numbers_of(step) &&
           step_roofline(facts->profile, step).bound == BOUND_OVERHEAD;
}

static double short_sums(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, has_short_sums), macs = 0.0, numbers = 0.0, least = 0.0;
    if (share < FEW_PRODUCTS_SHARE)
        return 0.0;
    for (size_t i = 0; i < facts->profile->n_steps; i++) {
        const struct step *step = &facts->profile->steps[i];
        if (!has_short_sums(facts, step))
            continue;
        macs += step->macs;
        numbers += numbers_of(step);
        least += step_roofline(facts->profile, step).compute_ns;
    }
    double ns = share * facts->profile->sum_ns;
    text_printf(text,
                "steps with few products to a number of their output, %.0f on average, take %.0f "
                "%%, %.2g ns a number, of which the products need %.0f %%: the rest reads, scales, "
                "rounds and writes: ",
                macs / numbers, 100.0 * share, ns / numbers, 100.0 * least / ns);
    name_steps(facts, has_short_sums, text);
    return 0.05 * share; /* a cause that lies in the network is behind those that one can mend */
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Less of the time than this matters little. */
#define MEMORY_SHARE 0.15

static bool waits_for_memory(const struct why_facts *facts, const struct step *step)
{
    struct roofline roofline = step_roofline(facts->profile, step);
    return roofline.bound == BOUND_MEMORY && strcmp(roofline.level, "L1") != 0;
}

static double memory_bound(const struct why_facts *facts, struct text *text)
{
    double share = share_of(facts, waits_for_memory);
    if (share < MEMORY_SHARE)
        return 0.0;
    text_printf(
        text, "steps bound by reading and writing, not by products, take %.0f %%: ", 100.0 * share);
    name_steps(facts, waits_for_memory, text);
    return 0.5 * share;
}

/* In a mode of int8 the remedy is another one: no type of activations is smaller. */
static double float_memory_bound(const struct why_facts *facts, struct text *text)
{
    return has_bytes(facts->row) ? 0.0 : memory_bound(facts, text);
}

static double byte_memory_bound(const struct why_facts *facts, struct text *text)
{
    return has_bytes(facts->row) ? memory_bound(facts, text) : 0.0;
}

/* The level of memory that holds all constants; NULL: RAM alone, or it is not known. */
static const struct ceiling_rate *cache_of_constants(const struct step_profile *profile,
                                                     double *constants)
{
    *constants = 0.0;
    for (size_t i = 0; i < profile->n_steps; i++)
        *constants += profile->steps[i].constant_bytes;
    for (size_t i = 0; i < profile->n_levels; i++)
        if (profile->levels[i].capacity >= 2.0 * *constants)
            return &profile->levels[i];
    return NULL;
}

static double weights_in_cache(const struct why_facts *facts, struct text *text)
{
    char size[TEXT_BYTES_SIZE], capacity[TEXT_BYTES_SIZE];
    double constants;
    bool is_for_size = has_mode(facts->row, "fp16") || has_mode(facts->row, "dynamic");
    if (!facts->base_profile || !is_for_size || !is_not_faster(facts->row))
        return 0.0;
    const struct ceiling_rate *cache = cache_of_constants(facts->base_profile, &constants);
    if (!cache || constants <= 0.0)
        return 0.0;
    text_printf(text,
                "the float32 weights, %s, stay in the %s (%s) anyway: smaller ones save no "
                "reading from memory",
                text_bytes(constants, size), cache->name, text_bytes(cache->capacity, capacity));
    return 0.2;
}

/* --- threads ---------------------------------------------------------------------------------- */

/* Below this, handing out work and waiting for it costs about as much as it saves. */
#define SMALL_NS 50e3

static double small_on_threads(const struct why_facts *facts, struct text *text)
{
    const struct row *row = facts->row, *single = facts->single;
    double ns = single ? single->median.value : row->median.value;
    if (row->threads < 2 || ns > SMALL_NS || (single && row->median.value < 0.8 * ns))
        return 0.0;
    text_printf(text, "an inference takes %.1f us%s: too little to be shared among %d threads",
                ns * US, single ? " on one thread" : "", row->threads);
    if (single)
        text_printf(text, ", with which it takes %.1f us", row->median.value * US);
    return 0.98;
}

/* The share of work that is not shared, from the speedup S of n threads: 1/S = f + (1 - f)/n.
 * Source: G. Amdahl, 1967, Validity of the single processor approach to achieving large scale
 * computing capabilities. */
static double serial_share(double speedup, int threads)
{
    double each = 1.0 / threads;
    return fmin(fmax((1.0 / speedup - each) / (1.0 - each), 0.0), 1.0);
}

/* A step that takes more than 0.8 of its time on one thread. */
static bool is_not_shared(const struct why_facts *facts, const struct step *step)
{
    size_t i = (size_t)(step - facts->profile->steps);
    return step->ns > 0.8 * facts->single_profile->steps[i].ns;
}

static double threads_do_not_help(const struct why_facts *facts, struct text *text)
{
    const struct row *row = facts->row, *single = facts->single;
    if (!single || single->median.value <= SMALL_NS)
        return 0.0;
    double speedup = single->median.value / row->median.value;
    if (speedup > 0.7 * row->threads)
        return 0.0;
    double serial = serial_share(speedup, row->threads);
    text_printf(text,
                "%d threads are %.2f times as fast as one: by Amdahl's law %.0f %% of the work is "
                "not shared",
                row->threads, speedup, 100.0 * serial);
    bool comparable = facts->profile && facts->single_profile &&
                      facts->profile->n_steps == facts->single_profile->n_steps;
    if (comparable && count_of(facts, is_not_shared) > 0) {
        text_add_string(text, ", above all ");
        name_steps(facts, is_not_shared, text);
    }
    return 0.9 * serial;
}

static double small_at_run_time(const struct why_facts *facts, struct text *text)
{
    if (!has_mode(facts->row, "dynamic") || facts->row->median.value > SMALL_NS ||
        !is_not_faster(facts->row))
        return 0.0;
    text_printf(text,
                "an inference takes %.1f us: finding ranges and quantizing at run time costs "
                "about what integers save",
                facts->row->median.value * US);
    return 0.5;
}

/* --- other runtimes --------------------------------------------------------------------------- */

static bool is_integer_convolution(const struct why_facts *facts, const struct step *step)
{
    (void)facts;
    return strcmp(step->op, "ConvInteger") == 0;
}

/* Convolutions of the same mode on the builtin runtime, where the library's steps are not known. */
static bool builtin_convolves(const struct why_facts *facts)
{
    int builtin = facts->row->builtin;
    if (builtin < 0 || builtin >= results_count(facts->results))
        return false;
    const struct step_profile *profile = results_profile(facts->results, builtin);
    for (size_t i = 0; profile && i < profile->n_steps; i++)
        if (strstr(profile->steps[i].op, "CONV"))
            return true;
    return false;
}

static double integer_convolution(const struct why_facts *facts, struct text *text)
{
    const struct row *row = facts->row;
    double share = share_of(facts, is_integer_convolution);
    if (strcmp(row->runtime, "onnxruntime") != 0 || !has_mode(row, "dynamic") ||
        !row->speedup.present || row->speedup.value > 0.95 ||
        (facts->profile ? share < 0.1 : !builtin_convolves(facts)))
        return 0.0;
    text_printf(text,
                "%.2f times as fast as fp32 there: ONNX Runtime has no fast kernel for "
                "convolutions of integers that are quantized at run time (ConvInteger)",
                row->speedup.value);
    if (facts->profile) {
        text_printf(text,
                    ", which take %.0f %%, and what quantizes for them and scales their sums comes "
                    "on top: ",
                    100.0 * share);
        name_steps(facts, is_integer_convolution, text);
    }
    return 0.9;
}

static double other_classes(const struct why_facts *facts, struct text *text)
{
    const struct row *row = facts->row;
    if (!disagrees_with_builtin(facts->results, row, text))
        return 0.0;
    if (is_integer_mode(row) && !has_dot_products(row->run->cpu_isa))
        text_add_string(text, ", as where products of unsigned by signed bytes saturate in 16 "
                              "bits, on a CPU without VNNI");
    return 1.5; /* whatever the times are, they are those of wrong answers */
}

/* --- where the time goes ---------------------------------------------------------------------- */

static double most_time(const struct why_facts *facts, struct text *text)
{
    if (!facts->profile)
        return 0.0;
    text_add_string(text, "most time goes to ");
    name_steps(facts, any_step, text);
    return 0.001;
}

const struct why_rule why_rules[] = {
    {"other-classes", "a runtime computes something else than the builtin engine",
     "quantize with activations=int8 or weight_bits=7, or run it on another CPU", other_classes},
    {"costly-layers", "a few layers cost the accuracy",
     "keep them float (skip=NAME+NAME in the mode); weights=per-channel and equalize=yes fit "
     "weights, observer=search and 16x8 activations",
     why_costly_layers},
    {"isa-limited", "the run was held to an instruction set below the CPU's",
     "measure without --isa", isa_limited},
    {"small-on-threads", "the network is too small for threads", "run it on one core",
     small_on_threads},
    {"integer-convolution", "a runtime has no fast kernel for the mode",
     "take mode int8 or the builtin runtime", integer_convolution},
    {"plain-kernels", "operators run on plain kernels",
     "replace these operators, or leave them out of the mode (skip=...)", plain_kernels},
    {"float-islands", "operators stay float in a mode of integers",
     "replace them by operators with an integer form, or move them to the ends of the model",
     float_islands},
    {"no-dot-products", "the CPU has no dot products of bytes",
     "a CPU with VNNI, or Arm's dot products, multiplies four bytes at once", no_dot_products},
    {"threads-do-not-help", "threads do not help",
     "take fewer threads, and run several inferences at a time", threads_do_not_help},
    {"half-widened", "half precision is widened",
     "keep it for its size, or run it where halves are multiplied (a GPU, AVX512-FP16)",
     half_widened},
    {"half-native", "half precision is computed natively", "nothing is to be mended", half_native},
    {"wide-products", "16x8 multiplies half as many numbers at once",
     "take int8, where its accuracy will do", wide_products},
    {"small-at-run-time", "quantizing at run time costs more than it saves",
     "take int8, whose ranges are known before", small_at_run_time},
    {"memory-bound", "steps wait for memory, not for products",
     "smaller types move fewer bytes (int8 activations); fewer elementwise operators help, too",
     float_memory_bound},
    {"bytes-memory-bound", "steps wait for memory in a mode of int8",
     "have smaller layers and fewer elementwise operators: no type of activations takes fewer "
     "bytes",
     byte_memory_bound},
    {"short-sums", "few products to each number of an output",
     "fewer and wider layers gain more: what a number costs is paid once, however many products "
     "are in it",
     short_sums},
    {"little-gained", "layers take about as long as in fp32",
     "products of many channels gain most: change such layers, if the model may still change, or "
     "keep them float (skip=NAME+NAME) where accuracy suffers",
     why_little_gained},
    {"weights-in-cache", "the weights are in the cache already",
     "keep the mode for its size, or take one whose arithmetic is faster (int8)", weights_in_cache},
    {"conversions", "quantizing and dequantizing take time",
     "give the model integer inputs and outputs (int8-io), and keep float operators together",
     conversions},
    {"most-time", "where the time goes", "begin with these", most_time},
};

const size_t why_rule_count = sizeof(why_rules) / sizeof(why_rules[0]);
