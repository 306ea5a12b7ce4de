/* Folders that hold models, one step away. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/start_kinds.h"
#include "formats/foreign.h"
#include "formats/model.h"

/* So many are looked into; a folder of thousands is one of data. */
#define FOLDERS_MOST 200

static int is_model(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && model_format_for(entry->d_name) != NULL;
}

/* Files whose names are those of models. */
static int count_models(const char *folder)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_model, NULL);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return count > 0 ? count : 0;
}

static void add_folder(struct start_lists *lists, const char *path, const char *name)
{
    int models = count_models(path);
    size_t item = lists->start.count;
    start_add(lists, START_FOLDER, path, name, 0.0);
    lists->entries[item].is_known = true;
    lists->start.items[item].figure =
        start_text(lists, "%d model%s", models, models == 1 ? "" : "s");
    start_add_fact(lists, item, "folder", "%s", path);
}

void start_list_folders(struct start_lists *lists, const char *folder, bool has_above)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort), looked = 0;
    if (has_above) {
        char *above = path_join(folder, "..");
        add_folder(lists, above, "..");
        free(above);
    }
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        char *path = path_join(strcmp(folder, ".") == 0 ? NULL : folder, name);
        if (name[0] != '.' && looked < FOLDERS_MOST && path_is_folder(path) &&
            !foreign_is_folder(path) && looked++ < FOLDERS_MOST && count_models(path) > 0)
            add_folder(lists, path, name);
        free(path);
    }
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
