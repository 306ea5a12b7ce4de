/* What files that make a plan do to its steps. */
#include "engine/plan_internal.h"

void step_add_node(struct plan *plan, struct step *step, int node)
{
    int *nodes = arena_alloc(plan->arena, (size_t)(step->n_nodes + 1) * sizeof(*nodes));
    for (int i = 0; i < step->n_nodes; i++)
        nodes[i] = step->nodes[i];
    nodes[step->n_nodes++] = node;
    step->nodes = nodes;
}
