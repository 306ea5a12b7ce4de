/* Options of modes in their text: "int8:weights=tensor". */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "quantize/mode.h"
#include "quantize/observer.h"
#include "quantize/skip.h"

/* What each effort stands for: rows of the option that names it. */
static const struct {
    enum fitting fitting;
    enum bias_way bias;
    enum equalizing equalizing; /* where weights have scales per channel */
    const char *observer;
} efforts[] = {
    {FITTING_NEAREST, BIAS_PLAIN, EQUALIZE_NOTHING, "minmax"},
    {FITTING_AUTO, BIAS_CORRECTED, EQUALIZE_NOTHING, "search"},
    {FITTING_MOMENTS, BIAS_CORRECTED, EQUALIZE_ACTIVATIONS, "search"},
    {FITTING_DESCENT, BIAS_CORRECTED, EQUALIZE_ACTIVATIONS, "search"},
};
#define USUAL_EFFORT 1

/* In the order of the option's values, the usual one first. */
static const int effort_values[] = {USUAL_EFFORT, 0, 2, 3};

/* One scale for all channels needs their weights to be alike, before all. */
static void choose_equalizing(struct mode_options *options)
{
    enum equalizing usual = efforts[options->effort].equalizing;
    bool is_single = usual != EQUALIZE_NOTHING && options->weights == GRANULARITY_TENSOR;
    if ((options->given & HAS_EQUALIZE) == 0)
        options->equalizing = is_single ? EQUALIZE_WEIGHTS : usual;
}

static void apply_effort(struct mode_options *options, int effort)
{
    options->effort = effort;
    if ((options->given & HAS_FITTING) == 0)
        options->fitting = efforts[effort].fitting;
    if ((options->given & HAS_BIAS) == 0)
        options->bias = efforts[effort].bias;
    choose_equalizing(options);
    if ((options->given & HAS_OBSERVER) == 0 && options->observer)
        mode_options_close(options);
}

void mode_options_close(struct mode_options *options)
{
    options->observer = efforts[options->effort].observer;
}

static void set_effort(struct mode_options *options, int choice, double number)
{
    (void)number;
    apply_effort(options, effort_values[choice]);
}

static int get_effort(const struct mode_options *options)
{
    int choice = 0;
    while (effort_values[choice] != options->effort)
        choice++;
    return choice;
}

static void set_weights(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->weights = choice == 0 ? GRANULARITY_CHANNEL : GRANULARITY_TENSOR;
    choose_equalizing(options);
}

static void set_dense(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->dense_weights = choice == 0 ? GRANULARITY_CHANNEL : GRANULARITY_TENSOR;
}

static void set_io(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->io = choice == 0 ? TYPE_I8 : TYPE_U8;
}

static void set_observer(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->observer = observer_table[choice].name;
}

static void set_percentile(struct mode_options *options, int choice, double number)
{
    (void)choice;
    options->percentile = number;
}

static void set_activations(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->activations = choice == 0 ? TYPE_U8 : TYPE_I8;
}

/* In the order of the option's values, the usual one first. */
static const enum fitting fittings[] = {FITTING_AUTO, FITTING_NEAREST, FITTING_MOMENTS,
                                        FITTING_DESCENT};

static void set_fitting(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->fitting = fittings[choice];
}

static void set_scaling(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->scaling = choice == 0 ? SCALING_WEIGHTS : SCALING_OUTPUT;
}

static int get_scaling(const struct mode_options *options)
{
    return options->scaling != SCALING_WEIGHTS;
}

/* In the order of the option's values, the usual one first. */
static const enum bias_way bias_ways[] = {BIAS_CORRECTED, BIAS_PLAIN, BIAS_REESTIMATED};

static void set_bias(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->bias = bias_ways[choice];
}

static int get_bias(const struct mode_options *options)
{
    int choice = 0;
    while (bias_ways[choice] != options->bias)
        choice++;
    return choice;
}

