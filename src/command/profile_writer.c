#include "command/profile_writer.h"

#include <stdlib.h>
#include <string.h>

#include "experiment/keys.h"

/* Comments are broken there. */
#define WIDTH 78

void profile_choose(struct profile_choices *choices, const char *path, char *value)
{
    choices->items[choices->count++] = (struct profile_choice){path, value};
}

void profile_choices_release(struct profile_choices *choices)
{
    for (size_t i = 0; i < choices->count; i++)
        free(choices->items[i].value);
    choices->count = 0;
}

static const char *chosen_value(const struct profile_choices *choices, const char *path)
{
    for (size_t i = 0; i < choices->count; i++)
        if (strcmp(choices->items[i].path, path) == 0)
            return choices->items[i].value;
    return NULL;
}

char *profile_text(const char *text)
{
    struct text out = {0};
    text_add_string(&out, "\"");
    for (; *text; text++)
        text_printf(&out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    text_add_string(&out, "\"");
    return out.bytes;
}

char *profile_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *value = profile_text(real ? real : path);
    free(real);
    return value;
}

static void add_comment(const char *indent, const char *words, struct text *out)
{
    int column = 0;
    while (*words) {
        int word = (int)strcspn(words, " ");
        if (column == 0 || column + 1 + word > WIDTH) {
            text_printf(out, "%s%s#", column ? "\n" : "", indent);
            column = (int)strlen(indent) + 1;
        }
        text_printf(out, " %.*s", word, words);
        column += 1 + word;
        words += word;
        words += strspn(words, " ");
    }
    text_add_string(out, "\n");
}

/* A key that is not chosen is there as a comment, with its default or what it would take. Where a
 * whole section is one, taking away "# " in front of its name and of the key will do. */
static void add_key(const struct key *key, const struct profile_choices *choices, bool in_comment,
                    struct text *out)
{
    const char *value = chosen_value(choices, key->path), *dot = strchr(key->path, '.');
    const char *name = dot ? dot + 1 : key->path, *shown = value ? value : key->initial;
    struct text help = {0};
    text_printf(&help, "%s ", key->help);
    key_describe(key, &help);
    text_add_string(&help, ".");
    add_comment(in_comment ? "#   " : dot ? "  " : "", help.bytes, out);
    text_printf(out, "%s%s%s%s:%s%s\n", in_comment ? "# " : "", dot ? "  " : "",
                value || in_comment ? "" : "# ", name, shown ? " " : "", shown ? shown : "");
    text_release(&help);
}

/* Of a list and its single form, the list is shown unless the single form is chosen. */
static bool is_written(const struct key *key, const struct profile_choices *choices)
{
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *other = key_at(i);
        bool is_rival = other != key && other->offset == key->offset && other->kind == key->kind;
        if (is_rival && (chosen_value(choices, other->path) || (key->one && !other->one)))
            return chosen_value(choices, key->path) != NULL;
    }
    return true;
}

static void add_section(const struct key_section *section, const struct profile_choices *choices,
                        struct text *out)
{
    bool is_set = section->name[0] == '\0';
    for (size_t i = 0; i < key_count(); i++)
        is_set = is_set || (key_is_within(key_at(i), section) &&
                            chosen_value(choices, key_at(i)->path) != NULL);
    text_add_string(out, "\n");
    add_comment("", section->help, out);
    if (section->name[0])
        text_printf(out, "%s%s:\n", is_set ? "" : "# ", section->name);
    for (size_t i = 0; i < key_count(); i++)
        if (key_is_within(key_at(i), section) && is_written(key_at(i), choices))
            add_key(key_at(i), choices, !is_set, out);
}

void profile_write(const struct profile_choices *choices, struct text *out)
{
    add_comment(
        "",
        "A profile of quantop: 'quantop run THIS-FILE' measures, and 'quantop run --dry-run "
        "THIS-FILE' tries out whether it would. What is commented out is at its default; "
        "quantop-profile(5) has all of it.",
        out);
    for (size_t i = 0; i < key_section_count(); i++)
        add_section(key_section_at(i), choices, out);
}
