/*
 * tacho top -b: tick by tick to a file.
 *
 * Signals that end it are waited for together with the next tick, so that what
 * was counted is written and the file of --save is whole.
 */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/clock.h"
#include "report/tasks/batch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define WIDTH_OF_FILES 200

struct paper {
	struct batch batch;
	const struct batch_view *view;
	struct rows_options rows;
	sigset_t ends;
};

/* What programs read is as long everywhere. */
static int width_of(const struct top_options *o, FILE *out)
{
	struct winsize size;

	if (o->wide)
		return 0;
	if (!isatty(fileno(out)))
		return WIDTH_OF_FILES;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return size.ws_col;
}

static int open_paper(struct paper *p, const struct top_options *o,
		      struct err *err)
{
	p->view = batch_find(o->format ? o->format : "text");
	p->rows = top_options_rows(o);
	/* of 10,000 rows they are more than all the rest that is kept */
	p->rows.first = ROWS_NO_CELLS;
	p->batch.out = stdout;
	if (o->output && strcmp(o->output, "-") != 0)
		p->batch.out = fopen(o->output, "we");
	if (!p->batch.out)
		return err_set(err, -errno, "cannot write '%s': %s", o->output,
			       strerror(errno));
	p->batch.color =
		p->view == &batch_text && top_options_color(o, p->batch.out);
	p->batch.width = width_of(o, p->batch.out);
	/* a file is not read where it is written */
	p->batch.utf8 =
		!o->ascii && (!isatty(fileno(p->batch.out)) || top_is_utf8());
	sigemptyset(&p->ends);
	sigaddset(&p->ends, SIGINT);
	sigaddset(&p->ends, SIGTERM);
	sigaddset(&p->ends, SIGHUP);
	return 0;
}

static void close_paper(struct paper *p)
{
	if (p->batch.out && p->batch.out != stdout)
		fclose(p->batch.out);
}

/* Wait until @due of CLOCK_MONOTONIC; true: a signal wants it to end. */
static bool wait_until(const struct paper *p, uint64_t due)
{
	for (;;) {
		uint64_t now = clock_now_ns();
		uint64_t left = due > now ? due - now : 0;
		struct timespec wait = { (time_t)(left / 1000000000),
					 (long)(left % 1000000000) };

		if (sigtimedwait(&p->ends, NULL, &wait) >= 0)
			return true;
		if (errno != EINTR)
			return false;
	}
}

static int emit(struct top *t, struct paper *p, struct err *err)
{
	struct batch_tick tick = { .columns = t->feed.columns,
				   .tasks = t->feed.tasks,
				   .by = p->rows.by,
				   .tree = p->rows.tree };
	int r = tasks_rows(t->feed.tasks, &p->rows, &tick.rows, err);

	if (r < 0)
		return r;
	tick.head = tasks_head(t->feed.tasks);
	return batch_emit(&p->batch, p->view, &tick, err);
}

/* When the next tick is due, @i being its number. */
static uint64_t due_of(const struct top *t, uint64_t begin, size_t i)
{
	double seconds = t->o.delay_s * (double)(i + 1);

	if (t->reader)
		seconds = t->o.speed > 0.0 ? (tick_reader_at(t->reader, i) -
					      tick_reader_at(t->reader, 0)) /
						     t->o.speed
					   : 0.0;
	return begin + (seconds > 0.0 ? (uint64_t)(seconds * 1e9) : 0);
}

static int print_all(struct top *t, struct paper *p, struct err *err)
{
	uint64_t begin = clock_now_ns();
	size_t n = t->o.iterations > 0 ? (size_t)t->o.iterations : SIZE_MAX;

	if (t->reader && n > tick_reader_count(t->reader))
		n = tick_reader_count(t->reader);
	for (size_t i = 0; i < n; i++) {
		int r = 0;

		if (wait_until(p, due_of(t, begin, i)))
			return 0;
		while (r == 0)
			r = t->feed.step(t, UINT64_MAX, err);
		if (r > 0)
			r = emit(t, p, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int top_batch(struct top *t, struct err *err)
{
	AUTO(close_paper) struct paper p = { 0 };
	sigset_t before;
	int r = open_paper(&p, &t->o, err);

	if (r < 0)
		return r;
	pthread_sigmask(SIG_BLOCK, &p.ends, &before);
	r = print_all(t, &p, err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}
