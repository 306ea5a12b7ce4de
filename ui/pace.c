#include "ui/pace.h"

#include <math.h>

static void draw_by(struct pace *pace, double when)
{
    pace->due = fmin(pace->due, when);
}

void pace_news(struct pace *pace)
{
    draw_by(pace, pace->drawn + PACE_NEWS);
}

void pace_key(struct pace *pace)
{
    draw_by(pace, pace->drawn + PACE_KEY);
}

void pace_drawn(struct pace *pace, double now)
{
    pace->drawn = now;
    pace->due = HUGE_VAL;
}

void pace_wait(struct pace *pace, double now, double seconds)
{
    if (seconds > 0.0)
        pace->wakes = fmin(pace->wakes, now + fmax(seconds, PACE_KEY));
}

double pace_next(const struct pace *pace)
{
    return fmin(pace->due, pace->wakes);
}

void pace_begin(struct pace *pace, double now)
{
    if (pace->wakes > now)
        return;
    pace->wakes = HUGE_VAL;
    pace_news(pace);
}
