/* Runs of several commands, mixed; see schedule.h. */
#include "measure/schedule.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/vec.h"
#include "measure/around.h"
#include "measure/hook.h"
#include "measure/measure.h"
#include "measure/tail.h"
#include "record/binary.h"
#include "record/disturbance.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TAIL_BYTES 4096

struct steal {
	bool known;
	uint64_t ns;    /* since the machine was started */
	uint64_t at_ns; /* when that was so */
};

struct work {
	const struct schedule_subject *subjects;
	const struct schedule_options *options;
	struct schedule *result;
	struct measure_signals signals;
	struct control control; /* there is none */
	struct random random;
	struct tail tail; /* ring is NULL: not wanted */
	struct measure_output drain;
	int nothing;  /* /dev/null */
	int files[3]; /* of the commands */
	size_t *order;
	struct run *block; /* the runs of this block, as far as done */
	uint64_t start_ns; /* of the warm-up, then of the first block */
	size_t done;       /* runs since then */
	bool warmup;
	struct steal stolen;
	char **paths;     /* of each subject: its file, or NULL */
	uint64_t *lasted; /* of each subject: its last run; 0: none yet */
	/* of each subject: its counters, held open; or NULL */
	struct session **held;
	pid_t tid;
	struct target myself;
};

/* ---- what the hypervisor takes ---- */

/*
 * The kernel tells it in ticks of 10 ms, and telling takes as long as opening a
 * counter: so of runs that are much shorter nothing is known.  One that is not
 * may come after some of them, and have what was taken from these.
 */
#define STEAL_LEAST_NS (2u * 1000u * 1000u)
#define STEAL_STALE_NS (5u * 1000u * 1000u)

static void look_at_steal(struct work *w)
{
	w->stolen.known =
		disturbance_steal(w->options->steal, &w->stolen.ns) == 0;
	w->stolen.at_ns = clock_now_ns();
}

static void look_before(struct work *w)
{
	const struct schedule_options *o = w->options;

	if (!o->steal || (w->stolen.known && !o->prepare && !o->cleanup &&
			  clock_now_ns() - w->stolen.at_ns < STEAL_STALE_NS))
		return;
	look_at_steal(w);
}

static void look_after(struct work *w, struct run *run)
{
	struct steal before = w->stolen;

	if (!before.known || run->wall_ns < STEAL_LEAST_NS)
		return;
	look_at_steal(w);
	run->has_steal = w->stolen.known;
	/* it has been seen to run backwards */
	if (run->has_steal && w->stolen.ns > before.ns)
		run->steal_ns = w->stolen.ns - before.ns;
}

/* ---- one run ---- */

/* Standard streams of ours are not to be overwritten before they are used. */
static int open_high(const char *path, int flags, const char *what,
		     struct err *err)
{
	AUTO_CLOSE int fd = open(path, flags | O_CLOEXEC);
	int high = fd;

	if (fd >= 0 && fd <= STDERR_FILENO)
		high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (high < 0)
		return err_set(err, -errno, "%scannot open '%s': %s", what,
			       path, strerror(errno));
	if (high == fd)
		TAKE_FD(fd);
	return high;
}

/* A signal that came while nobody waited for one; 0: none. */
static int pending_signal(const struct work *w)
{
	static const struct timespec now = { 0 };
	sigset_t set = w->signals.caught;
	int signo;

	sigdelset(&set, SIGCHLD);
	signo = sigtimedwait(&set, NULL, &now);
	return signo > 0 ? signo : 0;
}

static void stop_for(struct work *w, int signo)
{
	w->result->end = SCHEDULE_SIGNAL;
	w->result->signo = signo;
	measure_forget_signals();
}

/* The last line of @text that says something; its length in *@len. */
static const char *last_line(const char *text, size_t *len)
{
	const char *end = text + strlen(text), *begin;

	while (end > text && strchr(" \t\n", end[-1]))
		end--;
	begin = end;
	while (begin > text && begin[-1] != '\n')
		begin--;
	*len = (size_t)(end - begin);
	return begin;
}

