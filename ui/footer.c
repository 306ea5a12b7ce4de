#include "ui/footer.h"

#include "ui/conditions.h"

/* Below this width the function keys are left out: their twins say the same. */
#define NARROW 70
/* Bytes of the text at its end. */
#define FOOTER_POSITION 256

static const char *key_text(const struct key_binding *binding, int width,
                            char buffer[KEY_SHORT_SIZE])
{
    if (width < NARROW && binding->keys[0] != 0)
        return keys_name(binding->keys[0], buffer);
    return keys_short_name(binding, buffer);
}

static int draw_binding(const struct key_binding *binding, const struct draw *draw,
                        struct rect area, int x)
{
    char name[KEY_SHORT_SIZE];
    const char *key = key_text(binding, area.width, name);
    int width = cells_width(key, draw->ascii) + 1 + cells_width(binding->label, draw->ascii);
    if (x + width > area.width)
        return x;
    int end = draw_text(draw, area, 0, x, ROLE_KEY, key);
    end = draw_text(draw, area, 0, end + 1, ROLE_KEY_LABEL, binding->label);
    draw_click(draw, rect_columns(area, x, end - x), binding->id, binding->argument);
    return end + 1;
}

void footer_draw(const struct ui *ui, const struct draw *draw, struct rect area)
{
    unsigned here = 1u << ui_context(ui);
    draw_fill(draw, area, ROLE_TEXT);
    int x = 0;
    char buffer[FOOTER_POSITION];
    const char *position =
        ui_screen(ui)->position ? ui_screen(ui)->position(ui, buffer, sizeof(buffer)) : NULL;
    if (position)
        area.width = draw_text_right(draw, area, 0, ROLE_LABEL, position) - 1;
    for (size_t i = 0; i < ui->keymap.count; i++) {
        const struct key_binding *binding = &ui->keymap.rows[i];
        if (binding->label != NULL && (binding->contexts & here) && keys_nth(binding, 0) != 0 &&
            condition_refusal(ui, binding->condition) == NULL)
            x = draw_binding(binding, draw, area, x);
    }
}
