/*
 * What the links of the chain share: the question, the answer, modifiers.
 *
 * A link is asked about one event of a spec and says LINK_UNKNOWN, or
 * LINK_ANSWERED with the event(s) appended to @out, or LINK_FAULT: it knows
 * what is meant, and why it cannot be had.
 */
#ifndef TACHO_EVENT_LINK_LINK_H
#define TACHO_EVENT_LINK_LINK_H

#include "base/err.h"
#include "event/event.h"
#include "event/resolve.h"
#include "event/spec.h"

#include <stdbool.h>

enum link_answer {
	LINK_UNKNOWN,
	LINK_ANSWERED,
	LINK_FAULT,
};

/* Why not, and where in the whole text. */
struct link_fault {
	char text[ERR_TEXT];
	size_t at, len;
	bool circle; /* a name stands for itself: said once, not on each level */
};

struct link_query {
	struct resolver *r;
	const struct spec_event *se;
	int depth; /* of tables that name events that are in tables */
};

enum link_answer link_fault_set(struct link_fault *fault, size_t at, size_t len,
				const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* What stands after the ':', and what it makes of an attr. */
struct link_mods {
	unsigned exclude;
	bool has_level;
	bool has_guest; /* G or H given */
	bool has_idle;
	bool pinned, exclusive, weak;
};

/*
 * perf's modifiers.  A @mods that holds other ones already (those of the event
 * when the text is its group's) is added to, as perf does.  False with the
 * letter's place in @fault.
 */
bool link_mods_parse(const char *text, size_t at, struct link_mods *mods,
		     struct link_fault *fault);

/* Could the whole of @text be modifiers? */
bool link_mods_like(const char *text);

/* What an event without any modifier gets. */
void link_mods_default(struct link_mods *mods);

/*
 * Split "cycles:u" at its first ':' (at the end without one) and read the
 * modifiers.  @len is the length of the part before; for an event with
 * slashes it is not touched.
 */
bool link_mods_of(const struct spec_event *se, size_t *len,
		  struct link_mods *mods, struct link_fault *fault);

/* An event with the texts filled in and everything else at rest. */
struct event *link_event_new(const struct spec_event *se, enum event_link link);

/*
 * Append @event with the modifiers @mods.  A PMU that takes no exclude bits
 * refuses levels: false, @fault says so and @event is freed.
 */
bool link_event_add(struct event_list *out, struct event *event,
		    const struct spec_event *se, const struct link_mods *mods,
		    struct link_fault *fault);

/* The value of the term "name=", NULL without. */
const char *link_name_term(const struct spec_event *se);

/*
 * The kernel's generic events: their type, config, canonical name, what
 * formulas call them.
 */
struct link_generic_row {
	const char *name;
	const char *alias; /* NULL: none */
	uint32_t type;
	uint64_t config;
	const char *help;
};
extern const struct link_generic_row link_generic_rows[];
extern const size_t link_generic_nrows;

/* @len bytes of @name; case counts, as in perf. */
const struct link_generic_row *link_generic_find(const char *name, size_t len);
const struct link_generic_row *link_generic_by_code(uint32_t type,
						    uint64_t config);
/* "branch-misses" as formulas call it; the caller frees. */
char *link_base_name(const char *name);

/* A hardware cache name: "L1-dcache-load-misses" and all its aliases. */
bool link_cache_find(const char *name, size_t len, uint64_t *config);
/* The canonical name of a cache event. */
void link_cache_name(uint64_t config, char *buf, size_t len);
/* Every cache event that can exist, canonical names; non-zero stops. */
int link_cache_each(int (*each)(const char *name, void *arg), void *arg);

/* Is there more than one core PMU?  Costs one or two system calls. */
bool resolver_hybrid(struct resolver *r);
const struct rootfs *resolver_root(const struct resolver *r);
/* NULL where libpfm4 cannot be used; resolver_pfm_why() then says why. */
struct pfm *resolver_pfm(struct resolver *r);
const char *resolver_pfm_why(const struct resolver *r);
/* A number for the events that are one name split over core types. */
int resolver_next_hybrid_set(struct resolver *r);

/* Ask the whole chain. */
enum link_answer resolver_ask(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault);

/* The links. */
enum link_answer link_generic(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault);
enum link_answer link_cachegrind(const struct link_query *q,
				 struct event_list *out,
				 struct link_fault *fault);
enum link_answer link_raw(const struct link_query *q, struct event_list *out,
			  struct link_fault *fault);
enum link_answer link_breakpoint(const struct link_query *q,
				 struct event_list *out,
				 struct link_fault *fault);
enum link_answer link_pfm(const struct link_query *q, struct event_list *out,
			  struct link_fault *fault);
enum link_answer link_sysfs(const struct link_query *q, struct event_list *out,
			    struct link_fault *fault);
enum link_answer link_tracefs(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault);
enum link_answer link_table(const struct link_query *q, struct event_list *out,
			    struct link_fault *fault);
/* "pmu/terms/" where a term is a name of the tables. */
enum link_answer link_table_terms(const struct link_query *q,
				  struct event_list *out,
				  struct link_fault *fault);

#endif