static void set_weight_bits(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->weight_bits = choice == 0 ? 8 : 7;
}

static int get_weight_bits(const struct mode_options *options)
{
    return options->weight_bits != 8;
}

static void set_equalize(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->equalizing = (enum equalizing)choice;
}

static int get_equalize(const struct mode_options *options)
{
    return (int)options->equalizing; /* in the order of the option's values */
}

static void set_rounding(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->rounding = choice == 0 ? ROUNDING_ONCE : ROUNDING_TWICE;
}

/* What the choices of option block stand for. */
static const int32_t blocks[] = {0, 32, 64, 128};

static void set_block(struct mode_options *options, int choice, double number)
{
    (void)number;
    options->block = blocks[choice];
}

static int get_block(const struct mode_options *options)
{
    int choice = 0;
    while (blocks[choice] != options->block)
        choice++;
    return choice;
}

static int get_weights(const struct mode_options *options)
{
    return options->weights != GRANULARITY_CHANNEL;
}

static int get_dense(const struct mode_options *options)
{
    return options->dense_weights != GRANULARITY_CHANNEL;
}

static int get_io(const struct mode_options *options)
{
    return options->io != TYPE_I8;
}

static int get_observer(const struct mode_options *options)
{
    return (int)(observer_find(options->observer) - observer_table);
}

static int get_activations(const struct mode_options *options)
{
    return options->activations != TYPE_U8;
}

static int get_fitting(const struct mode_options *options)
{
    int choice = 0;
    while (fittings[choice] != options->fitting)
        choice++;
    return choice;
}

static int get_rounding(const struct mode_options *options)
{
    return options->rounding != ROUNDING_ONCE;
}

static double get_percentile(const struct mode_options *options)
{
    return options->percentile;
}

static const char **names_of_skip(struct mode_options *options)
{
    return &options->skip;
}

static const char **names_of_wide(struct mode_options *options)
{
    return &options->wide;
}

static void leave_observer(struct mode_options *options)
{
    options->observer = NULL;
}

static void leave_percentile(struct mode_options *options)
{
    options->percentile = 0.0;
}

