/*
 * Looking at processes and threads; see look.h.
 *
 * Most processes have not run since the last look, and their CPU clock says so.
 * Of those only a few are read in each tick, in turn, because some things change
 * without it: memory that is reclaimed, a cgroup, the state of one that waits
 * for a CPU.
 */
#include "source/tasks/look.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Looks after which an idle process is read, and after which all of it is. */
#define READ_EVERY 32
#define READ_ALL_EVERY 128

static uint64_t grown(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

void look_away(struct figures *f)
{
	struct task *t = &f->task;

	t->born = false;
	t->user_ns = t->sys_ns = 0;
	t->minor_faults = t->major_faults = 0;
	t->wait_ns = 0;
	t->voluntary_switches = t->involuntary_switches = 0;
	t->slot = TASK_NOT_COUNTED;
	t->uncounted = TASK_IDLE;
	t->threads_uncounted = 0;
}

void look_split(struct figures *f, uint64_t ran_ns)
{
	double all = (double)f->user_ticks + (double)f->sys_ticks;
	double user = all > 0 ? (double)f->user_ticks / all : 1.0;

	f->task.user_ns = (uint64_t)(user * (double)ran_ns);
	f->task.sys_ns = ran_ns - f->task.user_ns;
}

/* Clock ticks say which share was whose, the clock how much it was. */
static void take_times(struct figures *f, const struct proc_stat *s,
		       uint64_t ran_ns)
{
	double user = (double)grown(s->user_ticks, f->user_ticks);
	double sys = (double)grown(s->sys_ticks, f->sys_ticks);

	f->user_ticks = s->user_ticks;
	f->sys_ticks = s->sys_ticks;
	if (user + sys <= 0) {
		look_split(f, ran_ns);
		return;
	}
	f->task.user_ns = (uint64_t)(user / (user + sys) * (double)ran_ns);
	f->task.sys_ns = ran_ns - f->task.user_ns;
}

static void take_stat(const struct proc *p, struct figures *f,
		      const struct proc_stat *s)
{
	struct task *t = &f->task;

	memcpy(t->comm, s->comm, sizeof(t->comm));
	t->state = s->state;
	t->ppid = s->ppid;
	t->kernel = s->kernel;
	t->start_ticks = s->start_ticks;
	t->threads = s->threads;
	t->cpu = s->cpu;
	t->rss_bytes = s->rss_pages * p->page_bytes;
	t->minor_faults = grown(s->minor_faults, f->minor_faults);
	t->major_faults = grown(s->major_faults, f->major_faults);
	f->minor_faults = s->minor_faults;
	f->major_faults = s->major_faults;
}

/* @first: there were no sums before, and none are 0 */
static void take_wait(struct figures *f, const struct proc_schedstat *s,
		      bool first)
{
	f->task.has_wait = f->has_wait || first;
	f->task.wait_ns = f->task.has_wait ? grown(s->wait_ns, f->wait_ns) : 0;
	f->wait_ns = s->wait_ns;
	f->has_wait = true;
}

static void take_switches(struct figures *f, const struct proc_status *s,
			  bool first)
{
	struct task *t = &f->task;

	t->has_switches = s->has_switches && (f->has_switches || first);
	if (t->has_switches) {
		t->voluntary_switches = grown(s->voluntary, f->voluntary);
		t->involuntary_switches = grown(s->involuntary, f->involuntary);
	}
	f->voluntary = s->voluntary;
	f->involuntary = s->involuntary;
	f->has_switches = s->has_switches;
}

/*
 * What the files of a process say of its main thread alone.  With more threads
 * it is nothing about the process.
 */
static void look_at_main_thread(struct proc *p, struct figures *f, bool first)
{
	struct task *t = &f->task;
	struct proc_schedstat sched;
	struct proc_status status;

	t->has_wait = t->has_switches = false;
	t->wait_ns = t->voluntary_switches = t->involuntary_switches = 0;
	if (t->threads > 1) {
		f->has_wait = f->has_switches = false;
		return;
	}
	if (proc_schedstat(p, t->pid, 0, &sched) == 0)
		take_wait(f, &sched, first);
	if (proc_status(p, t->pid, 0, &status) == 0) {
		take_switches(f, &status, first);
		t->uid = status.uid;
	}
}

static void look_at_user(struct proc *p, struct figures *f)
{
	struct proc_status status;

	if (proc_status(p, f->task.pid, 0, &status) < 0)
		return;
	f->task.uid = status.uid;
	if (f->task.threads > 1 || f->has_switches)
		return;
	take_switches(f, &status, false);
	f->task.has_switches = false;
}

static void look_at_program(struct proc *p, struct watched_process *process)
{
	struct figures *f = process->figures;
	char *text;

	if (proc_command(p, process->pid, &text) == 0) {
		free(f->command);
		f->command = text;
	}
	if (proc_cgroup(p, process->pid, &text) == 0) {
		free(f->cgroup);
		f->cgroup = text;
	}
	f->task.command = f->command ? f->command : "";
	f->task.cgroup = f->cgroup ? f->cgroup : "";
}

/* The collector wants to know some of it, too. */
static void tell(struct watched_process *process)
{
	const struct task *t = &process->figures->task;

	process->uid = t->uid;
	process->nlives = t->threads;
	process->task.state = t->state;
	process->task.start_ticks = t->start_ticks;
	process->task.born = t->born;
	memcpy(process->task.comm, t->comm, sizeof(t->comm));
}

static uint64_t stat_time(const struct proc *p, const struct proc_stat *s)
{
	return (s->user_ticks + s->sys_ticks) * p->tick_ns;
}

struct watched_process *look_at_new(struct proc *p, pid_t pid, bool born)
{
	struct watched_process *process;
	struct figures *f;
	struct proc_stat s;
	uint64_t cpu_ns;

	if (proc_stat(p, pid, 0, &s) < 0)
		return NULL;
	if (proc_clock(p, pid, &cpu_ns) < 0)
		cpu_ns = stat_time(p, &s);
	process = xcalloc(1, sizeof(*process));
	f = process->figures = xcalloc(1, sizeof(*f));
	process->pid = f->task.pid = pid;
	look_away(f);
	take_stat(p, f, &s);
	take_times(f, &s, cpu_ns);
	/* of the others, what they did before is of little interest */
	if (born)
		look_at_main_thread(p, f, true);
	if (!born || s.threads > 1)
		look_at_user(p, f);
	look_at_program(p, process);
	process->task.cpu_ns = cpu_ns;
	process->task.ran_ns = born ? cpu_ns : 0;
	if (!born)
		look_away(f);
	f->task.born = born;
	tell(process);
	return process;
}

void look_forget_thread(struct watched_thread *thread)
{
	free(thread->figures);
	thread->figures = NULL;
}

void look_forget(struct watched_process *process)
{
	if (!process)
		return;
	for (size_t i = 0; i < process->nthreads; i++)
		look_forget_thread(&process->threads[i]);
	free(process->figures->command);
	free(process->figures->cgroup);
	free(process->figures);
	free(process->threads);
	free(process);
}

/* Whose turn it is among the idle, spread over the ticks */
static bool is_due(const struct watched_process *process, unsigned every)
{
	return (process->figures->age + (unsigned)process->pid) % every == 0;
}

static enum look_result gone(struct watched_process *process)
{
	struct task *t = &process->figures->task;

	look_away(process->figures);
	t->has_wait = t->has_switches = false;
	t->state = process->task.state = 'X';
	process->task.ran_ns = 0;
	return LOOK_GONE;
}

/*
 * Read it.  The clock is read before: what it runs meanwhile is in its next
 * interval, and never lost.
 */
static enum look_result
read_all(struct proc *p, struct watched_process *process, uint64_t cpu_ns)
{
	struct figures *f = process->figures;
	struct proc_stat s;
	bool program;

	if (proc_stat(p, process->pid, 0, &s) < 0)
		return gone(process);
	if (s.start_ticks != process->task.start_ticks) {
		gone(process);
		return LOOK_OTHER;
	}
	if (!p->has_clocks)
		cpu_ns = stat_time(p, &s);
	process->task.ran_ns = grown(cpu_ns, process->task.cpu_ns);
	process->task.cpu_ns = cpu_ns;
	/* newborns still carry their parent's command before they exec */
	program = memcmp(s.comm, f->task.comm, sizeof(s.comm)) != 0 ||
		  f->age == 1 || is_due(process, READ_ALL_EVERY);
	look_away(f);
	take_stat(p, f, &s);
	take_times(f, &s, process->task.ran_ns);
	if (process->task.ran_ns)
		look_at_main_thread(p, f, false);
	if (program)
		look_at_program(p, process);
	if (program && (!process->task.ran_ns || s.threads > 1))
		look_at_user(p, f);
	tell(process);
	return process->task.ran_ns ? LOOK_RAN : LOOK_IDLE;
}

enum look_result look_at(struct proc *p, struct watched_process *process)
{
	struct figures *f = process->figures;
	uint64_t cpu_ns = process->task.cpu_ns;
	/* what was counted of it late is in the tick before */
	bool was_idle = !process->task.ran_ns && !f->task.born &&
			f->task.slot == TASK_NOT_COUNTED;

	f->age++;
	if (p->has_clocks && proc_clock(p, process->pid, &cpu_ns) < 0)
		return gone(process);
	/* one that waits for a CPU may wait no longer */
	if (p->has_clocks && cpu_ns == process->task.cpu_ns &&
	    process->task.state != 'R' && !is_due(process, READ_EVERY)) {
		process->task.ran_ns = 0;
		process->task.born = false;
		if (!was_idle)
			look_away(f);
		return LOOK_IDLE;
	}
	return read_all(p, process, cpu_ns);
}

bool look_past(struct proc *p, struct watched_process *process)
{
	uint64_t cpu_ns;

	if (proc_clock(p, process->pid, &cpu_ns) < 0 ||
	    cpu_ns < process->task.cpu_ns || is_due(process, READ_EVERY))
		return false;
	process->figures->age++;
	process->task.cpu_ns = cpu_ns;
	process->task.ran_ns = 0;
	return true;
}

/* ---- threads ---- */

static struct figures *figures_of_thread(struct proc *p,
					 const struct watched_process *process,
					 const struct watched_thread *t,
					 const struct proc_stat *s)
{
	struct figures *f = xcalloc(1, sizeof(*f));
	struct proc_status status;

	f->task.pid = process->pid;
	f->task.tid = t->tid;
	take_stat(p, f, s);
	take_times(f, s, t->task.ran_ns);
	if (!t->task.born)
		look_away(f);
	if (proc_status(p, process->pid, t->tid, &status) == 0)
		take_switches(f, &status, t->task.born);
	f->task.has_wait = f->has_wait = true;
	f->task.wait_ns = t->task.born ? t->task.wait_ns : 0;
	f->wait_ns = t->task.wait_ns;
	f->task.born = t->task.born;
	f->task.slot = TASK_NOT_COUNTED;
	f->task.uncounted = TASK_IDLE;
	return f;
}

bool look_at_new_thread(struct proc *p, const struct watched_process *process,
			pid_t tid, bool born, bool figures,
			struct watched_thread *ret)
{
	struct watched_thread t = { .tid = tid };
	struct proc_schedstat sched = { 0 };
	struct proc_stat s;

	if (proc_stat(p, process->pid, tid, &s) < 0)
		return false;
	if (proc_schedstat(p, process->pid, tid, &sched) < 0)
		sched.cpu_ns = stat_time(p, &s);
	t.task.start_ticks = s.start_ticks;
	t.task.state = s.state;
	t.task.born = born;
	t.task.cpu_ns = sched.cpu_ns;
	t.task.wait_ns = sched.wait_ns;
	t.task.ran_ns = born ? sched.cpu_ns : 0;
	memcpy(t.task.comm, s.comm, sizeof(s.comm));
	if (figures)
		t.figures = figures_of_thread(p, process, &t, &s);
	*ret = t;
	return true;
}

static bool take_run_time(struct proc *p, const struct watched_process *process,
			  struct watched_thread *thread,
			  struct proc_schedstat *sched)
{
	struct proc_stat s;

	if (proc_schedstat(p, process->pid, thread->tid, sched) == 0)
		return true;
	/* a kernel without it */
	if (proc_stat(p, process->pid, thread->tid, &s) < 0)
		return false;
	sched->cpu_ns = stat_time(p, &s);
	sched->wait_ns = thread->task.wait_ns;
	return true;
}

bool look_at_run_time(struct proc *p, const struct watched_process *process,
		      struct watched_thread *thread)
{
	struct proc_schedstat sched;

	if (!take_run_time(p, process, thread, &sched))
		return false;
	thread->task.ran_ns = grown(sched.cpu_ns, thread->task.cpu_ns);
	thread->task.cpu_ns = sched.cpu_ns;
	thread->task.wait_ns = sched.wait_ns;
	return true;
}

bool look_at_thread(struct proc *p, const struct watched_process *process,
		    struct watched_thread *thread)
{
	struct figures *f = thread->figures;
	struct proc_schedstat sched = { 0 };
	struct proc_status status;
	struct proc_stat s;

	if (proc_stat(p, process->pid, thread->tid, &s) < 0 ||
	    s.start_ticks != thread->task.start_ticks)
		return false;
	thread->task.state = s.state;
	memcpy(thread->task.comm, s.comm, sizeof(s.comm));
	if (!f) {
		thread->figures = figures_of_thread(p, process, thread, &s);
		return true;
	}
	look_away(f);
	take_stat(p, f, &s);
	take_times(f, &s, thread->task.ran_ns);
	if (!take_run_time(p, process, thread, &sched))
		return false;
	thread->task.cpu_ns = sched.cpu_ns;
	thread->task.wait_ns = sched.wait_ns;
	take_wait(f, &sched, false);
	if (proc_status(p, process->pid, thread->tid, &status) == 0)
		take_switches(f, &status, false);
	return true;
}

uint64_t look_at_wait(struct proc *p, const struct watched_process *process,
		      struct watched_thread *thread)
{
	struct proc_schedstat sched;
	uint64_t waited;

	if (!take_run_time(p, process, thread, &sched))
		return 0;
	waited = grown(sched.wait_ns, thread->task.wait_ns);
	thread->task.cpu_ns = sched.cpu_ns;
	thread->task.wait_ns = sched.wait_ns;
	return waited;
}
