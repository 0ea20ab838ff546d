/* What -v says; see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static int current_level;

void log_set_level(int level)
{
	current_level = level;
}

int log_level(void)
{
	return current_level;
}

void log_say(int level, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (level > current_level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* one call, so that lines of several processes do not mix */
	fprintf(stderr, "tacho: %s\n", line);
}
