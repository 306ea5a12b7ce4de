/* quantop worker: the other process of a run; not for people. */
#include "worker/worker.h"

#include "command/groups.h"
#include "command/list.h"

static const struct option_group *const groups[] = {&group_help, NULL};

static enum exit_status work(const struct arguments *arguments)
{
    (void)arguments;
    return (enum exit_status)worker_main();
}

const struct command command_worker = {
    .name = "worker",
    .arguments = "",
    .text = "do one order of a parent process",
    .groups = groups,
    .is_hidden = true,
    .run = work,
};
