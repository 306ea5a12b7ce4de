/* The worker's side of the socket: JSON lines to and from the parent. */
#ifndef WORKER_MESSAGES_H
#define WORKER_MESSAGES_H

#include <jansson.h>

/* Sends an event to the parent and gives up the reference to it. Ends the process when the parent
 * is gone, or where the event is NULL, as json_pack leaves what is no UTF-8: see json_said. */
void worker_emit(json_t *event);
/* Waits for the parent's next message; NULL when it is gone. A new reference. */
json_t *worker_await(void);

/* Null where JSON has no number for it: NaN and infinities. A new reference. */
json_t *message_number(double value) __attribute__((returns_nonnull));

#endif
