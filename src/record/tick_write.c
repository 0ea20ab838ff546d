/*
 * Ticks written to a file; see tick_file.h and tick_parts.h.
 *
 * A line is made in memory and written with one call: a disk that is full
 * leaves a part of it, which is taken off again.
 */
#include "base/auto.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "record/recording_file.h"
#include "record/tick_file.h"
#include "record/tick_parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A whole line comes after so many others, or when they have become as long as
 * it is and longer than this: then reading one tick takes some 10 ms at most.
 */
#define WHOLE_AFTER 64
#define WHOLE_AFTER_BYTES ((size_t)1 << 20)

struct tick_writer {
	char *path; /* as it was given */
	int fd;
	off_t end;     /* of the last whole line */
	size_t number; /* of ticks */
	size_t since;  /* the last whole line: others */
	size_t since_bytes, whole_bytes;
	struct strbuf line;
	/* the tick before */
	struct task *tasks;
	size_t ntasks;
	struct strbuf texts; /* theirs */
	struct tick_context context;
	/* as they were last written */
	struct counter_note *notes, *cpu_notes;
};

/* ---- lines ---- */

static int add_text(const char *data, size_t len, void *line)
{
	strbuf_add(line, data, len);
	return 0;
}

/* @o is taken. */
static void add_json(struct strbuf *line, json_t *o)
{
	json_dump_callback(o, add_text, line, JSON_COMPACT);
	json_decref(o);
}

/* The line, all of it or nothing. */
static int put_line(struct tick_writer *w, struct err *err)
{
	const char *data;
	size_t left;
	int bad = 0;

	strbuf_putc(&w->line, '\n');
	data = w->line.buf;
	left = w->line.len;
	while (left && bad == 0) {
		ssize_t n = write(w->fd, data, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			bad = n < 0 ? -errno : -EIO;
			break;
		}
		data += n;
		left -= (size_t)n;
	}
	if (bad == 0) {
		w->end += (off_t)w->line.len;
		return 0;
	}
	if (ftruncate(w->fd, w->end) == 0)
		lseek(w->fd, w->end, SEEK_SET);
	err_set(err, bad, "cannot write '%s': %s", w->path, strerror(-bad));
	if (w->number)
		err_hint(err, "what was saved before, %zu ticks, can be played",
			 w->number);
	return bad;
}

/* ---- the header ---- */

static json_t *header_of(const struct recording *header,
			 const struct tick_context *c)
{
	json_t *o = json_object(), *cpu = json_object();
	struct recording of_cpus = { .plan = *c->cpu_plan };
	struct recording h = *header;
	char nothing[] = "", perf[] = "perf";

	/* a watch has none of these, and readers want them */
	h.options.repeat = h.options.repeat > 0 ? h.options.repeat : 1;
	h.options.rows = h.options.rows ? h.options.rows : nothing;
	h.source.name = h.source.name ? h.source.name : perf;
	h.tacho = h.tacho ? h.tacho : nothing;
	if (c->cpu_plan->events)
		of_cpus.events = *c->cpu_plan->events;
	json_object_set_new(o, TICKS_MAGIC, json_integer(TICKS_VERSION));
	recording_write_header(&h, o);
	recording_write_plan(&of_cpus, cpu);
	json_object_set_new(o, "of_cpus", cpu);
	json_object_set_new(o, "notes",
			    tick_write_notes(c->notes, c->plan->ncounters));
	json_object_set_new(
		o, "cpu_notes",
		tick_write_notes(c->cpu_notes, c->cpu_plan->ncounters));
	return o;
}

/* Beside @place first: it is there only when the header is. */
static int put_header(struct tick_writer *w, const char *place, mode_t mode,
		      struct err *err)
{
	AUTO_FREE char *temporary = xasprintf("%s.XXXXXX", place);
	int bad = 0;

	w->fd = mkostemp(temporary, O_CLOEXEC);
	if (w->fd < 0)
		return err_set(err, -errno, "cannot write '%s': %s", w->path,
			       strerror(errno));
	if (fchmod(w->fd, mode) < 0)
		bad = err_set(err, -errno, "cannot write '%s': %s", w->path,
			      strerror(errno));
	if (bad == 0)
		bad = put_line(w, err);
	if (bad == 0 && (fsync(w->fd) < 0 || rename(temporary, place) < 0))
		bad = err_set(err, -errno, "cannot write '%s': %s", w->path,
			      strerror(errno));
	if (bad < 0)
		unlink(temporary);
	else
		recording_sync_folder(place);
	return bad;
}

