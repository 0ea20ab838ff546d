/*
 * A counter source: a few calls and what it can do.
 *
 * The kernel's counters are one, simulated ones another; what one of them
 * cannot do has no call.
 */
#ifndef TACHO_SOURCE_SOURCE_H
#define TACHO_SOURCE_SOURCE_H

#include "base/err.h"
#include "metric/plan.h"
#include "record/run.h"
#include "source/launch.h"
#include "source/perf_sys.h"
#include "source/target.h"

#include <signal.h>
#include <stdbool.h>

/* What every session knows, whatever its source. */
struct session {
	const struct source *source;
	const struct plan *plan;
	const struct target *target;
	struct slot *slots;
	size_t nslots;
	struct counter_note *notes; /* [plan->ncounters] */
	struct launch launch;       /* pid 0: no command */
	size_t nopened;             /* counters that could be opened */
	/* threads that started while we attached: where their parent was
	   attached to already, they are counted there, too */
	size_t newcomers;
	char **remarks; /* what to know about these counts; sentences */
	size_t nremarks;
};

struct cachegrind_setup;

struct session_options {
	bool start_disabled;      /* nothing counts before session->enable */
	struct launch_how launch; /* the command */
	/*
	 * Let the command go in open() already, which costs less.  A wish: it
	 * is heard where a command alone is counted, from its beginning.
	 */
	bool at_once;
	/* ... then also where nothing can be counted: its times are wanted */
	bool uncounted;
	const struct perf_sys *sys; /* the kernel, or a fake one */
	const struct cachegrind_setup *cachegrind; /* for that source */
};

enum {
	SOURCE_ATTACH = 1 << 0,   /* running tasks */
	SOURCE_INTERVAL = 1 << 1, /* read while it runs */
	SOURCE_PER_CPU = 1 << 2,
	SOURCE_PER_THREAD = 1 << 3,
	SOURCE_EXACT = 1 << 4,       /* a repeat gives the same numbers */
	SOURCE_PER_PROCESS = 1 << 5, /* a command's processes apart */
	SOURCE_SIMULATED = 1 << 6,   /* worked out, not counted */
};

struct source {
	const char *name;
	const char *summary;
	unsigned can; /* SOURCE_* */

	/*
	 * Open the counters of @plan on @target, and fork its command up to
	 * before exec.  Counters that cannot be opened are no error: their
	 * notes say why.  *ret is the caller's, to be closed.  With at_once
	 * the command may run already, if anything can be counted.
	 */
	int (*open)(const struct plan *plan, const struct target *target,
		    const struct session_options *options, struct session **ret,
		    struct err *err);
	/* Let it begin: enable what is attached, let the command go. */
	int (*start)(struct session *s, struct err *err);
	/*
	 * The command has ended: find out what is known only now, the slots.
	 * NULL where there is nothing of that kind.  -ENOEXEC: the command was
	 * not run at all.  Without SOURCE_INTERVAL
	 * this comes once, before the only read().
	 */
	int (*settle)(struct session *s, struct err *err);
	/*
	 * Read every counter into @out, which the caller has sized with
	 * snapshot_init(out, plan->ncounters, s->nslots).
	 */
	int (*read)(struct session *s, struct snapshot *out, struct err *err);
	/* Switch counting on or off while it runs; NULL: it cannot. */
	int (*enable)(struct session *s, bool on, struct err *err);
	void (*close)(struct session *s); /* NULL is fine */
};

extern const struct source source_perf;

#endif
