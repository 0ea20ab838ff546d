/*
 * Ticks read from a file; see tick_file.h and tick_parts.h.
 *
 * Opening it finds where lines begin and reads only the first words of each.
 * A tick is then made of the whole line before it and those in between.
 */
#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "record/recording_file.h"
#include "record/tick_file.h"
#include "record/tick_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NONE SIZE_MAX
#define BLOCK ((size_t)64 << 10)
/* The first words are within so many bytes, or the whole line is read. */
#define WORDS 160

struct place {
	off_t at;
	size_t len; /* without its end */
	double time;
	bool whole;
};

struct tick_reader {
	char *path;
	int fd;
	struct recording *header;
	struct recording *cpus; /* only its events and plan */
	struct counter_note *notes, *cpu_notes;
	struct place *places;
	size_t nplaces;
	/* the last that was asked for */
	size_t at; /* NONE */
	struct tick tick;
	struct tick_texts texts;
};

static void json_freep(json_t **json)
{
	json_decref(*json);
}

/* The header is line 1. */
static int tell(const struct tick_reader *r, size_t line, int code,
		const struct err *why, struct err *err)
{
	err_set(err, code, "cannot read '%s', line %zu: %s", r->path, line,
		why->what);
	if (why->hint[0])
		err_hint(err, "%s", why->hint);
	return code;
}

/* ---- lines ---- */

/* *ret is the caller's. */
static int read_bytes(const struct tick_reader *r, off_t at, size_t len,
		      char **ret, struct err *err)
{
	AUTO_FREE char *text = NULL;
	size_t got = 0;

	if (len > RECORDING_LINE_MOST)
		return err_set(err, -EBADMSG, "too long");
	text = xmalloc(len + 1);
	while (got < len) {
		ssize_t n =
			pread(r->fd, text + got, len - got, at + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "%s", strerror(errno));
		if (!n)
			return err_set(err, -EBADMSG, "it was cut off");
		got += (size_t)n;
	}
	text[len] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

static int parse(const char *text, size_t len, json_t **ret, struct err *err)
{
	json_error_t error;

	*ret = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!*ret)
		return err_set(err, -EBADMSG, "%s", error.text);
	if (!json_is_object(*ret))
		return err_set(err, -EBADMSG, "not an object");
	return 0;
}

static int read_object(const struct tick_reader *r, const struct place *p,
		       json_t **ret, struct err *err)
{
	AUTO_FREE char *text = NULL;
	int bad = read_bytes(r, p->at, p->len, &text, err);

	return bad < 0 ? bad : parse(text, p->len, ret, err);
}

/* ---- where they are ---- */

/*
 * {"tick":1,"at":2.5,"whole":true, is an object with another end.  NULL: it does
 * not begin like that.
 */
static json_t *first_words(const struct tick_reader *r, const struct place *p)
{
	char text[WORDS + 1];
	ssize_t n = pread(r->fd, text, p->len < WORDS ? p->len : WORDS, p->at);
	int commas = 0;

	for (ssize_t i = 0; i < n; i++) {
		if (text[i] != ',' || ++commas < 3)
			continue;
		text[i] = '}';
		return json_loadb(text, (size_t)i + 1, 0, NULL);
	}
	return NULL;
}

static bool has_words(const json_t *o)
{
	return json_is_object(o) && json_object_get(o, "tick") &&
	       json_object_get(o, "at") && json_object_get(o, "whole");
}

static int read_words(const struct tick_reader *r, struct place *p,
		      struct err *err)
{
	AUTO(json_freep) json_t *o = first_words(r, p);
	const json_t *at, *whole;
	uint64_t number;

	if (!has_words(o)) {
		json_decref(o);
		o = NULL;
		if (read_object(r, p, &o, err) < 0)
			return -EBADMSG;
	}
	at = json_object_get(o, "at");
	whole = json_object_get(o, "whole");
	if (!fields_is_count(json_object_get(o, "tick"), &number) ||
	    number != r->nplaces + 1)
		return err_set(err, -EBADMSG, "tick: not tick %zu",
			       r->nplaces + 1);
	if (!json_is_number(at))
		return fields_bad(err, "at", "not a number");
	if (!json_is_boolean(whole))
		return fields_bad(err, "whole", "not true or false");
	p->time = json_number_value(at);
	p->whole = json_is_true(whole);
	if (!r->nplaces && !p->whole)
		return fields_bad(err, "whole", "the first one has to be");
	return 0;
}

