/* Commands from outside; see control.h. */
#include "measure/control.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_fifo(struct control *c, const char *path, int which,
		     struct err *err)
{
	struct stat st;
	int fd;

	if (mkfifo(path, 0600) == 0)
		c->made[which] = xstrdup(path);
	else if (errno != EEXIST)
		return err_set(err, -errno, "--control: cannot make '%s': %s",
			       path, strerror(errno));
	/* for both ways, so that opening does not wait for the other side */
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "--control: cannot open '%s': %s",
			       path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode)) {
		close(fd);
		return err_set(err, -EINVAL, "--control: '%s' is not a fifo",
			       path);
	}
	return fd;
}

static int take_fd(const char *text, struct err *err)
{
	int fd;

	if (parse_int(text, &fd) < 0 || fd < 0)
		return err_set(err, -EINVAL,
			       "--control: '%s' is not a descriptor", text);
	if (fcntl(fd, F_GETFD) < 0)
		return err_set(err, -EBADF,
			       "--control: descriptor %d is not open", fd);
	/* neither may the measured command have it, nor may we wait on it */
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd;
}

int control_check(const char *text, struct err *err)
{
	if (strncmp(text, "fifo:", 5) == 0 || strncmp(text, "fd:", 3) == 0)
		return 0;
	return err_set(err, -EINVAL,
		       "--control: '%s' is neither fifo:PATH nor fd:NUMBER",
		       text);
}

int control_open(struct control *c, const char *text, struct err *err)
{
	AUTO_FREE char *copy = NULL;
	bool fifo;
	char *ack;

	*c = (struct control){ .fd = -1, .ack_fd = -1 };
	if (!text)
		return 0;
	if (control_check(text, err) < 0)
		return -EINVAL;
	fifo = strncmp(text, "fifo:", 5) == 0;
	copy = xstrdup(strchr(text, ':') + 1);
	ack = strchr(copy, ',');
	if (ack)
		*ack++ = '\0';
	c->close_fds = fifo;
	c->fd = fifo ? open_fifo(c, copy, 0, err) : take_fd(copy, err);
	if (c->fd < 0) {
		int r = c->fd;

		control_close(c);
		return r;
	}
	if (ack)
		c->ack_fd =
			fifo ? open_fifo(c, ack, 1, err) : take_fd(ack, err);
	if (ack && c->ack_fd < 0) {
		control_close(c);
		return err ? err->code : -EINVAL;
	}
	return 0;
}

static enum control_command meaning(const char *line)
{
	static const struct {
		const char *name;
		enum control_command command;
	} names[] = {
		{ .name = "enable", .command = CONTROL_ENABLE },
		{ .name = "disable", .command = CONTROL_DISABLE },
		{ .name = "stop", .command = CONTROL_STOP },
		{ .name = "ping", .command = CONTROL_PING },
		{ .name = "evlist", .command = CONTROL_EVLIST },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, line) == 0)
			return names[i].command;
	return CONTROL_UNKNOWN;
}

enum control_command control_next(struct control *c)
{
	char *end;

	while (c->fd >= 0 && !memchr(c->line, '\n', c->len)) {
		ssize_t n;

		if (c->len == sizeof(c->line) - 1)
			c->len = 0; /* no command is that long */
		n = read(c->fd, c->line + c->len, sizeof(c->line) - 1 - c->len);
		if (n > 0) {
			c->len += (size_t)n;
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return CONTROL_NONE;
		if (c->close_fds)
			close(c->fd);
		c->fd = -1;
	}
	c->line[c->len] = '\0';
	end = memchr(c->line, '\n', c->len);
	if (end) {
		enum control_command command;

		*end = '\0';
		command = meaning(c->line);
		if (command == CONTROL_UNKNOWN)
			log_say(0, "--control: unknown command '%s'", c->line);
		c->len -= (size_t)(end + 1 - c->line);
		memmove(c->line, end + 1, c->len);
		return command;
	}
	return CONTROL_NONE;
}

void control_ack(struct control *c)
{
	static const char ack[] = "ack\n";

	if (c->ack_fd >= 0 &&
	    write(c->ack_fd, ack, sizeof(ack) - 1) != sizeof(ack) - 1)
		log_say(1, "--control: nobody takes the answer");
}

void control_close(struct control *c)
{
	if (c->close_fds && c->fd >= 0)
		close(c->fd);
	if (c->close_fds && c->ack_fd >= 0)
		close(c->ack_fd);
	for (int i = 0; i < 2; i++) {
		if (c->made[i])
			unlink(c->made[i]);
		free(c->made[i]);
	}
	*c = (struct control){ .fd = -1, .ack_fd = -1 };
}
