/* When the screen is drawn: at once after keys, at most four times a second otherwise, however many
 * events come in and whatever else goes on by itself. Times are seconds of a monotonic clock. */
#ifndef UI_PACE_H
#define UI_PACE_H

/* Between two drawings: of news, and of what the user does, which bounds key repeat and storms of
 * resizes. */
#define PACE_NEWS 0.25
#define PACE_KEY  0.03

struct pace {
    double due;   /* when the screen is to be drawn; infinite: nothing changed */
    double drawn; /* when it was drawn last */
    double wakes; /* when something goes on by itself; infinite: nothing does */
};

/* Something happened without the user, or he did something. */
void pace_news(struct pace *pace) __attribute__((nonnull(1)));
void pace_key(struct pace *pace) __attribute__((nonnull(1)));
/* It is drawn now. */
void pace_drawn(struct pace *pace, double now) __attribute__((nonnull(1)));
/* Something goes on by itself in so many seconds, whether it can be drawn then or not; not above 0:
 * nothing does. */
void pace_wait(struct pace *pace, double now, double seconds) __attribute__((nonnull(1)));
/* When there is something to do next. */
double pace_next(const struct pace *pace) __attribute__((nonnull(1)));
/* Before anything else: what went on by itself is to be drawn. */
void pace_begin(struct pace *pace, double now) __attribute__((nonnull(1)));

#endif
