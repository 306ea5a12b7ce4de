/* quantop explain: what a word means, from the tables that the program works from. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/groups.h"
#include "command/list.h"
#include "command/terminal.h"
#include "command/topics.h"

static const struct option_group *const groups[] = {&group_help, NULL};

/* Words of a topic: "cannot tell", "no loss seen". */
#define WORDS_MOST 4

static void list_topics(struct text *out)
{
    for (size_t k = 0; k < command_topics.count; k++) {
        const struct topic_kind *kind = &command_topics.kinds[k];
        text_printf(out, "%s:", kind->name);
        for (size_t i = 0; i < kind->count(); i++)
            text_printf(out, "%s %s", i > 0 ? "," : "", topic_name(kind->item(i)));
        text_add_string(out, "\n");
    }
}

static bool is_called(const struct topic_kind *kind, const void *item, const char *word)
{
    return strcmp(topic_name(item), word) == 0 ||
           (kind->title && strcmp(kind->title(item), word) == 0);
}

/* All that the word stands for: several tables may have it. */
static void print_topics(const char *word, struct text *out)
{
    for (size_t k = 0; k < command_topics.count; k++) {
        const struct topic_kind *kind = &command_topics.kinds[k];
        for (size_t i = 0; i < kind->count(); i++) {
            if (!is_called(kind, kind->item(i), word))
                continue;
            text_printf(out, "%s (%s): ", topic_name(kind->item(i)), kind->name);
            kind->print(kind->item(i), out);
            text_add_string(out, "\n");
        }
    }
}

static enum status unknown(const char *word, struct error *error)
{
    size_t count = 0, most = 0;
    for (size_t k = 0; k < command_topics.count; k++)
        most += 2 * command_topics.kinds[k].count();
    const char **names = xcalloc(most, sizeof(*names));
    for (size_t k = 0; k < command_topics.count; k++) {
        const struct topic_kind *kind = &command_topics.kinds[k];
        for (size_t i = 0; i < kind->count(); i++) {
            names[count++] = topic_name(kind->item(i));
            if (kind->title)
                names[count++] = kind->title(kind->item(i));
        }
    }
    const char *near = text_nearest(word, names, count, sizeof(names[0]));
    error_set(error, STATUS_INVALID, NULL, "nothing is called '%s'%s%s%s", word,
              near ? ", nearest is '" : "; 'quantop explain' lists what there is", near ? near : "",
              near ? "'" : "");
    free(names);
    return STATUS_INVALID;
}

static enum exit_status explain(const struct arguments *arguments)
{
    struct text word = {0}, out = {0};
    struct error error;
    for (int i = 0; i < arguments->n_words; i++)
        text_printf(&word, "%s%s", i > 0 ? " " : "", arguments->words[i]);
    if (word.length == 0)
        list_topics(&out);
    else
        print_topics(word.bytes, &out);
    enum status status = out.length > 0 ? STATUS_OK : unknown(word.bytes, &error);
    if (status == STATUS_OK)
        terminal_print(&out);
    text_release(&word);
    text_release(&out);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "[TOPIC]",
    .text = "say what a mode, column, verdict, reason, warning or key means; without one, list all",
    .groups = groups,
    .most_arguments = WORDS_MOST,
    .run = explain,
};
