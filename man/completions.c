/* Completions for shells: commands, the options of each, and the values of options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/subject.h"
#include "command/topics.h"
#include "experiment/keys.h"
#include "hardware/topology.h"
#include "man/manual.h"

/* The names of commands, separated by spaces. */
static void command_names(struct text *out)
{
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->is_hidden && *commands[i]->name)
            text_printf(out, "%s ", commands[i]->name);
}

static void option_names(const struct command *command, struct text *out)
{
    for (size_t o = 0; option_at(command, o); o++)
        text_printf(out, "--%s ", option_at(command, o)->name);
}

static void profile_names(struct text *out)
{
    char **names;
    size_t count = subject_list_shipped(&names);
    for (size_t i = 0; i < count; i++) {
        text_printf(out, "%s ", names[i]);
        free(names[i]);
    }
    free(names);
}

/* What 'quantop explain' takes, word by word: those of a topic with several follow each other. */
static void topic_names(struct text *out)
{
    for (size_t k = 0; k < command_topics.count; k++)
        for (size_t i = 0; i < command_topics.kinds[k].count(); i++)
            text_printf(out, "%s ", topic_name(command_topics.kinds[k].item(i)));
}

/* Whether an option takes modes: as a key does, or as the commands about one mode do. */
static bool takes_modes(const struct option_row *row)
{
    return row->key ? key_find(row->key)->kind == KEY_MODES : strcmp(row->name, "mode") == 0;
}

/* What the value of an option may be, separated by spaces; nothing where that is no list. */
static void option_values(const struct option_row *row, struct text *out)
{
    const struct key *key = row->key ? key_find(row->key) : NULL;
    const struct choices *choices = key ? key->choices : NULL;
    for (size_t i = 0; choices && i < *choices->count; i++)
        text_printf(out, "%s ", choice_name(choices, i));
    if (choices && choices->open)
        text_printf(out, "%s ", choices->open);
    for (size_t i = 0; takes_modes(row) && i < mode_count; i++)
        text_printf(out, "%s ", mode_table[i]->name);
    for (size_t i = 0; key && key->kind == KEY_PLACEMENTS && i < placement_kind_count; i++)
        text_printf(out, "%s ", placement_kinds[i].name);
}

/* Calls visit once for every option that has a list of values. */
static void each_valued(void (*visit)(const struct option_row *row, const char *values,
                                      struct text *out),
                        struct text *out)
{
    struct text seen = {0}, values = {0}, name = {0};
    text_add_string(&seen, " ");
    for (size_t i = 0; i < command_count; i++)
        for (size_t o = 0; option_at(commands[i], o); o++) {
            const struct option_row *row = option_at(commands[i], o);
            text_clear(&values);
            text_clear(&name);
            option_values(row, &values);
            text_printf(&name, " %s ", row->name);
            if (values.length == 0 || strstr(seen.bytes, name.bytes))
                continue;
            text_add_string(&seen, name.bytes + 1);
            visit(row, values.bytes, out);
        }
    text_release(&seen);
    text_release(&values);
    text_release(&name);
}

/* Of a list the last item is completed, behind what precedes it. */
static void bash_values(const struct option_row *row, const char *values, struct text *out)
{
    text_printf(out,
                "    --%s)\n        [[ $word == *,* ]] && before=${word%%,*},\n"
                "        COMPREPLY=($(compgen -P \"$before\" -W \"%s\" -- \"${word##*,}\"))\n"
                "        return ;;\n",
                row->name, values);
}

static void zsh_values(const struct option_row *row, const char *values, struct text *out)
{
    text_printf(out, "  --%s) compset -P '*,'; compadd -- %s; return ;;\n", row->name, values);
}

