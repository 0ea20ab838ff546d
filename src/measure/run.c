/*
 * One execution: a loop that waits for the command, the clock, signals and
 * --control, whichever comes first.
 */
#include "measure/measure.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "measure/around.h"
#include "measure/slices.h"
#include "measure/usage.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000u
#define NEVER UINT64_MAX
#define GONE_CHECK_NS (50u * NS_PER_MS)

struct loop {
	struct session *session;
	const struct measure_options *options;
	struct measure_signals *signals;
	struct control *control;
	struct run *run;
	struct snapshot last;       /* at the end of the last interval */
	struct snapshot now, delta; /* room for the next one */
	uint64_t start_ns;          /* counting began */
	uint64_t enable_at, interval_at, stop_at, gone_check_at;
	struct slices slices;
	struct around around;
	int intervals; /* done */
	bool on,
		was_on; /* switched on now, and at some time in this interval */
	uint64_t on_since, on_ns; /* since when, and how long before that */
	bool child_runs;
	uint64_t ended_ns; /* when the command was seen to have ended, or 0 */
	bool ended;
	enum measure_end end;
	int signo;
};

static double seconds(uint64_t ns)
{
	return (double)ns * 1e-9;
}

static void finish(struct loop *l, enum measure_end end)
{
	if (l->ended)
		return;
	l->ended = true;
	l->end = end;
}

/* ---- intervals ---- */

/*
 * What happened from @before to @now.  A task that did not run at all in an
 * interval in which its counters were on has really counted 0.
 */
static struct reading interval_of(const struct loop *l,
				  const struct reading *now,
				  const struct reading *before)
{
	struct reading d = reading_delta(now, before);

	if (d.state == READING_NOT_COUNTED && d.enabled_ns == 0 &&
	    now->enabled_ns > 0 && l->was_on)
		d.state = READING_OK;
	return d;
}

/*
 * What could not be read this time has lost nothing: the next interval goes on
 * from the last reading, not from 0.
 */
static void carry_over(struct reading *now, const struct reading *before)
{
	if (now->state == READING_NOT_COUNTED && !now->enabled_ns)
		*now = *before;
}

/* One more interval, from l->last to a new reading. */
static int take_interval(struct loop *l, struct err *err)
{
	const struct session *s = l->session;
	struct snapshot *now = &l->now, *delta = &l->delta, spare;
	int r = s->source->read(l->session, now, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < now->ncounters * now->nslots; i++) {
		delta->readings[i] =
			interval_of(l, &now->readings[i], &l->last.readings[i]);
		if (l->intervals)
			carry_over(&now->readings[i], &l->last.readings[i]);
	}
	delta->time_ns = now->time_ns;
	slices_feed(&l->slices, s, now);
	delta->spread = slices_interval(&l->slices);
	l->run->slots = s->slots;
	l->run->nslots = s->nslots;
	l->run->notes = s->notes;
	r = l->options->hooks.interval(l->options->hooks.arg, l->run, delta,
				       now, seconds(now->time_ns - l->start_ns),
				       seconds(now->time_ns - l->last.time_ns),
				       err);
	delta->spread = NULL;
	slices_next_interval(&l->slices);
	/* they stay the session's */
	l->run->slots = NULL;
	l->run->nslots = 0;
	l->run->notes = NULL;
	spare = l->last;
	l->last = *now;
	*now = spare;
	l->was_on = l->on;
	l->intervals++;
	return r;
}

/* Late is late: intervals that were missed are not made up for. */
static void next_interval(struct loop *l)
{
	uint64_t step = (uint64_t)l->options->interval_ms * NS_PER_MS;
	uint64_t now = l->last.time_ns;

	l->interval_at += step;
	if (l->interval_at <= now)
		l->interval_at += (now - l->interval_at) / step * step + step;
}

/* ---- what can happen ---- */

static void child_ended(struct loop *l)
{
	/* getting a CPU took time, and asking what it used does */
	uint64_t now = clock_now_ns();

	now -= wakeup_late_ns(&l->signals->wakeup);

	if (!l->child_runs || !usage_reap(&l->session->launch, l->run))
		return;
	l->child_runs = false;
	l->ended_ns = now;
	finish(l, MEASURE_COMMAND);
}

