#include "command/start.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/measure.h"
#include "command/screen.h"
#include "command/show_run.h"
#include "command/start_lists.h"

/* What the start screen is shown with, time after time. */
struct starting {
    const struct arguments *arguments;
    struct start_place place;
    struct start_form form;
    struct ui_options ui;
    struct results *nothing; /* screens need results, and there are none yet */
    char trouble[sizeof(((struct error *)NULL)->where) + sizeof(((struct error *)NULL)->text)];
    const char *began; /* the folder that the screen was opened on */
    char *folder;      /* another one that the user went to; NULL: he did not */
    char *chosen;      /* path of what was opened last; NULL: nothing, or the default */
    bool goes_on;      /* the user came back */
};

static enum status begin(struct starting *starting, const struct arguments *arguments,
                         const struct start_place *place, struct error *error)
{
    *starting = (struct starting){.arguments = arguments, .goes_on = true};
    starting->began = place->folder;
    starting->place = *place;
    starting->place.form = &starting->form;
    enum status status = screen_options(arguments, &starting->ui, error);
    if (status == STATUS_OK)
        starting->nothing = results_new();
    starting->ui.results = starting->nothing;
    return status;
}

/* Measures what the form says. */
static enum status measure_form(struct starting *starting, struct ui_options *ui,
                                enum exit_status *exit_status, struct error *error)
{
    struct arguments arguments;
    enum status status = start_form_arguments(&starting->form, &arguments, error);
    starting->chosen = xstrdup(starting->form.model);
    if (status == STATUS_OK)
        status = measure_on_screen(&arguments, ui, exit_status, error);
    arguments_release(&arguments);
    return status;
}

/* The start screen comes again, of another folder. */
static enum status enter_folder(struct starting *starting, const char *folder)
{
    char *real = realpath(folder, NULL), *began = realpath(starting->began, NULL);
    bool is_back = real && began && strcmp(real, began) == 0;
    char *entered = is_back ? NULL : xstrdup(folder);
    free(starting->folder);
    starting->folder = entered;
    starting->place.folder = entered ? entered : starting->began;
    starting->place.has_above = entered != NULL;
    starting->goes_on = true;
    free(real);
    free(began);
    return STATUS_OK;
}

/* Shows the run that was chosen, beside the other one, where there is one: the earlier one is what
 * it is held against, whichever was written to last. */
static enum status view_runs(const struct start_lists *lists, struct ui_options *ui,
                             struct error *error)
{
    const struct start_entry *run = &lists->entries[lists->start.chosen], *other = NULL;
    if (lists->start.beside != START_NOTHING)
        other = &lists->entries[lists->start.beside];
    if (other && run->started && other->started && strcmp(run->started, other->started) < 0) {
        const struct start_entry *later = other;
        other = run;
        run = later;
    }
    return show_run(run->path, other ? other->path : NULL, ui, error);
}

/* Shows what was chosen: an earlier run, or one that begins now. */
static enum status open_chosen(struct starting *starting, const struct start_lists *lists,
                               enum exit_status *exit_status, struct error *error)
{
    size_t chosen = lists->start.chosen;
    const struct start_entry *entry = chosen < lists->start.count ? &lists->entries[chosen] : NULL;
    struct arguments arguments = *starting->arguments;
    struct ui_options ui = starting->ui;
    ui.goes_home = &starting->goes_on;
    if (chosen == START_FORM)
        return measure_form(starting, &ui, exit_status, error);
    char *word = starting->chosen = entry ? xstrdup(entry->path) : NULL;
    arguments.words = &word;
    arguments.n_words = word ? 1 : 0;
    if (entry && entry->kind == START_FOLDER)
        return enter_folder(starting, word);
    return entry && entry->kind == START_JOURNAL
               ? view_runs(lists, &ui, error)
               : measure_on_screen(&arguments, &ui, exit_status, error);
}

/* Selects what was opened before. */
static void find_chosen(struct starting *starting, struct start_lists *lists)
{
    for (size_t i = 0; starting->chosen && i < lists->start.count; i++)
        if (strcmp(lists->entries[i].path, starting->chosen) == 0)
            lists->start.first = i;
    FREE_AND_NULL(starting->chosen);
}

/* Shows the screen once, and what is chosen there. What cannot be opened is told when the screen
 * comes again; any other error ends the program. */
static enum status show_once(struct starting *starting, enum exit_status *exit_status,
                             struct error *error)
{
    struct start_lists lists;
    enum status status = start_lists_init(&lists, &starting->place, error);
    find_chosen(starting, &lists);
    starting->place.model = NULL; /* whose form is shown once */
    starting->goes_on = false;
    lists.start.trouble = starting->trouble;
    starting->ui.start = &lists.start;
    if (status == STATUS_OK)
        status = ui_run(&starting->ui, error);
    starting->ui.start = NULL;
    asked_give_up(&lists.inquiry); /* it would disturb what is measured, and so would a trial */
    start_form_rest(&starting->form);
    starting->trouble[0] = '\0';
    *exit_status = EXIT_DONE;
    if (status == STATUS_OK && lists.start.chosen != START_NOTHING &&
        open_chosen(starting, &lists, exit_status, error) != STATUS_OK) {
        error_line(error, starting->trouble, sizeof(starting->trouble));
        starting->goes_on = true;
    }
    start_lists_release(&lists);
    return status;
}

enum exit_status start_show(const struct arguments *arguments, const struct start_place *place)
{
    struct starting starting;
    struct error error;
    enum exit_status exit_status = EXIT_DONE;
    enum status status = begin(&starting, arguments, place, &error);
    while (status == STATUS_OK && starting.goes_on)
        status = show_once(&starting, &exit_status, &error);
    free(starting.chosen);
    free(starting.folder);
    start_form_release(&starting.form);
    results_free(starting.nothing);
    return status == STATUS_OK ? exit_status : command_fail(&error);
}

enum exit_status start_print(const struct arguments *arguments, const struct start_place *place)
{
    struct starting starting;
    struct start_lists lists;
    struct error error;
    enum status status = begin(&starting, arguments, place, &error);
    if (status != STATUS_OK)
        return command_fail(&error);
    status = start_lists_init(&lists, &starting.place, &error);
    starting.ui.start = &lists.start;
    if (status == STATUS_OK)
        status = screen_print(arguments, &starting.ui, &error);
    start_lists_release(&lists);
    start_form_release(&starting.form);
    results_free(starting.nothing);
    return status == STATUS_OK ? EXIT_DONE : command_fail(&error);
}
