/*
 * Reading the kernel's counters: one call per cell; on kernels that refuse a
 * group read of inherited events, one per member.
 */
#include "source/perf_session.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>

static void set_state(struct reading *r, enum reading_state state)
{
	*r = (struct reading){ .state = state };
}

/*
 * One read for the whole group: nr, enabled, running, then the values in the
 * order in which the members were opened.
 */
static int read_together(struct perf_session *p, const struct plan_group *g,
			 const struct cell *c, struct snapshot *out)
{
	uint64_t *b = p->buffer;
	size_t n = 0, opened = 0;
	ssize_t got;

	for (size_t i = 0; i < g->n; i++)
		opened += c->fds[i] >= 0;
	got = p->sys->read(p->sys->ctx, c->leader, b,
			   (opened + 3) * sizeof(*b));
	if (got < 0)
		return (int)got;
	if (got == 0)
		return -EBUSY; /* pinned, and lost its counter */
	if ((size_t)got < (opened + 3) * sizeof(*b) || b[0] != opened)
		return -EIO;
	for (size_t i = 0; i < g->n; i++) {
		struct reading *r = snapshot_at(out, g->first + i, c->slot);

		if (c->fds[i] < 0)
			continue;
		*r = (struct reading){ .raw = b[3 + n++],
				       .enabled_ns = b[1],
				       .running_ns = b[2] };
		reading_judge(r);
	}
	return 0;
}

static int read_apart(struct perf_session *p, const struct plan_group *g,
		      const struct cell *c, struct snapshot *out)
{
	for (size_t i = 0; i < g->n; i++) {
		struct reading *r = snapshot_at(out, g->first + i, c->slot);
		uint64_t b[3];
		ssize_t got;

		if (c->fds[i] < 0)
			continue;
		got = p->sys->read(p->sys->ctx, c->fds[i], b, sizeof(b));
		if (got < 0)
			return (int)got;
		if (got == 0)
			return -EBUSY;
		if ((size_t)got < sizeof(b))
			return -EIO;
		*r = (struct reading){ .raw = b[0],
				       .enabled_ns = b[1],
				       .running_ns = b[2] };
		reading_judge(r);
	}
	return 0;
}

static int read_cell(struct perf_session *p, const struct plan_group *g,
		     const struct cell *c, struct snapshot *out)
{
	int r;

	/*
	 * ECHILD: a child is in the middle of exit and its counts are neither
	 * here nor there; a moment later they are.
	 */
	for (int tries = 0; tries < 10; tries++) {
		r = c->one_read ? read_together(p, g, c, out)
				: read_apart(p, g, c, out);
		if (r != -ECHILD)
			break;
	}
	return r;
}

static void fill_unopened(struct perf_session *p, size_t group,
			  const struct cell *c, struct snapshot *out)
{
	const struct plan_group *g = &p->base.plan->groups[group];

	for (size_t i = 0; i < g->n; i++) {
		int why = p->base.notes[g->first + i].why.code;

		if (c->fds[i] < 0)
			set_state(snapshot_at(out, g->first + i, c->slot),
				  why ? perf_open_state(why)
				      : READING_NOT_COUNTED);
	}
}

/* A cell that could not be read has no values, and says why. */
static void lose_cell(struct perf_session *p, size_t group,
		      const struct cell *c, int error, struct snapshot *out)
{
	const struct plan_group *g = &p->base.plan->groups[group];

	log_say(1, "cannot read group %zu: %s", group, strerror(-error));
	for (size_t i = 0; i < g->n; i++) {
		struct err *why = &p->base.notes[g->first + i].why;

		if (c->fds[i] < 0)
			continue;
		set_state(snapshot_at(out, g->first + i, c->slot),
			  READING_NOT_COUNTED);
		if (why->code)
			continue;
		if (error == -EBUSY)
			err_set(why, error,
				"it was pinned, and its counter was taken");
		else
			err_set(why, error, "cannot be read: %s",
				strerror(-error));
	}
}

/* A group that was refused before it was opened: nowhere, so it says so once. */
static void fill_refused(const struct session *s, size_t group,
			 struct snapshot *out)
{
	const struct plan_group *g = &s->plan->groups[group];

	for (size_t i = 0; i < g->n && s->nslots; i++) {
		int why = s->notes[g->first + i].why.code;

		set_state(snapshot_at(out, g->first + i, 0),
			  why ? perf_open_state(why) : READING_NOT_COUNTED);
	}
}

int perf_session_read(struct session *s, struct snapshot *out, struct err *err)
{
	struct perf_session *p = (struct perf_session *)s;

	(void)err;
	out->time_ns = clock_now_ns();
	for (size_t i = 0; i < out->ncounters * out->nslots; i++)
		set_state(&out->readings[i], READING_ABSENT);
	for (size_t g = 0; g < s->plan->ngroups; g++) {
		for (size_t i = 0; i < p->groups[g].n; i++) {
			const struct cell *c = &p->groups[g].items[i];
			int r = 0;

			fill_unopened(p, g, c, out);
			if (c->leader >= 0)
				r = read_cell(p, &s->plan->groups[g], c, out);
			if (r < 0)
				lose_cell(p, g, c, r, out);
		}
		if (!p->groups[g].n)
			fill_refused(s, g, out);
	}
	return 0;
}
