/* What the screens are opened with. */
#ifndef UI_OPTIONS_H
#define UI_OPTIONS_H

#include <stdbool.h>

struct results;
struct runner;
struct journal_reader;
struct replay;
struct start;
struct settings;
struct ui_shipper;
struct ui_live;
struct topics;

enum ui_color { UI_COLOR_AUTO, UI_COLOR_ALWAYS, UI_COLOR_NEVER };

/* Everything that is pointed to outlives the screens. */
struct ui_options {
    struct results *results;
    struct runner *runner;         /* NULL: viewing only */
    struct journal_reader *reader; /* a journal to follow, or NULL */
    struct replay *replay;         /* a run that is played again, or NULL; with no reader */
    const char *journal;           /* its path, for messages, or NULL */
    struct start *start;           /* the start screen, and no other ones; NULL: none */
    bool *goes_home; /* set where the user leaves for the start screen; NULL: there is none */
    struct ui_shipper *shipper;  /* makes files of rows; NULL: nobody does */
    struct ui_live *live;        /* tells of this machine's load; NULL: nobody does */
    const struct topics *topics; /* what words mean, for the help screen; NULL: nobody tells */
    const char *screen;          /* name of the screen to begin with; NULL: the first */
    const char *keys;            /* typed before a screen is printed, see ui_print; NULL: none */
    /* Those of the command line and the configuration, and what is kept. */
    struct settings *settings;
    enum ui_color color;
};

#endif
