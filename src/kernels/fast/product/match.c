#include "kernels/fast/product/match.h"

#include "kernels/fast/product/product.h"

#if HAS_MATCHED_PRODUCTS

_Static_assert(PANEL_WIDTH == MATCHING_COLUMNS, "panels are matched whole");

/* Worth it are fewer steps than so many percent of the pairs of int16 in whose place they are. With
 * a partner for each input they are half as many, of two multiplications to a pair's one; measured,
 * a sixth more of them takes as long as the pairs. */
#define WORTH_PERCENT 58

/* Finds the steps of one panel. Returns their number. */
static size_t match_panel(const struct product *product, const int8_t *weights, int panel,
                          struct matched_step *steps, int32_t *counts)
{
    size_t row = (size_t)product->tiling.taps * (size_t)product->tiling.inputs, count = 0;
    const struct matching_weights first = {
        .elements = weights + (size_t)(panel * PANEL_WIDTH) * row,
        .column_step = row,
        .columns = live_width(product->geometry.channels, panel, PANEL_WIDTH),
        .turned = product->packed.is_unsigned ? INT8_MIN : 0,
    };
    for (int tap = 0; tap < product->tiling.taps; tap++) {
        struct matching_weights of_tap = first;
        of_tap.elements += (size_t)tap * (size_t)product->tiling.inputs;
        counts[tap] = (int32_t)matching_find(&of_tap, product->tiling.inputs, steps + count);
        count += (size_t)counts[tap];
    }
    return count;
}

/* Finds the steps of all panels, with room for `most` each. Returns whether they are worth it. */
static bool match_panels(const struct product *product, const int8_t *weights, size_t most,
                         struct match *match)
{
    size_t taps = (size_t)product->tiling.taps, taken = 0, pairs = 0;
    struct matched_step *steps = (struct matched_step *)(uintptr_t)match->steps;
    int32_t *counts = (int32_t *)(uintptr_t)match->counts;
    for (int panel = 0; panel < product->tiling.panels; panel++) {
        size_t width = (size_t)panel_width(product->geometry.channels, panel);
        size_t count = match_panel(product, weights, panel, steps + (size_t)panel * most,
                                   counts + (size_t)panel * taps);
        match->panel_steps = count > match->panel_steps ? count : match->panel_steps;
        taken += count * width;
        pairs += taps * (size_t)((product->tiling.inputs + 1) / 2) * width;
    }
    return taken * 100 < pairs * WORTH_PERCENT;
}

/* Copies what was found, without the room that no panel needs. false: not enough memory. */
static bool keep_steps(const struct product *product, const struct match *found, size_t most,
                       struct match *kept, struct arena *arena)
{
    size_t panels = (size_t)product->tiling.panels, taps = (size_t)product->tiling.taps;
    struct matched_step *steps =
        arena_try(arena, panels * found->panel_steps, sizeof(*kept->steps));
    int32_t *counts = arena_try(arena, panels * taps, sizeof(*kept->counts));
    if (!steps || !counts)
        return false;
    for (size_t panel = 0; panel < panels; panel++)
        memcpy(steps + panel * found->panel_steps, found->steps + panel * most,
               found->panel_steps * sizeof(*steps));
    memcpy(counts, found->counts, panels * taps * sizeof(*counts));
    *kept = (struct match){steps, found->panel_steps, counts};
    return true;
}

static bool match_weights(const struct product *tried, const int8_t *weights,
                          struct arena *temporary, struct match *kept, struct arena *arena)
{
    size_t panels = (size_t)tried->tiling.panels, taps = (size_t)tried->tiling.taps;
    size_t most = taps * (size_t)tried->tiling.inputs;
    struct match found = {
        .steps = arena_try(temporary, panels * most, sizeof(*found.steps)),
        .counts = arena_try(temporary, panels * taps, sizeof(*found.counts)),
    };
    return found.steps && found.counts && match_panels(tried, weights, most, &found) &&
           keep_steps(tried, &found, most, kept, arena);
}

/* Few rows wait for the weights, and groups of a convolution have to be computed alike. */
bool match_prepare(const struct kernel_call *call, const struct product_part *part,
                   struct product *product, struct arena *arena)
{
    struct product tried = {
        .tiling.group = 4,
        .source.groups = part->groups,
        .packed.is_unsigned = call->inputs[1].tensor->type == TYPE_U8,
    };
    struct error error;
    struct arena *temporary = arena_new();
    bool is_worth = part->groups == 1 &&
                    product_geometry(call, &tried, temporary, &error) == STATUS_OK &&
                    tried.geometry.rows >= TILE_ROWS_LEAST &&
                    match_weights(&tried, call->inputs[1].data, temporary, &product->match, arena);
    arena_free(temporary);
    return is_worth;
}

#endif
