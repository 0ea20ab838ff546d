/*
 * The loop: keys, ticks and signals until it ends; see screen.h.
 *
 * A tick is worked on in pieces, and keys are looked at between them, so that
 * none waits for it.
 */
#include "screen/screen.h"

#include "base/auto.h"
#include "base/clock.h"
#include "screen/term.h"
#include "screen/view.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000.0
#define STEP_NS 10000000u  /* of work on a tick between two looks at the keys */
#define REPLAY_LEAST 0.02  /* seconds that a tick of a recording is shown */
#define REPLAY_MOST 3600.0 /* also over a gap in it */

struct loop {
	struct screen_feed *feed;
	struct term *term;
	struct view view;
	struct grid grid;
	int signals; /* signalfd */
	sigset_t mask, before;
	bool working;    /* on a tick */
	uint64_t due_ns; /* the next */
	long left;       /* ticks until the end; 0: no end */
	bool stale;      /* the rows may be of a tick that is gone */
	bool dirty;      /* the grid is not what is on the terminal */
	int died;        /* of that signal */
};

static const int handled[] = { SIGINT,   SIGTERM, SIGHUP, SIGQUIT,
			       SIGWINCH, SIGTSTP, SIGCONT };

static int open_signals(struct loop *l, struct err *err)
{
	sigemptyset(&l->mask);
	for (size_t i = 0; i < ARRAY_LEN(handled); i++)
		sigaddset(&l->mask, handled[i]);
	sigprocmask(SIG_BLOCK, &l->mask, &l->before);
	l->signals = signalfd(-1, &l->mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->signals < 0) {
		int r = -errno;

		sigprocmask(SIG_SETMASK, &l->before, NULL);
		return err_set(err, r, "cannot wait for signals");
	}
	return 0;
}

static void close_signals(struct loop *l)
{
	close(l->signals);
	sigprocmask(SIG_SETMASK, &l->before, NULL);
}

static void fit(struct loop *l)
{
	int rows, cols;

	term_size(l->term, &rows, &cols);
	if (rows != l->grid.rows || cols != l->grid.cols)
		grid_resize(&l->grid, rows, cols);
}

static void draw(struct loop *l)
{
	view_draw(&l->view, &l->grid);
	l->stale = false;
	l->dirty = true;
}

/* As if the shell had stopped us, and back when it lets us go on. */
static void suspend(struct loop *l)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, old;
	const struct timespec now = { 0 };
	sigset_t stop, go;

	term_leave(l->term);
	sigemptyset(&usual.sa_mask);
	sigaction(SIGTSTP, &usual, &old);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stands still here */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	sigaction(SIGTSTP, &old, NULL);
	/* what let us go on is no news */
	sigemptyset(&go);
	sigaddset(&go, SIGCONT);
	sigtimedwait(&go, NULL, &now);
	term_return(l->term);
	fit(l);
	draw(l);
}

static void on_signal(struct loop *l, int number)
{
	switch (number) {
	case SIGWINCH:
		term_resized(l->term);
		fit(l);
		draw(l);
		break;
	case SIGTSTP:
		suspend(l);
		break;
	case SIGCONT:
		/* of a stop that nobody could see coming */
		term_return(l->term);
		fit(l);
		draw(l);
		break;
	default:
		l->died = number;
		l->view.quit = true;
	}
}

static void read_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof(info)) == sizeof(info))
		on_signal(l, (int)info.ssi_signo);
}

static void read_keys(struct loop *l)
{
	struct input input;

	while (!l->view.quit && term_input(l->term, &input)) {
		if (l->stale)
			draw(l);
		if (input.key == KEYS_RESIZED) {
			fit(l);
		} else {
			view_input(&l->view, &input, &l->grid);
		}
		if (l->view.suspend) {
			l->view.suspend = false;
			suspend(l);
		}
		if (l->view.redraw) {
			l->view.redraw = false;
			term_redraw(l->term);
		}
		/* the next key may mean a row of what this one has changed */
		draw(l);
	}
}

