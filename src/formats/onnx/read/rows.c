/* The table of operators that are read, collected from the files that convert them. */
#include <string.h>

#include "formats/onnx/read/import.h"

static const struct onnx_rows *const lists[] = {
    &onnx_math_rows,     &onnx_conv_rows,      &onnx_pool_rows,    &onnx_move_rows,
    &onnx_pad_rows,      &onnx_reduce_rows,    &onnx_resize_rows,  &onnx_norm_rows,
    &onnx_quant_rows,    &onnx_recurrent_rows, &onnx_control_rows, &onnx_logic_rows,
    &onnx_function_rows, &onnx_place_rows,     &onnx_fused_rows,   &onnx_attention_rows,
    &onnx_grid_rows,
};

const struct onnx_row *onnx_row_at(size_t index)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (index < lists[i]->count)
            return &lists[i]->rows[index];
        index -= lists[i]->count;
    }
    return NULL;
}

bool onnx_domain_is_standard(const char *domain)
{
    return !domain || domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

static bool same_domain(const char *domain, const char *wanted)
{
    return wanted ? domain && strcmp(domain, wanted) == 0 : onnx_domain_is_standard(domain);
}

static bool is_for(const struct onnx_row *row, const struct import *import, const Onnx__Node *node)
{
    return row->name[0] == node->op_type[0] && strcmp(row->name, node->op_type) == 0 &&
           same_domain(node->domain, row->domain) &&
           (row->first == 0 || import->opset >= row->first) &&
           (row->last == 0 || import->opset <= row->last);
}

const struct onnx_row *onnx_row_find(const struct import *import, const Onnx__Node *node)
{
    for (size_t i = 0; node->op_type && i < sizeof(lists) / sizeof(lists[0]); i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            if (is_for(&lists[i]->rows[k], import, node))
                return &lists[i]->rows[k];
    return NULL;
}
