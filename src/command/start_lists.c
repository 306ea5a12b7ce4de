#include "command/start_lists.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/start_kinds.h"

/* Seconds until there is more to find out: at once, or when a worker may have answered. */
#define AT_ONCE     0.01
#define ANSWER_LATE 0.05
/* Larger models are looked at only when they are selected. */
#define UNASKED_BYTES_MOST ((double)(32 << 20))

/* Begins with the selected model, goes on with others that are small. False: no model is left. */
static bool ask_next(struct start_lists *lists, size_t selected)
{
    const struct start_entry *entries = lists->entries;
    for (size_t i = 0; i <= lists->start.count; i++) {
        size_t item = i == 0 ? selected : i - 1;
        if (item < lists->start.count && entries[item].kind == START_MODEL &&
            !entries[item].is_known && (i == 0 || entries[item].bytes <= UNASKED_BYTES_MOST)) {
            start_ask_model(lists, item);
            return true;
        }
    }
    return false;
}

/* Profiles and journals are read here, one at a time. False: none is left. */
static bool look_at_next(struct start_lists *lists, size_t selected)
{
    static void (*const lookers[START_KIND_COUNT])(struct start_lists *, size_t) = {
        [START_PROFILE] = start_look_at_profile, [START_JOURNAL] = start_look_at_journal};
    for (size_t i = 0; i <= lists->start.count; i++) {
        size_t item = i == 0 ? selected : i - 1;
        if (item >= lists->start.count || lists->entries[item].is_known ||
            !lookers[lists->entries[item].kind])
            continue;
        lists->entries[item].is_known = true;
        lookers[lists->entries[item].kind](lists, item);
        return true;
    }
    return false;
}

static double work(void *context, size_t selected)
{
    struct start_lists *lists = context;
    const struct start_entry *entry =
        selected < lists->start.count ? &lists->entries[selected] : NULL;
    bool is_wanted = entry && entry->kind == START_MODEL && !entry->is_known;
    if (lists->asked != START_NOTHING && !start_hear_model(lists) && is_wanted &&
        lists->asked != selected) {
        asked_give_up(&lists->inquiry); /* what is selected comes first */
        lists->asked = START_NOTHING;
    }
    bool tries = start_form_listen(lists->form);
    bool asks = lists->asked != START_NOTHING || ask_next(lists, selected);
    bool looks = look_at_next(lists, selected);
    return looks ? AT_ONCE : asks || tries ? ANSWER_LATE : 0.0;
}

/* "~/models" */
static const char *folder_for_people(struct start_lists *lists, const char *folder)
{
    char *path = realpath(folder, NULL);
    const char *home = getenv("HOME"), *shown = path ? path : folder;
    size_t length = home ? strlen(home) : 0;
    bool is_below = length > 1 && strncmp(shown, home, length) == 0 &&
                    (shown[length] == '/' || shown[length] == '\0');
    const char *text =
        start_text(lists, "%s%s", is_below ? "~" : "", shown + (is_below ? length : 0));
    free(path);
    return text;
}

/* A model that is there, or else the default profile. */
static size_t first_item(const struct start *start)
{
    size_t item = 0;
    while (item < start->count && start->items[item].kind != START_MODEL)
        item++;
    for (size_t i = 0; item == start->count && i < start->count; i++)
        if (start->items[i].kind == START_PROFILE)
            return i;
    return item < start->count ? item : 0;
}

static void open_form(void *context, size_t item)
{
    struct start_lists *lists = context;
    start_form_open(lists->form, lists->entries[item].path, lists->entries[item].is_integer);
    lists->start.form = &lists->form->form;
}

/* The item of a model that was named. */
static void show_form(struct start_lists *lists, const char *model)
{
    for (size_t i = 0; i < lists->start.count && lists->entries[i].kind == START_MODEL; i++) {
        const char *path = lists->entries[i].path;
        if (lists->start.shows_form || (strcmp(path, model) != 0 && !file_is_same(path, model)))
            continue;
        lists->start.first = i;
        lists->start.shows_form = true;
    }
}

static void list_everything(struct start_lists *lists, const struct start_place *place)
{
    start_list_models(lists, place->folder, place->model);
    start_list_folders(lists, place->folder, place->has_above);
    start_list_profiles(lists, place->folder);
    start_list_journals(lists, NULL);
    lists->start.empty[START_MODEL] =
        "none here: a .tflite or .onnx file, or 'quantop FOLDER' for another folder";
    lists->start.empty[START_PROFILE] = "none";
}

enum status start_lists_init(struct start_lists *lists, const struct start_place *place,
                             struct error *error)
{
    const char *folder = place->folder;
    *lists =
        (struct start_lists){.arena = arena_new(), .asked = START_NOTHING, .form = place->form};
    asked_init(&lists->inquiry);
    DIR *readable = opendir(folder);
    if (!readable)
        return error_set_errno(error, STATUS_IO, folder, "cannot read the folder");
    closedir(readable);
    if (place->is_of_journals)
        start_list_journals(lists, folder);
    else
        list_everything(lists, place);
    lists->start.folder = folder_for_people(lists, folder);
    lists->start.first = first_item(&lists->start);
    lists->start.empty[START_JOURNAL] = place->is_of_journals ? "none here" : "none yet";
    if (place->model)
        show_form(lists, place->model);
    lists->start.work = work;
    lists->start.open_form = open_form;
    lists->start.context = lists;
    lists->start.chosen = lists->start.beside = START_NOTHING;
    lists->start.trouble = "";
    return STATUS_OK;
}

void start_lists_release(struct start_lists *lists)
{
    asked_give_up(&lists->inquiry);
    free(lists->start.items);
    free(lists->entries);
    arena_free(lists->arena);
    *lists = (struct start_lists){0};
}
