#include "command/exclusions.h"

#include <string.h>

#include "results/json_text.h"

/* A string of Python; model files may hold anything in their names. */
static void add_quoted(const char *text, struct text *out)
{
    text_add_string(out, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c < ' ')
            text_printf(out, "\\x%02x", c);
        else
            text_add(out, text, 1);
    }
    text_add_string(out, "\"");
}

static void add_names(const json_t *layers, struct text *out)
{
    struct arena *arena = arena_new();
    size_t i;
    json_t *layer;
    text_add_string(out, "[");
    json_array_foreach(layers, i, layer)
    {
        text_add_string(out, i > 0 ? ",\n    " : "\n    ");
        const char *name = json_carried_value(json_object_get(layer, "name"), arena);
        add_quoted(name ? name : "", out);
    }
    arena_free(arena);
    text_add_string(out, json_array_size(layers) > 0 ? ",\n]" : "]");
}

static void write_profile(const char *model, const char *mode, const json_t *layers,
                          struct text *out)
{
    (void)model, (void)layers;
    text_add_string(out, "modes:\n  - fp32\n  - ");
    add_quoted(mode, out);
    text_add_string(out, "\n");
}

/* TensorFlow's selective quantization knows nodes by the tensors that they write. */
static void write_tflite(const char *model, const char *mode, const json_t *layers,
                         struct text *out)
{
    (void)model, (void)mode;
    text_add_string(out, "# for a converter that is set up for full integer quantization\n"
                         "import tensorflow as tf\n"
                         "options = tf.lite.experimental.QuantizationDebugOptions(\n"
                         "    converter=converter)\n"
                         "options.denylisted_nodes = ");
    add_names(layers, out);
    text_add_string(out, "\ndebugger = tf.lite.experimental.QuantizationDebugger(\n"
                         "    converter=converter, debug_dataset=representative_dataset,\n"
                         "    debug_options=options)\n"
                         "model = debugger.get_nondebug_quantized_model()\n");
}

/* Their names of nodes are in the .onnx file; ours are those of tensors. */
static void add_nodes(const char *model, const json_t *layers, struct text *out)
{
    text_add_string(out, "import onnx\nwritten = set(");
    add_names(layers, out);
    text_add_string(out, ")\nnodes = [node.name for node in onnx.load(");
    add_quoted(model, out);
    text_add_string(out, ").graph.node\n         if written & set(node.output)]\n");
}

static void write_onnxruntime(const char *model, const char *mode, const json_t *layers,
                              struct text *out)
{
    (void)mode;
    add_nodes(model, layers, out);
    text_add_string(out, "from onnxruntime.quantization import quantize_static\n"
                         "quantize_static(");
    add_quoted(model, out);
    text_add_string(out, ", \"quantized.onnx\", reader, per_channel=True,\n"
                         "                nodes_to_exclude=nodes)\n");
}

static void write_nncf(const char *model, const char *mode, const json_t *layers, struct text *out)
{
    (void)mode;
    add_nodes(model, layers, out);
    text_add_string(out,
                    "import nncf\n"
                    "quantized = nncf.quantize(model, dataset,\n"
                    "                          ignored_scope=nncf.IgnoredScope(names=nodes))\n");
}

const struct exclusion_form exclusion_forms[] = {
    {"profile", "lines of a profile of this program", write_profile},
    {"tflite", "denylisted_nodes of TensorFlow's selective quantization", write_tflite},
    {"onnxruntime", "nodes_to_exclude of ONNX Runtime's quantize_static", write_onnxruntime},
    {"nncf", "the ignored scope of NNCF", write_nncf},
};
const size_t exclusion_form_count = sizeof(exclusion_forms) / sizeof(exclusion_forms[0]);

const struct exclusion_form *exclusion_form_find(const char *name)
{
    for (size_t i = 0; i < exclusion_form_count; i++)
        if (strcmp(exclusion_forms[i].name, name) == 0)
            return &exclusion_forms[i];
    return NULL;
}
