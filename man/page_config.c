/* quantop-config(5). */
#include <string.h>

#include "man/manual.h"
#include "man/roff.h"
#include "ui/commands.h"
#include "ui/settings.h"

static void print_settings(struct text *out)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const struct setting_row *row = &setting_rows[setting];
        struct text takes = {0};
        roff_item(row->name, "", row->help, out);
        row->takes(&takes);
        text_add_string(out, "Takes ");
        roff_text(takes.bytes, out);
        text_add_string(out, row->is_kept ? ".\nIt is kept from session to session.\n" : ".\n");
        text_release(&takes);
    }
}

static void print_commands(struct text *out)
{
    for (size_t i = 0; i < prompt_command_count; i++)
        roff_item(prompt_commands[i].name, prompt_commands[i].arguments, prompt_commands[i].help,
                  out);
}

/* Whether an earlier row of the table has the same name. */
static bool is_listed(size_t index)
{
    const struct key_binding *rows = keymap_default()->rows;
    for (size_t i = 0; i < index; i++)
        if (strcmp(rows[i].id, rows[index].id) == 0)
            return true;
    return keys_is_mouse(&rows[index]);
}

static void print_screens_of(const char *id, struct text *out)
{
    bool any = false;
    for (enum context context = 0; context < CONTEXT_COUNT; context++)
        if (keys_of_id(keymap_default(), context, id)) {
            text_add_string(out, any ? ", " : "");
            roff_text(screen_rows[context].id, out);
            any = true;
        }
}

/* What the action is for on most screens that have it: others may tell of it in their own words. */
static const char *help_of(const struct key_binding *first)
{
    const struct key_binding *widest = first;
    for (size_t i = 0; i < keymap_default()->count; i++) {
        const struct key_binding *row = &keymap_default()->rows[i];
        if (strcmp(row->id, first->id) == 0 &&
            __builtin_popcount(row->contexts) > __builtin_popcount(widest->contexts))
            widest = row;
    }
    return widest->help;
}

static void print_actions(struct text *out)
{
    for (size_t i = 0; i < keymap_default()->count; i++) {
        const struct key_binding *binding = &keymap_default()->rows[i];
        if (is_listed(i))
            continue;
        roff_item(binding->id, "", help_of(binding), out);
        text_add_string(out, "In ");
        print_screens_of(binding->id, out);
        text_add_string(out, ".\n");
    }
}

static const char description[] =
    ".TH QUANTOP\\-CONFIG 5 \"\" \"quantop " PACKAGE_VERSION "\" \"File Formats\"\n"
    ".SH NAME\nquantop\\-config \\- what a user of quantop wants otherwise\n"
    ".SH DESCRIPTION\n"
    "\\fI$XDG_CONFIG_HOME/quantop/config.yaml\\fR, or \\fI~/.config/quantop/config.yaml\\fR where "
    "that is not set,\nis a YAML file of settings. Nobody needs one. \\fB\\-\\-config\\fR "
    "\\fIFILE\\fR names another file, and\n\\fB\\-\\-no\\-config\\fR does without. What the "
    "command "
    "line says goes before it and is never saved.\n.PP\n"
    "A value that is none is warned of with file, line and column, and counts for nothing. What "
    "has a\nname that is not known is left alone, for a later version may know it.\n.PP\n"
    "The program writes this file when it is asked to, by the command \\fBsave\\fR at the prompt: "
    "values that were\nset on the screen are put where they belong, and comments, order and all "
    "else stay as they are. The\nfile is replaced at once, at the end of its links; one that is "
    "write\\-protected is left alone, and that is said.\n.PP\n"
    "The screen, the sorting and the filter of the last session are kept apart from it, in\n"
    "\\fI$XDG_STATE_HOME/quantop/screen.yaml\\fR, and count where the configuration does not say "
    "otherwise.\nThat file is written when the screens are closed and something is not as it "
    "was.\n";

static const char keys_text[] =
    ".SH KEYS\n"
    "\\fBkeys\\fR gives actions other keys, or none: by screen, and for \\fBall\\fR screens, lists "
    "that take the\nplace of all keys that an action has there. What is said of one screen goes "
    "before what is said\nof all. Without keys an action is in no footer, and can be done by its "
    "name at the prompt alone.\n.PP\n"
    "Keys are characters, \\fBCtrl\\-A\\fR to \\fBCtrl\\-Z\\fR, \\fBF1\\fR to \\fBF24\\fR, "
    "\\fBUp\\fR, \\fBDown\\fR, \\fBLeft\\fR, \\fBRight\\fR, \\fBPgUp\\fR, \\fBPgDn\\fR,\n"
    "\\fBHome\\fR, \\fBEnd\\fR, \\fBTab\\fR, \\fBEnter\\fR, \\fBEsc\\fR, \\fBBackspace\\fR and "
    "\\fBSpace\\fR; at most four of an action, and a function key beside.\nA key that means "
    "something else there has to be taken from that, too. Where one entry cannot be as it is, "
    "that is said\nand all keys stay the program's own. Ctrl\\-C and Ctrl\\-Z always leave and "
    "suspend.\n.PP\nquantop(1) has the keys that the program comes with. These are the names of "
    "what they do:\n";

static const char example[] = ".SH EXAMPLES\n"
                              ".nf\n"
                              "scheme: safe\n"
                              "mouse: on\n"
                              "columns: [mode, speedup, drop, size_bytes, latency_ms]\n"
                              "sort: [speedup, drop]\n"
                              "presets:\n"
                              "  short: {columns: [mode, speedup, drop], filter: \"!fp32\"}\n"
                              "  all: {columns: [], filter: \"\", sort: []}\n"
                              "keys:\n"
                              "  all: {up: [Up], down: [Down]}        # no hjkl\n"
                              "  trials: {stop: [], sort: [o, F6], group: [s]}\n"
                              ".fi\n"
                              ".SH SEE ALSO\n.BR quantop (1),\n.BR quantop\\-profile (5)\n";

void page_config(struct text *out)
{
    text_add_string(out, description);
    text_add_string(out, ".SH SETTINGS\n");
    print_settings(out);
    text_add_string(
        out, ".SH PRESETS\n\\fBpresets\\fR is a mapping of names to settings that belong together, "
             "such as the columns and\nthe filter of a look at the table. The key \\fB=\\fR takes "
             "one after the other, and \\fBpreset\\fR \\fINAME\\fR at the\nprompt a certain one; "
             "digits and \\fBi\\fR lead to pages.\n.SH COMMANDS\nThe key \\fB:\\fR opens a prompt, "
             "which takes "
             "the name of anything that a key does on the screen below, and\n");
    print_commands(out);
    text_add_string(out, keys_text);
    print_actions(out);
    text_add_string(out, example);
}
