/* The rows of the table of commands. */
#ifndef COMMAND_LIST_H
#define COMMAND_LIST_H

#include "command/command.h"

extern const struct command command_ui, command_run, command_init, command_view, command_inspect,
    command_quantize, command_convert, command_synth, command_infer, command_modes,
    command_runtimes, command_topology, command_journals, command_why, command_explain,
    command_layers, command_search, command_worker;

#endif
