/*
 * Recordings as files; see recording.h.
 *
 * Written beside the place where it is to be and moved there when it is on the
 * disk.  Read line by line: what one line can make of memory is bounded by its
 * length.
 */
#include "record/recording.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "record/recording_file.h"
#include "record/recording_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "tacho-recording"

static void json_freep(json_t **json)
{
	json_decref(*json);
}

/* ---- writing ---- */

void recording_write_header(const struct recording *r, json_t *o)
{
	json_object_set_new(o, "tacho", fields_text(r->tacho));
	json_object_set_new(o, "started_at", json_real(r->started_at));
	recording_write_asked(r, o);
	recording_write_machine(r, o);
	recording_write_binaries(r, o);
	recording_write_plan(r, o);
	recording_write_beside(r, o);
	json_object_set_new(o, "beside", fields_count(r->nbeside));
	json_object_set_new(o, "passes", fields_count(r->series.passes));
}

static json_t *header_of(const struct recording *r)
{
	json_t *o = json_object();

	json_object_set_new(o, MAGIC, json_integer(RECORDING_VERSION));
	recording_write_header(r, o);
	return o;
}

static json_t *end_of(const struct recording *r)
{
	return json_pack("{s:I}", "runs", (json_int_t)r->series.nruns);
}

/* @json is taken. */
static int write_line(FILE *f, json_t *json)
{
	int r = json_dumpf(json, f, JSON_COMPACT);

	json_decref(json);
	if (r < 0 || putc('\n', f) == EOF)
		return errno ? -errno : -EIO;
	return 0;
}

static int write_lines(FILE *f, const struct recording *r)
{
	AUTO_FREE struct disturbance *disturbed =
		xcalloc(r->series.nruns + 1, sizeof(*disturbed));
	int bad;

	disturbance_judge(&r->series, disturbed);
	errno = 0;
	bad = write_line(f, header_of(r));
	for (size_t i = 0; i < r->series.nruns && bad == 0; i++)
		bad = write_line(f, recording_write_run(r, i, &disturbed[i]));
	return bad == 0 ? write_line(f, end_of(r)) : bad;
}

static int write_all(FILE *f, const struct recording *const *recordings,
		     size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n && bad == 0; i++)
		bad = write_lines(f, recordings[i]);
	if (bad == 0 && (fflush(f) != 0 || fsync(fileno(f)) < 0))
		bad = -errno;
	return bad;
}

int recording_save_all(const struct recording *const *recordings, size_t n,
		       const char *path, struct err *err)
{
	AUTO_FREE char *place = NULL;
	AUTO_FREE char *temporary = NULL;
	bool existed;
	mode_t mode;
	FILE *f;
	int fd, bad = recording_place(path, &place, &mode, &existed, err);

	if (bad < 0)
		return bad;
	temporary = xasprintf("%s.XXXXXX", place);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "cannot write '%s': %s", path,
			       strerror(errno));
	f = fdopen(fd, "w");
	if (!f) {
		bad = -errno;
		close(fd);
	} else {
		bad = fchmod(fd, mode) < 0 ? -errno
					   : write_all(f, recordings, n);
		if (fclose(f) != 0 && bad == 0)
			bad = -errno;
	}
	if (bad == 0 && rename(temporary, place) < 0)
		bad = -errno;
	if (bad < 0) {
		unlink(temporary);
		return err_set(err, bad, "cannot write '%s': %s%s", path,
			       strerror(-bad),
			       existed ? "; what was there is as before" : "");
	}
	recording_sync_folder(place);
	log_say(1, "%s '%s'", existed ? "replaced" : "saved", path);
	return 0;
}

int recording_save(const struct recording *r, const char *path, struct err *err)
{
	return recording_save_all(&r, 1, path, err);
}

/* ---- reading ---- */

static int next_object(struct recording_lines *l, json_t **ret, struct err *err)
{
	json_error_t error;
	size_t len = 0;
	int r = recording_next_line(l, &len, err);

	if (r <= 0)
		return r;
	*ret = json_loadb(l->text ? l->text : "", len, JSON_REJECT_DUPLICATES,
			  &error);
	if (!*ret)
		return err_set(err, -EBADMSG, "%s", error.text);
	if (json_is_object(*ret))
		return 1;
	return err_set(err, -EBADMSG, "not an object");
}

static int foreign(struct err *err)
{
	err_set(err, -EBADMSG, "it is no recording of tacho's");
	err_hint(err, "'tacho stat --save FILE' makes one");
	return -EBADMSG;
}

static int check_version(const json_t *header, struct err *err)
{
	const json_t *version = json_object_get(header, MAGIC);
	json_int_t n = json_integer_value(version);

	if (json_object_get(header, TICKS_MAGIC)) {
		err_set(err, -EBADMSG, "it has what 'tacho top' saw");
		err_hint(err, "'tacho top --replay FILE' plays it");
		return -EBADMSG;
	}
	if (!json_is_integer(version) || n < 1)
		return foreign(err);
	if (n <= RECORDING_VERSION)
		return 0;
	err_set(err, -ENOTSUP,
		"it is of version %lld of the format; this program knows up to "
		"%d",
		(long long)n, RECORDING_VERSION);
	err_hint(err, "read it with a newer tacho");
	return -ENOTSUP;
}

