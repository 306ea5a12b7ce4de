/* Completions for shells: commands, and the options of each. */
#include <stdio.h>

#include "command/command.h"
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

void completion_bash(struct text *out)
{
    text_add_string(out, "# bash completion for quantop\n"
                         "_quantop()\n{\n"
                         "    local word=${COMP_WORDS[COMP_CWORD]} command= options=\n"
                         "    [ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]}\n"
                         "    case $command in\n");
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
    text_add_string(out, "\n    _files\n    return\n  fi\n  case $words[2] in\n");
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
        struct text help = {0};
        text_printf(out, "complete -c quantop -n '%s' -l %s%s -d '", condition, row->name,
                    row->argument ? " -r" : "");
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
}
