/*
 * The chain that turns names into events: kernel generic, libpfm4 for this
 * CPU's PMUs, sysfs PMU events, the tables in events/, tracefs, raw.
 *
 * What its spelling tells apart is asked first, because that costs nothing:
 * rNNN and mem:ADDR, and "a:b" when tracefs has just that tracepoint.  libpfm4
 * is loaded, sysfs listed and the CPU identified on demand.
 */
#ifndef TACHO_EVENT_RESOLVE_H
#define TACHO_EVENT_RESOLVE_H

#include "base/err.h"
#include "base/rootfs.h"
#include "cpu/cpu.h"
#include "event/catalog.h"
#include "event/event.h"
#include "event/spec.h"

struct resolver;

/*
 * @root is borrowed and must outlive the resolver, as must @event_dirs
 * (directories of --events).
 */
struct resolver *resolver_new(const struct rootfs *root,
			      const char *const *event_dirs, size_t ndirs);

/*
 * From now on names mean what cachegrind simulates; what it cannot know
 * becomes an event that says why ("lacking").
 */
void resolver_simulate(struct resolver *r);

void resolver_free(struct resolver *r);
void resolver_freep(struct resolver **r);

/* The CPU; identified at the first call.  Borrowed. */
const struct cpu *resolver_cpu(struct resolver *r);

/* The catalog for this CPU; loaded at the first call.  Borrowed.  NULL with
   @err when a file named by the user is broken. */
const struct catalog *resolver_catalog(struct resolver *r, struct err *err);

/* One thing that is wrong with a list of names. */
struct resolve_problem {
	char *text; /* "'cycels': no such event; did you mean 'cycles'?" */
	size_t at;  /* offset into spec->text */
	size_t len;
};

struct resolve_problems {
	struct resolve_problem *items;
	size_t n;
};

/*
 * Resolve all of @spec into @list.  On a hybrid CPU one name may give several
 * events.  All bad names are collected in @problems, and -EINVAL is returned
 * with a summary in @err; @list is then empty.
 */
int resolve_spec(struct resolver *r, const struct spec *spec,
		 struct event_list *list, struct resolve_problems *problems,
		 struct err *err);

/* The same for a text that the program itself wrote. */
int resolve_text(struct resolver *r, const char *text, struct event_list *list,
		 struct err *err);

/*
 * One event as formulas call it: the tables' name of that kind, the kernel's
 * with '_' for '-', or anything that -e takes.  The events added to @list all
 * have @name as their base.  On failure @list is as it was.
 */
int resolve_input(struct resolver *r, const char *name, struct event_list *list,
		  struct err *err);

void resolve_problems_done(struct resolve_problems *p);

/*
 * All problems for people, each with its place in @spec below it.  Ends
 * without a newline; the caller frees.
 */
char *resolve_problems_text(const struct spec *spec,
			    const struct resolve_problems *p);

/*
 * Every name the links know, for "list" and for suggestions.  @each returns
 * non-zero to stop.  A sysfs event comes twice, as "pmu/event/" and "event".
 */
struct resolve_name {
	const char *name;
	enum event_link link;
	const char *pmu;  /* "software", "cpu", "skx"; never NULL */
	const char *help; /* "" when none */
};
typedef int (*resolve_name_fn)(const struct resolve_name *name, void *arg);
int resolver_each_name(struct resolver *r, resolve_name_fn each, void *arg);

/* The same of some links only: @links holds 1 << EVENT_LINK_... of each. */
int resolver_each_name_of(struct resolver *r, unsigned links,
			  resolve_name_fn each, void *arg);

#endif