void completion_bash(struct text *out)
{
    text_add_string(out, "# bash completion for quantop\n"
                         "_quantop()\n{\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} command= options= before=\n"
                         "    [ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]}\n"
                         "    case ${COMP_WORDS[COMP_CWORD-1]} in\n");
    each_valued(bash_values, out);
    text_add_string(out, "    esac\n    case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i]->is_hidden || !*commands[i]->name)
            continue;
        text_printf(out, "    %s) options=\"", commands[i]->name);
        option_names(commands[i], out);
        text_add_string(out, "\" ;;\n");
    }
    text_add_string(out, "    *) options=\"");
    option_names(command_find(""), out);
    text_add_string(out, "\" ;;\n    esac\n    COMPREPLY=()\n    case $word in\n"
                         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                         "    *)\n        [ \"$COMP_CWORD\" -eq 1 ] && "
                         "COMPREPLY=($(compgen -W \"");
    command_names(out);
    text_add_string(out, "\" -- \"$word\"))\n"
                         "        case $COMP_CWORD$command in\n"
                         "        1 | 2run) COMPREPLY+=($(compgen -W \"");
    profile_names(out);
    text_add_string(out, "\" -- \"$word\")) ;;\n"
                         "        2explain) COMPREPLY=($(compgen -W \"");
    topic_names(out);
    text_add_string(out, "\" -- \"$word\")); return ;;\n        esac\n"
                         "        COMPREPLY+=($(compgen -f -- \"$word\")) ;;\n    esac\n}\n"
                         "complete -o filenames -F _quantop quantop\n");
}

/* A help text within single quotes of zsh's and fish's descriptions. */
static void quoted(const char *help, struct text *out)
{
    for (; *help; help++) {
        if (*help == '\'')
            text_add_string(out, "\\'");
        else if (*help != '[' && *help != ']' && *help != ':')
            text_add(out, help, 1);
    }
}

void completion_zsh(struct text *out)
{
    text_add_string(out, "#compdef quantop\n_quantop() {\n  if (( CURRENT == 2 )); then\n"
                         "    compadd -- ");
    command_names(out);
    profile_names(out);
    text_add_string(out, "\n    _files\n    return\n  fi\n  case $words[CURRENT-1] in\n"
                         "  run) compadd -- ");
    profile_names(out);
    text_add_string(out, ";;\n  explain) compadd -- ");
    topic_names(out);
    text_add_string(out, "; return ;;\n");
    each_valued(zsh_values, out);
    text_add_string(out, "  esac\n  case $words[2] in\n");
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i]->is_hidden || !*commands[i]->name)
            continue;
        text_printf(out, "  %s) [[ $PREFIX == -* ]] && compadd -- ", commands[i]->name);
        option_names(commands[i], out);
        text_add_string(out, "|| _files ;;\n");
    }
    text_add_string(out, "  *) [[ $PREFIX == -* ]] && compadd -- ");
    option_names(command_find(""), out);
    text_add_string(out, "|| _files ;;\n  esac\n}\n_quantop \"$@\"\n");
}

static void fish_options(const struct command *command, const char *condition, struct text *out)
{
    for (size_t o = 0; option_at(command, o); o++) {
        const struct option_row *row = option_at(command, o);
        struct text help = {0}, values = {0};
        option_values(row, &values);
        text_printf(out, "complete -c quantop -n '%s' -l %s%s", condition, row->name,
                    row->argument ? " -r" : "");
        if (values.length > 0)
            text_printf(out, " -a '%s'", values.bytes);
        text_release(&values);
        text_add_string(out, " -d '");
        option_help(row, &help);
        quoted(help.bytes, out);
        text_release(&help);
        text_add_string(out, "'\n");
    }
}

void completion_fish(struct text *out)
{
    for (size_t i = 0; i < command_count; i++) {
        char condition[96];
        const char *name = commands[i]->name;
        if (commands[i]->is_hidden)
            continue;
        if (*name) {
            text_printf(out, "complete -c quantop -n __fish_use_subcommand -a %s -d '", name);
            quoted(commands[i]->text, out);
            text_add_string(out, "'\n");
            snprintf(condition, sizeof(condition), "__fish_seen_subcommand_from %s", name);
        } else {
            snprintf(condition, sizeof(condition), "__fish_use_subcommand");
        }
        fish_options(commands[i], condition, out);
    }
    text_add_string(out, "complete -c quantop -n '__fish_use_subcommand; or "
                         "__fish_seen_subcommand_from run' -a '");
    profile_names(out);
    text_add_string(out, "' -d 'shipped profile'\n"
                         "complete -c quantop -n '__fish_seen_subcommand_from explain' -f -a '");
    topic_names(out);
    text_add_string(out, "' -d 'topic'\n");
}
