/* In place of the screen, in a program that was configured --without-ui. */
#include "ui/app.h"

bool ui_available(void)
{
    return false;
}

enum status ui_check_screen(const char *name, struct error *error)
{
    (void)name;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "this program was built without the screen");
}

enum status ui_find_scheme(const char *name, int *scheme, struct error *error)
{
    (void)name;
    (void)scheme;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "this program was built without the screen");
}

void ui_print(const struct ui_options *options, int height, int width, struct text *out)
{
    (void)options;
    (void)height;
    (void)width;
    (void)out; /* nobody has a screen's name: see ui_check_screen */
}

enum status ui_run(const struct ui_options *options, struct error *error)
{
    (void)options;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "this program was built without the screen");
}
