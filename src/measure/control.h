/*
 * --control: commands from outside while counting goes on.
 *
 *	fifo:CTL[,ACK]	two fifos, made when they do not exist
 *	fd:N[,M]	two open descriptors
 *
 * One command a line: enable, disable, stop, ping, evlist.  Each that was
 * obeyed is answered with "ack" on ACK.  The names and the answer are those of
 * perf stat.
 */
#ifndef TACHO_MEASURE_CONTROL_H
#define TACHO_MEASURE_CONTROL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum control_command {
	CONTROL_NONE, /* nothing (more) to do */
	CONTROL_ENABLE,
	CONTROL_DISABLE,
	CONTROL_STOP,
	CONTROL_PING,
	CONTROL_EVLIST,
	CONTROL_UNKNOWN,
};

struct control {
	int fd;     /* commands; -1: none or closed */
	int ack_fd; /* answers; -1: none */
	bool close_fds;
	char line[256];
	size_t len;
	char *made[2]; /* fifos to remove */
};

/* Is @text one of the two forms?  -EINVAL says what is expected. */
int control_check(const char *text, struct err *err);

/* Open what @text names; NULL gives a control without commands. */
int control_open(struct control *c, const char *text, struct err *err);

/*
 * The next whole command that has arrived, CONTROL_NONE when there is none;
 * never blocks.  At end of file c->fd becomes -1.
 */
enum control_command control_next(struct control *c);

/* Say that the last command was obeyed. */
void control_ack(struct control *c);

void control_close(struct control *c);

#endif
