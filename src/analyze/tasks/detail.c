/* One row in depth: its past, its threads, its verdict. */
#include "analyze/tasks/model.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_SHOWN 100

struct detail_room {
	struct tasks_detail detail;
	bool known; /* of this tick */
	struct cell *cells, *thread_cells;
	char **texts;
	size_t ntexts;
	float *points;
};

static void room_reset(struct detail_room *room)
{
	verdict_done(&room->detail.verdict);
	for (size_t i = 0; i < room->ntexts; i++)
		free(room->texts[i]);
	free(room->texts);
	free(room->detail.series);
	free(room->detail.threads);
	free(room->cells);
	free(room->thread_cells);
	free(room->points);
	*room = (struct detail_room){ 0 };
}

void detail_free(struct detail_room *room)
{
	if (!room)
		return;
	room_reset(room);
	free(room);
}

void detail_expire(struct detail_room *room)
{
	if (room)
		room->known = false;
}

static const char *keep(struct detail_room *room, char *text)
{
	VEC_PUSH(room->texts, room->ntexts, text);
	return text;
}

/* ---- who ---- */

/* Of the last rows, or of the tick: it need not have a row. */
static bool find_source(const struct tasks *t, uint64_t id, struct source *ret)
{
	size_t at = tasks_position(t, id);

	if (at != SIZE_MAX) {
		*ret = t->sources[at];
		return true;
	}
	for (size_t i = 0; i < t->look.ntasks; i++) {
		if (task_id(&t->look.tasks[i]) != id)
			continue;
		*ret = (struct source){ .id = id, .task = &t->look.tasks[i] };
		return true;
	}
	for (size_t i = 0; i < t->nended; i++) {
		if (t->ended[i]->id != id)
			continue;
		*ret = (struct source){ .id = id,
					.task = &t->ended[i]->task,
					.ended = t->ended[i] };
		return true;
	}
	return false;
}

/* ---- series ---- */

/* Numbers that change; that a pid stays the same is no history. */
static bool has_series(const struct column *c)
{
	switch (c->kind) {
	case COLUMN_METRIC:
	case COLUMN_EVENT:
		return true;
	case COLUMN_VERDICT:
		return false;
	case COLUMN_BUILTIN:
		break;
	}
	return !c->text && !c->plain && c->builtin != BUILTIN_AGE &&
	       c->builtin != BUILTIN_TASKS && c->builtin != BUILTIN_THREADS;
}

/* What is not kept of a task that did nothing. */
static bool is_unknown_idle(const struct column *c)
{
	return c->kind == COLUMN_BUILTIN &&
	       (c->builtin == BUILTIN_RSS || c->builtin == BUILTIN_MEMORY);
}

static float point_of(struct tasks *t, const struct subject *past, bool cut,
		      bool idle, const struct column *c)
{
	struct cell cell;

	if (cut || (idle && is_unknown_idle(c)))
		return NAN;
	cell_make(t, past, c, &cell);
	return cell.kind == CELL_NUMBER ? (float)cell.number : NAN;
}

/* Had it begun? */
static bool lives_at(struct tasks *t, const struct subject *s, double at)
{
	struct cell age;

	if (s->several)
		return true;
	cell_make(t, s, column_builtin("age"), &age);
	return at >= s->at - age.number;
}

static void fill_points(struct tasks *t, const struct subject *s,
			struct detail_room *room, const struct column **columns,
			size_t n)
{
	const struct history *h = &t->history;
	AUTO(past_done) struct past past = { 0 };

	room->points = xcalloc(n * h->n + 1, sizeof(*room->points));
	for (size_t k = 0; k < h->n; k++) {
		AUTO_FREE size_t *slots = NULL;
		struct subject then;
		struct run run;
		bool lives = lives_at(t, s, history_at(h, k));

		history_past(h, s->whose, s->id, k, k + 1, &past);
		run = (struct run){ .slots = past.slots,
				    .nslots = past.nslots,
				    .notes = t->run.notes };
		subject_of_past(&past, &run, s, &then);
		slots = xcalloc(past.nslots + 1, sizeof(*slots));
		for (size_t i = 0; i < past.nslots; i++)
			slots[i] = i;
		then.bin.slots = slots;
		then.bin.nslots = past.nslots;
		for (size_t i = 0; i < n; i++)
			room->points[i * h->n + k] =
				point_of(t, &then, past.cut || !lives,
					 !past.ntasks, columns[i]);
	}
}

/* ---- trust ---- */

static const char *trust_of(struct tasks *t, const struct subject *s,
			    const struct column *c, const struct cell *cell,
			    struct detail_room *room)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	struct scope scope = subject_scope(t, s);
	struct scope_quality q;

	if (cell->kind == CELL_ABSENT)
		return keep(room, xstrdup(cell->text ? cell->text : ""));
	if (c->kind == COLUMN_BUILTIN)
		return "the kernel's own account";
	q = scope_quality(&scope, c->key);
	if (cell->estimate && q.known)
		strbuf_addf(&b,
			    "an estimate: it was counted %.0f %% of the "
			    "time",
			    100.0 * q.running);
	else
		strbuf_puts(&b, cell->estimate ? "an estimate"
					       : "counted all the time");
	if (q.known && !q.together)
		strbuf_puts(&b, "; its inputs at different times");
	if (cell->partial)
		strbuf_puts(&b, s->several ? "; not all of it is counted"
					   : "; of some of its threads only");
	if (cell->doubt)
		strbuf_addf(&b, "; not to be believed: %s", cell->doubt);
	return keep(room, strbuf_detach(&b));
}

