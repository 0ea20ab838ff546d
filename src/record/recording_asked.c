/* What was asked for, in a recording; see recording_parts.h. */
#include "record/recording_parts.h"

#include "base/auto.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- target ---- */

static const struct field target_fields[] = {
	{ "cpus", FIELD_TEXT, offsetof(struct recording_target, cpus),
	  .optional = true },
	{ "system_wide", FIELD_BOOL,
	  offsetof(struct recording_target, system_wide) },
};

static size_t count_texts(char *const *texts)
{
	size_t n = 0;

	while (texts && texts[n])
		n++;
	return n;
}

static json_t *write_target(const struct recording_target *t)
{
	json_t *o = json_object();

	fields_write(o, target_fields, ARRAY_LEN(target_fields), t);
	json_object_set_new(
		o, "command",
		t->argv ? fields_texts(t->argv, count_texts(t->argv))
			: json_null());
	json_object_set_new(o, "pids", fields_texts(t->pids, t->npids));
	json_object_set_new(o, "tids", fields_texts(t->tids, t->ntids));
	json_object_set_new(o, "cgroups",
			    fields_texts(t->cgroups, t->ncgroups));
	return o;
}

static int read_target(const json_t *header, struct recording_target *t,
		       struct err *err)
{
	const json_t *o = fields_object(header, "target", err);
	size_t n = 0;
	int bad = o ? fields_read(o, target_fields, ARRAY_LEN(target_fields), t,
				  err)
		    : -EBADMSG;

	if (bad == 0 && !json_is_null(json_object_get(o, "command"))) {
		bad = fields_read_texts(o, "command", INT_MAX, &t->argv, &n,
					err);
		VEC_PUSH(t->argv, n, NULL);
		if (bad == 0 && n == 1)
			bad = fields_bad(err, "command", "empty");
	}
	if (bad == 0)
		bad = fields_read_texts(o, "pids", RECORDING_MOST, &t->pids,
					&t->npids, err);
	if (bad == 0)
		bad = fields_read_texts(o, "tids", RECORDING_MOST, &t->tids,
					&t->ntids, err);
	if (bad == 0)
		bad = fields_read_texts(o, "cgroups", RECORDING_MOST,
					&t->cgroups, &t->ncgroups, err);
	n = t->ncgroups;
	VEC_PUSH(t->cgroups, n, NULL);
	return bad;
}

/* ---- source ---- */

#define AT(member) .offset = offsetof(struct recording_source, member)

static const struct field source_fields[] = {
	{ "name", FIELD_TEXT, AT(name) },
	{ "simulated", FIELD_BOOL, AT(simulated) },
	{ "version", FIELD_TEXT, AT(version), .optional = true },
	{ "how", FIELD_TEXT, AT(how), .optional = true },
	{ "hint", FIELD_TEXT, AT(hint), .optional = true },
};

#undef AT
#define AT(member) .offset = offsetof(struct recording_cache, member)

static const struct field cache_fields[] = {
	{ "name", FIELD_CHARS, AT(name), .max = 16 },
	{ "bytes", FIELD_U64, AT(bytes) },
	{ "ways", FIELD_U32, AT(ways) },
	{ "line_bytes", FIELD_U32, AT(line_bytes) },
};

static json_t *write_source(const struct recording_source *s)
{
	json_t *o = json_object(), *caches = json_array();

	fields_write(o, source_fields, ARRAY_LEN(source_fields), s);
	for (size_t i = 0; i < s->ncaches; i++) {
		json_t *cache = json_object();

		fields_write(cache, cache_fields, ARRAY_LEN(cache_fields),
			     &s->caches[i]);
		json_array_append_new(caches, cache);
	}
	json_object_set_new(o, "caches", caches);
	json_object_set_new(o, "remarks",
			    fields_texts(s->remarks, s->nremarks));
	return o;
}

static int read_source(const json_t *header, struct recording_source *s,
		       struct err *err)
{
	const json_t *o = fields_object(header, "source", err), *caches, *cache;
	size_t i;

	if (!o ||
	    fields_read(o, source_fields, ARRAY_LEN(source_fields), s, err) < 0)
		return -EBADMSG;
	caches = fields_array(o, "caches", ARRAY_LEN(s->caches), err);
	if (!caches)
		return -EBADMSG;
	json_array_foreach(caches, i, cache)
	{
		if (fields_read(cache, cache_fields, ARRAY_LEN(cache_fields),
				&s->caches[s->ncaches++], err) < 0)
			return err_prefix(err, "caches[%zu]", i);
	}
	return fields_read_texts(o, "remarks", RECORDING_MOST, &s->remarks,
				 &s->nremarks, err);
}

/* ---- options ---- */

#undef AT
#define AT(member) .offset = offsetof(struct recording_options, member)