/* How a command failed, and its last words. */
static int say_failure(struct work *w, const char *name, int status,
		       struct err *err)
{
	char how[80], where[40] = "the warm-up";
	const char *line = "";
	size_t len = 0;

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was ended by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(how, sizeof(how), "ended with status %d",
			 WEXITSTATUS(status));
	if (!w->warmup)
		snprintf(where, sizeof(where), "block %zu",
			 w->result->nblocks + 1);
	if (w->tail.ring) {
		tail_take(&w->tail);
		w->result->tail = tail_text(&w->tail);
		line = last_line(w->result->tail, &len);
	}
	if (!len)
		return err_set(err, -ECANCELED, "'%.160s' %s in %s", name, how,
			       where);
	return err_set(err, -ECANCELED, "'%.160s' %s in %s, after '%.*s'", name,
		       how, where, len < 160 ? (int)len : 160, line);
}

static bool has_failed(const struct work *w, const struct run *run)
{
	return run->wait_status != 0 && !w->options->allow_failure;
}

/* The run itself; a failure of the command is one. */
static int execute(struct work *w, size_t subject, struct run *run,
		   struct err *err)
{
	const struct schedule_subject *s = &w->subjects[subject];
	uint64_t *lasted = &w->lasted[subject];
	const struct measure_options how = {
		.sys = w->options->sys,
		.cachegrind = s->cachegrind,
		.files = w->files,
		.output = w->tail.ring ? &w->drain : NULL,
		.path = w->paths[subject],
		.brief = *lasted && *lasted < AROUND_LEAST_NS / 2,
		.at_once = true,
		.uncounted = w->options->uncounted,
	};
	enum measure_end end = MEASURE_COMMAND;
	int signo = 0, r;

	if (w->tail.ring)
		tail_forget(&w->tail);
	look_before(w);
	r = measure_run(s->source, s->plan, s->target, &how, &w->signals,
			&w->control, run, &end, &signo, err);
	if (r == 0)
		look_after(w, run);
	*lasted = run->wall_ns;
	if (r < 0 && end == MEASURE_CANNOT_RUN)
		w->result->end = SCHEDULE_CANNOT_RUN;
	if (r == 0 && end == MEASURE_SIGNAL)
		stop_for(w, signo);
	else if (r == 0 && has_failed(w, run))
		r = say_failure(w, s->name, run->wait_status, err);
	return r;
}

static int run_with_input(struct work *w, size_t subject, struct run *run,
			  struct err *err)
{
	int r;

	w->files[0] = w->nothing;
	if (w->options->input) {
		w->files[0] = open_high(w->options->input, O_RDONLY,
					"--input: ", err);
		if (w->files[0] < 0)
			return w->files[0];
	}
	r = execute(w, subject, run, err);
	if (w->options->input)
		close(w->files[0]);
	return r;
}

static int run_one(struct work *w, size_t subject, struct run *run,
		   struct err *err)
{
	const struct schedule_options *o = w->options;
	const sigset_t *mask = &w->signals.before;
	struct err after = { 0 };
	int r = hook_run("--prepare", o->prepare, mask, err);
	int signo;

	if (r == 0) {
		r = run_with_input(w, subject, run, err);
		/* what was prepared is to be cleaned up, whatever happened */
		if (hook_run("--cleanup", o->cleanup, mask, &after) < 0 &&
		    r == 0)
			*err = after, r = after.code;
	}
	/* who interrupts us from a terminal interrupts them, too */
	signo = r == -ECANCELED ? pending_signal(w) : 0;
	if (signo) {
		stop_for(w, signo);
		r = 0;
	}
	return r;
}

/* ---- blocks ---- */

static bool is_stopped(const struct work *w)
{
	return w->result->end == SCHEDULE_SIGNAL;
}

static double seconds_since(uint64_t start_ns)
{
	return (double)(clock_now_ns() - start_ns) * 1e-9;
}

/* The shorter of what the number of runs and the budget leave. */
static double estimate_left(const struct work *w, size_t total)
{
	double elapsed = seconds_since(w->start_ns), left = -1.0;
	double budget = (double)w->options->budget_ns * 1e-9;

	if (total && w->done)
		left = elapsed / (double)w->done * (double)(total - w->done);
	if (budget > 0.0 && !w->warmup) {
		double rest = budget > elapsed ? budget - elapsed : 0.0;

		if (left < 0.0 || rest < left)
			left = rest;
	}
	return left;
}