/* A line that has no end is one that was being written: it is let be. */
static int find_lines(struct tick_reader *r, off_t from, struct err *err)
{
	AUTO_FREE char *block = xmalloc(BLOCK);
	struct err why = { 0 };
	off_t at = from, begin = from;
	ssize_t n;

	while ((n = pread(r->fd, block, BLOCK, at)) > 0) {
		const char *end, *p = block;

		while ((end = memchr(p, '\n', (size_t)(block + n - p)))) {
			struct place place = { .at = begin };
			int bad;

			place.len = (size_t)(at + (end - block) - begin);
			bad = read_words(r, &place, &why);
			if (bad < 0)
				return tell(r, r->nplaces + 2, bad, &why, err);
			VEC_PUSH(r->places, r->nplaces, place);
			p = end + 1;
			begin = at + (p - block);
		}
		at += n;
	}
	if (n < 0)
		return err_set(err, -errno, "cannot read '%s': %s", r->path,
			       strerror(errno));
	return 0;
}

/* ---- the header ---- */

static int check_kind(const json_t *header, struct err *err)
{
	const json_t *version = json_object_get(header, TICKS_MAGIC);
	json_int_t n = json_integer_value(version);

	if (json_object_get(header, "tacho-recording")) {
		err_set(err, -EBADMSG, "it has what 'tacho stat' counted");
		err_hint(err, "'tacho report FILE' shows it");
		return -EBADMSG;
	}
	if (!json_is_integer(version) || n < 1) {
		err_set(err, -EBADMSG, "it has no ticks of tacho's");
		err_hint(err, "'tacho top --save FILE' makes one");
		return -EBADMSG;
	}
	if (n <= TICKS_VERSION)
		return 0;
	err_set(err, -ENOTSUP,
		"it is of version %lld of the format; this program knows up to "
		"%d",
		(long long)n, TICKS_VERSION);
	err_hint(err, "read it with a newer tacho");
	return -ENOTSUP;
}

static int read_notes(struct tick_reader *r, const json_t *line,
		      struct err *err)
{
	int bad = tick_read_notes(line, "notes", r->notes,
				  r->header->plan.ncounters, err);

	return bad < 0 ? bad
		       : tick_read_notes(line, "cpu_notes", r->cpu_notes,
					 r->cpus->plan.ncounters, err);
}

static int read_header(struct tick_reader *r, const json_t *o, struct err *err)
{
	struct recording *h = xcalloc(1, sizeof(*h));
	const json_t *of_cpus;
	int bad;

	r->header = h;
	r->cpus = xcalloc(1, sizeof(*r->cpus));
	bad = check_kind(o, err);
	if (bad == 0)
		bad = recording_read_header(o, h, err);
	if (bad < 0)
		return bad;
	of_cpus = fields_object(o, "of_cpus", err);
	if (!of_cpus)
		return -EBADMSG;
	bad = recording_read_plan(of_cpus, r->cpus, err);
	if (bad < 0)
		return err_prefix(err, "of_cpus");
	r->notes = xcalloc(h->plan.ncounters, sizeof(*r->notes));
	r->cpu_notes = xcalloc(r->cpus->plan.ncounters, sizeof(*r->cpu_notes));
	h->series.plan = &h->plan;
	h->series.facts = &h->facts;
	h->series.cgroups = h->target.cgroups;
	h->series.ncgroups = h->target.ncgroups;
	return read_notes(r, o, err);
}

/* Whatever is wrong with a first line that is no object: it is not ours. */
static int load_header(struct tick_reader *r, off_t *end, struct err *err)
{
	struct recording_lines l = { .path = r->path };
	AUTO(json_freep) json_t *o = NULL;
	struct err why = { 0 };
	size_t len = 0;
	int bad = recording_open_file(&l, err);

	if (bad < 0)
		return bad;
	bad = recording_next_line(&l, &len, &why);
	if (bad > 0)
		bad = parse(l.text ? l.text : "", len, &o, &why);
	if (bad == 0 || bad == -EBADMSG)
		bad = read_header(r, o, &why);
	*end = (off_t)len + 1;
	fclose(l.f);
	free(l.text);
	return bad < 0 ? tell(r, 1, bad, &why, err) : 0;
}

