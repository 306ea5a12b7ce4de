#include "worker/messages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "experiment/work.h"

void worker_emit(json_t *event)
{
    char *line = event ? json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    struct text bytes = {0};
    json_decref(event);
    if (!line) { /* a text that json_said did not see would be a defect */
        fprintf(stderr, "quantop: what was found cannot be said in JSON\n");
        exit(EX_SOFTWARE);
    }
    text_printf(&bytes, "%s\n", line);
    free(line);
    if (!write_all(WORK_SOCKET, bytes.bytes, bytes.length))
        exit(EX_OK); /* the parent is gone; nobody is left to tell */
    text_release(&bytes);
}

json_t *worker_await(void)
{
    static struct text pending;
    char byte;
    text_clear(&pending);
    for (;;) { /* requests are short and rare, so byte by byte is good enough */
        ssize_t got = read(WORK_SOCKET, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        if (byte == '\n')
            return json_loadb(pending.bytes, pending.length, 0, NULL);
        text_add(&pending, &byte, 1);
    }
}

json_t *message_number(double value)
{
    json_t *real = json_real(value);
    return real ? real : json_null();
}
