/* The end of what commands write; see tail.h. */
#include "measure/tail.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tail_open(struct tail *ret, size_t size, struct err *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_set(err, -errno, "cannot make a pipe: %s",
			       strerror(errno));
	/* who writes is to wait, who reads is not */
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*ret = (struct tail){ .from = fds[0],
			      .to = fds[1],
			      .ring = xmalloc(size),
			      .size = size };
	return 0;
}

void tail_close(struct tail *t)
{
	if (!t->ring)
		return;
	close(t->from);
	close(t->to);
	free(t->ring);
	*t = (struct tail){ .from = -1, .to = -1 };
}

static void keep(struct tail *t, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		t->ring[t->at++] = data[i];
		if (t->at == t->size)
			t->at = 0;
	}
	t->n = t->n + len < t->size ? t->n + len : t->size;
}

/* What fits into a pipe, several times: who writes for ever ends there. */
#define MOST_PIECES 64

/* One piece; false: there is none. */
static bool take_piece(struct tail *t)
{
	char buf[16384];
	ssize_t got;

	do
		got = read(t->from, buf, sizeof(buf));
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	keep(t, buf, (size_t)got);
	return true;
}

void tail_take(void *tail)
{
	for (int i = 0; i < MOST_PIECES && take_piece(tail); i++)
		;
}

void tail_forget(struct tail *t)
{
	tail_take(t);
	t->at = t->n = 0;
}

static bool can_be_shown(char c)
{
	unsigned char u = (unsigned char)c;

	return u == '\n' || u == '\t' || (u >= 32 && u != 127);
}

char *tail_text(const struct tail *t)
{
	size_t from = (t->at + t->size - t->n) % t->size;
	char *text = xmalloc(t->n + 1);
	const char *line;

	for (size_t i = 0; i < t->n; i++) {
		char c = t->ring[(from + i) % t->size];

		text[i] = (char)(can_be_shown(c) ? c : '?');
	}
	text[t->n] = '\0';
	/* the line that was cut off is confusing, if there are others */
	line = t->n == t->size ? strchr(text, '\n') : NULL;
	if (line && line[1])
		memmove(text, line + 1, strlen(line));
	return text;
}
