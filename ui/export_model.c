#include "ui/export_model.h"

#include <stdio.h>
#include <string.h>

#include "ui/screen_prompt.h"
#include "ui/screen_table.h"
#include "ui/shipper.h"

static bool path_accepted(struct ui *ui, const char *path)
{
    const struct row *row = table_screen_row(ui);
    char said[sizeof(ui->notice)] = "";
    if (*path == '\0' || !row)
        return true;
    ui->shipper->is_busy =
        ui->shipper->begin(ui->shipper->context, row->trial, path, said, sizeof(said));
    if (ui->shipper->is_busy)
        ui_notice(ui, "making %s ...", path);
    else
        ui_notice(ui, "%s", said);
    return ui->shipper->is_busy;
}

/* "net-int8.tflite"; what a file's name should not have becomes '-'. */
static void suggest(const struct row *row, char path[PROMPT_SIZE])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    char name[PROMPT_SIZE / 2];
    snprintf(name, sizeof(name), "%s-%s", row->model, row->label);
    for (char *at = name; *at; at++)
        *at = strchr(plain, *at) ? *at : '-';
    snprintf(path, PROMPT_SIZE, "%s.tflite", name);
}

unsigned export_model(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "write the row's model to: ",
                                          .accepted = path_accepted};
    const struct row *row = table_screen_row(ui);
    char path[PROMPT_SIZE];
    (void)argument;
    if (!ui->shipper)
        ui_notice(ui, "only the program that measures has the model: 'quantop quantize' makes it");
    else if (ui_is_running(ui))
        ui_notice(ui, "that would disturb what is measured: when the run is over, or stopped");
    else if (ui->shipper->is_busy)
        ui_notice(ui, "another model is being made");
    else if (row) {
        suggest(row, path);
        prompt_open(ui, &use, path);
    }
    return 0;
}
