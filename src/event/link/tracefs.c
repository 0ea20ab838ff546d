/*
 * Tracepoints: "subsystem:name", by the id in tracefs.  Not through libpfm4,
 * which finds them only where debugfs is mounted, and reads all of them.
 */
#include "event/link/tracefs.h"
#include "base/auto.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "event/link/link.h"

#include <errno.h>
#include <fnmatch.h>
#include <linux/perf_event.h>
#include <string.h>

static const char *const mounts[] = { "/sys/kernel/tracing",
				      "/sys/kernel/debug/tracing" };

/* "sched:sched_switch:u" taken apart. */
struct point {
	char *subsystem, *name;
	const char *mods; /* behind the second ':', or "" */
	size_t mods_at;
};

static void point_done(struct point *p)
{
	free(p->subsystem);
	free(p->name);
}

static bool split(const struct spec_event *se, struct point *ret)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-*?";
	const char *text = se->name, *name;
	size_t n, m;

	if (!text)
		return false;
	n = strspn(text, allowed);
	if (!n || text[n] != ':')
		return false;
	name = text + n + 1;
	m = strspn(name, allowed);
	if (!m || (name[m] && name[m] != ':'))
		return false;
	*ret = (struct point){
		.subsystem = xstrndup(text, n),
		.name = xstrndup(name, m),
		.mods = name[m] ? name + m + 1 : "",
		.mods_at = se->at + n + 1 + m + (name[m] == ':'),
	};
	return true;
}

const char *tracefs_mount(const struct rootfs *root, int *why)
{
	*why = -ENOENT;
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		char **names = NULL;
		ssize_t n = rootfs_list(root, &names, "%s/events", mounts[i]);

		if (n >= 0) {
			rootfs_free_names(names, (size_t)n);
			return mounts[i];
		}
		if (n != -ENOENT)
			*why = (int)n;
	}
	return NULL;
}

static int read_id(const struct rootfs *root, const char *subsystem,
		   const char *name, uint64_t *id)
{
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_LEN(mounts) && r < 0; i++) {
		int now = rootfs_read_u64(root, id, "%s/events/%s/%s/id",
					  mounts[i], subsystem, name);

		if (now == 0 || now != -ENOENT)
			r = now;
	}
	return r;
}

static bool read_mods(const struct spec_event *se, const struct point *p,
		      struct link_mods *mods, struct link_fault *fault)
{
	link_mods_default(mods);
	if (*p->mods) {
		*mods = (struct link_mods){ 0 };
		if (!link_mods_parse(p->mods, p->mods_at, mods, fault))
			return false;
	}
	return link_mods_parse(se->group_mods, se->group_mods_at, mods, fault);
}

static enum link_answer add(const struct spec_event *se, const struct point *p,
			    const char *name, uint64_t id, bool single,
			    struct event_list *out, struct link_fault *fault)
{
	struct link_mods mods;
	struct event *e;

	if (!read_mods(se, p, &mods, fault))
		return LINK_FAULT;
	e = link_event_new(se, EVENT_LINK_TRACEFS);
	if (!single) {
		free(e->name);
		e->name = xasprintf("%s:%s%s%s", p->subsystem, name,
				    *p->mods ? ":" : "", p->mods);
	}
	e->code.type = PERF_TYPE_TRACEPOINT;
	e->code.config = id;
	e->pmu = xstrdup("tracepoint");
	free(e->how);
	e->how = xasprintf("tracepoint %s:%s, id %llu", p->subsystem, name,
			   (unsigned long long)id);
	return link_event_add(out, e, se, &mods, fault) ? LINK_ANSWERED
							: LINK_FAULT;
}

/* "sched:sched_*" */
static enum link_answer add_matching(const struct link_query *q,
				     const struct point *p,
				     struct event_list *out,
				     struct link_fault *fault)
{
	const struct rootfs *root = resolver_root(q->r);
	enum link_answer answer = LINK_UNKNOWN;
	char **names = NULL;
	int why;
	const char *mount = tracefs_mount(root, &why);
	ssize_t n;

