/* Signals that end a measurement; see measure.h. */
#include "measure/measure.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int measure_catch_signals(struct measure_signals *ret, struct err *err)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction chld;
	sigset_t set, blocked;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction now;

		/* a blocked signal would be kept although it is ignored */
		if (sigaction(ending[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, ending[i]);
	}
	/* writing to nobody is to be an error, or the command would be left */
	blocked = set;
	sigaddset(&blocked, SIGPIPE);
	if (sigprocmask(SIG_BLOCK, &blocked, &ret->before) < 0)
		return err_set(err, -errno, "cannot block signals: %s",
			       strerror(errno));
	ret->caught = set;
	ret->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (ret->fd < 0) {
		err_set(err, -errno, "cannot catch signals: %s",
			strerror(errno));
		sigprocmask(SIG_SETMASK, &ret->before, NULL);
		return err->code;
	}
	/* who ignores it is never told that the command has ended */
	ret->ignored_chld = sigaction(SIGCHLD, NULL, &chld) == 0 &&
			    chld.sa_handler == SIG_IGN;
	if (ret->ignored_chld)
		signal(SIGCHLD, SIG_DFL);
	wakeup_open(&ret->wakeup);
	return 0;
}

void measure_forget_signals(void)
{
	static const struct timespec now = { 0 };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	while (sigtimedwait(&ends, NULL, &now) > 0)
		;
}

void measure_release_signals(struct measure_signals *s)
{
	static const struct timespec now = { 0 };
	sigset_t pipe;

	/* whoever wrote has been told by EPIPE */
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	while (!sigismember(&s->before, SIGPIPE) &&
	       sigtimedwait(&pipe, NULL, &now) == SIGPIPE)
		;
	wakeup_close(&s->wakeup);
	close(s->fd);
	s->fd = -1;
	if (s->ignored_chld)
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}
