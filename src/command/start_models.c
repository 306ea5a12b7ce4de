/* Models of the folder, and files that might become some. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "architectures/architecture.h"
#include "base/file.h"
#include "base/text.h"
#include "command/start_kinds.h"
#include "formats/foreign.h"
#include "formats/model.h"

/* Seconds that a worker may take to read a model. */
#define PATIENCE 30.0

/* "22.6 k", "3.50 M": three digits. */
#define COUNT_SIZE 32
static const char *count_text(double count, char buffer[COUNT_SIZE])
{
    static const char *const units[] = {"", " k", " M", " G", " T"};
    size_t unit = 0;
    if (!isfinite(count))
        return "?";
    while (unit + 1 < sizeof(units) / sizeof(units[0]) && count >= 999.5) {
        count /= 1e3;
        unit++;
    }
    int decimals = unit == 0 || count >= 99.95 ? 0 : count >= 9.995 ? 1 : 2;
    snprintf(buffer, COUNT_SIZE, "%.*f%s", decimals, count, units[unit]);
    return buffer;
}

static void add_model(struct start_lists *lists, const char *path, double bytes)
{
    const struct model_format *format = model_format_for(path);
    const char *architecture = architecture_text(path);
    char figure[TEXT_BYTES_SIZE];
    size_t item = lists->start.count;
    start_add(lists, START_MODEL, path, architecture ? path : path_name(path), bytes);
    lists->start.items[item].figure =
        architecture ? "" : start_text(lists, "%s", text_bytes(bytes, figure));
    lists->start.items[item].text = architecture ? "drawn weights"
                                    : format     ? format->name
                                                 : "a model";
}

/* Words that a remedy has in the place of the file's own name. */
static const char *fill_in(struct start_lists *lists, const char *remedy, const char *path)
{
    static const char *const words[] = {"FILE", "FOLDER"};
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *at = strstr(remedy, words[i]);
        /* What a shell would take apart is left to the user to quote. */
        if (at && path[strspn(path, plain)] == '\0')
            return start_text(lists, "%.*s%s%s", (int)(at - remedy), remedy, path,
                              at + strlen(words[i]));
    }
    return remedy;
}

static void add_foreign(struct start_lists *lists, const char *path, double bytes,
                        const struct foreign_kind *kind)
{
    char figure[TEXT_BYTES_SIZE];
    size_t item = lists->start.count;
    start_add(lists, START_FOREIGN, path, path_name(path), bytes);
    struct start_item *shown = &lists->start.items[item];
    lists->entries[item].is_known = true;
    shown->figure = bytes > 0.0 ? start_text(lists, "%s", text_bytes(bytes, figure)) : "";
    shown->text = kind->name;
    shown->refusal = fill_in(lists, kind->remedy, path);
    start_add_fact(lists, item, "is", "%s", kind->name);
    start_add_fact(lists, item, "to do", "%s", shown->refusal);
    start_add_fact(lists, item, "file", "%s", path);
}

static bool is_listed(const char *name, const char *path, const struct stat *state,
                      enum start_kind kind)
{
    if (kind == START_MODEL)
        return S_ISREG(state->st_mode) && model_format_for(name);
    return foreign_kind_at(path) != NULL;
}

static void add_file(struct start_lists *lists, const char *folder, const char *name,
                     enum start_kind kind)
{
    struct stat state;
    char *path = strcmp(folder, ".") == 0 ? path_join(NULL, name) : path_join(folder, name);
    if (name[0] != '.' && stat(path, &state) == 0 && is_listed(name, path, &state, kind)) {
        double bytes = S_ISREG(state.st_mode) ? (double)state.st_size : 0.0;
        if (kind == START_MODEL)
            add_model(lists, path, bytes);
        else
            add_foreign(lists, path, bytes, foreign_kind_at(path));
    }
    free(path);
}

/* Whether the model is a file that the folder is listed with. */
static bool is_in_list(const char *model)
{
    const char *name = path_name(model);
    return !architecture_text(model) && name[0] != '.' && model_format_for(name);
}

void start_list_models(struct start_lists *lists, const char *folder, const char *model)
{
    struct dirent **names = NULL;
    struct stat state;
    int count = scandir(folder, &names, NULL, alphasort);
    if (model && !is_in_list(model))
        add_model(lists, model, stat(model, &state) == 0 ? (double)state.st_size : 0.0);
    for (enum start_kind kind = START_MODEL; kind <= START_FOREIGN; kind++)
        for (int i = 0; i < count; i++)
            add_file(lists, folder, names[i]->d_name, kind);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

/* An item whose model cannot be used, and why. */
static void refuse(struct start_lists *lists, size_t item, const char *reason)
{
    struct start_item *shown = &lists->start.items[item];
    shown->refusal = start_text(lists, "%s", reason);
    shown->text = start_text(lists, "%s: cannot be used", shown->text);
    start_add_fact(lists, item, "why not", "%s", reason);
    start_add_fact(lists, item, "file", "%s", lists->entries[item].path);
}

void start_ask_model(struct start_lists *lists, size_t item)
{
    struct start_entry *entry = &lists->entries[item];
    struct error error;
    if (inquiry_begin(&lists->inquiry, entry->path, PATIENCE, &error) == STATUS_OK) {
        lists->asked = item;
        return;
    }
    entry->is_known = true;
    refuse(lists, item, error.text);
}

static void tell_model(struct start_lists *lists, size_t item, const struct model_facts *facts)
{
    struct start_item *shown = &lists->start.items[item];
    char parameters[COUNT_SIZE], macs[COUNT_SIZE];
    lists->entries[item].is_integer = facts->integer > 0;
    if (facts->integer > 0)
        start_form_tell_integer(lists->form, lists->entries[item].path);
    count_text(facts->parameters, parameters);
    count_text(facts->macs, macs);
    shown->text = start_text(lists, "%s, %ld operators, %s parameters",
                             facts->takes.length > 0 ? facts->takes.bytes : "no input",
                             facts->operators, parameters);
    start_add_fact(lists, item, "operators", "%ld, %s; %s parameters, %s multiply-accumulates",
                   facts->operators,
                   facts->integer == 0 ? "all of them float"
                                       : start_text(lists,
                                                    "%ld of them on integers (quantized already: "
                                                    "mode as-is runs it)",
                                                    facts->integer),
                   parameters, macs);
    if (facts->inputs.length > 0)
        start_add_fact(lists, item, "inputs", "%s", facts->inputs.bytes);
    if (facts->outputs.length > 0)
        start_add_fact(lists, item, "outputs", "%s", facts->outputs.bytes);
    if (facts->description.length > 0)
        start_add_fact(lists, item, "says", "%s", facts->description.bytes);
    start_add_fact(lists, item, "file", "%s", lists->entries[item].path);
}

bool start_hear_model(struct start_lists *lists)
{
    struct model_facts facts;
    size_t item = lists->asked;
    if (!inquiry_answer(&lists->inquiry, &facts))
        return false;
    lists->asked = START_NOTHING;
    lists->entries[item].is_known = true;
    if (facts.is_known)
        tell_model(lists, item, &facts);
    else
        refuse(lists, item, facts.reason);
    model_facts_release(&facts);
    return true;
}
