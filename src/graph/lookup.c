#include "graph/lookup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "base/memory.h"

static bool keeps_elements(enum op op)
{
    return op == OP_CAST || op == OP_TRANSPOSE || op_has(op, TRAIT_VIEW);
}

/* The input of the node that tells rows of a table, or NO_INPUT. */
static int ids_of(const struct node *node)
{
    return node->op == OP_GATHER ? 1 : node->op == OP_EMBEDDING_LOOKUP ? 0 : NO_INPUT;
}

static int32_t rows_of(const struct graph *graph, const struct node *node)
{
    if (node->op == OP_EMBEDDING_LOOKUP)
        return node_input(graph, node, 1)->shape.dim[0];
    const struct shape *table = &node_input(graph, node, 0)->shape;
    int axis;
    return shape_axis(node->params.gather.axis, table->rank, &axis) ? table->dim[axis] : 0;
}

int32_t lookup_rows(const struct graph *graph, int input)
{
    bool *is_input = xcalloc((size_t)graph->n_tensors, sizeof(*is_input)); /* in other words */
    int32_t least = 0;
    is_input[input] = true;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        if (keeps_elements(node->op) && is_input[node->inputs[0]])
            is_input[node->outputs[0]] = true;
        int ids = ids_of(node);
        if (ids == NO_INPUT || !is_input[node->inputs[ids]])
            continue;
        int32_t rows = rows_of(graph, node);
        if (rows > 0 && (least == 0 || rows < least))
            least = rows;
    }
    free(is_input);
    return least;
}

#define ELEMENT(ctype) ((double)((const ctype *)elements)[i])

/* Exact for all that can be the number of a row. */
static double element_at(const struct tensor *input, const void *elements, size_t i)
{
    switch (input->type) {
    case TYPE_F32:
        return ELEMENT(float);
    case TYPE_F16:
        return (double)half_to_float(((const uint16_t *)elements)[i]);
    case TYPE_F64:
        return ELEMENT(double);
    case TYPE_I64:
        return ELEMENT(int64_t);
    case TYPE_I16:
        return ELEMENT(int16_t);
    case TYPE_I8:
        return ELEMENT(int8_t);
    case TYPE_U8:
    case TYPE_BOOL:
        return ELEMENT(uint8_t);
    default:
        return ELEMENT(int32_t);
    }
}

enum status lookup_check(const struct tensor *input, int32_t rows, const void *elements,
                         struct error *error)
{
    size_t count = rows > 0 && input->quant.count == 0 ? shape_elements(&input->shape) : 0;
    for (size_t i = 0; i < count; i++) {
        double row = element_at(input, elements, i);
        if (!(row >= -(double)rows && row < (double)rows))
            return error_set(
                error, STATUS_FORMAT, NULL,
                "element %zu of input '%s' is %.0f, but the table that it looks up has "
                "the rows 0 to %" PRId32,
                i, input->name, row, rows - 1);
    }
    return STATUS_OK;
}