	if (!mount || strpbrk(p->subsystem, "*?"))
		return LINK_UNKNOWN;
	n = rootfs_list(root, &names, "%s/events/%s", mount, p->subsystem);
	for (ssize_t i = 0; i < n && answer != LINK_FAULT; i++) {
		uint64_t id;

		if (fnmatch(p->name, names[i], 0) == 0 &&
		    read_id(root, p->subsystem, names[i], &id) == 0)
			answer = add(q->se, p, names[i], id, false, out, fault);
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
	return answer;
}

enum link_answer link_tracefs(const struct link_query *q,
			      struct event_list *out, struct link_fault *fault)
{
	enum link_answer answer = LINK_UNKNOWN;
	struct point p;
	uint64_t id;

	if (!split(q->se, &p))
		return LINK_UNKNOWN;
	if (strpbrk(q->se->name, "*?"))
		answer = add_matching(q, &p, out, fault);
	else if (read_id(resolver_root(q->r), p.subsystem, p.name, &id) == 0)
		answer = add(q->se, &p, p.name, id, true, out, fault);
	point_done(&p);
	return answer;
}

static void suggest_in(const struct rootfs *root, const char *typed,
		       const char *dir, char *buf, size_t len)
{
	struct suggest s;
	char **names = NULL;
	ssize_t n = rootfs_list(root, &names, "%s", dir);

	suggest_init(&s, typed);
	for (ssize_t i = 0; i < n; i++)
		suggest_offer(&s, names[i]);
	suggest_text(&s, buf, len);
	suggest_done(&s);
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
}

/* Their names are in small letters; libpfm4's "EVENT:UMASK" are not. */
static bool looks_like_point(const struct point *p)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	return !p->subsystem[strspn(p->subsystem, letters)] &&
	       !p->name[strspn(p->name, letters)];
}

/* There may be such a tracepoint; only root can know its number. */
static enum link_answer add_denied(const struct spec_event *se,
				   const struct point *p,
				   struct event_list *out,
				   struct link_fault *fault)
{
	enum link_answer answer = add(se, p, p->name, 0, true, out, fault);

	if (answer == LINK_ANSWERED)
		out->items[out->n - 1]->denied =
			xstrdup("tracefs may only be read by root here");
	return answer;
}

static enum link_answer why_not(const struct link_query *q,
				const struct point *p, struct event_list *out,
				struct link_fault *fault)
{
	const struct rootfs *root = resolver_root(q->r);
	size_t at = q->se->at, n = strlen(p->subsystem);
	AUTO_FREE char *dir = NULL;
	char near[200];
	int why;
	const char *mount = tracefs_mount(root, &why);

	if (!mount && !looks_like_point(p))
		return LINK_UNKNOWN;
	if (!mount && why == -EACCES)
		return add_denied(q->se, p, out, fault);
	if (!mount)
		return link_fault_set(
			fault, at, q->se->len,
			"'%s': as a tracepoint it cannot be "
			"looked up, because tracefs is not "
			"mounted; try: sudo mount -t tracefs nodev "
			"/sys/kernel/tracing",
			q->se->name);
	dir = xasprintf("%s/events/%s", mount, p->subsystem);
	if (!rootfs_exists(root, "%s", dir)) {
		free(dir);
		dir = xasprintf("%s/events", mount);
		suggest_in(root, p->subsystem, dir, near, sizeof(near));
		if (!*near) /* nothing says that a tracepoint was meant */
			return LINK_UNKNOWN;
		return link_fault_set(fault, at, n,
				      "there is no tracepoint subsystem '%s'; "
				      "%s",
				      p->subsystem, near);
	}
	suggest_in(root, p->name, dir, near, sizeof(near));
	return link_fault_set(fault, at + n + 1, strlen(p->name),
			      "there is no tracepoint '%s' in '%s'%s%s",
			      p->name, p->subsystem, *near ? "; " : "", near);
}

enum link_answer tracefs_why(const struct link_query *q, struct event_list *out,
			     struct link_fault *fault)
{
	enum link_answer answer = LINK_UNKNOWN;
	struct point p;

	if (!split(q->se, &p))
		return LINK_UNKNOWN;
	/* "cylces:u" is a misspelt event, not a tracepoint */
	if (!link_mods_like(p.name))
		answer = why_not(q, &p, out, fault);
	point_done(&p);
	return answer;
}
