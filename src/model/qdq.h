/* Float operators between DEQUANTIZE and QUANTIZE, as quantized .onnx files have them, as the
 * integer operators that they stand for. */
#ifndef MODEL_QDQ_H
#define MODEL_QDQ_H

#include "graph/graph.h"

/* Replaces each node whose inputs are dequantized and whose output is only read by a QUANTIZE,
 * where the rules of op_table let its operator have these scales and there is a kernel that takes
 * them; moves DEQUANTIZEs behind nodes that only move elements. Biases become integers in steps of
 * input scale times weight scale, rounded where they are not. What is replaced is left, for
 * graph_drop_dead. Shapes must be inferred. Returns how many nodes became integer ones. */
int qdq_form_integers(struct graph *graph) __attribute__((nonnull(1)));

#endif
