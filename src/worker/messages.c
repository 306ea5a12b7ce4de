#include "worker/messages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Takes the first line, which ends there, out of what came. */
static json_t *take_message(struct text *pending, const char *end)
{
    size_t length = (size_t)(end - pending->bytes);
    json_t *message = json_loadb(pending->bytes, length, 0, NULL);
    pending->length -= length + 1;
    memmove(pending->bytes, end + 1, pending->length);
    return message;
}

json_t *worker_await(void)
{
    static struct text pending; /* what came and was not asked for yet */
    for (;;) {
        char bytes[4096];
        const char *end = pending.length ? memchr(pending.bytes, '\n', pending.length) : NULL;
        if (end)
            return take_message(&pending, end);
        ssize_t got = read(WORK_SOCKET, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        text_add(&pending, bytes, (size_t)got);
    }
}

json_t *message_number(double value)
{
    json_t *real = json_real(value);
    return real ? real : json_null();
}