const struct mode_option mode_option_table[] = {
    {.name = "weights",
     .values = "per-channel|per-tensor",
     .text = "scales of the weights: one per output channel, or one per tensor",
     .kind = OPTION_CHOICE,
     .bit = HAS_WEIGHTS,
     .set = set_weights,
     .choice = get_weights},
    {.name = "dense",
     .values = "per-channel|per-tensor",
     .text = "the same for FULLY_CONNECTED alone; older runtimes know only per-tensor there",
     .kind = OPTION_CHOICE,
     .bit = HAS_DENSE,
     .set = set_dense,
     .choice = get_dense},
    {.name = "io",
     .values = "int8|uint8",
     .text = "type of the model's inputs and outputs",
     .kind = OPTION_CHOICE,
     .bit = HAS_IO,
     .set = set_io,
     .choice = get_io},
    {.name = "observer",
     .values = OBSERVER_NAMES,
     .text = "how calibration turns what it saw into a range",
     .kind = OPTION_CHOICE,
     .bit = HAS_OBSERVER,
     .set = set_observer,
     .choice = get_observer,
     .leave_open = leave_observer},
    {.name = "percentile",
     .values = "99.99",
     .text = "per cent of the values that the percentile observer keeps within the range",
     .kind = OPTION_NUMBER,
     .least = 50.0,
     .most = 100.0,
     .bit = HAS_PERCENTILE,
     .set = set_percentile,
     .number = get_percentile,
     .leave_open = leave_percentile},
    {.name = "activations",
     .values = "uint8|int8",
     .text = "type of int8 activations in .onnx files; x86 CPUs are faster with uint8",
     .kind = OPTION_CHOICE,
     .bit = HAS_ACTIVATIONS,
     .set = set_activations,
     .choice = get_activations},
    {.name = "effort",
     .values = "1|0|2|3",
     .text =
         "what is done to keep the accuracy, unless another option says else; 0: nothing "
         "(bias=plain,fit=nearest,observer=minmax), 1: what costs seconds "
         "(bias=corrected,fit=auto,observer=search), 2: more (fit=moments,equalize=activations, "
         "or yes with weights=per-tensor), 3: all, which may cost minutes (fit=descent)",
     .kind = OPTION_CHOICE,
     .bit = HAS_EFFORT,
     .set = set_effort,
     .choice = get_effort},
    {.name = "fit",
     .values = "auto|nearest|moments|descent",
     .text = "how weights become integers: each the nearest, or, by second moments of what the "
             "calibration's samples make of its inputs, such that errors of a product make up for "
             "each other (moments: GPTQ); descent: then each is changed as long as the error of "
             "its product shrinks (what AdaRound minimises, by QuantEase's way); auto: by moments "
             "where that takes seconds",
     .kind = OPTION_CHOICE,
     .bit = HAS_FITTING,
     .set = set_fitting,
     .choice = get_fitting},
    {.name = "scales",
     .values = "weights|output",
     .text = "what scales of weights are chosen by: the weights alone (their range; with 4 bits "
             "the least error of the weights), or, of scales down to half the range, the least "
             "error of a channel's outputs, by the second moments that fit=moments rounds by; "
             "those of blocks stay",
     .kind = OPTION_CHOICE,
     .bit = HAS_SCALING,
     .set = set_scaling,
     .choice = get_scaling},
    {.name = "bias",
     .values = "corrected|plain|reestimated",
     .text = "corrected: biases make up for what rounding of weights and activations does to the "
             "mean of each channel, as calibration's samples tell it layer by layer; reestimated: "
             "scales of weights per channel do so for the variance, too, as far as weights change "
             "it, which is what batch norms estimated anew come to once they are folded (they are, "
             "always)",
     .kind = OPTION_CHOICE,
     .bit = HAS_BIAS,
     .set = set_bias,
     .choice = get_bias},
    {.name = "weight_bits",
     .values = "8|7",
     .text = "bits of the weights that are used: with 7, from -63 to 63, no sum of two products "
             "leaves 16 bits, which saturate on x86 CPUs without VNNI in ONNX Runtime",
     .kind = OPTION_CHOICE,
     .bit = HAS_BITS,
     .set = set_weight_bits,
     .choice = get_weight_bits},
    {.name = "equalize",
     .values = "no|yes|activations",
     .text =
         "yes: weights of layers that follow each other are brought to the same ranges, channel "
         "by channel, as far as ReLU6 lets them, and high biases are absorbed by the layer "
         "behind: what weights=per-tensor needs; activations: channels of activations are made "
         "alike, through residual additions, as far as weights bear it (SmoothQuant)",
     .kind = OPTION_CHOICE,
     .bit = HAS_EQUALIZE,
     .set = set_equalize,
     .choice = get_equalize},
    {.name = "block",
     .values = "channel|32|64|128",
     .text = "inputs that share a scale of 4-bit weights: all of a channel, or so many neighbours, "
             "where their number divides a channel's; such files are .onnx, of opset 21",
     .kind = OPTION_CHOICE,
     .bit = HAS_BLOCK,
     .set = set_block,
     .choice = get_block},
    {.name = "rounding",
     .values = "once|twice",
     .text = "of int8 activations: once, as LiteRT does on CPUs (XNNPACK), or twice, as TensorFlow "
             "Lite Micro does",
     .kind = OPTION_CHOICE,
     .bit = HAS_ROUNDING,
     .set = set_rounding,
     .choice = get_rounding},
    {.name = "skip",
     .values = "NAME+NAME",
     .text = "layers that stay float: names of what they put out, of their weights, or of "
             "operators (DEPTHWISE_CONV_2D), in a profile also as a list; within a name %2C is "
             "',', %2B is '+' and %25 is '%'",
     .kind = OPTION_NAMES,
     .bit = HAS_SKIP,
     .names = names_of_skip},
    {.name = "wide",
     .values = "NAME+NAME",
     .text = "layers whose activations have 16 bits, as in mode 16x8, between those of 8: named as "
             "those of skip, which stay float in any case; .onnx files with them are of opset 21",
     .kind = OPTION_NAMES,
     .bit = HAS_WIDE,
     .names = names_of_wide},
};
const size_t mode_option_count = sizeof(mode_option_table) / sizeof(mode_option_table[0]);