static void take_signal(struct loop *l, int signo)
{
	if (signo == SIGCHLD) {
		child_ended(l);
		return;
	}
	l->signo = signo;
	finish(l, MEASURE_SIGNAL);
}

/* Keep account of the time that is counted. */
static void switched(struct loop *l, bool on, uint64_t now)
{
	if (l->on)
		l->on_ns += now - l->on_since;
	l->on = on;
	l->was_on |= on;
	l->on_since = now;
}

static void enable(struct loop *l, bool on)
{
	struct session *s = l->session;

	if (s->source->enable)
		s->source->enable(s, on, NULL);
	switched(l, on, clock_now_ns());
}

static void take_control(struct loop *l)
{
	enum control_command command;

	while ((command = control_next(l->control)) != CONTROL_NONE) {
		switch (command) {
		case CONTROL_ENABLE:
			enable(l, true);
			break;
		case CONTROL_DISABLE:
			enable(l, false);
			break;
		case CONTROL_STOP:
			finish(l, MEASURE_CONTROL);
			break;
		case CONTROL_EVLIST:
			if (l->options->hooks.evlist)
				l->options->hooks.evlist(l->options->hooks.arg);
			break;
		case CONTROL_PING:
			break;
		case CONTROL_UNKNOWN:
		case CONTROL_NONE:
			continue;
		}
		control_ack(l->control);
	}
}

static bool any_target_lives(const struct target *t)
{
	for (size_t i = 0; i < t->npids; i++)
		if (target_task_lives(t->pids[i]))
			return true;
	for (size_t i = 0; i < t->ntids; i++)
		if (target_task_lives(t->tids[i]))
			return true;
	return false;
}

static int take_clock(struct loop *l, struct err *err)
{
	uint64_t now = clock_now_ns();
	int r = 0;

	if (now >= l->enable_at) {
		enable(l, true);
		l->enable_at = NEVER;
	}
	if (now >= l->slices.next_at && now < l->interval_at)
		slices_take(&l->slices, l->session);
	if (now >= l->interval_at) {
		r = take_interval(l, err);
		next_interval(l);
		if (l->options->interval_count &&
		    l->intervals >= l->options->interval_count)
			finish(l, MEASURE_INTERVALS);
	}
	if (now >= l->stop_at)
		finish(l, MEASURE_TIMEOUT);
	if (now >= l->gone_check_at) {
		if (!any_target_lives(l->session->target))
			finish(l, MEASURE_GONE);
		l->gone_check_at = now + GONE_CHECK_NS;
	}
	return r;
}

static uint64_t earliest(const struct loop *l)
{
	const uint64_t times[] = { l->enable_at, l->interval_at, l->stop_at,
				   l->gone_check_at, l->slices.next_at };
	uint64_t first = NEVER;

	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		if (times[i] < first)
			first = times[i];
	return first;
}

/*
 * Wait until @left is over (NULL: for ever), a signal comes, or --control or
 * the command has something to say.  Without either of them no descriptor is
 * asked at all: that makes a tick a third cheaper.
 */
