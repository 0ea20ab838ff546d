/*
 * What -v says: how a decision was reached.  Off by default; to stderr.
 * Nothing here is a result or an error.
 */
#ifndef TACHO_BASE_LOG_H
#define TACHO_BASE_LOG_H

void log_set_level(int level); /* 0: silent, 1: -v, 2: -vv */
int log_level(void);

/* One line, printed when the level is at least @level. */
void log_say(int level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