void mode_options_init(struct mode_options *options)
{
    *options = (struct mode_options){
        .weights = GRANULARITY_CHANNEL,
        .dense_weights = GRANULARITY_CHANNEL,
        .io = TYPE_I8,
        .weight_bits = 8,
        .activations = TYPE_U8,
        .rounding = ROUNDING_ONCE,
        .observer = observer_table[0].name,
        .percentile = 99.99,
    };
    apply_effort(options, USUAL_EFFORT);
}

/* Position of value in "a|b|c", or -1. */
static int choice_index(const char *values, const char *value)
{
    size_t length = strlen(value);
    for (int i = 0;; i++) {
        size_t width = strcspn(values, "|");
        if (width == length && strncmp(values, value, width) == 0)
            return i;
        if (values[width] == '\0')
            return -1;
        values += width + 1;
    }
}

/* Writes the i-th of "a|b|c" to out. */
static void add_choice(const char *values, int i, struct text *out)
{
    for (; i > 0; i--)
        values += strcspn(values, "|") + 1;
    text_add(out, values, strcspn(values, "|"));
}

/* Among those that the mode has; NULL: none is near. */
static const char *nearest_option(const struct mode *mode, const char *name)
{
    const char **names = xcalloc(mode_option_count, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; i < mode_option_count; i++)
        if ((mode->options & mode_option_table[i].bit) != 0)
            names[count++] = mode_option_table[i].name;
    const char *near = text_nearest(name, names, count, sizeof(names[0]));
    free(names);
    return near;
}

static const struct mode_option *find_option(const struct mode *mode, const char *name,
                                             struct error *error)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if ((mode->options & mode_option_table[i].bit) != 0 &&
            strcmp(mode_option_table[i].name, name) == 0)
            return &mode_option_table[i];
    const char *near = nearest_option(mode, name);
    error_set(error, STATUS_INVALID, NULL, "mode '%s' has no option '%s'%s%s%s", mode->name, name,
              near ? ", nearest is '" : "", near ? near : "", near ? "'" : "");
    return NULL;
}

const struct mode_option *mode_option_of(unsigned bit)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if (mode_option_table[i].bit == bit)
            return &mode_option_table[i];
    abort(); /* a bit without a row */
}

bool mode_option_takes_names(const char *name)
{
    for (size_t i = 0; i < mode_option_count; i++)
        if (strcmp(mode_option_table[i].name, name) == 0)
            return mode_option_table[i].kind == OPTION_NAMES;
    return false;
}

static enum status take_names(const struct mode_option *option, struct arena *arena,
                              struct mode_options *options, const char *value, struct error *error)
{
    enum status status = skip_check(option->name, value, error);
    if (status == STATUS_OK)
        *option->names(options) = arena_strdup(arena, value);
    return status;
}

enum status mode_option_take(const struct mode_option *option, struct arena *arena,
                             struct mode_options *options, const char *value, struct error *error)
{
    const char *name = option->name;
    double number = 0.0;
    int choice = 0;
    if (option->kind == OPTION_NAMES)
        return take_names(option, arena, options, value, error);
    if (option->kind == OPTION_CHOICE) {
        choice = choice_index(option->values, value);
        if (choice < 0)
            return error_set(error, STATUS_INVALID, NULL, "option '%s' is '%s', expected %s", name,
                             value, option->values);
    } else if (!text_to_double(value, &number) || number < option->least || number > option->most) {
        return error_set(error, STATUS_INVALID, NULL, "option '%s' is '%s', expected %g to %g",
                         name, value, option->least, option->most);
    }
    options->given |= option->bit;
    option->set(options, choice, number);
    return STATUS_OK;
}