static void tell_progress(const struct work *w)
{
	const struct schedule_hooks *hooks = &w->options->hooks;
	size_t blocks = w->warmup ? w->options->warmup : w->options->blocks;
	struct schedule_progress p = {
		.warmup = w->warmup,
		.done = w->done,
		.total = blocks * w->result->nsubjects,
		.so_far = w->result,
	};

	if (!hooks->progress)
		return;
	p.left_s = estimate_left(w, p.total);
	hooks->progress(hooks->arg, &p);
}

/* One run of each, in w->order; *@done have become runs in w->block. */
static int run_block(struct work *w, size_t *done, struct err *err)
{
	size_t n = w->result->nsubjects;
	int r = 0;

	for (*done = 0; *done < n; ++*done) {
		struct run *run = &w->block[w->order[*done]];

		tell_progress(w);
		*run = (struct run){ 0 };
		r = run_one(w, w->order[*done], run, err);
		if (r < 0 || is_stopped(w)) {
			run_done(run);
			break;
		}
		w->done++;
	}
	return r;
}

static void drop_block(struct work *w, size_t done)
{
	for (size_t i = 0; i < done; i++)
		run_done(&w->block[w->order[i]]);
}

static void keep_block(struct work *w)
{
	struct schedule *s = w->result;
	size_t nturns = s->nblocks * s->nsubjects;

	for (size_t i = 0; i < s->nsubjects; i++) {
		size_t subject = w->order[i];
		struct series *series = &s->series[subject];
		struct schedule_turn turn = {
			.subject = subject,
			.start_ns = w->block[subject].start_ns,
		};

		VEC_PUSH(series->runs, series->nruns, w->block[subject]);
		VEC_PUSH(s->turns, nturns, turn);
	}
	s->nblocks++;
}

/* Would one more block end further from the budget than this one did? */
static bool time_is_over(const struct work *w)
{
	double elapsed = seconds_since(w->start_ns);
	double block = elapsed / (double)w->result->nblocks;

	return w->options->budget_ns &&
	       elapsed + block / 2 > (double)w->options->budget_ns * 1e-9;
}

static bool is_enough(struct work *w)
{
	const struct schedule_options *o = w->options;
	struct schedule *s = w->result;

	if (o->blocks && s->nblocks >= o->blocks) {
		s->end = SCHEDULE_BLOCKS;
		return true;
	}
	if (s->nblocks < o->least_blocks)
		return false;
	if (time_is_over(w)) {
		s->end = SCHEDULE_TIME;
		return true;
	}
	if (o->hooks.precise && o->hooks.precise(o->hooks.arg, s)) {
		s->end = SCHEDULE_PRECISE;
		return true;
	}
	return false;
}

static int warm_up(struct work *w, struct err *err)
{
	size_t n = w->result->nsubjects, done;
	int r = 0;

	w->warmup = true;
	w->start_ns = clock_now_ns();
	for (size_t i = 0; i < n; i++)
		w->order[i] = i;
	for (size_t i = 0; i < w->options->warmup && r == 0 && !is_stopped(w);
	     i++) {
		r = run_block(w, &done, err);
		drop_block(w, done);
	}
	w->warmup = false;
	w->done = 0;
	return r;
}

static int run_blocks(struct work *w, struct err *err)
{
	size_t n = w->result->nsubjects, done;
	int r = warm_up(w, err);

	w->start_ns = clock_now_ns();
	while (r == 0 && !is_stopped(w)) {
		random_order(&w->random, w->order, n);
		r = run_block(w, &done, err);
		if (done < n) {
			drop_block(w, done);
			break;
		}
		keep_block(w);
		if (is_enough(w))
			break;
	}
	tell_progress(w);
	return r;
}

/* ---- beginning and end ---- */

/* So few that they leave the limit of open files alone. */
#define MOST_HELD 64

/*
 * The first counter of a kind, and the end of the last one, are costly: the
 * kernel patches its own code for software events, and reserves the PMU for
 * others.  Counters that stay open and off save that to each run.  They are on
 * ourselves and not inherited, so they count nothing; failure is no loss.
 */
