#include "results/step_column.h"

#include <math.h>

#include "results/roofline.h"

/* The extractors of the rows below. */
#define TEXT(member)                                                                               \
    static void text_##member(const struct step_profile *profile, const struct step *step,         \
                              struct text *out)                                                    \
    {                                                                                              \
        (void)profile;                                                                             \
        text_add_string(out, step->member);                                                        \
    }
#define NUMBER(member)                                                                             \
    static double number_##member(const struct step_profile *profile, const struct step *step)     \
    {                                                                                              \
        (void)profile;                                                                             \
        return step->member >= 0.0 ? step->member : NAN; /* negative: not known */                 \
    }

TEXT(op)
TEXT(merged)
TEXT(kernel)
TEXT(isa)
TEXT(arithmetic)
TEXT(input)
TEXT(output)
NUMBER(ns)
NUMBER(share)
NUMBER(macs)
NUMBER(constant_bytes)
NUMBER(read_bytes)
NUMBER(written_bytes)

static void text_name(const struct step_profile *profile, const struct step *step, struct text *out)
{
    text_add_string(out, step_name(profile, step));
}

static void text_layers(const struct step_profile *profile, const struct step *step,
                        struct text *out)
{
    for (size_t i = 0; i < step->n_layers; i++) {
        const struct layer_name *layer = &profile->layers[step->layers[i]];
        text_printf(out, "%s%s %s", i > 0 ? ", " : "", layer->op, layer->name);
    }
}

static void text_bound(const struct step_profile *profile, const struct step *step,
                       struct text *out)
{
    text_add_string(out, bound_names[step_roofline(profile, step).bound]);
}

static double number_efficiency(const struct step_profile *profile, const struct step *step)
{
    struct roofline roofline = step_roofline(profile, step);
    return roofline.bound == BOUND_UNKNOWN ? NAN : roofline.efficiency;
}

#define AS_TEXT(member)   .text = text_##member
#define AS_NUMBER(member) .number = number_##member

const struct step_column step_columns[] = {
    {"step", "step", "", "The first layer of the model's file that it does the work of.",
     AS_TEXT(name), .shown = true},
    {"layers", "layers", "", "All of these, with their operators.", AS_TEXT(layers)},
    {"op", "operator", "", "Its operator in the file that ran.", AS_TEXT(op), .shown = true},
    {"merged", "with", "", "Operators that the kernel computes on the way.", AS_TEXT(merged),
     .shown = true},
    {"time_us", "time", "us", "Median of the inferences that were watched.", AS_NUMBER(ns),
     .scale = 1e-3, .digits = 2, .shown = true},
    {"share_percent", "share", "%", "Its share of the time of all steps.", AS_NUMBER(share),
     .scale = 100.0, .digits = 1, .shown = true},
    {"macs", "work", "MAC", "Multiply-accumulates.", AS_NUMBER(macs), .scale = 1.0, .shown = true},
    {"constant_bytes", "constants", "bytes", "Weights and other constants that it reads.",
     AS_NUMBER(constant_bytes), .scale = 1.0, .shown = true},
    {"read_bytes", "reads", "bytes", "Activations that it reads.", AS_NUMBER(read_bytes),
     .scale = 1.0, .shown = true},
    {"written_bytes", "writes", "bytes", "Activations that it writes.", AS_NUMBER(written_bytes),
     .scale = 1.0, .shown = true},
    {"input", "input", "", "Type and shape of its first input.", AS_TEXT(input)},
    {"output", "output", "", "Type and shape of its first output.", AS_TEXT(output), .shown = true},
    {"kernel", "kernel", "", "The kernel that ran.", AS_TEXT(kernel), .shown = true},
    {"isa", "isa", "", "The instruction set that it is written for.", AS_TEXT(isa), .shown = true},
    {"arithmetic", "arithmetic", "", "The type of its products; \"read\" where it has none.",
     AS_TEXT(arithmetic)},
    {"bound", "bound", "",
     "compute-bound or memory-bound, by whichever takes longer at the placement's ceilings; "
     "overhead where neither explains a quarter of its time; or not known.",
     AS_TEXT(bound)},
    {"efficiency_percent", "efficiency", "%",
     "What the longer of both takes at the ceilings, as a share of its time.",
     AS_NUMBER(efficiency), .scale = 100.0, .digits = 1},
    {"bound_by", "bound by", "", "Both in words, with the ceiling that they rest on.",
     .text = roofline_describe_step, .shown = true},
};
const size_t step_column_count = sizeof(step_columns) / sizeof(step_columns[0]);

void step_column_add(const struct step_column *column, const struct step_profile *profile,
                     const struct step *step, struct text *out)
{
    double value = column->number ? column->number(profile, step) * column->scale : NAN;
    if (column->text)
        column->text(profile, step, out);
    else if (isnan(value))
        text_add_string(out, "-");
    else
        text_printf(out, "%.*f", column->digits, value);
}
