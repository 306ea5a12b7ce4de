/* What keys take, in words. */
#include <string.h>

#include "experiment/keys.h"

static void expect_numbers(const struct key *key, const char *noun, struct text *out)
{
    text_printf(out, "%s%s from %.12g to %.12g%s%s", noun, key->not_zero ? " other than 0" : "",
                key->least, key->most, key->unit ? " " : "", key->unit ? key->unit : "");
}

const char *choice_name(const struct choices *choices, size_t i)
{
    const void *item = (const char *)choices->names + i * choices->stride;
    const char *name;
    if (choices->by_pointer)
        memcpy(&item, item, sizeof(item));
    memcpy(&name, item, sizeof(name));
    return name;
}

static void expect_choice(const struct choices *choices, struct text *out)
{
    text_printf(out, "one of %s", choices->open ? choices->open : choice_name(choices, 0));
    for (size_t i = choices->open ? 0 : 1; i < *choices->count; i++)
        text_printf(out, ", %s", choice_name(choices, i));
}

/* Of the kinds that no figures go with: what the key takes, and what an item of it is. */
static const char *const expectations[KEY_KIND_COUNT][2] = {
    [KEY_TEXT] = {"a text"},
    [KEY_PATH] = {"a path"},
    [KEY_SAMPLES] = {"a path, or random: and a number of samples"},
    [KEY_INPUTS] = {NULL, "a mapping of the names of inputs to paths, or NAME=PATH"},
    [KEY_SIZE] = {"a number of pixels such as 256, or width and height such as 320x240"},
    [KEY_BYTES] = {"a size such as 500 KiB, 1.5 MB or 300000"},
    [KEY_MODELS] = {"a list of paths or of mappings with path (or architecture) and name",
                    "a path, or a mapping with path (or architecture) and name"},
    [KEY_MODES] = {"a list of modes such as int8 or int8:weights=per-tensor, or of mappings with "
                   "mode, label and options",
                   "a mode such as int8 or int8:weights=per-tensor, or a mapping with mode, label "
                   "and options"},
    [KEY_PLACEMENTS] = {"a list of placements such as 1, cores or pu:0,2",
                        "a placement such as 1, cores or pu:0,2"},
    [KEY_TARGETS] = {"a list of targets such as edge-tpu or board:flash=256 KiB, or of mappings "
                     "with name, flash, ram, integer_only, types and operators",
                     "a target such as edge-tpu or board:flash=256 KiB, or a mapping with name, "
                     "flash, ram, integer_only, types and operators"},
    [KEY_SHAPES] = {"a list of shapes such as input=1x3x224x224",
                    "a shape such as input=1x3x224x224"},
};

void key_expected(const struct key *key, bool item, struct text *out)
{
    if (key->kind == KEY_RUNTIMES && !item && !key->one)
        text_add_string(out, "a list with some, or ");
    if (key->choices)
        expect_choice(key->choices, out);
    else if (key->kind == KEY_NUMBERS && !item)
        expect_numbers(key, "a number, or a list of numbers,", out);
    else if (key->kind == KEY_NUMBER || key->kind == KEY_NUMBERS)
        expect_numbers(key, "a number", out);
    else if (key->kind == KEY_INTEGER || key->kind == KEY_COUNT)
        expect_numbers(key, "an integer", out);
    else
        text_add_string(out, expectations[key->kind][item || key->one]);
}

void key_describe(const struct key *key, struct text *out)
{
    struct text line = {0};
    key_expected(key, false, &line);
    if (key->initial)
        text_printf(&line, "; %s by default", key->initial);
    line.bytes[0] = (char)(line.bytes[0] - 'a' + 'A');
    text_add_string(out, line.bytes);
    text_release(&line);
}
