/*
 * --plan: what would count together, and for which share of the time.  The
 * shares are measured, on ourselves, not computed.
 */
#include "cmd/stat/stat.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "source/perf_fit.h"

#include <string.h>

/* The kernel rotates every 4 ms; a group should have several turns. */
#define MS_PER_GROUP 60

static void print_events(FILE *out, const struct plan *plan,
			 const struct plan_group *g, int column)
{
	int at = column;

	for (size_t i = 0; i < g->n; i++) {
		const struct plan_counter *c = &plan->counters[g->first + i];
		const char *name = plan->events->items[c->event]->name;
		int len = (int)strlen(name) + 2;

		if (at + len > 80 && i) {
			fprintf(out, ",\n%*s", column, "");
			at = column;
		} else if (i) {
			fputs(", ", out);
		}
		fputs(name, out);
		at += len;
	}
	fputc('\n', out);
}

static const char *kind_of(const struct plan *plan, const struct plan_group *g)
{
	const struct event *e =
		plan->events->items[plan->counters[g->first].event];

	if (e->hardware)
		return e->pmu ? e->pmu : "core PMU";
	if (e->system_wide)
		return e->pmu ? e->pmu : "system";
	return "software";
}

static void print_group(FILE *out, const struct plan *plan, size_t index,
			double share)
{
	const struct plan_group *g = &plan->groups[index];
	const struct err *refused =
		&plan->refused[plan->counters[g->first].event];
	char text[32];

	if (refused->code)
		snprintf(text, sizeof(text), "refused");
	else if (share < 0.0 &&
		 plan->events->items[plan->counters[g->first].event]
			 ->system_wide)
		snprintf(text, sizeof(text), "always");
	else if (share < 0.0)
		snprintf(text, sizeof(text), "cannot");
	else
		snprintf(text, sizeof(text), "%.0f %%", share * 100.0);
	fprintf(out, "  group %-2zu  %-14s %8s  ", index + 1, kind_of(plan, g),
		text);
	print_events(out, plan, g, 38);
	if (refused->code)
		fprintf(out, "            %s\n            try: %s\n",
			refused->what, refused->hint);
}

/* Can its group be counted here? */
static bool is_counted(const struct plan *plan, const double *shares,
		       size_t counter)
{
	const struct plan_counter *c = &plan->counters[counter];

	for (size_t i = 0; i < plan->ngroups; i++) {
		const struct plan_group *g = &plan->groups[i];

		if (counter >= g->first && counter < g->first + g->n)
			return shares[i] >= 0.0 ||
			       plan->events->items[c->event]->system_wide;
	}
	return true;
}

static bool has_inputs(const struct plan *plan, const double *shares,
		       const struct plan_use *use)
{
	for (size_t i = 0; use->counters && i < use->metric->ninputs; i++)
		if (!is_counted(plan, shares, use->counters[i]))
			return false;
	return use->counters != NULL;
}

/* The metrics whose inputs are apart, or cannot all be had, under a title. */
static void print_metrics(FILE *out, const struct plan *plan,
			  const double *shares, bool counted, const char *title)
{
	int at = 0;

	for (size_t i = 0; i < plan->nuses; i++) {
		const struct metric *m = plan->uses[i].metric;
		int len = (int)strlen(m->name) + 2;

		if (plan->uses[i].together ||
		    counted != has_inputs(plan, shares, &plan->uses[i]))
			continue;
		if (!at)
			fprintf(out, "%s:\n ", title);
		else
			fputc(',', out);
		if (at + len > 78) {
			fputs("\n ", out);
			at = 0;
		}
		fprintf(out, " %s", m->name);
		at += len;
	}
	if (at)
		fputc('\n', out);
}

static void print_ratios(FILE *out, const struct plan *plan,
			 const double *shares)
{
	print_metrics(out, plan, shares, true,
		      "Not in one group, so their inputs will be from "
		      "different times");
	print_metrics(out, plan, shares, false,
		      "Not to be had here ('tacho doctor' says why)");
}

static void print_watchdog(FILE *out, const struct rootfs *root, bool held)
{
	int on = 0;

	rootfs_read_int(root, &on, "/proc/sys/kernel/nmi_watchdog");
	if (on == 1)
		fprintf(out,
			"The NMI watchdog holds one counter of each CPU; "
			"to free it:\n  sysctl -w kernel.nmi_watchdog=0\n");
	else if (held)
		fprintf(out, "Counters are held by pinned events of another "
			     "user of the PMU (another profiler?).\n");
}

void stat_plan_print(FILE *out, const struct plan *plan, struct perf_fit *fit,
		     const struct rootfs *root, bool passes)
{
	AUTO_FREE double *shares = xcalloc(plan->ngroups, sizeof(*shares));
	size_t competing = plan_competing(plan);

	perf_fit_shares(fit, plan, MS_PER_GROUP * (unsigned)plan->ngroups,
			shares);
	fprintf(out,
		"%zu event%s in %zu group%s; share of the time that each "
		"counts:\n",
		plan->events->n, plan->events->n == 1 ? "" : "s", plan->ngroups,
		plan->ngroups == 1 ? "" : "s");
	for (size_t i = 0; i < plan->ngroups; i++)
		print_group(out, plan, i, shares[i]);
	if (competing > 1 && passes)
		fprintf(out,
			"With --passes the command is run %zu times, each time "
			"with one of the groups that share\ncounters: %zu "
			"times the time of one run, and no estimates.\n",
			competing, competing);
	else if (competing > 1)
		fprintf(out,
			"%zu groups take turns on the counters of a core; "
			"their counts will be estimates.\nWith --passes the "
			"command would be run %zu times instead, and each "
			"group count all the time.\n",
			competing, competing);
	print_ratios(out, plan, shares);
	if (competing)
		print_watchdog(out, root, fit->held);
}
