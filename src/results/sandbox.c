/* What confined a trial's processes, as the event `process` has it. */
#include "base/text.h"
#include "results/state.h"

void results_take_sandbox(struct results *results, const json_t *event, struct row *row)
{
    const char *state = json_string_value(json_object_get(event, "sandbox"));
    const char *missing = json_string_value(json_object_get(event, "unguarded"));
    char *text = arena_printf(results->arena, "%s%s%s%s", state ? state : "", missing ? " (" : "",
                              missing ? missing : "", missing ? ")" : "");
    text_make_printable(text);
    row->sandbox = text;
}
