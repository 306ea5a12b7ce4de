#include "ui/actions.h"

#include "ui/conditions.h"

/* Does it, or says why its condition is not met. argument: what a click was on, else the binding's.
 */
static unsigned act(struct ui *ui, const struct key_binding *binding, int argument)
{
    const char *refusal = condition_refusal(ui, binding->condition);
    if (refusal != NULL) {
        ui_notice(ui, "%s", refusal);
        return LOOP_DRAW;
    }
    return LOOP_DRAW | binding->run(ui, argument);
}

unsigned action_run(struct ui *ui, const struct key_binding *binding)
{
    return act(ui, binding, binding->argument);
}

unsigned action_of_key(struct ui *ui, int key)
{
    const struct key_binding *binding = keys_find(&ui->keymap, ui_context(ui), key);
    if (binding == NULL)
        return ui_screen(ui)->type && ui_screen(ui)->type(ui, key) ? LOOP_DRAW : 0;
    return action_run(ui, binding);
}

unsigned action_of_click(struct ui *ui, int y, int x)
{
    const struct click *click = clicks_find(&ui->clicks, y, x);
    if (click == NULL)
        return 0;
    const struct key_binding *binding = keys_of_id(&ui->keymap, ui_context(ui), click->action);
    return binding ? act(ui, binding, click->argument) : 0;
}