static void wait_for(struct loop *l, const struct timespec *left)
{
	const struct measure_output *output = l->options->output;
	struct pollfd fds[] = {
		{ .fd = l->signals->fd, .events = POLLIN },
		{ .fd = l->control->fd, .events = POLLIN },
		{ .fd = output ? output->fd : -1, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	int signo;

	if (l->control->fd < 0 && !output) {
		signo = sigtimedwait(&l->signals->caught, NULL, left);
		if (signo > 0)
			take_signal(l, signo);
		return;
	}
	if (ppoll(fds, ARRAY_LEN(fds), left, NULL) <= 0)
		return;
	/* it may have ended after it, while we waited for a CPU */
	if (fds[1].revents || fds[2].revents)
		l->signals->wakeup.known = false;
	while (fds[0].revents &&
	       read(l->signals->fd, &info, sizeof(info)) == sizeof(info))
		take_signal(l, (int)info.ssi_signo);
	if (fds[1].revents && !l->ended)
		take_control(l);
	if (fds[2].revents)
		output->take(output->arg);
}

/* Nothing but the command, or what it says, is to wake us. */
static void wait_for_the_end(struct loop *l)
{
	if (l->child_runs)
		wakeup_expect(&l->signals->wakeup);
	wait_for(l, NULL);
	l->signals->wakeup.known = false;
}

static void wait_for_something(struct loop *l)
{
	uint64_t at = earliest(l), now;
	struct timespec left = { 0 };

	if (at == NEVER) {
		wait_for_the_end(l);
		return;
	}
	now = clock_now_ns();
	if (at > now) {
		left.tv_sec = (time_t)((at - now) / 1000000000u);
		left.tv_nsec = (long)((at - now) % 1000000000u);
	}
	wait_for(l, &left);
}

static int loop_until_end(struct loop *l, struct err *err)
{
	int r = 0;

	while (!l->ended && r == 0) {
		wait_for_something(l);
		if (!l->ended)
			r = take_clock(l, err);
	}
	return r;
}

/* ---- beginning and end ---- */

static void set_clock(struct loop *l)
{
	const struct measure_options *o = l->options;
	const struct target *t = l->session->target;
	uint64_t now = l->start_ns;

	l->enable_at = o->delay_ms > 0 ? now + (uint64_t)o->delay_ms * NS_PER_MS
				       : NEVER;
	l->interval_at = o->interval_ms
				 ? now + (uint64_t)o->interval_ms * NS_PER_MS
				 : NEVER;
	l->stop_at = o->timeout_ms ? now + (uint64_t)o->timeout_ms * NS_PER_MS
				   : NEVER;
	l->gone_check_at = !t->argv && (t->npids || t->ntids)
				   ? now + GONE_CHECK_NS
				   : NEVER;
}

/*
 * The time of a command begins where its account does: letting it go may take
 * longer than a short one runs.
 */
static void start_with_command(struct loop *l)
{
	uint64_t at = l->session->launch.before.time_ns;

	if (!at)
		return;
	l->start_ns = l->last.time_ns = at;
	if (l->on)
		l->on_since = at;
}

/*
 * The command still runs, because something else ended the measurement.  It
 * gets the signal that we got; a second one from the user kills it.
 */
static void end_child(struct loop *l)
{
	const struct measure_output *output = l->options->output;
	pid_t pid = l->session->launch.pid;

	if (!l->child_runs)
		return;
	kill(pid, l->signo ? l->signo : SIGTERM);
	kill(pid, SIGCONT);
	while (l->child_runs) {
		struct pollfd fds[] = {
			{ .fd = l->signals->fd, .events = POLLIN },
			{ .fd = output ? output->fd : -1, .events = POLLIN },
		};
		struct signalfd_siginfo info;

		poll(fds, ARRAY_LEN(fds), -1);
		if (fds[1].revents)
			output->take(output->arg);
		while (read(l->signals->fd, &info, sizeof(info)) ==
		       sizeof(info))
			if (info.ssi_signo != SIGCHLD)
				kill(pid, SIGKILL);
		child_ended(l);
	}
}

/* What the report needs outlives the session. */
static void keep(struct loop *l)
{
	struct session *s = l->session;

	l->run->slots = TAKE_PTR(s->slots);
	l->run->nslots = s->nslots;
	l->run->newcomers = s->newcomers;
	l->run->notes = TAKE_PTR(s->notes);
	l->run->remarks = TAKE_PTR(s->remarks);
	l->run->nremarks = s->nremarks;
	s->nremarks = 0;
}

static int last_reading(struct loop *l, struct err *err)
{
	struct session *s = l->session;
	uint64_t end_ns = l->ended_ns ? l->ended_ns : clock_now_ns();
	int r = 0;

	/* a command that has ended counts no more; others are to stop at once */
	if (l->end != MEASURE_COMMAND || s->target->system_wide)
		enable(l, false);
	else
		switched(l, false, end_ns);
	if (l->options->interval_ms && r == 0 && l->end != MEASURE_INTERVALS)
		r = take_interval(l, err);
	if (r == 0 && s->source->settle)
		r = s->source->settle(s, err);
	if (r == -ENOEXEC)
		l->end = MEASURE_CANNOT_RUN;
	snapshot_init(&l->run->total, s->plan->ncounters, s->nslots);
	if (r == 0)
		r = s->source->read(s, &l->run->total, err);
	if (r == 0)
		slices_end(&l->slices, s, &l->run->total);
	l->run->start_ns = l->start_ns;
	l->run->wall_ns = end_ns - l->start_ns;
	l->run->on_ns = l->on_ns;
	around_end(&l->around, s->target, l->run->wall_ns, &l->run->around);
	return r;
}

static int nothing_counts(struct loop *l, struct err *err)
{
	const struct session *s = l->session;

	for (size_t i = 0; i < s->plan->ncounters; i++) {
		if (!s->notes[i].why.code)
			continue;
		*err = s->notes[i].why;
		break;
	}
	if (!err->code)
		err_set(err, -ESRCH, "what was to be counted is gone already");
	keep(l);
	return -ENODATA;
}

static void begin(struct loop *l)
{
	const struct measure_options *o = l->options;
	const struct session *s = l->session;

	snapshot_init(&l->last, s->plan->ncounters, s->nslots);
	if (o->interval_ms) {
		snapshot_init(&l->now, s->plan->ncounters, s->nslots);
		snapshot_init(&l->delta, s->plan->ncounters, s->nslots);
	}
	if (!o->at_once && !o->brief)
		around_begin(&l->around, s->target);
	l->run->beside = s->target->argv && target_is_attached(s->target);
	l->last.time_ns = l->start_ns = clock_now_ns();
	if (o->delay_ms == 0)
		switched(l, true, l->start_ns);
	slices_begin(&l->slices, s, l->start_ns, o->interval_ms);
}

static void end_session(struct loop *l)
{
	snapshot_done(&l->last);
	snapshot_done(&l->now);
	snapshot_done(&l->delta);
	slices_done(&l->slices);
	around_done(&l->around);
	l->session->source->close(l->session);
}

int measure_run(const struct source *source, const struct plan *plan,
		const struct target *target,
		const struct measure_options *options,
		struct measure_signals *signals, struct control *control,
		struct run *run, enum measure_end *end, int *signo,
		struct err *err)
{
	struct session_options how = {
		.start_disabled = options->delay_ms != 0,
		.launch = { .path = options->path,
			    .mask = &signals->before,
			    .ignore_chld = signals->ignored_chld,
			    .files = options->files },
		.at_once = options->at_once,
		.uncounted = options->uncounted,
		.sys = options->sys,
		.cachegrind = options->cachegrind
	};
	struct loop l = { .options = options,
			  .signals = signals,
			  .control = control,
			  .run = run,
			  .end = MEASURE_COMMAND };
	int r;

	/* later it may be running */
	if (options->at_once && !options->brief)
		around_begin(&l.around, target);
	r = source->open(plan, target, &how, &l.session, err);
	if (r < 0) {
		around_done(&l.around);
		return r;
	}
	if (!l.session->nopened && !options->uncounted) {
		r = nothing_counts(&l, err);
		end_session(&l);
		return r;
	}
	begin(&l);
	r = source->start(l.session, err);
	if (r < 0)
		l.end = MEASURE_CANNOT_RUN;
	if (r == 0) {
		l.child_runs = l.session->launch.pid > 0;
		start_with_command(&l);
		set_clock(&l);
		r = loop_until_end(&l, err);
		/* a source that cannot be asked before, tells at the end */
		if (!(source->can & SOURCE_INTERVAL))
			end_child(&l);
		if (r == 0)
			r = last_reading(&l, err);
		end_child(&l);
		keep(&l);
		if (r == 0 && options->interval_ms &&
		    options->hooks.intervals_end)
			r = options->hooks.intervals_end(options->hooks.arg,
							 run, err);
	}
	end_session(&l);
	*end = l.end;
	*signo = l.signo;
	return r;
}
