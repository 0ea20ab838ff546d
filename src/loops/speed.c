/* How fast this machine is; see speed.h. */
#include "loops/speed.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void sort(struct speed *s)
{
	qsort(s->sample, s->n, sizeof(*s->sample), by_size);
}

double speed_median(const struct speed *s)
{
	size_t half = s->n / 2;

	if (!s->n)
		return 0.0;
	return s->n % 2 ? s->sample[half]
			: (s->sample[half - 1] + s->sample[half]) / 2.0;
}

double speed_least(const struct speed *s)
{
	return s->n ? s->sample[0] : 0.0;
}

double speed_most(const struct speed *s)
{
	return s->n ? s->sample[s->n - 1] : 0.0;
}

/* Nanoseconds of one iteration, over about @ns. */
static double time_one(struct loop_state *state, uint64_t ns)
{
	uint64_t start = clock_now_ns();
	uint64_t n = loop_run_for(state, ns);

	return (double)(clock_now_ns() - start) / (double)n;
}

void speed_time(struct loop_state *state, const struct speed_effort *effort,
		struct speed *ret)
{
	struct speed s = { .n = effort->samples };

	/* the first round brings everything where it belongs */
	time_one(state, effort->ns);
	for (size_t i = 0; i < s.n; i++)
		s.sample[i] = time_one(state, effort->ns);
	sort(&s);
	*ret = s;
}

/* ---- streams, on several CPUs ---- */

struct team {
	const struct loop *loop;
	size_t size;
	uint64_t ns;
	sem_t ready; /* posted by each member when it is */
	sem_t go;    /* posted for each of them to begin a sample */
	bool over;   /* there are no more; written before go is posted */
};

struct member {
	struct team *team;
	pthread_t thread;
	int cpu;     /* -1: anywhere */
	double rate; /* of the last sample, bytes per second */
	struct err err;
};

static void stay_on(int cpu)
{
	cpu_set_t *set = cpu < 0 ? NULL : CPU_ALLOC((size_t)cpu + 1);
	size_t size = cpu < 0 ? 0 : CPU_ALLOC_SIZE((size_t)cpu + 1);

	if (!set)
		return;
	CPU_ZERO_S(size, set);
	CPU_SET_S((size_t)cpu, size, set);
	/* one that just went away leaves the thread where it is */
	sched_setaffinity(0, size, set);
	CPU_FREE(set);
}

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) < 0 && errno == EINTR)
		;
}

static void *member_run(void *arg)
{
	AUTO(loop_closep) struct loop_state *state = NULL;
	struct member *m = arg;
	struct team *team = m->team;

	/* before the memory is touched, which decides where it is */
	stay_on(m->cpu);
	if (loop_open(team->loop, team->size, 0, &state, &m->err) == 0)
		time_one(state, team->ns / 4);
	for (;;) {
		sem_post(&team->ready);
		wait_for(&team->go);
		if (team->over)
			return NULL;
		if (state)
			m->rate = team->loop->bytes * 1e9 /
				  time_one(state, team->ns);
	}
}

static int start_members(struct team *team, struct member *members,
			 const int *cpus, size_t n, size_t *started,
			 struct err *err)
{
	sigset_t all, before;
	int r = 0;
	size_t i;

	/* signals are the calling thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (i = 0; i < n; i++) {
		struct member *m = &members[i];

		m->team = team;
		m->cpu = cpus ? cpus[i] : -1;
		r = pthread_create(&m->thread, NULL, member_run, m);
		if (r)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*started = i;
	return r ? err_set(err, -r, "cannot start thread %zu of %zu: %s", i + 1,
			   n, strerror(r))
		 : 0;
}

static void all_wait_for(sem_t *sem, size_t n)
{
	while (n--)
		wait_for(sem);
}

static void let_all_go(sem_t *sem, size_t n)
{
	while (n--)
		sem_post(sem);
}

static int sample_team(struct team *team, struct member *members, size_t n,
		       size_t samples, struct speed *ret, struct err *err)
{
	struct speed s = { .n = samples };

	for (size_t i = 0; i < n; i++) {
		const struct err *failed = &members[i].err;

		if (failed->code)
			return err_set(err, failed->code, "%s", failed->what);
	}
	for (size_t k = 0; k < samples; k++) {
		let_all_go(&team->go, n);
		all_wait_for(&team->ready, n);
		for (size_t i = 0; i < n; i++)
			s.sample[k] += members[i].rate;
	}
	sort(&s);
	*ret = s;
	return 0;
}

int speed_stream(const struct loop *loop, size_t size, const int *cpus,
		 size_t n, const struct speed_effort *effort, struct speed *ret,
		 struct err *err)
{
	AUTO_FREE struct member *members = xcalloc(n, sizeof(*members));
	struct team team = { .loop = loop, .size = size, .ns = effort->ns };
	size_t started;
	int r;

	sem_init(&team.ready, 0, 0);
	sem_init(&team.go, 0, 0);
	r = start_members(&team, members, cpus, n, &started, err);
	all_wait_for(&team.ready, started);
	if (r == 0)
		r = sample_team(&team, members, n, effort->samples, ret, err);
	team.over = true;
	let_all_go(&team.go, started);
	for (size_t i = 0; i < started; i++)
		pthread_join(members[i].thread, NULL);
	sem_destroy(&team.ready);
	sem_destroy(&team.go);
	return r;
}
