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

void pace_drawn(struct pace *pace, double now, double changes_in)
{
    pace->drawn = now;
    pace->due = changes_in > 0.0 ? now + fmax(changes_in, PACE_NEWS) : HUGE_VAL;
}
