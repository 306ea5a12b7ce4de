/* What a model holds and nothing here implements: all of it at once. And the functions of a model,
 * whose nodes count, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/onnx/codes.h"
#include "formats/onnx/read/import.h"
#include "formats/unsupported.h"

/* --- operator sets and functions --- */

static bool is_domain(const char *stated, const char *domain)
{
    return onnx_domain_is_standard(domain) ? onnx_domain_is_standard(stated)
                                           : stated && strcmp(stated, domain) == 0;
}

int64_t import_opset(const struct import *import, const char *domain)
{
    int64_t version = 0;
    for (size_t i = 0; i < import->n_sets; i++)
        if (is_domain(import->sets[i]->domain, domain))
            version = import->sets[i]->version;
    return version;
}

bool onnx_opset_is_known(int64_t opset)
{
    return opset >= ONNX_OPSET_FIRST && opset <= ONNX_OPSET_LAST;
}

void import_state_sets(struct import *import, const Onnx__Function *function)
{
    int64_t outside = import->opset;
    import->sets = function->opset_import;
    import->n_sets = function->n_opset_import;
    import->opset = import_opset(import, "");
    if (import->opset == 0)
        import->opset = outside;
}

/* What tells functions apart; names have no line ends, or are told apart in vain. */
static char *function_key(struct arena *arena, const char *domain, const char *name,
                          const char *overload)
{
    return arena_printf(arena, "%s\n%s\n%s", onnx_domain_is_standard(domain) ? "" : domain,
                        text_or_empty(name), text_or_empty(overload));
}

void import_note_functions(struct import *import)
{
    for (size_t i = 0; i < import->model->n_functions; i++) {
        const Onnx__Function *function = import->model->functions[i];
        char *key = function_key(import->graph->arena, function->domain, function->name,
                                 function->overload);
        onnx_names_set(&import->functions, key, (int)i);
    }
}

int import_function_of(struct import *import, const Onnx__Node *node)
{
    if (import->model->n_functions == 0)
        return -1;
    struct arena *arena = arena_new();
    const char *key = function_key(arena, node->domain, node->op_type, node->overload);
    int number = onnx_names_get(&import->functions, key, -1);
    arena_free(arena);
    return number;
}

/* --- what is not supported --- */

/* The findings, and the functions whose nodes were not looked at yet. */
struct census {
    struct unsupported operators, types, inputs;
    int *functions;
    size_t n_functions, function_capacity;
    bool *is_called; /* of each function */
};

static void add_operator(const struct import *import, const Onnx__Node *node, size_t i,
                         struct census *census)
{
    char name[96], where[100];
    const char *type = text_or_empty(node->op_type), *named = text_or_empty(node->name);
    int64_t opset = import_opset(import, node->domain);
    if (onnx_domain_is_standard(node->domain))
        snprintf(name, sizeof(name), "%.40s", type);
    else if (opset > 0)
        snprintf(name, sizeof(name), "%.40s of %.32s set %lld", type, node->domain,
                 (long long)opset);
    else
        snprintf(name, sizeof(name), "%.40s of domain '%.40s'", type, node->domain);
    snprintf(where, sizeof(where), "node %zu%s%.60s%s", i, named[0] ? " '" : "", named,
             named[0] ? "'" : "");
    unsupported_add(&census->operators, name, where);
}

/* Where the operator set is not known, only nodes of other domains are looked at. */
static void count_nodes(struct import *import, Onnx__Node *const *nodes, size_t count,
                        struct census *census)
{
    for (size_t i = 0; i < count; i++) {
        int function = import_function_of(import, nodes[i]);
        bool is_told =
            onnx_opset_is_known(import->opset) || !onnx_domain_is_standard(nodes[i]->domain);
        if (function < 0 && is_told && !onnx_row_find(import, nodes[i]))
            add_operator(import, nodes[i], i, census);
        if (function < 0 || census->is_called[function])
            continue;
        census->functions = list_grow(census->functions, census->n_functions,
                                      &census->function_capacity, sizeof(*census->functions));
        census->functions[census->n_functions++] = function;
        census->is_called[function] = true;
    }
}

