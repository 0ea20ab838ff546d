/* Parts of a measurement put together; see passes.h. */
#include "measure/passes.h"

#include "base/auto.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#define USAGE_SUMS 8

/* In how many passes is each counter of the whole? */
static size_t *count_turns(const struct plan *whole,
			   const struct plan_passes *passes)
{
	size_t *turns = xcalloc(whole->ncounters, sizeof(*turns));

	for (size_t p = 0; p < passes->n; p++)
		for (size_t i = 0; i < passes->items[p].plan.ncounters; i++)
			turns[passes->items[p].counters[i]]++;
	return turns;
}

/* Nearest to a / n, without the rounding of sums of quotients. */
static uint64_t mean(uint64_t sum, size_t n)
{
	return (sum + n / 2) / n;
}

static void add_reading(struct reading *to, const struct reading *from)
{
	to->raw += from->raw;
	to->enabled_ns += from->enabled_ns;
	to->running_ns += from->running_ns;
	/* a number in one pass is better than a reason in another */
	if (!reading_has_value(to->state))
		to->state = from->state;
}

static void take_counts(struct run *run, const struct plan_pass *pass,
			const struct run *part)
{
	for (size_t i = 0; i < pass->plan.ncounters; i++) {
		size_t c = pass->counters[i];

		for (size_t s = 0; s < run->nslots && s < part->nslots; s++)
			add_reading(snapshot_at(&run->total, c, s),
				    snapshot_at(&part->total, i, s));
		if (part->notes && !run->notes[c].why.code)
			run->notes[c].why = part->notes[i].why;
		if (part->notes)
			run->notes[c].user_only |= part->notes[i].user_only;
	}
}

/* What has been added up of all passes, and is divided at the end. */
static uint64_t *sum_of(struct run_usage *u, size_t i)
{
	uint64_t *const sums[USAGE_SUMS] = {
		&u->voluntary_switches, &u->involuntary_switches,
		&u->minor_faults,       &u->major_faults,
		&u->blocks_in,          &u->blocks_out,
		&u->main_wait_ns,       &u->main_cpu_ns,
	};

	return sums[i];
}

static void add_usage(struct run_usage *to, const struct run_usage *from)
{
	struct run_usage copy = *from;

	for (size_t i = 0; i < USAGE_SUMS; i++)
		*sum_of(to, i) += *sum_of(&copy, i);
	to->has_main_wait |= from->has_main_wait;
}

/* Attached tasks are not run several times. */
static void add_around(struct run *run, const struct run *part)
{
	run->around.has_machine |= part->around.has_machine;
	run->around.idle_ns += part->around.idle_ns;
	run->around.busy_ns += part->around.busy_ns;
}

static void add_times(struct run *run, const struct run *part)
{
	run->wall_ns += part->wall_ns;
	run->on_ns += part->on_ns;
	run->user_ns += part->user_ns;
	run->sys_ns += part->sys_ns;
	if (part->maxrss_kib > run->maxrss_kib)
		run->maxrss_kib = part->maxrss_kib;
	run->has_rusage |= part->has_rusage;
	run->beside |= part->beside;
	add_usage(&run->usage, &part->usage);
	add_around(run, part);
	run->newcomers += part->newcomers;
	run->has_steal |= part->has_steal;
	run->steal_ns += part->steal_ns;
	/* the first that failed is what there is to know */
	if (!run->wait_status)
		run->wait_status = part->wait_status;
}

static void divide(struct run *run, const struct plan *whole,
		   const size_t *turns, size_t n)
{
	for (size_t c = 0; c < whole->ncounters; c++) {
		for (size_t s = 0; s < run->nslots && turns[c] > 1; s++) {
			struct reading *r = snapshot_at(&run->total, c, s);

			r->raw = mean(r->raw, turns[c]);
			r->enabled_ns = mean(r->enabled_ns, turns[c]);
			r->running_ns = mean(r->running_ns, turns[c]);
		}
	}
	run->wall_ns = mean(run->wall_ns, n);
	run->on_ns = mean(run->on_ns, n);
	run->user_ns = mean(run->user_ns, n);
	run->sys_ns = mean(run->sys_ns, n);
	run->around.idle_ns = mean(run->around.idle_ns, n);
	run->around.busy_ns = mean(run->around.busy_ns, n);
	run->steal_ns = mean(run->steal_ns, n);
	for (size_t i = 0; i < USAGE_SUMS; i++)
		*sum_of(&run->usage, i) = mean(*sum_of(&run->usage, i), n);
}

struct run passes_merge(const struct plan *whole,
			const struct plan_passes *passes, struct run *parts)
{
	AUTO_FREE size_t *turns = count_turns(whole, passes);
	struct run run = { .nslots = parts[0].nslots };

	run.slots = TAKE_PTR(parts[0].slots);
	run.notes = xcalloc(whole->ncounters, sizeof(*run.notes));
	snapshot_init(&run.total, whole->ncounters, run.nslots);
	run.total.time_ns = parts[0].total.time_ns;
	for (size_t i = 0; i < whole->ncounters * run.nslots; i++)
		run.total.readings[i].state = READING_ABSENT;
	for (size_t p = 0; p < passes->n; p++) {
		take_counts(&run, &passes->items[p], &parts[p]);
		add_times(&run, &parts[p]);
	}
	divide(&run, whole, turns, passes->n);
	for (size_t p = 0; p < passes->n; p++)
		run_done(&parts[p]);
	return run;
}
