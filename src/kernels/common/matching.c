#include "kernels/common/matching.h"

#include <stdbool.h>
#include <string.h>

/* An input without a partner waits for the next window if it is at least that far into this one:
 * the next begins there, and has as many new ones. */
#define WAITS_FROM 4

/* The inputs of a window that have no place yet, as the vertices of a graph whose edges lead to
 * possible partners. */
struct window {
    int first, count;
    unsigned members;                   /* bit i: first + i is one */
    uint16_t partners[MATCHING_WINDOW]; /* bit j of i: i and j may be a pair */
    int8_t mate[MATCHING_WINDOW];       /* what each is paired with, or -1 */
};

/* The weights of one input, a byte per column: positive ones, and the sizes of negative ones. */
typedef uint8_t columns __attribute__((vector_size(MATCHING_COLUMNS)));
struct sizes {
    columns above, below;
};

static void load_sizes(const struct matching_weights *weights, const struct window *window,
                       struct sizes *sizes)
{
    int8_t bytes[MATCHING_WINDOW][MATCHING_COLUMNS] = {{0}};
    for (int c = 0; c < weights->columns; c++) {
        const int8_t *from = weights->elements + (size_t)c * weights->column_step + window->first;
        for (int i = 0; i < window->count; i++)
            bytes[i][c] = (int8_t)(from[i] ^ weights->turned);
    }
    for (int i = 0; i < window->count; i++) {
        columns weight;
        memcpy(&weight, bytes[i], sizeof(weight));
        columns is_negative = (columns)(weight > INT8_MAX);
        sizes[i].above = weight & ~is_negative;
        sizes[i].below = -weight & is_negative;
    }
}

/* Whether a + b is over the bound in a column; neither is by itself. */
static columns is_over(columns a, columns b)
{
    return (columns)(a > MATCHING_BOUND - b);
}

static bool may_pair(const struct sizes *a, const struct sizes *b)
{
    columns over = is_over(a->above, b->above) | is_over(a->below, b->below);
    uint64_t words[2];
    memcpy(words, &over, sizeof(words));
    return (words[0] | words[1]) == 0;
}

static void find_partners(const struct matching_weights *weights, struct window *window)
{
    struct sizes sizes[MATCHING_WINDOW];
    load_sizes(weights, window, sizes);
    memset(window->partners, 0, sizeof(window->partners));
    for (int i = 0; i < window->count; i++)
        for (int j = i + 1; j < window->count; j++) {
            unsigned edge =
                window->members >> i & window->members >> j & 1 && may_pair(&sizes[i], &sizes[j]);
            window->partners[i] |= (uint16_t)(edge << j);
            window->partners[j] |= (uint16_t)(edge << i);
        }
}

static void pair(struct window *window, int a, int b)
{
    window->mate[a] = (int8_t)b;
    window->mate[b] = (int8_t)a;
}

/* Each takes the first partner. Returns the inputs that are left alone. */
static unsigned match_first(struct window *window)
{
    unsigned free = window->members, alone = 0;
    memset(window->mate, -1, sizeof(window->mate));
    while (free) {
        int one = __builtin_ctz(free);
        free &= free - 1;
        unsigned partners = window->partners[one] & free;
        if (partners) {
            pair(window, one, __builtin_ctz(partners));
            free &= ~(partners & -partners);
        } else {
            alone |= 1u << one;
        }
    }
    return alone;
}

/* A path along which pairs change partners, so that `one`, who was alone, and another who was, get
 * one each. `passed`: who takes no part in it any more. Returns the other one, or -1. */
static int find_path(struct window *window, int one, unsigned alone, unsigned *passed)
{
    unsigned ends = window->partners[one] & alone;
    if (ends) {
        pair(window, one, __builtin_ctz(ends));
        return __builtin_ctz(ends);
    }
    for (int half = 0; half < window->count; half++) {
        int mate = window->mate[half];
        if (mate < 0 || !(window->partners[one] >> half & 1) || *passed >> half & 1)
            continue;
        *passed |= 1u << half | 1u << mate;
        int end = find_path(window, mate, alone, passed);
        if (end >= 0) {
            pair(window, one, half);
            return end;
        }
    }
    return -1;
}

static void match_rest(struct window *window, unsigned alone)
{
    for (int one = 0; one < window->count; one++) {
        unsigned passed = 1u << one;
        if (!(alone >> one & 1))
            continue;
        int end = find_path(window, one, alone & ~passed, &passed);
        if (end >= 0)
            alone &= ~(1u << one | 1u << end);
    }
}

/* Whether what an input takes part in can wait for the next window. */
static bool can_wait(int input)
{
    return input >= WAITS_FROM;
}

/* Lists the inputs of which each stands for a half of a step: the lower one of a pair, or one that
 * is alone. Where there is a further window, those alone at the end of this one wait for it, and so
 * does a pair that would have half a step to itself. Returns their number. */
static int list_halves(const struct window *window, bool is_last, int8_t *halves)
{
    int count = 0;
    for (int i = 0; i < window->count; i++) {
        int mate = window->mate[i];
        bool waits = mate < 0 && !is_last && can_wait(i);
        if (window->members >> i & 1 && !(mate >= 0 && mate < i) && !waits)
            halves[count++] = (int8_t)i;
    }
    return count % 2 && !is_last && can_wait(halves[count - 1]) ? count - 1 : count;
}

/* Writes the steps of a window and takes their inputs out of it. Returns their number. */
static size_t write_steps(struct window *window, bool is_last, struct matched_step *steps)
{
    int8_t halves[MATCHING_WINDOW];
    int count = list_halves(window, is_last, halves);
    for (int k = 0; k < count + count % 2; k++) {
        int one = k < count ? halves[k] : -1, other = one < 0 ? -1 : window->mate[one];
        uint8_t *to = steps[k / 2].inputs + k % 2 * 2;
        steps[k / 2].first = window->first;
        to[0] = (uint8_t)(one < 0 ? MATCHING_NONE : one);
        to[1] = (uint8_t)(other < 0 ? MATCHING_NONE : other);
        window->members &= ~((one < 0 ? 0 : 1u << one) | (other < 0 ? 0 : 1u << other));
    }
    return (size_t)(count + 1) / 2;
}

/* Moves the window to the first input without a place; `seen` have been in one. */
static void move(struct window *window, int inputs, int *seen)
{
    int by = window->members ? __builtin_ctz(window->members) : *seen - window->first;
    window->members >>= by;
    window->first += by;
    int left = inputs - window->first;
    window->count = left < MATCHING_WINDOW ? left : MATCHING_WINDOW;
    for (int i = *seen - window->first; i < window->count; i++)
        window->members |= 1u << i;
    *seen = window->first + window->count;
}

size_t matching_find(const struct matching_weights *weights, int inputs, struct matched_step *steps)
{
    size_t count = 0;
    int seen = 0;
    struct window window = {0};
    for (move(&window, inputs, &seen); window.members; move(&window, inputs, &seen)) {
        find_partners(weights, &window);
        match_rest(&window, match_first(&window));
        count += write_steps(&window, seen == inputs, steps + count);
    }
    return count;
}
