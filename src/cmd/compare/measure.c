/* From the plan to the last run; see measuring.h. */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S 1e9
/* Looking whether it is enough shall not take as long as measuring. */
#define CHECK_STEP 16
/* The message itself shall stay on the screen. */
#define TAIL_LINES 20

static bool is_precise(void *arg, const struct schedule *schedule)
{
	struct measuring *m = arg;
	double precision;

	if (schedule->nblocks < m->check_at)
		return false;
	m->check_at = schedule->nblocks + 1 + schedule->nblocks / CHECK_STEP;
	so_far_update(&m->so_far, m, schedule);
	if (m->so_far.err.code)
		return true;
	precision = so_far_precision(&m->so_far);
	return precision >= 0.0 && precision <= m->options.precision / 100.0;
}

static void take_progress(void *arg, const struct schedule_progress *p)
{
	progress_show(arg, p);
}

/* When it is to end. */
static void set_ends(const struct measuring *m, struct schedule_options *how)
{
	const struct measuring_options *o = &m->options;
	bool simulated = m->job.about.source.simulated;
	double seconds = o->seconds;

	/* the first run reads files that the others find in memory */
	how->warmup = o->warmup >= 0 ? (size_t)o->warmup : !simulated;
	how->blocks = (size_t)o->repeat;
	how->least_blocks = 1;
	if (o->precision > 0.0) {
		how->hooks.precise = is_precise;
		how->least_blocks = simulated ? MEASURING_BLOCKS_SIMULATED
					      : COMPARE_RUNS_MIN;
		if (!o->repeat && seconds <= 0.0)
			seconds = MEASURING_SECONDS_MOST * (double)m->n;
	} else if (!o->repeat && seconds <= 0.0) {
		how->blocks = simulated ? MEASURING_BLOCKS_SIMULATED
					: MEASURING_BLOCKS_MOST;
		how->least_blocks = MEASURING_BLOCKS_LEAST;
		seconds = simulated ? 0.0 : MEASURING_SECONDS * (double)m->n;
	}
	how->budget_ns = (uint64_t)(seconds * NS_PER_S);
}

static struct schedule_options make_options(struct measuring *m)
{
	const struct measuring_options *o = &m->options;
	struct schedule_options how = {
		.has_seed = o->has_seed,
		.seed = o->seed,
		.prepare = o->prepare,
		.cleanup = o->cleanup,
		.input = o->input,
		.output =
			o->show_output ? SCHEDULE_PASS : SCHEDULE_QUOTE_ERRORS,
		.uncounted = m->job.options.uncounted,
		.allow_failure = o->ignore_failure,
		.steal = &m->job.root,
		.sys = &perf_sys_kernel,
		.hooks.arg = m,
	};

	if (cmd_is_screen(STDERR_FILENO) && !o->show_output)
		how.hooks.progress = take_progress;
	set_ends(m, &how);
	return how;
}

/* What a command said last, where the message has only one line of it. */
static void print_tail(const char *tail)
{
	size_t len = tail ? strlen(tail) : 0, from, lines = 0;

	while (len && tail[len - 1] == '\n')
		len--;
	if (!len || !memchr(tail, '\n', len))
		return;
	for (from = len; from; from--)
		if (tail[from - 1] == '\n' && ++lines == TAIL_LINES)
			break;
	fprintf(stderr, "%.*s\n", (int)(len - from), tail + from);
}

static int failure_status(const struct measuring *m, int r)
{
	if (m->schedule.end != SCHEDULE_CANNOT_RUN)
		return CMD_FAILED;
	return r == -ENOENT ? CMD_NOT_FOUND : CMD_CANNOT_RUN;
}

/* Who asked for a precision is told when time was over before. */
static void tell_precision(const struct measuring *m)
{
	double precision = so_far_precision(&m->so_far);

	if (m->options.precision <= 0.0 ||
	    m->schedule.end == SCHEDULE_PRECISE || precision < 0.0)
		return;
	fprintf(stderr,
		"tacho: %s is known to within %.2g %%, not %.2g %%, after %zu "
		"runs of each\n",
		m->so_far.metric, 100.0 * precision, m->options.precision,
		m->schedule.nblocks);
}

int measuring_run(struct measuring *m, int *status, struct err *err)
{
	struct schedule_options how = make_options(m);
	AUTO_FREE struct schedule_subject *subjects =
		xcalloc(m->n, sizeof(*subjects));
	int r;

	for (size_t i = 0; i < m->n; i++)
		subjects[i] = (struct schedule_subject){
			.name = m->options.texts[i],
			.source = m->job.source,
			.cachegrind = &m->job.cachegrind,
			.plan = &m->job.plan,
			.target = &m->commands[i].target,
		};
	so_far_init(&m->so_far, m);
	r = schedule_measure(subjects, m->n, &how, &m->schedule, err);
	progress_clear(m);
	*status = failure_status(m, r);
	if (r < 0)
		print_tail(m->schedule.tail);
	if (r == 0 && m->so_far.err.code) {
		*err = m->so_far.err;
		r = err->code;
	}
	if (r == 0)
		tell_precision(m);
	return r;
}
