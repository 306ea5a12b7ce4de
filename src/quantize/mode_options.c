/* What can be chosen within modes: the table of their options. */
#include "quantize/mode.h"
#include "quantize/observer.h"

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
         "or yes with weights=per-tensor), 3: all, which may cost minutes (fit=descent); from 1, "
         "int8 takes observer=mse or minmax, and from 2 any mode equalize=no, where the outputs "
         "of calibration's samples change less by it",
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
         "alike, through residual additions, as far as weights bear it (SmoothQuant), and centred "
         "on 0 where no activation is between two layers (Outlier Suppression+)",
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
