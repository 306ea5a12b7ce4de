/* Inputs, and outputs, that share a name or have none. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/tflite/write_internal.h"

struct end {
    const char *name;
    int place, tensor;
};

static int by_name(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* Of those with the same name, the first one keeps it. */
static void note(struct writer *writer, const int *tensors, int count)
{
    struct end *ends = xcalloc((size_t)count, sizeof(*ends));
    int first = 0;
    for (int i = 0; i < count; i++)
        ends[i] = (struct end){writer->graph->tensors[tensors[i]].name, i, tensors[i]};
    qsort(ends, (size_t)count, sizeof(*ends), by_name);
    for (int i = 0; i < count; i++) {
        if (strcmp(ends[i].name, ends[first].name) != 0)
            first = i;
        if (ends[i].name[0] == '\0' || ends[i].tensor != ends[first].tensor)
            writer->is_nameless[ends[i].tensor] = true;
    }
    free(ends);
}

void writer_note_names(struct writer *writer)
{
    note(writer, writer->graph->inputs, writer->graph->n_inputs);
    note(writer, writer->graph->outputs, writer->graph->n_outputs);
}