static void copy_notes(struct counter_note *to, const struct counter_note *from,
		       size_t n)
{
	if (n && from)
		memcpy(to, from, n * sizeof(*to));
}

int tick_writer_open(const char *path, const struct recording *header,
		     const struct tick_context *context,
		     struct tick_writer **ret, struct err *err)
{
	AUTO_FREE char *place = NULL;
	struct tick_writer *w;
	bool existed;
	mode_t mode;
	int bad = recording_place(path, &place, &mode, &existed, err);

	if (bad < 0)
		return bad;
	w = xcalloc(1, sizeof(*w));
	w->path = xstrdup(path);
	w->context = *context;
	w->notes = xcalloc(context->plan->ncounters, sizeof(*w->notes));
	w->cpu_notes =
		xcalloc(context->cpu_plan->ncounters, sizeof(*w->cpu_notes));
	copy_notes(w->notes, context->notes, context->plan->ncounters);
	copy_notes(w->cpu_notes, context->cpu_notes,
		   context->cpu_plan->ncounters);
	add_json(&w->line, header_of(header, context));
	bad = put_header(w, place, mode, err);
	if (bad < 0) {
		tick_writer_close(w, NULL);
		return bad;
	}
	log_say(1, "%s '%s'", existed ? "replaced" : "saving to", path);
	*ret = w;
	return 0;
}

/* ---- a tick ---- */

static bool notes_differ(const struct counter_note *a,
			 const struct counter_note *b, size_t n)
{
	for (size_t i = 0; b && i < n; i++)
		if (a[i].user_only != b[i].user_only ||
		    a[i].why.code != b[i].why.code ||
		    strcmp(a[i].why.what, b[i].why.what) != 0 ||
		    strcmp(a[i].why.hint, b[i].why.hint) != 0)
			return true;
	return false;
}

/* Counters are opened late: what they say of themselves may change. */
static void add_notes(struct tick_writer *w, json_t *o, bool whole)
{
	const struct tick_context *c = &w->context;
	size_t n = c->plan->ncounters, ncpu = c->cpu_plan->ncounters;

	if (!whole && !notes_differ(w->notes, c->notes, n) &&
	    !notes_differ(w->cpu_notes, c->cpu_notes, ncpu))
		return;
	json_object_set_new(o, "notes", tick_write_notes(c->notes, n));
	json_object_set_new(o, "cpu_notes",
			    tick_write_notes(c->cpu_notes, ncpu));
	copy_notes(w->notes, c->notes, n);
	copy_notes(w->cpu_notes, c->cpu_notes, ncpu);
}

/* The same task, and not another one that was given its number. */
static const struct task *find_before(const struct tick_writer *w, size_t *at,
				      const struct task *t)
{
	const struct task *b;

	while (*at < w->ntasks &&
	       (w->tasks[*at].pid < t->pid ||
		(w->tasks[*at].pid == t->pid && w->tasks[*at].tid < t->tid)))
		++*at;
	if (*at == w->ntasks)
		return NULL;
	b = &w->tasks[*at];
	return b->pid == t->pid && b->tid == t->tid &&
			       b->start_ticks == t->start_ticks
		       ? b
		       : NULL;
}

/* @first becomes false once there is one. */
static void add_task(struct tick_writer *w, const struct tick *tick,
		     const struct task *t, const struct task *before,
		     bool whole, bool *first)
{
	struct task expected =
		before ? tick_task_idle(before) : tick_task_new(t->pid, t->tid);
	json_t *o = tick_write_task(t, &expected);

	if (!o && before)
		return;
	if (!o) {
		o = json_object();
		json_object_set_new(o, "pid", json_integer(t->pid));
		if (t->tid)
			json_object_set_new(o, "tid", json_integer(t->tid));
	}
	if (!before && !whole)
		json_object_set_new(o, "new", json_true());
	if (t->slot != TASK_NOT_COUNTED)
		tick_write_counts(o, &tick->counts, t->slot);
	if (!*first)
		strbuf_putc(&w->line, ',');
	*first = false;
	add_json(&w->line, o);
}

