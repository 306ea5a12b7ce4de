/* In place of the screen, in a program that was configured --without-ui. */
#include "ui/app.h"

bool ui_available(void)
{
    return false;
}

enum status ui_run(const struct ui_options *options, struct error *error)
{
    (void)options;
    return error_set(error, STATUS_UNSUPPORTED, NULL, "this program was built without the screen");
}
