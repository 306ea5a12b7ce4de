/* Options that several commands share. */
#ifndef COMMAND_GROUPS_H
#define COMMAND_GROUPS_H

#include "command/options.h"

extern const struct option_group group_help; /* --help: in every command */
extern const struct option_group group_models;
extern const struct option_group group_shapes;
extern const struct option_group group_single; /* one mode, and a profile that lends its data */
extern const struct option_group group_data;
extern const struct option_group group_isa;
extern const struct option_group group_libraries; /* where those of runtimes are */
extern const struct option_group group_set;
extern const struct option_group group_run;
extern const struct option_group group_guard; /* what confines those that read models */
extern const struct option_group group_gate;  /* an earlier run to be held against */
extern const struct option_group group_outputs;
extern const struct option_group group_screen;
extern const struct option_group group_config; /* what the user wants otherwise */
extern const struct option_group group_plain;  /* a screen as text */

#endif