int recording_read_header(const json_t *header, struct recording *r,
			  struct err *err)
{
	static const struct field fields[] = {
		{ "tacho", FIELD_TEXT, offsetof(struct recording, tacho) },
		{ "started_at", FIELD_REAL,
		  offsetof(struct recording, started_at) },
		{ "beside", FIELD_SIZE, offsetof(struct recording, nbeside),
		  .max = RECORDING_MOST },
		{ "passes", FIELD_SIZE,
		  offsetof(struct recording, series.passes),
		  .max = RECORDING_MOST },
	};
	int bad = fields_read(header, fields, ARRAY_LEN(fields), r, err);

	if (bad == 0)
		bad = recording_read_asked(header, r, err);
	if (bad == 0)
		bad = recording_read_machine(header, r, err);
	if (bad == 0)
		bad = recording_read_binaries(header, r, err);
	if (bad == 0)
		bad = recording_read_plan(header, r, err);
	if (bad == 0)
		bad = recording_read_beside(header, r, err);
	if (bad == 0 && r->nbeside > r->events.n)
		bad = fields_bad(err, "beside", "more than there are events");
	return bad;
}

static int read_header(const json_t *header, struct recording *r,
		       struct err *err)
{
	int bad = check_version(header, err);

	if (bad == 0)
		bad = recording_read_header(header, r, err);
	return bad;
}

/* The last line says how many runs there were. */
static int read_end(const json_t *line, const struct recording *r,
		    struct err *err)
{
	uint64_t runs;

	if (!fields_is_count(json_object_get(line, "runs"), &runs) ||
	    runs != r->series.nruns)
		return err_set(err, -EBADMSG,
			       "runs: the file has %zu, and should have "
			       "another number",
			       r->series.nruns);
	if (!runs)
		return err_set(err, -EBADMSG, "runs: there is none");
	return 0;
}

static int read_runs(struct recording_lines *l, struct recording *r,
		     struct err *err)
{
	for (;;) {
		AUTO(json_freep) json_t *line = NULL;
		int got = next_object(l, &line, err);

		if (got < 0)
			return got;
		if (!got) {
			l->number++;
			return err_set(err, -EBADMSG,
				       "it was cut off: the end is missing");
		}
		if (json_object_get(line, "runs"))
			return read_end(line, r, err);
		got = recording_read_run(line, r, err);
		if (got < 0)
			return got;
	}
}

static int read_one(struct recording_lines *l, const json_t *header,
		    struct recording *r, struct err *err)
{
	int got = read_header(header, r, err);

	if (got == 0)
		got = read_runs(l, r, err);
	if (got < 0)
		return got;
	r->series.plan = &r->plan;
	r->series.facts = &r->facts;
	r->series.cgroups = r->target.cgroups;
	r->series.ncgroups = r->target.ncgroups;
	return 0;
}

/* Does @r come after those of @all?  Lines that begin nothing are no part. */
static int check_next(const struct recordings *all, const json_t *header,
		      struct err *err)
{
	if (all->n && (all->n >= all->items[0]->compared.total ||
		       !json_object_get(header, MAGIC)))
		return err_set(err, -EBADMSG, "more than was written");
	return 0;
}

static int check_place(const struct recordings *all, struct err *err)
{
	const struct recording_beside *first = &all->items[0]->compared;
	const struct recording_beside *last = &all->items[all->n - 1]->compared;

	if (first->name && (last->total != first->total || !last->name ||
			    last->index != all->n - 1))
		return fields_bad(err, "compared", "not the next of them");
	return 0;
}

static int read_all(struct recording_lines *l, struct recordings *all,
		    struct err *err)
{
	for (;;) {
		AUTO(json_freep) json_t *header = NULL;
		int got = next_object(l, &header, err);

		/* whatever else is wrong with it, it is no recording */
		if (!all->n && (got == 0 || (got < 0 && got != -EIO)))
			return foreign(err);
		if (got < 0)
			return got;
		if (got == 0)
			break;
		got = check_next(all, header, err);
		if (got < 0)
			return got;
		VEC_PUSH(all->items, all->n,
			 xcalloc(1, sizeof(struct recording)));
		got = read_one(l, header, all->items[all->n - 1], err);
		if (got == 0)
			got = check_place(all, err);
		if (got < 0)
			return got;
	}
	if (all->items[0]->compared.name &&
	    all->n != all->items[0]->compared.total) {
		l->number++;
		return err_set(err, -EBADMSG,
			       "it was cut off: %zu of %zu commands are there",
			       all->n, all->items[0]->compared.total);
	}
	return 0;
}

int recording_load_all(const char *path, struct recordings *ret,
		       struct err *err)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	struct recording_lines l = { .path = path, .stdin_too = true };
	struct err why = { 0 };
	int bad = recording_open_file(&l, err);

	if (bad < 0)
		return bad;
	bad = read_all(&l, &all, &why);
	fclose(l.f);
	free(l.text);
	if (bad < 0) {
		err_set(err, bad, "cannot read '%s', line %zu: %s", path,
			l.number ? l.number : 1, why.what);
		if (why.hint[0])
			err_hint(err, "%s", why.hint);
		return bad;
	}
	*ret = all;
	all = (struct recordings){ 0 };
	return 0;
}

int recording_load(const char *path, struct recording **ret, struct err *err)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	int bad = recording_load_all(path, &all, err);

	if (bad < 0)
		return bad;
	if (all.n > 1) {
		err_set(err, -E2BIG,
			"'%s' has %zu commands that were compared, and one is "
			"wanted",
			path, all.n);
		err_hint(err, "tacho diff %s", path);
		return -E2BIG;
	}
	*ret = TAKE_PTR(all.items[0]);
	return 0;
}