static void add_tasks(struct tick_writer *w, const struct tick *tick,
		      bool whole)
{
	bool first = true;
	size_t at = 0;

	strbuf_puts(&w->line, ",\"tasks\":[");
	for (size_t i = 0; i < tick->ntasks; i++)
		add_task(w, tick, &tick->tasks[i],
			 whole ? NULL : find_before(w, &at, &tick->tasks[i]),
			 whole, &first);
	strbuf_puts(&w->line, "]");
	if (whole)
		return;
	strbuf_puts(&w->line, ",\"gone\":");
	add_json(&w->line, tick_write_gone(w->tasks, w->ntasks, tick));
}

static void add_cpus(struct tick_writer *w, const struct tick *tick)
{
	strbuf_puts(&w->line, ",\"cpus\":[");
	for (size_t i = 0; i < tick->ncpus; i++) {
		if (i)
			strbuf_putc(&w->line, ',');
		add_json(&w->line, tick_write_cpu(tick, i));
	}
	strbuf_puts(&w->line, "]");
}

static void make_line(struct tick_writer *w, const struct tick *tick,
		      bool whole)
{
	json_t *rest = tick_write_rest(tick, w->number + 1, whole);

	add_notes(w, rest, whole);
	strbuf_reset(&w->line);
	add_json(&w->line, rest);
	/* it goes on */
	w->line.len--;
	add_tasks(w, tick, whole);
	add_cpus(w, tick);
	strbuf_putc(&w->line, '}');
}

/* What the next line refers to. */
static void keep(struct tick_writer *w, const struct tick *tick)
{
	const char *text;

	free(w->tasks);
	w->tasks = xcalloc(tick->ntasks, sizeof(*w->tasks));
	w->ntasks = tick->ntasks;
	if (tick->ntasks)
		memcpy(w->tasks, tick->tasks, tick->ntasks * sizeof(*w->tasks));
	strbuf_reset(&w->texts);
	for (size_t i = 0; i < w->ntasks; i++) {
		strbuf_add(&w->texts, w->tasks[i].command,
			   strlen(w->tasks[i].command) + 1);
		strbuf_add(&w->texts, w->tasks[i].cgroup,
			   strlen(w->tasks[i].cgroup) + 1);
	}
	/* only now it moves no more */
	text = strbuf_str(&w->texts);
	for (size_t i = 0; i < w->ntasks; i++) {
		w->tasks[i].command = text;
		text += strlen(text) + 1;
		w->tasks[i].cgroup = text;
		text += strlen(text) + 1;
	}
}

static bool is_time_for_a_whole_one(const struct tick_writer *w)
{
	return !w->number || w->since >= WHOLE_AFTER ||
	       (w->since_bytes > WHOLE_AFTER_BYTES &&
		w->since_bytes > w->whole_bytes);
}

int tick_writer_add(struct tick_writer *w, const struct tick *tick,
		    struct err *err)
{
	bool whole = is_time_for_a_whole_one(w);
	int bad;

	assert(!tick->counts.nslots ||
	       tick->counts.ncounters == w->context.plan->ncounters);
	make_line(w, tick, whole);
	bad = put_line(w, err);
	if (bad < 0)
		return bad;
	w->number++;
	if (whole) {
		w->whole_bytes = w->line.len;
		w->since = w->since_bytes = 0;
	} else {
		w->since++;
		w->since_bytes += w->line.len;
	}
	keep(w, tick);
	return 0;
}

int tick_writer_close(struct tick_writer *w, struct err *err)
{
	int bad = 0;

	if (!w)
		return 0;
	if (w->fd >= 0 && close(w->fd) < 0)
		bad = err_set(err, -errno, "cannot write '%s': %s", w->path,
			      strerror(errno));
	free(w->path);
	strbuf_done(&w->line);
	free(w->tasks);
	strbuf_done(&w->texts);
	free(w->notes);
	free(w->cpu_notes);
	free(w);
	return bad;
}
