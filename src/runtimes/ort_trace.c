#include "runtimes/ort_trace.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "graph/shape.h"
#include "graph/type.h"

#define SUBJECT "onnxruntime's profile"

/* A node ran. */
struct event {
    size_t step;
    double us;
};

struct reading {
    const char *bytes;
    size_t size, at; /* at: where the present event begins */
    struct arena *arena;
    json_t *numbers; /* of steps, by name */
    struct ort_trace_step *steps;
    struct event *events;
    size_t n_steps, n_events, most_steps, most_events;
    struct error *error;
};

static enum status refuse(const struct reading *reading, const char *what)
{
    return error_set(reading->error, STATUS_FORMAT, SUBJECT, "at byte %zu: %s", reading->at, what);
}

/* --- one event -------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const char *printable(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    text_make_printable(copy);
    return copy;
}

/* Their names of types, where they are not ours. */
static const char *type_text(struct arena *arena, const char *name)
{
    if (strcmp(name, "float") == 0)
        return type_name(TYPE_F32);
    return strcmp(name, "double") == 0 ? type_name(TYPE_F64) : printable(arena, name);
}

static bool take_shape(const json_t *dimensions, struct shape *shape)
{
    size_t i;
    json_t *dimension;
    if (!json_is_array(dimensions) || json_array_size(dimensions) > SHAPE_RANK_MAX)
        return false;
    *shape = (struct shape){.rank = (int)json_array_size(dimensions)};
    json_array_foreach(dimensions, i, dimension)
    {
        json_int_t size = json_integer_value(dimension);
        if (!json_is_integer(dimension) || size < 0 || size > INT32_MAX)
            return false;
        shape->dim[i] = (int32_t)size;
    }
    return true;
}

/* The first of a list such as [{"float": [1, 28, 28, 1]}]; "" where there is none. */
static const char *describe_first(struct arena *arena, const json_t *list, const char **type)
{
    json_t *first = json_array_get(list, 0);
    void *member = json_object_iter(first);
    struct shape shape;
    char text[SHAPE_TEXT_SIZE];
    *type = "";
    if (!member || !take_shape(json_object_iter_value(member), &shape))
        return "";
    *type = type_text(arena, json_object_iter_key(member));
    return arena_printf(arena, "%s %s", *type, shape_text(&shape, text));
}

/* Numbers come as texts. */
static double bytes_of(const json_t *arguments, const char *key)
{
    const char *text = text_of(arguments, key);
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits < 16 && text[digits] == '\0' ? strtod(text, NULL) : -1.0;
}

static struct ort_trace_step describe(struct arena *arena, const char *name, const json_t *args)
{
    const char *ignored;
    struct ort_trace_step step = {.name = arena_strdup(arena, name),
                                  .op = printable(arena, text_of(args, "op_name")),
                                  .provider = printable(arena, text_of(args, "provider")),
                                  .read_bytes = bytes_of(args, "activation_size"),
                                  .written_bytes = bytes_of(args, "output_size")};
    step.input = describe_first(arena, json_object_get(args, "input_type_shape"), &step.type);
    step.output = describe_first(arena, json_object_get(args, "output_type_shape"), &ignored);
    return step;
}

/* Those that run a graph of their own, by what the standard calls them. */
static bool holds_others(const char *op)
{
    static const char *const ops[] = {"If", "Loop", "Scan", "SequenceMap"};
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(op, ops[i]) == 0)
            return true;
    return false;
}

static enum status find_step(struct reading *reading, const char *name, const json_t *args,
                             size_t *number)
{
    json_t *known = json_object_get(reading->numbers, name);
    *number = known ? (size_t)json_integer_value(known) : reading->n_steps;
    if (known)
        return STATUS_OK;
    if (holds_others(text_of(args, "op_name")))
        return error_set(reading->error, STATUS_UNSUPPORTED, SUBJECT,
                         "node '%.80s' (%s) runs other nodes, whose times are in its own", name,
                         text_of(args, "op_name"));
    if (reading->n_steps == reading->most_steps) {
        reading->most_steps = 2 * reading->most_steps + 64;
        reading->steps = xrealloc(reading->steps, reading->most_steps, sizeof(*reading->steps));
    }
    reading->steps[reading->n_steps++] = describe(reading->arena, name, args);
    json_object_set_new(reading->numbers, name, json_integer((json_int_t)*number));
    return STATUS_OK;
}

