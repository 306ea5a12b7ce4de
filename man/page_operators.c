/* docs/OPERATORS.md: what becomes of each operator in each mode and format. */
#include "graph/op.h"
#include "kernels/kernel.h"
#include "man/manual.h"

static const char *const families[FAMILY_COUNT] = {
    [FAMILY_NONE] = "",
    [FAMILY_PRODUCT] = "Products",
    [FAMILY_ARITHMETIC] = "Arithmetic",
    [FAMILY_FUNCTION] = "Functions of one number",
    [FAMILY_POOL] = "Pools",
    [FAMILY_REDUCTION] = "Reductions",
    [FAMILY_NORMALIZATION] = "Normalizations",
    [FAMILY_RECURRENT] = "Recurrent layers",
    [FAMILY_CONVERSION] = "Conversions",
    [FAMILY_MOVE] = "Moves",
    [FAMILY_RESIZE] = "Images of another size",
    [FAMILY_QUERY] = "Facts about tensors",
    [FAMILY_BOXES] = "Boxes of detectors",
};

/* The types of the first data input for which there are kernels, reference or fast. */
static void add_types(struct text *out, enum op op, bool fast)
{
    bool is_there[TYPE_COUNT + 1] = {false}; /* the last: any */
    const char *separator = "";
    for (size_t i = 0; i < kernel_count(); i++) {
        const struct kernel *kernel = kernel_at(i);
        if (kernel->op == op && (kernel->isa > ISA_REFERENCE) == fast)
            is_there[kernel->types.data] = true;
    }
    for (int type = 0; type < TYPE_COUNT && !is_there[TYPE_ANY]; type++)
        if (is_there[type]) {
            text_printf(out, "%s%s", separator, type_name((enum type)type));
            separator = " ";
        }
    if (separator[0] == '\0')
        text_add_string(out, is_there[TYPE_ANY] ? "all" : "-");
}

static const char *integer_form(enum scale_rule rule, const char *type)
{
    return rule == SCALE_UNSUPPORTED ? "float" : type;
}

static const char *dynamic_form(const struct quant_rule *rule)
{
    return rule->hybrid ? "int8" : rule->shrink_input != NO_INPUT ? "int8 weights" : "float";
}

static void add_row(struct text *out, enum op op)
{
    const struct op_info *info = &op_table[op];
    bool is_storage = op_has(op, TRAIT_STORAGE);
    text_printf(out, "| %s | %s | %s | %s | %s | %s | ", info->name,
                info->custom             ? info->custom
                : info->tflite_code >= 0 ? "yes"
                                         : info->no_tflite,
                info->no_onnx ? info->no_onnx : info->onnx_name,
                is_storage ? "-" : dynamic_form(&info->quant),
                is_storage ? "-" : integer_form(info->quant.int8, "int8"),
                is_storage ? "-" : integer_form(info->quant.int16, "int16"));
    add_types(out, op, false);
    text_add_string(out, " | ");
    add_types(out, op, true);
    text_add_string(out, " |\n");
}

void page_operators(struct text *out)
{
    text_add_string(
        out,
        "# Operators\n\n"
        "What becomes of each operator. This page is made from the program's tables: "
        "`./manual OPERATORS.md` in the build\nfolder prints it, and a test compares the two.\n\n"
        "* **.tflite**: whether files have it, the name of a custom operator, or why not. "
        "**.onnx**: the operator of that\n  format that it is, or the last of those that spell it "
        "out; more are read.\n"
        "* **dynamic**, **int8**, **16x8**: how the modes compute it. In int8-io it is as in int8, "
        "in fp32 and fp16 float.\n  What is float stays between DEQUANTIZE and QUANTIZE, and is "
        "reported with the row.\n"
        "* **kernels**: the types of its first data input for which there is one. **fast**: those "
        "with a vector kernel as\n  well; most moves copy memory, and need none.\n");
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++) {
        text_printf(out,
                    "\n## %s\n\n| operator | .tflite | .onnx | dynamic | int8 | 16x8 | kernels | "
                    "fast |\n|---|---|---|---|---|---|---|---|\n",
                    families[family]);
        for (int op = 0; op < OP_COUNT; op++)
            if ((int)op_table[op].family == family)
                add_row(out, (enum op)op);
    }
}
