#include "quantize/skip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

/* What a remark lists; the number is told in any case. */
#define LISTED_MOST 6
/* Longer names in a file are not looked at for a nearest one. */
#define NAME_LENGTH_MOST 512

static const char reserved[] = ",+%";

void skip_add(struct text *list, const char *name)
{
    if (list->length > 0)
        text_add_string(list, "+");
    for (; *name; name++) {
        if (strchr(reserved, *name))
            text_printf(list, "%%%02X", (unsigned char)*name);
        else
            text_add(list, name, 1);
    }
}

/* In place, the characters that skip_add wrote in another way. */
static void decode(char *name)
{
    char *to = name;
    for (const char *from = name; *from; to++) {
        const char *known = reserved;
        char code[8] = "";
        for (; *known; known++) {
            snprintf(code, sizeof(code), "%%%02X", (unsigned char)*known);
            if (strncasecmp(from, code, 3) == 0)
                break;
        }
        *to = *known ? *known : *from;
        from += *known ? 3 : 1;
    }
    *to = '\0';
}

/* Each name of a list, in a copy that is changed on the way. */
static char *next_name(char **rest)
{
    char *name = strsep(rest, "+");
    if (name)
        decode(name);
    return name;
}

enum status skip_check(const char *option, const char *list, struct error *error)
{
    char *copy = xstrdup(list), *rest = copy, *name;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (name = next_name(&rest)))
        if (name[0] == '\0')
            status = error_set(error, STATUS_INVALID, NULL,
                               "option '%s' is '%s', expected names between '+'", option, list);
    free(copy);
    return status;
}

static bool has_operator(const char *name)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (strcmp(op_name((enum op)op), name) == 0)
            return true;
    return false;
}

/* Whether other nodes read the tensor, too. */
static bool is_shared(const struct graph *graph, const struct node *node, int tensor)
{
    for (int n = 0; n < graph->n_nodes; n++)
        for (int i = 0; &graph->nodes[n] != node && i < graph->nodes[n].n_inputs; i++)
            if (graph->nodes[n].inputs[i] == tensor)
                return true;
    return false;
}

static bool is_named(const struct graph *graph, const struct node *node, const char *name)
{
    for (int i = 0; i < node->n_outputs; i++)
        if (strcmp(node_output(graph, node, i)->name, name) == 0)
            return true;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct tensor *tensor = node_input(graph, node, i);
        if (tensor && tensor->data && strcmp(tensor->name, name) == 0 &&
            !is_shared(graph, node, node->inputs[i]))
            return true;
    }
    return strcmp(op_name(node->op), name) == 0;
}

static bool is_numbered(const char *name, const struct graph *graph, long *number)
{
    return name[0] == '#' && text_to_long(name + 1, number) && *number >= 0 &&
           *number < graph->n_nodes;
}

static bool mark_name(struct graph *graph, const char *option, const char *name, bool *marks)
{
    bool found = false;
    long number;
    for (int n = 0; n < graph->n_nodes; n++)
        if (is_named(graph, &graph->nodes[n], name))
            marks[n] = found = true;
    if (!found && is_numbered(name, graph, &number))
        marks[number] = found = true;
    if (found || !has_operator(name))
        return found;
    graph_remark(graph, "option '%s': the model has no %s", option, name);
    return true;
}

/* Names of what the nodes write, and their operators. */
static const char *nearest(const struct graph *graph, const char *wrong)
{
    size_t count = 0, capacity = 0;
    const char **names = NULL;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        for (int i = -1; i < node->n_outputs; i++) {
            const char *name = i < 0 ? op_name(node->op) : node_output(graph, node, i)->name;
            if (strlen(name) > NAME_LENGTH_MOST)
                continue;
            names = list_grow(names, count, &capacity, sizeof(*names));
            names[count++] = name;
        }
    }
    const char *near = text_nearest(wrong, names, count, sizeof(*names));
    free(names);
    return near;
}

static enum status refuse(const struct graph *graph, const char *option, const char *name,
                          struct error *error)
{
    const char *near = strlen(name) > NAME_LENGTH_MOST ? NULL : nearest(graph, name);
    const char *first = graph->n_nodes > 0 ? node_output(graph, &graph->nodes[0], 0)->name : "";
    return error_set(error, STATUS_INVALID, graph->name,
                     "option '%s': no layer and no operator is named '%s', %s '%s'", option, name,
                     near ? "nearest is" : "the first layer is", near ? near : first);
}

enum status skip_mark(struct graph *graph, const char *option, const char *list, bool *marks,
                      struct error *error)
{
    char *copy = xstrdup(list), *rest = copy, *name;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (name = next_name(&rest)))
        if (!mark_name(graph, option, name, marks))
            status = refuse(graph, option, name, error);
    free(copy);
    return status;
}

/* Whether the name stands for this node and no other. */
static bool is_own(const struct graph *graph, int node, const char *name)
{
    bool own = name[0] != '\0' && !has_operator(name);
    for (int n = 0; own && n < graph->n_nodes; n++)
        own = is_named(graph, &graph->nodes[n], name) == (n == node);
    return own;
}

void skip_describe(const struct graph *graph, const bool *marks, struct text *list)
{
    for (int n = 0; n < graph->n_nodes; n++) {
        const char *name = node_output(graph, &graph->nodes[n], 0)->name;
        char number[16];
        snprintf(number, sizeof(number), "#%d", n);
        if (marks[n])
            skip_add(list, is_own(graph, n, name) ? name : number);
    }
}

static bool stays_float(const struct node *node)
{
    return node->stays_float;
}

static bool is_wide(const struct node *node)
{
    return node->is_wide && !node->stays_float;
}

static void report(struct graph *graph, bool (*is_meant)(const struct node *node), const char *what)
{
    struct text text = {0};
    int count = 0;
    for (int n = 0; n < graph->n_nodes; n++) {
        const struct node *node = &graph->nodes[n];
        if (!is_meant(node) || count++ >= LISTED_MOST)
            continue;
        text_printf(&text, "%s%s '%.80s'", count > 1 ? ", " : "", op_name(node->op),
                    node_output(graph, node, 0)->name);
    }
    if (count > 0)
        graph_remark(graph, "%d of %d layers %s as asked: %s%s", count, graph->n_nodes, what,
                     text.bytes, count > LISTED_MOST ? ", ..." : "");
    text_release(&text);
}

void skip_report(struct graph *graph)
{
    report(graph, stays_float, "stay float");
    report(graph, is_wide, "have activations of 16 bits");
}
