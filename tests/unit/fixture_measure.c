/* What tests of measuring share; see fixture_measure.h. */
#include "fixture_measure.h"

#include "fixture_events.h"
#include "unit.h"

#include "base/vec.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool fixture_measure_at_once;

int fixture_measure_heed_signals(void **state)
{
	(void)state;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	return 0;
}

void fixture_measure_init(struct fixture_measure *m, const char *script)
{
	static char sh[] = "sh", c[] = "-c";

	*m = (struct fixture_measure){ .control = { .fd = -1, .ack_fd = -1 } };
	fake_perf_init(&m->fake);
	m->fit.sys = &m->fake.sys;
	fixture_add(&m->events, fixture_software("task_clock", 1));
	fixture_add(&m->events, fixture_software("page_faults", 2));
	assert_int_equal(plan_make(&m->events, &m->uses, perf_fit_group,
				   &m->fit, &m->plan, NULL),
			 0);
	m->target.inherit = true;
	m->options.sys = &m->fake.sys;
	m->options.repeat = 1;
	m->options.at_once = fixture_measure_at_once;
	if (script) {
		snprintf(m->script, sizeof(m->script), "%s", script);
		m->argv[0] = sh;
		m->argv[1] = c;
		m->argv[2] = m->script;
		m->target.argv = m->argv;
	} else {
		VEC_PUSH(m->target.tids, m->target.ntids, getpid());
	}
	m->fake.opens = m->fake.reads = m->fake.ioctls = 0;
}

int fixture_measure_run(struct fixture_measure *m)
{
	int r;

	assert_int_equal(measure_catch_signals(&m->signals, &m->err), 0);
	r = measure_run(&source_perf, &m->plan, &m->target, &m->options,
			&m->signals, &m->control, &m->run, &m->end, &m->signo,
			&m->err);
	measure_release_signals(&m->signals);
	return r;
}

void fixture_measure_done(struct fixture_measure *m)
{
	assert_int_equal(fake_perf_open_fds(&m->fake), 0);
	assert_int_equal(m->fake.bad_closes, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	run_done(&m->run);
	plan_done(&m->plan);
	metric_uses_done(&m->uses);
	event_list_done(&m->events);
	target_done(&m->target);
}
