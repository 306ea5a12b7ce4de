#include "ui/screens.h"

const struct screen *const ui_screens[CONTEXT_COUNT] = {
    [CONTEXT_START] = &screen_start,     [CONTEXT_FORM] = &screen_form,
    [CONTEXT_DRY_RUN] = &screen_dry_run, [CONTEXT_TABLE] = &screen_table,
    [CONTEXT_DETAILS] = &screen_details, [CONTEXT_SORT] = &screen_sort,
    [CONTEXT_LAYERS] = &screen_layers,   [CONTEXT_COMPARE] = &screen_compare,
    [CONTEXT_CHARTS] = &screen_charts,   [CONTEXT_MACHINE] = &screen_machine,
    [CONTEXT_STEPS] = &screen_steps,     [CONTEXT_HISTORY] = &screen_history,
    [CONTEXT_LOG] = &screen_log,         [CONTEXT_PRESENT] = &screen_present,
    [CONTEXT_MODEL] = &screen_model,     [CONTEXT_HELP] = &screen_help,
    [CONTEXT_PROMPT] = &screen_prompt,   [CONTEXT_QUESTION] = &screen_question,
};
