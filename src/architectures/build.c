#include "architectures/build.h"

#include <stdlib.h>

#include "architectures/builder.h"
#include "architectures/settle.h"

static const char *describe(struct graph *graph, const struct architecture *architecture)
{
    return arena_printf(graph->arena, "%s, untrained", architecture->title);
}

/* Keeps the graph where all went well. */
static enum status finish(const struct builder *builder, struct graph **graph)
{
    free(builder->roles);
    if (builder->status == STATUS_OK)
        *graph = builder->graph;
    else
        graph_free(builder->graph);
    return builder->status;
}

static struct builder draw(const struct architecture *architecture,
                           const struct architecture_options *options, struct error *error)
{
    struct text name = {0};
    text_add_string(&name, ARCHITECTURE_PREFIX);
    architecture_format(architecture, options, &name);
    struct builder builder = {
        .graph = graph_new(name.bytes),
        .options = options,
        .random = {(uint64_t)options->seed},
        .error = error,
    };
    text_release(&name);
    builder.graph->description = describe(builder.graph, architecture);
    architecture->build(&builder);
    if (builder.status == STATUS_OK)
        builder.status = graph_check(builder.graph, error);
    return builder;
}

enum status architecture_draw(const struct architecture *architecture,
                              const struct architecture_options *options, struct graph **graph,
                              struct error *error)
{
    struct builder builder = draw(architecture, options, error);
    return finish(&builder, graph);
}

enum status architecture_build(const struct architecture *architecture,
                               const struct architecture_options *options, struct graph **graph,
                               struct error *error)
{
    struct builder builder = draw(architecture, options, error);
    if (builder.status == STATUS_OK)
        builder.status = settle(builder.graph, builder.roles, &builder.random, error);
    return finish(&builder, graph);
}