/* How long the tick that was fed is shown. */
static uint64_t pause_ns(const struct loop *l)
{
	const struct screen_replay *r = l->feed->replay;
	double s = l->view.delay_s;

	if (r) {
		size_t at = r->position(l->feed->arg);

		if (at + 1 < r->count)
			s = (r->at(l->feed->arg, at + 1) -
			     r->at(l->feed->arg, at)) /
			    l->view.speed;
		if (!(s >= REPLAY_LEAST))
			s = REPLAY_LEAST;
		if (s > REPLAY_MOST)
			s = REPLAY_MOST;
	}
	return (uint64_t)(s * NS);
}

static void was_fed(struct loop *l)
{
	const struct screen_replay *r = l->feed->replay;
	uint64_t now = clock_now_ns(), length = pause_ns(l);

	l->working = false;
	l->view.fed = true;
	l->view.step = false;
	l->view.rows = NULL; /* of the tick before */
	/* at even distances, unless that has become impossible */
	l->due_ns += length;
	if (r || l->due_ns <= now || l->due_ns > now + length)
		l->due_ns = now + length;
	if (r && r->position(l->feed->arg) + 1 >= r->count && !l->view.paused) {
		l->view.paused = true;
		view_say(&l->view, "the recording ends here: G goes elsewhere, "
				   ", steps back");
	}
	if (l->left && --l->left == 0)
		l->view.quit = true;
	draw(l);
}

static int work(struct loop *l, struct err *err)
{
	int r = l->feed->step(l->feed->arg, STEP_NS, err);

	l->stale = true;
	if (r > 0) {
		was_fed(l);
	} else if (r < 0 && l->feed->replay) {
		/* the rest of the recording may be fine */
		view_complain(&l->view, "%s", err ? err->what : "");
		l->working = l->view.step = false;
		l->view.paused = true;
		draw(l);
	} else if (r < 0) {
		return r;
	}
	return 0;
}

/* Milliseconds until the next tick; -1: there will be none. */
static int wait_ms(struct loop *l)
{
	uint64_t now = clock_now_ns();

	if (l->view.due) {
		l->view.due = false;
		l->due_ns = now;
	}
	if (!l->working && (!l->view.paused || l->view.step) &&
	    l->due_ns <= now)
		l->working = true;
	if (l->working)
		return 0;
	if (l->view.paused && !l->view.step)
		return -1;
	/* rounded up: waking too early is waking twice */
	return (int)((l->due_ns - now + 999999) / 1000000);
}

static void show(struct loop *l)
{
	if (l->dirty)
		term_show(l->term, &l->grid);
	l->dirty = false;
}

static int run(struct loop *l, struct err *err)
{
	struct pollfd fds[] = {
		{ .fd = term_fd(l->term), .events = POLLIN },
		{ .fd = l->signals, .events = POLLIN },
	};

	l->due_ns = clock_now_ns();
	draw(l);
	while (!l->view.quit) {
		int r, wait = wait_ms(l);

		show(l);
		r = poll(fds, ARRAY_LEN(fds), wait);
		if (r < 0 && errno != EINTR)
			return err_set(err, -errno, "cannot wait for keys");
		if (fds[1].revents)
			read_signals(l);
		if (fds[0].revents & POLLIN)
			read_keys(l);
		/* a terminal that has gone is readable for ever */
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return 0;
		show(l); /* the answer to a key comes before more work */
		if (l->working && !l->view.quit && (r = work(l, err)) < 0)
			return r;
	}
	return 0;
}

int screen_run(struct screen_feed *feed, const struct screen_options *options,
	       struct err *err)
{
	const struct term_options wanted = { .color = options->color,
					     .utf8 = options->utf8,
					     .mouse = options->mouse };
	struct loop l = { .feed = feed, .left = options->iterations };
	int r = open_signals(&l, err);

	if (r < 0)
		return r;
	r = term_open(&wanted, &l.term, err);
	if (r < 0) {
		close_signals(&l);
		return r;
	}
	view_init(&l.view, feed, options);
	grid_init(&l.grid, 0, 0, term_utf8(l.term));
	fit(&l);
	r = run(&l, err);
	view_done(&l.view);
	grid_done(&l.grid);
	term_close(l.term);
	close_signals(&l);
	return r < 0 ? r : l.died;
}
