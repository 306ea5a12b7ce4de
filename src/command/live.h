/* The load of this machine, for the screens. */
#ifndef COMMAND_LIVE_H
#define COMMAND_LIVE_H

#include "ui/live.h"

/* The one of this process. */
extern struct ui_live command_live;

#endif