static void hold_counters(struct work *w)
{
	const struct session_options how = { .start_disabled = true,
					     .sys = w->options->sys };

	for (size_t i = 0; i < w->result->nsubjects; i++) {
		const struct schedule_subject *s = &w->subjects[i];

		if (!(s->source->can & SOURCE_ATTACH) ||
		    s->plan->ncounters > MOST_HELD ||
		    (i && s->plan == w->subjects[i - 1].plan))
			continue;
		s->source->open(s->plan, &w->myself, &how, &w->held[i], NULL);
	}
}

static void release_counters(struct work *w)
{
	for (size_t i = 0; i < w->result->nsubjects; i++)
		if (w->held[i])
			w->held[i]->source->close(w->held[i]);
}

static int open_files(struct work *w, struct err *err)
{
	const struct schedule_options *o = w->options;
	bool quotes = o->output == SCHEDULE_QUOTE ||
		      o->output == SCHEDULE_QUOTE_ERRORS;
	int r = open_high("/dev/null", O_RDWR, "", err);

	if (r < 0)
		return r;
	w->nothing = r;
	if (quotes) {
		r = tail_open(&w->tail,
			      o->tail_bytes ? o->tail_bytes : TAIL_BYTES, err);
		if (r < 0)
			return r;
		w->drain = (struct measure_output){ .fd = w->tail.from,
						    .arg = &w->tail,
						    .take = tail_take };
	}
	w->files[1] = w->files[2] = w->nothing;
	if (quotes)
		w->files[2] = w->tail.to;
	if (o->output == SCHEDULE_QUOTE)
		w->files[1] = w->tail.to;
	if (o->output == SCHEDULE_PASS)
		w->files[1] = w->files[2] = -1;
	return 0;
}

static void close_files(struct work *w)
{
	tail_close(&w->tail);
	if (w->nothing >= 0)
		close(w->nothing);
}

static void find(struct work *w, size_t subject)
{
	const struct schedule_subject *s = &w->subjects[subject];

	w->result->series[subject].plan = s->plan;
	w->paths[subject] = binary_find(s->target->argv[0]);
}

int schedule_measure(const struct schedule_subject *subjects, size_t n,
		     const struct schedule_options *options,
		     struct schedule *ret, struct err *err)
{
	AUTO_FREE size_t *order = xcalloc(n, sizeof(*order));
	AUTO_FREE struct run *block = xcalloc(n, sizeof(*block));
	AUTO_FREE char **paths = xcalloc(n, sizeof(*paths));
	AUTO_FREE uint64_t *lasted = xcalloc(n, sizeof(*lasted));
	AUTO_FREE struct session **held = xcalloc(n, sizeof(*held));
	struct work w = {
		.subjects = subjects,
		.options = options,
		.result = ret,
		.control = { .fd = -1, .ack_fd = -1 },
		.nothing = -1,
		.order = order,
		.block = block,
		.paths = paths,
		.lasted = lasted,
		.held = held,
		.tid = gettid(),
		.myself = { .tids = &w.tid, .ntids = 1 },
	};
	int r;

	assert(n && (options->blocks || options->budget_ns ||
		     options->hooks.precise));
	*ret = (struct schedule){ .nsubjects = n };
	ret->series = xcalloc(n, sizeof(*ret->series));
	for (size_t i = 0; i < n; i++)
		find(&w, i);
	ret->seed = options->has_seed ? options->seed : random_seed();
	w.random.state = ret->seed;
	r = open_files(&w, err);
	if (r == 0)
		r = measure_catch_signals(&w.signals, err);
	if (r == 0) {
		hold_counters(&w);
		r = run_blocks(&w, err);
		release_counters(&w);
		measure_release_signals(&w.signals);
	}
	close_files(&w);
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	return r;
}

void schedule_done(struct schedule *schedule)
{
	if (!schedule)
		return;
	for (size_t i = 0; schedule->series && i < schedule->nsubjects; i++)
		series_done(&schedule->series[i]);
	free(schedule->series);
	free(schedule->turns);
	free(schedule->tail);
	*schedule = (struct schedule){ 0 };
}