enum status mode_option_set(const struct mode *mode, struct arena *arena,
                            struct mode_options *options, const char *name, const char *value,
                            struct error *error)
{
    const struct mode_option *option = find_option(mode, name, error);
    return option ? mode_option_take(option, arena, options, value, error) : error->status;
}

/* Whose options are set. */
struct setting {
    const struct mode *mode;
    struct arena *arena;
    struct mode_options *options;
};

static enum status set_option(void *context, const char *name, const char *value,
                              struct error *error)
{
    const struct setting *setting = context;
    return mode_option_set(setting->mode, setting->arena, setting->options, name, value, error);
}

static enum status unknown_mode(const char *name, struct error *error)
{
    const char **names = xcalloc(mode_count, sizeof(*names));
    for (size_t i = 0; i < mode_count; i++)
        names[i] = mode_table[i]->name;
    const char *near = text_nearest(name, names, mode_count, sizeof(names[0]));
    free(names);
    if (near)
        return error_set(error, STATUS_INVALID, NULL, "unknown mode '%s', nearest is '%s'", name,
                         near);
    return error_set(error, STATUS_INVALID, NULL, "unknown mode '%s', see 'quantop modes'", name);
}

enum status mode_parse(const char *text, struct arena *arena, const struct mode **mode,
                       struct mode_options *options, struct error *error)
{
    char *copy = xstrdup(text), *list = strchr(copy, ':');
    enum status status = STATUS_OK;
    if (list)
        *list++ = '\0';
    *mode = mode_find(copy);
    mode_options_init(options);
    if (!*mode)
        status = unknown_mode(copy, error);
    else if (list)
        status =
            text_set_options(list, set_option, &(struct setting){*mode, arena, options}, error);
    free(copy);
    return status;
}

/* Whether the option makes a mode that needs no samples look at them, even as it usually is. */
static bool calls_for_samples(const struct mode *mode, const struct mode_options *options,
                              const struct mode_option *option)
{
    return option->bit == HAS_BIAS && !mode->needs_calibration && (options->given & HAS_BIAS) != 0;
}

static bool is_default(const struct mode_option *option, struct mode_options *options)
{
    struct mode_options fresh;
    mode_options_init(&fresh);
    fresh.weights = option->bit == HAS_WEIGHTS ? fresh.weights : options->weights;
    if (option->bit != HAS_EFFORT)
        apply_effort(&fresh, options->effort);
    switch (option->kind) {
    case OPTION_CHOICE:
        return option->choice(options) == option->choice(&fresh);
    case OPTION_NUMBER:
        return !(option->number(options) < option->number(&fresh)) &&
               !(option->number(options) > option->number(&fresh));
    default:
        return *option->names(options) == NULL;
    }
}

void mode_format(const struct mode *mode, const struct mode_options *options, struct text *out)
{
    struct mode_options copy = *options;
    char separator = ':';
    text_add_string(out, mode->name);
    for (size_t i = 0; i < mode_option_count; i++) {
        const struct mode_option *option = &mode_option_table[i];
        if ((mode->options & option->bit) == 0 ||
            (is_default(option, &copy) && !calls_for_samples(mode, options, option)))
            continue;
        text_printf(out, "%c%s=", separator, option->name);
        if (option->kind == OPTION_CHOICE)
            add_choice(option->values, option->choice(options), out);
        else if (option->kind == OPTION_NUMBER)
            text_printf(out, "%.10g", option->number(options));
        else
            text_add_string(out, *option->names(&copy));
        separator = ',';
    }
}
