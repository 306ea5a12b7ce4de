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
};

/* Something happened without the user, or he did something. */
void pace_news(struct pace *pace) __attribute__((nonnull(1)));
void pace_key(struct pace *pace) __attribute__((nonnull(1)));
/* It is drawn now, and changes by itself in so many seconds; not above 0: it does not. */
void pace_drawn(struct pace *pace, double now, double changes_in) __attribute__((nonnull(1)));

#endif
