/*
 * watched COLLECTOR [threads]: give known work to two processes and say what a
 * watch has counted of them, tick by tick, in one way of counting.
 *
 * Each line has instructions and cycles in user mode of a process, of the other,
 * and, where threads are shown, instructions of the second thread of the other,
 * which works there.  The first does one piece in a tick, the other two, and
 * another one in a thread that is new and ends.  With threads it does not: those
 * of so short a life are not shown.
 */
#include "base/auto.h"
#include "measure/watch.h"
#include "metric/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICKS 6

struct worker {
	pid_t pid;
	int to, from;
};

static int start(struct worker *w)
{
	int in[2], out[2];

	if (pipe(in) < 0 || pipe(out) < 0)
		return -errno;
	w->pid = fork();
	if (w->pid < 0)
		return -errno;
	if (!w->pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execl("./work", "work", NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	w->to = in[1];
	w->from = out[0];
	return 0;
}

/* "." and the end of a line answer each letter. */
static int do_work(const struct worker *w, const char *letters)
{
	for (; *letters; letters++)
		for (int got = 0; got < 2;) {
			char answer[2];
			ssize_t n;

			if (!got && write(w->to, letters, 1) != 1)
				return -EPIPE;
			n = read(w->from, answer, sizeof(answer));
			if (n <= 0)
				return -EPIPE;
			got += (int)n;
		}
	return 0;
}

static void add_event(struct event_list *list, struct event *e, char *name,
		      uint64_t config)
{
	e->name = name;
	e->base = name;
	e->unit = e->help = e->how = name + strlen(name);
	e->scale = 1.0;
	e->code.type = PERF_TYPE_HARDWARE;
	e->code.config = config;
	e->exclude = EVENT_EXCLUDE_KERNEL | EVENT_EXCLUDE_HV;
	e->has_level = true;
	e->hardware = true;
	e->core_type = e->hybrid_set = e->group = -1;
	list->items[list->n++] = e;
}

static int fits(void *arg, const struct event *const *events, size_t n,
		struct err *err)
{
	(void)arg, (void)events, (void)n, (void)err;
	return 1;
}

static uint64_t count_of(const struct tick *t, const struct task *task,
			 size_t counter)
{
	if (!task || task->slot == TASK_NOT_COUNTED)
		return 0;
	return snapshot_at(&t->counts, counter, task->slot)->raw;
}

/* The thread that is not the first. */
static const struct task *second_of(const struct tick *t, pid_t pid)
{
	for (size_t i = 0; i < t->ntasks; i++)
		if (t->tasks[i].pid == pid && t->tasks[i].tid > pid)
			return &t->tasks[i];
	return NULL;
}

static void show(const struct tick *t, const struct worker *w,
		 const struct plan *plan)
{
	const size_t *shown = plan->shown;
	const struct task *one = tick_find(t, w[0].pid, 0);
	const struct task *other = tick_find(t, w[1].pid, 0);

	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       count_of(t, one, shown[0]), count_of(t, one, shown[1]),
	       count_of(t, other, shown[0]), count_of(t, other, shown[1]),
	       count_of(t, second_of(t, w[1].pid), shown[0]));
	if (t->collector.limited)
		printf("limited: %s\n", t->collector.limited);
}

static int watch_them(enum watch_collector how, bool threads,
		      const struct plan *plan, const struct worker *workers,
		      struct err *err)
{
	static const struct rootfs root;
	struct watch_options options = { .plan = plan,
					 .root = &root,
					 .sys = &perf_sys_kernel,
					 .collector = how,
					 .threads = threads };
	struct watch *w = NULL;
	const struct tick *tick;
	int r = do_work(&workers[1], "n");

	if (r == 0)
		r = watch_open(&options, &w, err);
	for (int i = 0; i < TICKS && r >= 0; i++) {
		r = do_work(&workers[0], "l");
		if (r == 0)
			r = do_work(&workers[1], threads ? "ww" : "wwt");
		if (r == 0)
			r = watch_step(w, UINT64_MAX, &tick, err);
		if (r > 0)
			show(tick, workers, plan);
	}
	watch_close(w);
	return r;
}

int main(int argc, char **argv)
{
	bool bpf = argc > 1 && !strcmp(argv[1], "bpf");
	struct event instructions = { 0 }, cycles = { 0 };
	struct event *items[2];
	struct event_list events = { .items = items };
	const struct metric_uses uses = { 0 };
	struct worker workers[2] = { 0 };
	struct plan plan = { 0 };
	struct err err = { 0 };
	int r = 0;

	add_event(&events, &instructions, (char[]){ "instructions" },
		  PERF_COUNT_HW_INSTRUCTIONS);
	add_event(&events, &cycles, (char[]){ "cycles" },
		  PERF_COUNT_HW_CPU_CYCLES);
	for (size_t i = 0; i < ARRAY_LEN(workers) && r == 0; i++)
		r = start(&workers[i]);
	if (r == 0)
		r = plan_make(&events, &uses, fits, NULL, &plan, &err);
	if (r == 0)
		r = watch_them(bpf ? WATCH_BPF : WATCH_TASKS, argc > 2, &plan,
			       workers, &err);
	if (r < 0)
		printf("failed: %s\n", err.what);
	plan_done(&plan);
	return r < 0;
}