int tick_reader_open(const char *path, struct tick_reader **ret,
		     struct err *err)
{
	struct tick_reader *r = xcalloc(1, sizeof(*r));
	struct stat st;
	off_t end = 0;
	int bad = 0;

	r->path = xstrdup(path);
	r->at = NONE;
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd < 0 || fstat(r->fd, &st) < 0)
		bad = err_set(err, -errno, "cannot open '%s': %s", path,
			      strerror(errno));
	else if (!S_ISREG(st.st_mode)) {
		bad = err_set(err, -ESPIPE, "cannot play '%s': it is no file",
			      path);
		err_hint(err, "put it into a file first");
	}
	if (bad == 0)
		bad = load_header(r, &end, err);
	if (bad == 0)
		bad = find_lines(r, end, err);
	if (bad < 0) {
		tick_reader_close(r);
		return bad;
	}
	*ret = r;
	return 0;
}

struct recording *tick_reader_header(struct tick_reader *r)
{
	return r->header;
}

/* Metrics of CPUs are those of tasks, as far as their events are counted. */
static void bind_cpus(struct recording *cpus, const struct recording *header)
{
	const struct metric_list *list = &header->metric_list;

	metric_bind(list, &cpus->events, &cpus->uses);
	for (size_t i = 0; i < list->n; i++)
		metric_bind_named(list, &cpus->events, list->items[i].name,
				  header->lacks, header->nlacks, &cpus->uses);
	plan_bind(&cpus->plan, &cpus->uses);
}

void tick_reader_context(const struct tick_reader *r, struct tick_context *ret)
{
	if (!r->cpus->plan.shown && r->cpus->events.n)
		bind_cpus(r->cpus, r->header);
	*ret = (struct tick_context){ .plan = &r->header->plan,
				      .cpu_plan = &r->cpus->plan,
				      .facts = &r->header->facts,
				      .notes = r->notes,
				      .cpu_notes = r->cpu_notes };
}

size_t tick_reader_count(const struct tick_reader *r)
{
	return r->nplaces;
}

double tick_reader_at(const struct tick_reader *r, size_t i)
{
	return r->places[i].time;
}

/* ---- a tick ---- */

static void forget(struct tick_reader *r)
{
	tick_done(&r->tick);
	tick_texts_done(&r->texts);
	r->at = NONE;
}

static int make_tick(struct tick_reader *r, const json_t *line, bool whole,
		     struct tick_texts *texts, struct tick *tick,
		     struct err *err)
{
	int bad = tick_read_rest(line, texts, tick, err);

	if (bad == 0 && (whole || json_object_get(line, "notes")))
		bad = read_notes(r, line, err);
	if (bad == 0)
		bad = tick_read_tasks(line, whole, &r->tick,
				      r->header->plan.ncounters, texts, tick,
				      err);
	if (bad == 0)
		bad = tick_read_cpus(line, r->cpus->plan.ncounters, tick, err);
	return bad;
}

/* From the one before it, unless it is whole. */
static int step(struct tick_reader *r, size_t i, struct err *err)
{
	const struct place *p = &r->places[i];
	AUTO(json_freep) json_t *line = NULL;
	struct tick_texts texts = { 0 };
	struct tick tick = { 0 };
	struct err why = { 0 };
	int bad = read_object(r, p, &line, &why);

	/* texts of tasks that did nothing are still borrowed */
	if (!p->whole) {
		texts = r->texts;
		memset(&r->texts, 0, sizeof(r->texts));
	}
	if (bad == 0)
		bad = make_tick(r, line, p->whole, &texts, &tick, &why);
	forget(r);
	r->tick = tick;
	r->texts = texts;
	if (bad < 0) {
		forget(r);
		return tell(r, i + 2, bad, &why, err);
	}
	r->at = i;
	return 0;
}

int tick_reader_get(struct tick_reader *r, size_t i, const struct tick **ret,
		    struct err *err)
{
	size_t from = i;

	while (!r->places[from].whole)
		from--;
	if (r->at != NONE && r->at <= i && r->at >= from)
		from = r->at + 1;
	for (; from <= i; from++) {
		int bad = step(r, from, err);

		if (bad < 0)
			return bad;
	}
	*ret = &r->tick;
	return 0;
}

void tick_reader_close(struct tick_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	forget(r);
	recording_free(r->header);
	recording_free(r->cpus);
	free(r->notes);
	free(r->cpu_notes);
	free(r->places);
	free(r->path);
	free(r);
}
