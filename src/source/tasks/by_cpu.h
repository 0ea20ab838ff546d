/*
 * The inside of collector_bpf: counters on each CPU, told apart by thread in the
 * kernel (switch_counting.h).
 */
#ifndef TACHO_SOURCE_TASKS_BY_CPU_H
#define TACHO_SOURCE_TASKS_BY_CPU_H

#include "source/perf_open.h"
#include "source/tasks/collector.h"
#include "source/tasks/switch_counting.h"

/* Where the number of a counter of the plan comes from. */
enum cpu_counter_origin {
	CPU_COUNTER_NONE,     /* it cannot be counted; the note says why */
	CPU_COUNTER_OPEN,     /* a counter on each CPU */
	CPU_COUNTER_CLOCK,    /* the time that a thread was on a CPU */
	CPU_COUNTER_SWITCHES, /* how often it left one */
};

struct cpu_counter {
	enum cpu_counter_origin origin;
	size_t index; /* of those that are open: in the layout */
	size_t group; /* there */
	int *fds;     /* [ncpus]; NULL unless it is open */
};

/* The plan on all CPUs. */
struct cpu_counters {
	const struct plan *plan;
	const struct perf_sys *sys;
	struct perf_kernel kernel;
	struct cpu_counter *items; /* [plan->ncounters] */
	size_t ncpus;
	size_t descriptors;
	bool denied; /* one of them, for want of a right */
	struct switch_layout layout;
};

/* Whatever cannot be opened has its reason in @notes. */
void cpu_counters_open(struct cpu_counters *c, const struct plan *plan,
		       const struct perf_sys *sys, size_t ncpus,
		       struct counter_note *notes);
void cpu_counters_close(struct cpu_counters *c);
/* Add what a thread has counted; @words as switch_program.h has them. */
void cpu_counters_add(const struct cpu_counters *c, const uint64_t *words,
		      struct reading *readings);

/* What ran, by process and by thread. */
struct ran {
	struct switch_key key;
	uint32_t of_process, of_thread; /* the next with the same place */
	unsigned char age; /* in ticks: nobody has asked for it yet */
	bool read;         /* somebody has */
};

struct ran_list {
	size_t words; /* of each */
	struct ran *items;
	uint64_t *amounts; /* [n * words] */
	size_t n, room;
	uint32_t *processes, *threads; /* [places]: the first */
	size_t places;                 /* a power of two */
};

#define RAN_END UINT32_MAX

void ran_add(struct ran_list *l, const struct switch_key *key,
	     const uint64_t *words);
/* The first that may be of @pid or @tid of it, and the next; RAN_END. */
uint32_t ran_process(const struct ran_list *l, pid_t pid);
uint32_t ran_process_next(const struct ran_list *l, pid_t pid, uint32_t at);
uint32_t ran_thread(const struct ran_list *l, pid_t pid, pid_t tid);
uint32_t ran_thread_next(const struct ran_list *l, pid_t pid, pid_t tid,
			 uint32_t at);
/* Drop what was read, and what nobody has wanted for long. */
void ran_begin(struct ran_list *l);
void ran_done(struct ran_list *l);

/* With another kernel, for tests. */
int by_cpu_open(const struct collector_options *options,
		const struct switch_counting_kind *kernel, size_t ncpus,
		struct collector **ret, struct err *err);

/*
 * Needs root, or CAP_BPF and CAP_PERFMON, Linux 5.10, and to be built with
 * libbpf.
 */
extern const struct collector_kind collector_bpf;

#endif
