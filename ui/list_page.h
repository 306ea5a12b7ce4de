/* Screens that are a list: the first line, a heading, the rows, and what is known of the selected
 * one where the screen is high enough. */
#ifndef UI_LIST_PAGE_H
#define UI_LIST_PAGE_H

#include "ui/ui.h"
#include "ui/widget/list.h"

struct list_page {
    struct list_view *view;
    const struct list_source *source; /* with rows */
    size_t place;                     /* of the selected row */
    const char *heading;
    int details; /* lines that the details have at least, the rule above them included */
    void (*draw_details)(const struct draw *draw, struct rect area, void *context);
};

/* context: for draw_details. */
void list_page_draw(const struct draw *draw, const struct list_page *page, void *context)
    __attribute__((nonnull(1, 2)));

#endif
