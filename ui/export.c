#include "ui/export.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "ui/draw_buffer.h"
#include "ui/screen_prompt.h"

/* What is copied is drawn so wide and high: all figures have room. */
#define COPY_WIDTH  120
#define COPY_HEIGHT 60

/* The main screen without dialogs, without blank lines at its end. */
static void print_page(struct ui *ui, int height, int width, bool ascii, struct text *out)
{
    struct draw_buffer buffer;
    struct draw draw;
    draw_buffer_init(&buffer, height, width, ascii, &draw);
    ui->screens[ui->contexts[0]]->draw(ui, &draw);
    draw_buffer_print(&buffer, out);
    draw_buffer_release(&buffer);
    while (out->length > 1 && out->bytes[out->length - 2] == '\n')
        out->bytes[--out->length] = '\0';
}

static bool write_page(struct ui *ui, const char *path)
{
    struct text text = {0};
    struct error error;
    if (strcmp(path, "-") == 0) { /* which is the terminal that is drawn on */
        ui_notice(ui, "'-' is no file here");
        return false;
    }
    if (access(path, F_OK) == 0) {
        ui_notice(ui, "there is a file '%s' already, which is left as it is", path);
        return false;
    }
    print_page(ui, ui->height, ui->width, ui->is_ascii, &text);
    enum status status = file_write(path, text.bytes, text.length, &error);
    text_release(&text);
    if (status == STATUS_OK)
        ui_notice(ui, "the page is in '%s'", path);
    else
        ui_notice(ui, "%s", error.text);
    return status == STATUS_OK;
}

static bool path_accepted(struct ui *ui, const char *text)
{
    return *text == '\0' || write_page(ui, text);
}

unsigned export_page(struct ui *ui, int argument)
{
    static const struct prompt_use use = {.label = "write this page to: ",
                                          .accepted = path_accepted};
    char path[PROMPT_SIZE];
    (void)argument;
    snprintf(path, sizeof(path), "quantop-%s.txt", screen_rows[ui->contexts[0]].id);
    prompt_open(ui, &use, path);
    return 0;
}

unsigned export_copy(struct ui *ui, int argument)
{
    (void)argument;
    text_clear(&ui->copied);
    if (ui->screens[ui->contexts[0]]->copy)
        ui->screens[ui->contexts[0]]->copy(ui, &ui->copied);
    else
        print_page(ui, COPY_HEIGHT, COPY_WIDTH, ui->is_ascii, &ui->copied);
    ui_notice(ui, "sent to the terminal's clipboard, where it takes texts (OSC 52)");
    return LOOP_COPY;
}
