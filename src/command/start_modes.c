#include "command/start_modes.h"

#include <string.h>

/* "a|b|c" as names. */
static void name_values(struct form_field *field, const char *values, struct arena *arena)
{
    field->names = arena_alloc(arena, (strlen(values) / 2 + 1) * sizeof(*field->names));
    for (size_t width; *values; values += width + (values[width] == '|')) {
        width = strcspn(values, "|");
        field->names[field->n_names++] = arena_printf(arena, "%.*s", (int)width, values);
    }
}

static void make_field(struct form_field *field, const struct mode_option *option,
                       struct arena *arena)
{
    bool is_choice = option->kind == OPTION_CHOICE, is_number = option->kind == OPTION_NUMBER;
    *field = (struct form_field){
        .kind = is_choice ? FORM_CHOICE : FORM_TEXT,
        .label = option->name,
        .help = is_number ? arena_printf(arena, "%s; a number from %g to %g.", option->text,
                                         option->least, option->most)
                          : arena_printf(arena, "%s.", option->text),
        .remark = "",
        .without = is_number ? arena_printf(arena, "default %s", option->values)
                             : arena_printf(arena, "none, or %s", option->values),
    };
    if (is_choice)
        name_values(field, option->values, arena);
}

void start_mode_init(struct start_mode *chosen, const struct mode *mode, struct arena *arena,
                     void (*changed)(void *context), void *context)
{
    struct form *form = &chosen->form;
    *chosen = (struct start_mode){.mode = mode};
    *form = (struct form){.title = arena_printf(arena, "options of mode %s", mode->name),
                          .fields = arena_alloc(arena, mode_option_count * sizeof(*form->fields)),
                          .changed = changed,
                          .context = context};
    for (size_t i = 0; i < mode_option_count; i++)
        if (mode->options & mode_option_table[i].bit)
            make_field(&form->fields[form->count++], &mode_option_table[i], arena);
}

/* What is entered; "": the default. */
static const char *value_of(const struct form_field *field)
{
    if (field->kind == FORM_TEXT)
        return field->text;
    return field->chosen > 0 ? field->names[field->chosen] : "";
}

bool start_mode_is_changed(const struct start_mode *chosen)
{
    for (size_t i = 0; i < chosen->form.count; i++)
        if (*value_of(&chosen->form.fields[i]))
            return true;
    return false;
}

void start_mode_format(const struct start_mode *chosen, struct text *out)
{
    char separator = ':';
    text_add_string(out, chosen->mode->name);
    for (size_t i = 0; i < chosen->form.count; i++) {
        const struct form_field *field = &chosen->form.fields[i];
        if (!*value_of(field))
            continue;
        text_printf(out, "%c%s=%s", separator, field->label, value_of(field));
        separator = ',';
    }
}
