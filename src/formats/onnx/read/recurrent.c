/* LSTM, GRU and RNN; layout 1 (batch first) is transposed to layout 0 (time first). */
#include <string.h>

#include "formats/onnx/read/import.h"

static int32_t direction_of(struct import *import)
{
    static const char *const names[] = {"forward", "reverse", "bidirectional"};
    for (int i = 0; i < 3; i++)
        if (import_attribute_is(import, "direction", names[i], "forward"))
            return i;
    import_fail(import, STATUS_FORMAT, "unknown direction");
    return DIRECTION_FORWARD;
}

/* Refuses other than the default activations, and clipping. */
static void refuse_variants(struct import *import, const char *const *usual, size_t n_usual)
{
    const Onnx__Attribute *functions = import_attribute(import, "activations");
    for (size_t i = 0; functions && i < functions->n_strings; i++) {
        const char *wanted = usual[i % n_usual];
        const ProtobufCBinaryData *given = &functions->strings[i];
        if (given->len != strlen(wanted) || memcmp(given->data, wanted, given->len) != 0)
            import_fail(
                import, STATUS_UNSUPPORTED, "activation '%.*s' is not supported, expected '%s'",
                (int)(given->len < 40 ? given->len : 40), (const char *)given->data, wanted);
    }
    if (import_attribute(import, "clip") || import_attribute_int(import, "input_forget", 0) != 0)
        import_fail(import, STATUS_UNSUPPORTED, "clip and input_forget are not supported");
}

/* [batch, time, ...] to [time, batch, ...] and back. */
static int swap_first(struct import *import, int tensor)
{
    return tensor == NO_TENSOR
               ? NO_TENSOR
               : import_transpose(import, tensor, (const int32_t[]){1, 0, 2, 3, 4, 5});
}

/* Y: [time, directions, batch, hidden] to [batch, time, directions, hidden]. */
static int batch_first(struct import *import, int tensor)
{
    return import_transpose(import, tensor, (const int32_t[]){2, 0, 1, 3});
}

static void recurrent(struct import *import, const struct onnx_row *row)
{
    static const char *const usual[] = {"Sigmoid", "Tanh", "Tanh"};
    int n_usual = row->op == OP_LSTM ? 3 : row->op == OP_GRU ? 2 : 1;
    bool is_lstm = row->op == OP_LSTM, is_batched = import_attribute_int(import, "layout", 0) != 0;
    int count = is_lstm ? 8 : 6, n_outputs = is_lstm ? 3 : 2, inputs[8], outputs[3];
    const enum type types[] = {TYPE_F32, TYPE_F32, TYPE_F32};
    union op_params params = {
        .recurrent = {
            .direction = direction_of(import),
            .linear_before_reset = import_attribute_int(import, "linear_before_reset", 0) != 0,
        }};
    refuse_variants(import, n_usual == 1 ? usual + 1 : usual, (size_t)n_usual);
    for (int i = 0; i < count; i++)
        inputs[i] = i < 3 ? import_needed(import, i) : import_input(import, i);
    if (is_batched) {
        inputs[0] = swap_first(import, inputs[0]);
        inputs[5] = swap_first(import, inputs[5]);
        if (is_lstm)
            inputs[6] = swap_first(import, inputs[6]);
    }
    while (inputs[count - 1] == NO_TENSOR && count > 3)
        count--;
    const struct import_node node = {row->op, inputs, count, &params, types, n_outputs};
    import_emit_node(import, &node, outputs);
    for (int i = 0; i < n_outputs; i++) {
        int made = outputs[i];
        if (is_batched && import_ok(import))
            made = i == 0 ? batch_first(import, made) : swap_first(import, made);
        import_output(import, i, made);
    }
}

static const struct onnx_row rows[] = {
    {.name = "LSTM", .convert = recurrent, .op = OP_LSTM},
    {.name = "RNN", .convert = recurrent, .op = OP_SIMPLE_RNN},
    {.name = "GRU", .convert = recurrent, .op = OP_GRU},
};

ONNX_ROWS(onnx_recurrent_rows, rows);
