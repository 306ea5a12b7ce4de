/* What the data of a form look like, drawn. */
#ifndef UI_FORM_LOOK_H
#define UI_FORM_LOOK_H

#include "ui/form.h"

/* The sample's picture, or its numbers, with what it is below. */
void form_look_draw(const struct form_look *look, const struct draw *draw, struct rect area)
    __attribute__((nonnull(1, 2)));
/* The picture as high as the area, and beside it what it is and what fp32 makes of some samples. */
void form_look_enlarge(const struct form_look *look, const struct draw *draw, struct rect area)
    __attribute__((nonnull(1, 2)));
/* Of what fp32 makes of them. */
enum role form_look_role(const struct form_look *look) __attribute__((nonnull(1)));

#endif
