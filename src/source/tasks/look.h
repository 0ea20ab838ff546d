/*
 * Looking at processes and threads: what each did since the look before.
 */
#ifndef TACHO_SOURCE_TASKS_LOOK_H
#define TACHO_SOURCE_TASKS_LOOK_H

#include "record/tick.h"
#include "source/tasks/proc.h"
#include "source/tasks/watched.h"

#include <stdbool.h>
#include <stdint.h>

/* What a tick shows of a task, and the sums that the next is taken from. */
struct figures {
	struct task task; /* of this interval; texts are the process's */
	uint64_t user_ticks, sys_ticks;
	uint64_t minor_faults, major_faults;
	bool has_wait, has_switches; /* that of these the last sums are known */
	uint64_t wait_ns;
	uint64_t voluntary, involuntary;
	char *command, *cgroup; /* of processes; owned */
	unsigned age;           /* looks */
};

enum look_result {
	LOOK_IDLE, /* it has not run: nothing has changed that matters */
	LOOK_RAN,
	LOOK_GONE,
	LOOK_OTHER, /* it is gone, and another has its number */
};

/*
 * Make a process of @pid.  @born: it began in this interval, so all that it has
 * done was done in it.  NULL: it is gone already, or unreadable.
 */
struct watched_process *look_at_new(struct proc *p, pid_t pid, bool born);
/* Collectors must have let go of it.  NULL is fine. */
void look_forget(struct watched_process *process);
void look_forget_thread(struct watched_thread *thread);

/*
 * One that nobody wants to see: true where no more of it needs to be looked at
 * now.
 */
bool look_past(struct proc *p, struct watched_process *process);

/* After LOOK_GONE its amounts are zero. */
enum look_result look_at(struct proc *p, struct watched_process *process);

/*
 * A thread that was just found: @born as above.  False: it is gone.
 * @figures: they are wanted.
 */
bool look_at_new_thread(struct proc *p, const struct watched_process *process,
			pid_t tid, bool born, bool figures,
			struct watched_thread *ret);
/* Only how long it ran, and waited.  False: it is gone. */
bool look_at_run_time(struct proc *p, const struct watched_process *process,
		      struct watched_thread *thread);
/*
 * All that a tick shows of a thread that ran for task.ran_ns; without figures
 * it gets some.  False: it is gone.
 */
bool look_at_thread(struct proc *p, const struct watched_process *process,
		    struct watched_thread *thread);
/* How long it waited for a CPU since it was last looked at. */
uint64_t look_at_wait(struct proc *p, const struct watched_process *process,
		      struct watched_thread *thread);
/* It did nothing in this interval. */
void look_away(struct figures *f);

/* Share @ran_ns out to user and kernel mode as they had it until now. */
void look_split(struct figures *f, uint64_t ran_ns);

#endif
