/* Tracepoints beyond the link itself. */
#ifndef TACHO_EVENT_LINK_TRACEFS_H
#define TACHO_EVENT_LINK_TRACEFS_H

#include "base/rootfs.h"
#include "event/link/link.h"

/* Where tracefs is mounted; NULL with a negative errno in *why. */
const char *tracefs_mount(const struct rootfs *root, int *why);

/* Nobody knew a name: was it a tracepoint, and what is in its way? */
enum link_answer tracefs_why(const struct link_query *q, struct event_list *out,
			     struct link_fault *fault);

#endif