static void fill_series(struct tasks *t, const struct subject *s,
			struct detail_room *room)
{
	struct tasks_detail *d = &room->detail;
	const struct columns *all = t->columns;
	AUTO_FREE const struct column **shown =
		xcalloc(all->n + 1, sizeof(*shown));
	size_t n = 0, npoints = t->history.n;

	for (size_t i = 0; i < all->n; i++)
		if (has_series(&all->items[i]))
			shown[n++] = &all->items[i];
	fill_points(t, s, room, shown, n);
	d->series = xcalloc(n + 1, sizeof(*d->series));
	d->nseries = n;
	for (size_t i = 0; i < n; i++) {
		const struct column *c = shown[i];
		struct tasks_series *one = &d->series[i];
		const struct metric *m =
			c->kind == COLUMN_METRIC && c->use != SIZE_MAX
				? t->series.plan->uses[c->use].metric
				: NULL;

		*one = (struct tasks_series){
			.key = c->key,
			.title = m ? m->title : c->heading,
			.unit = c->unit,
			.digits = c->digits,
			.points = room->points + i * npoints,
			.n = npoints
		};
		cell_make(t, s, c, &one->now);
		cell_add_doubt(t, s, c, &one->now);
		one->trust = trust_of(t, s, c, &one->now, room);
	}
}

/* ---- threads ---- */

static int by_cpu(const void *a, const void *b)
{
	const struct task *x = *(const struct task *const *)a;
	const struct task *y = *(const struct task *const *)b;
	uint64_t n = x->user_ns + x->sys_ns, m = y->user_ns + y->sys_ns;

	if (n != m)
		return n > m ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static void fill_threads(struct tasks *t, const struct source *source,
			 struct detail_room *room)
{
	struct tasks_detail *d = &room->detail;
	AUTO_FREE const struct task **found = NULL;
	size_t n = 0, ncolumns = t->columns->n;

	for (size_t i = 0; i < t->look.ntasks; i++)
		if (t->look.tasks[i].pid == source->task->pid &&
		    t->look.tasks[i].tid)
			VEC_PUSH(found, n, &t->look.tasks[i]);
	if (source->n)
		d->no_threads = "it is made of several processes";
	else if (source->ended)
		d->no_threads = "it has ended";
	else if (source->task->tid)
		d->no_threads = "it is a thread";
	else if (!t->look.has_threads)
		d->no_threads = "threads are not told apart now";
	if (d->no_threads || !n)
		return;
	qsort(found, n, sizeof(*found), by_cpu);
	if (n > THREADS_SHOWN)
		n = THREADS_SHOWN;
	d->threads = xcalloc(n, sizeof(*d->threads));
	d->nthreads = n;
	room->thread_cells = xcalloc(n * ncolumns + 1, sizeof(struct cell));
	for (size_t i = 0; i < n; i++) {
		const struct source one = { .id = task_id(found[i]),
					    .task = found[i] };
		struct subject s;

		d->threads[i] = row_of(t, &one);
		d->threads[i].cells = &room->thread_cells[i * ncolumns];
		subject_of_task(t, found[i], &s);
		cells_make(t, &s, d->threads[i].cells);
	}
}

static void fill(struct tasks *t, const struct source *source,
		 struct detail_room *room)
{
	struct tasks_detail *d = &room->detail;
	AUTO_FREE size_t *slots = NULL;
	struct subject s;

	subject_of_source(t, source, &s);
	/* its own: other subjects are made meanwhile */
	slots = xcalloc(s.bin.nslots + 1, sizeof(*slots));
	if (s.bin.nslots)
		memcpy(slots, s.bin.slots, s.bin.nslots * sizeof(*slots));
	s.bin.slots = slots;
	d->id = source->id;
	d->row = row_of(t, source);
	d->command = source->n ? d->row.name
			       : (*source->task->command ? source->task->command
							 : source->task->comm);
	room->cells = xcalloc(t->columns->n + 1, sizeof(*room->cells));
	d->row.cells = room->cells;
	cells_make(t, &s, room->cells);
	fill_series(t, &s, room);
	fill_threads(t, source, room);
	d->no_verdict = verdict_of(t, &s, &d->verdict, &d->verdict_s).why;
}

int tasks_detail(struct tasks *t, uint64_t id, const struct tasks_detail **ret,
		 struct err *err)
{
	struct source source;

	if (t->detail && t->detail->known && t->detail->detail.id == id) {
		*ret = &t->detail->detail;
		return 0;
	}
	if (!t->fed || !find_source(t, id, &source))
		return err_set(err, -ESRCH, "nothing is known of it any more");
	if (!t->detail)
		t->detail = xcalloc(1, sizeof(*t->detail));
	room_reset(t->detail);
	fill(t, &source, t->detail);
	t->detail->known = true;
	*ret = &t->detail->detail;
	return 0;
}
