#include "ui/screens.h"

#include <string.h>

#include "ui/ui.h"

const struct screen *const ui_screens[CONTEXT_COUNT] = {
#define X(context, variable, id, name, kind, page) [context] = &variable,
    SCREEN_LIST(X)
#undef X
};

const struct screen_row screen_rows[CONTEXT_COUNT] = {
#define X(context, variable, id, name, kind, page) [context] = {id, name, kind, "go-" id, page},
    SCREEN_LIST(X)
#undef X
};

enum context screen_find(const char *id)
{
    enum context context = 0;
    while (context < CONTEXT_COUNT &&
           (!screen_rows[context].tab || strcmp(screen_rows[context].id, id) != 0))
        context++;
    return context;
}
