/* quantop: picks the command. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/subject.h"

static enum exit_status print_and_exit(const char *text)
{
    fputs(text, stdout);
    return EXIT_DONE;
}

static enum exit_status overview(void)
{
    struct text text = {0};
    command_print_overview(&text);
    enum exit_status status = print_and_exit(text.bytes);
    text_release(&text);
    return status;
}

static enum exit_status unknown(const char *word)
{
    struct error error;
    const char **names = xcalloc(command_count, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; i < command_count; i++)
        if (!commands[i]->is_hidden && commands[i]->name[0])
            names[count++] = commands[i]->name;
    const char *near = text_nearest(word, names, count, sizeof(names[0]));
    free(names);
    if (near)
        error_set(&error, STATUS_INVALID, NULL, "unknown command '%s', nearest is '%s'", word,
                  near);
    else
        error_set(&error, STATUS_INVALID, NULL, "unknown command '%s', see 'quantop --help'", word);
    return command_fail(&error);
}

/* Descriptors 0 to 2 that were closed become ones that fail: what is opened first would take their
 * place, and the table would be written into the journal. */
static void fill_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static enum exit_status run(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const struct command *command = word[0] ? command_find(word) : NULL;
    if (strcmp(word, "--version") == 0)
        return print_and_exit("quantop " PACKAGE_VERSION "\n");
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return overview();
    if (command)
        return command_main(command, argc - 1, argv + 1);
    if (word[0] && word[0] != '-' && !subject_is_meant(word))
        return unknown(word);
    return command_main(command_find(""), argc, argv);
}

/* What could not be printed (a full disk) is no success. */
static enum exit_status conclude(enum exit_status status)
{
    struct error error;
    bool is_printed = fflush(stdout) == 0 && !ferror(stdout);
    if (is_printed || status != EXIT_DONE)
        return status;
    error_set(&error, STATUS_IO, "standard output", "cannot write");
    return command_fail(&error);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); /* widths of characters; numbers keep their decimal point */
    fill_standard_descriptors();
    return conclude(run(argc, argv));
}