static enum status add_event(struct reading *reading, size_t step, double us)
{
    if (reading->n_events == ORT_TRACE_EVENTS_MAX)
        return refuse(reading, "too many events");
    if (reading->n_events == reading->most_events) {
        reading->most_events = 2 * reading->most_events + 1024;
        reading->events = xrealloc(reading->events, reading->most_events, sizeof(*reading->events));
    }
    reading->events[reading->n_events++] = (struct event){step, us};
    return STATUS_OK;
}

/* Of a node there are events beside that of its kernel in older releases. */
#define KERNEL_TIME "_kernel_time"

static enum status take_event(struct reading *reading, const json_t *event)
{
    const char *name = text_of(event, "name"), *end = KERNEL_TIME;
    const json_t *duration = json_object_get(event, "dur");
    size_t length = strlen(name), tail = strlen(end), number;
    if (!json_is_object(event))
        return refuse(reading, "an event is no object");
    if (strcmp(text_of(event, "cat"), "Node") != 0 || length <= tail ||
        strcmp(name + length - tail, end) != 0)
        return STATUS_OK;
    if (!json_is_integer(duration) || json_integer_value(duration) < 0)
        return refuse(reading, "the time of a node is no number, or negative");
    char *node = xasprintf("%.*s", (int)(length - tail), name);
    enum status status = find_step(reading, node, json_object_get(event, "args"), &number);
    free(node);
    return status == STATUS_OK ? add_event(reading, number, (double)json_integer_value(duration))
                               : status;
}

/* --- the list --------------------------------------------------------------------------------- */

static char next_character(struct reading *reading)
{
    while (reading->at < reading->size && memchr(" \t\r\n", reading->bytes[reading->at], 4))
        reading->at++;
    return reading->at < reading->size ? reading->bytes[reading->at] : '\0';
}

/* One value of the list, and what is behind it; *more: another follows. */
static enum status read_event(struct reading *reading, bool *more)
{
    json_error_t json_error;
    json_t *event = json_loadb(reading->bytes + reading->at, reading->size - reading->at,
                               JSON_DISABLE_EOF_CHECK, &json_error);
    if (!event)
        return refuse(reading, "no JSON, or cut off");
    enum status status = take_event(reading, event);
    json_decref(event);
    if (status != STATUS_OK)
        return status;
    reading->at += (size_t)json_error.position;
    char next = next_character(reading);
    *more = next == ',';
    if (next != ',' && next != ']')
        return refuse(reading, "no JSON, or cut off");
    reading->at++;
    return STATUS_OK;
}

static enum status read_list(struct reading *reading)
{
    enum status status = STATUS_OK;
    bool more = true;
    if (next_character(reading) != '[')
        return refuse(reading, "no list");
    reading->at++;
    while (status == STATUS_OK && more) {
        next_character(reading);
        status = read_event(reading, &more);
    }
    return status;
}

/* --- runs ------------------------------------------------------------------------------------- */

/* Each node runs once in each run, and events of a node come in the order of the runs. */
static enum status sort_out(struct reading *reading, struct ort_trace *trace)
{
    size_t *seen = xcalloc(reading->n_steps + 1, sizeof(*seen));
    size_t runs = reading->n_steps > 0 ? reading->n_events / reading->n_steps : 0;
    double *us = arena_try(reading->arena, reading->n_events + 1, sizeof(*us));
    enum status status = STATUS_OK;
    if (runs == 0 || runs * reading->n_steps != reading->n_events)
        status = refuse(reading, "nodes did not all run as often");
    else if (!us)
        status = error_set(reading->error, STATUS_MEMORY, SUBJECT, "not enough memory");
    for (size_t i = 0; status == STATUS_OK && i < reading->n_events; i++) {
        const struct event *event = &reading->events[i];
        if (seen[event->step] == runs)
            status = refuse(reading, "nodes did not all run as often");
        else
            us[seen[event->step]++ * reading->n_steps + event->step] = event->us;
    }
    free(seen);
    *trace = (struct ort_trace){.n_steps = reading->n_steps, .n_runs = runs, .us = us};
    return status;
}

enum status ort_trace_read(const char *bytes, size_t size, struct arena *arena,
                           struct ort_trace *trace, struct error *error)
{
    struct reading reading = {
        .bytes = bytes, .size = size, .arena = arena, .numbers = json_object(), .error = error};
    enum status status = read_list(&reading);
    if (status == STATUS_OK)
        status = sort_out(&reading, trace);
    if (status == STATUS_OK)
        trace->steps = arena_copy(arena, reading.steps, reading.n_steps * sizeof(*reading.steps));
    json_decref(reading.numbers);
    free(reading.events);
    free(reading.steps);
    return status;
}
