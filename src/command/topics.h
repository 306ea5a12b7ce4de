/* The tables whose rows say what a word means, for 'quantop explain', the help screen and the
 * completions of shells. */
#ifndef COMMAND_TOPICS_H
#define COMMAND_TOPICS_H

#include "ui/topics.h"

extern const struct topics command_topics;

#endif
