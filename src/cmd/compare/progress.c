/*
 * A line that tells how far it is, on a terminal only.
 *
 * It is drawn between two runs: at most ten times a second, and what has to be
 * computed for it twice a second.
 */
#include "cmd/compare/measuring.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/strbuf.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_NS 100000000u
#define COMPUTE_NS 500000000u

static size_t columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 2)
		return 79;
	return size.ws_col - 1u;
}

/* Of a difference of 12 % no second digit after the point is of interest. */
static int digits(const struct compare_interval *i)
{
	return fabs(i->hi - i->lo) < 0.01 ? 2 : 1;
}

/* "new +1.2 % [0.5, 1.9]" */
static void add_difference(struct strbuf *b, const struct so_far *s,
			   const char *name, size_t subject)
{
	const struct compare_result *r = &s->now.quantities[0].results[subject];
	const struct compare_interval *i = &r->relative.plain;
	int d = digits(i);

	if (!r->relative.known)
		return;
	strbuf_addf(b, "; %s %+.*f %%", name, d, 100.0 * r->relative.value);
	if (r->exact)
		strbuf_puts(b, " exact");
	else if (r->resampled)
		strbuf_addf(b, " [%+.*f, %+.*f]", d, 100.0 * i->lo, d,
			    100.0 * i->hi);
}

static void add_counts(struct strbuf *b, const struct schedule_progress *p)
{
	if (p->warmup)
		strbuf_puts(b, "warm-up, ");
	if (p->total)
		strbuf_addf(b, "%zu of %zu runs", p->done, p->total);
	else
		strbuf_addf(b, "%zu runs", p->done);
	if (p->left_s >= 0.0 && p->done)
		strbuf_addf(b, ", about %.0f s left", ceil(p->left_s));
}

void progress_show(struct measuring *m, const struct schedule_progress *p)
{
	struct progress *state = &m->progress;
	struct so_far *s = &m->so_far;
	uint64_t now = clock_now_ns();
	struct strbuf b = { 0 };
	AUTO_FREE char *text = NULL;

	if (now - state->drawn_ns < DRAW_NS)
		return;
	state->drawn_ns = now;
	add_counts(&b, p);
	if (!p->warmup && now - state->computed_ns >= COMPUTE_NS) {
		so_far_update(s, m, p->so_far);
		/* also where it takes long itself, most of the time is for
		   measuring */
		now = clock_now_ns() + 4 * (clock_now_ns() - now);
		state->computed_ns = now;
	}
	if (s->computed)
		strbuf_addf(&b, "; %s", s->metric);
	for (size_t i = 1; i < s->now.nsubjects && s->computed; i++)
		add_difference(&b, s, m->names[i], i);
	text = strbuf_detach(&b);
	fprintf(stderr, "\r\033[K%.*s", (int)columns(), text);
	fflush(stderr);
	state->shown = true;
}

void progress_clear(struct measuring *m)
{
	if (m->progress.shown)
		fputs("\r\033[K", stderr);
	m->progress.shown = false;
}