static const struct field option_fields[] = {
	{ "rows", FIELD_TEXT, AT(rows) },
	{ "repeat", FIELD_INT, AT(repeat), .min = 1, .max = INT_MAX },
	{ "interval_ms", FIELD_INT, AT(interval_ms), .max = INT_MAX },
	{ "delay_ms", FIELD_INT, AT(delay_ms), .min = -1, .max = INT_MAX },
	{ "no_counts", FIELD_BOOL, AT(no_counts) },
	{ "no_scale", FIELD_BOOL, AT(no_scale) },
	{ "min_running", FIELD_REAL, AT(min_running) },
};

static json_t *write_options(const struct recording_options *options)
{
	json_t *o = json_object();

	fields_write(o, option_fields, ARRAY_LEN(option_fields), options);
	json_object_set_new(
		o, "event_dirs",
		fields_texts(options->event_dirs, options->nevent_dirs));
	return o;
}

static int read_options(const json_t *header, struct recording_options *options,
			struct err *err)
{
	const json_t *o = fields_object(header, "options", err);

	if (!o || fields_read(o, option_fields, ARRAY_LEN(option_fields),
			      options, err) < 0)
		return -EBADMSG;
	return fields_read_texts(o, "event_dirs", RECORDING_MOST,
				 &options->event_dirs, &options->nevent_dirs,
				 err);
}

/* ---- metrics, and what was left out ---- */

static json_t *write_lacks(const struct recording *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nlacks; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", fields_text(r->lacks[i].name));
		json_object_set_new(o, "why", fields_text(r->lacks[i].why));
		json_array_append_new(list, o);
	}
	return list;
}

static int read_lacks(const json_t *header, struct recording *r,
		      struct err *err)
{
	const json_t *list = fields_array(header, "lacks", RECORDING_MOST, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	json_array_foreach(list, i, o)
	{
		char *name = fields_clean(json_object_get(o, "name"));
		struct metric_lack lack = {
			.name = name,
			.why = fields_clean(json_object_get(o, "why")),
		};

		VEC_PUSH(r->texts, r->ntexts, name);
		VEC_PUSH(r->lacks, r->nlacks, lack);
		if (!lack.name || !lack.why)
			return fields_bad(err, "lacks",
					  "not a name and a reason");
	}
	return 0;
}

static const struct field left_out_fields[] = {
	{ "names", FIELD_TEXT, offsetof(struct recording_left_out, names) },
	{ "hardware", FIELD_BOOL,
	  offsetof(struct recording_left_out, hardware) },
};

static json_t *write_left_out(const struct recording *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->nleft_out; i++) {
		json_t *o = json_object();

		fields_write(o, left_out_fields, ARRAY_LEN(left_out_fields),
			     &r->left_out[i]);
		json_object_set_new(o, "each",
				    fields_texts(r->left_out[i].each,
						 r->left_out[i].neach));
		json_object_set_new(o, "why", fields_err(&r->left_out[i].why));
		json_array_append_new(list, o);
	}
	return list;
}

static int read_left_out(const json_t *header, struct recording *r,
			 struct err *err)
{
	const json_t *list =
		fields_array(header, "left_out", RECORDING_MOST, err);
	const json_t *o;
	size_t i;

	if (!list)
		return -EBADMSG;
	json_array_foreach(list, i, o)
	{
		struct recording_left_out l = { 0 };
		int bad = fields_read(o, left_out_fields,
				      ARRAY_LEN(left_out_fields), &l, err);

		if (bad == 0)
			bad = fields_read_texts(o, "each", RECORDING_MOST,
						&l.each, &l.neach, err);
		if (bad == 0)
			bad = fields_read_err(o, "why", &l.why, err);
		VEC_PUSH(r->left_out, r->nleft_out, l);
		if (bad < 0)
			return err_prefix(err, "left_out[%zu]", i);
	}
	return 0;
}

void recording_write_asked(const struct recording *r, json_t *header)
{
	json_object_set_new(header, "target", write_target(&r->target));
	json_object_set_new(header, "source", write_source(&r->source));
	json_object_set_new(header, "options", write_options(&r->options));
	json_object_set_new(header, "metrics",
			    fields_texts(r->metrics, r->nmetrics));
	json_object_set_new(header, "lacks", write_lacks(r));
	json_object_set_new(header, "left_out", write_left_out(r));
}

int recording_read_asked(const json_t *header, struct recording *r,
			 struct err *err)
{
	if (read_target(header, &r->target, err) < 0)
		return err_prefix(err, "target");
	if (read_source(header, &r->source, err) < 0)
		return err_prefix(err, "source");
	if (read_options(header, &r->options, err) < 0)
		return err_prefix(err, "options");
	if (fields_read_texts(header, "metrics", RECORDING_MOST, &r->metrics,
			      &r->nmetrics, err) < 0 ||
	    read_lacks(header, r, err) < 0)
		return -EBADMSG;
	return read_left_out(header, r, err);
}