/* Constants may have types that are widened when they are read. */
static void count_type(int32_t code, bool is_constant, const char *name, struct census *census)
{
    char type[ONNX_TYPE_TEXT_SIZE], where[100];
    bool is_widened = code == ONNX_BFLOAT16 || code == ONNX_INT4 || code == ONNX_UINT4;
    snprintf(where, sizeof(where), "%s '%.60s'", is_constant ? "initializer" : "input",
             text_or_empty(name));
    if (onnx_type(code) == TYPE_COUNT && !(is_constant && is_widened))
        unsupported_add(&census->types, onnx_type_text(code, type), where);
}

/* What an input is that is no tensor; NULL: nothing is said of it. */
static const char *kind_of(const Onnx__Type *type)
{
    if (type && type->has_sequence_type)
        return "sequence";
    if (type && type->has_optional_type)
        return "optional value";
    if (type && type->has_map_type)
        return "map";
    return type && type->has_sparse_tensor_type ? "sparse tensor" : NULL;
}

static void count_input(const Onnx__ValueInfo *info, struct census *census)
{
    char where[100];
    const char *kind = kind_of(info->type);
    if (info->type && info->type->tensor_type)
        count_type(info->type->tensor_type->elem_type, false, info->name, census);
    if (!kind)
        return;
    snprintf(where, sizeof(where), "input '%.60s'", text_or_empty(info->name));
    unsupported_add(&census->inputs, kind, where);
}

static void count_types(const Onnx__Graph *graph, struct census *census)
{
    for (size_t i = 0; i < graph->n_input; i++)
        count_input(graph->input[i], census);
    for (size_t i = 0; i < graph->n_initializer; i++)
        count_type(graph->initializer[i]->data_type, true, graph->initializer[i]->name, census);
}

/* The nodes of called functions, with the operator sets that go for them. */
static void count_functions(struct import *import, struct census *census)
{
    const struct import saved = *import;
    for (size_t i = 0; i < census->n_functions; i++) {
        const Onnx__Function *function = import->model->functions[census->functions[i]];
        import_state_sets(import, function);
        count_nodes(import, function->node, function->n_node, census);
        import->sets = saved.sets;
        import->n_sets = saved.n_sets;
        import->opset = saved.opset;
    }
}

static bool states_opset(const struct import *import)
{
    for (size_t i = 0; i < import->n_sets; i++)
        if (is_domain(import->sets[i]->domain, ""))
            return true;
    return false;
}

static void describe_opset(const struct import *import, struct text *text)
{
    const char *gap = text->length > 0 ? "; " : "";
    if (onnx_opset_is_known(import->opset))
        return;
    if (states_opset(import))
        text_printf(text, "%soperator set %lld is not supported, expected %d to %d", gap,
                    (long long)import->opset, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
    else
        text_printf(text,
                    "%sthe model states no operator set of domain 'ai.onnx', expected %d to %d",
                    gap, ONNX_OPSET_FIRST, ONNX_OPSET_LAST);
}

void import_refuse(struct import *import, const Onnx__Graph *graph)
{
    struct census census = {.is_called = xcalloc(import->model->n_functions + 1, sizeof(bool))};
    struct text text = {0};
    if (import_ok(import)) {
        count_nodes(import, graph->node, graph->n_node, &census);
        count_functions(import, &census);
        count_types(graph, &census);
    }
    unsupported_describe(&census.operators, "operators", &text);
    if (text.length > 0 && onnx_opset_is_known(import->opset))
        text_printf(&text, ", in operator set %lld", (long long)import->opset);
    unsupported_describe(&census.types, "element types", &text);
    unsupported_describe(&census.inputs, "inputs", &text);
    describe_opset(import, &text);
    unsupported_advise(&census.operators, census.types.n_kinds > 0 ? &census.types : &census.inputs,
                       &text);
    if (text.length > 0)
        import_fail(import, STATUS_UNSUPPORTED, "%s", text.bytes);
    text_release(&text);
    free(census.functions);
    free(census.is_called);
}
