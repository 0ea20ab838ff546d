/*
 * JSON files as sections: the file as a whole; see import.h.
 *
 * One bad entry must not cost the others of a file that somebody downloaded,
 * so whatever is wrong below the level of JSON itself is left out, counted and
 * told in one sentence.
 */
#include "event/import/import.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "event/import/build.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

/* As many as the largest files have, four times. */
#define SECTIONS_MAX 16384

struct import_set {
	char *name;
	struct strbuf metrics; /* "a, b, c" */
	int line;
};

/* Finds the lines of a key's occurrences, one after the other. */
struct line_finder {
	const char *key; /* with its quotes */
	const char *p, *end;
	int line;
};

static const char *const reasons[] = {
	[IMPORT_UNKNOWN] = "neither a metric nor an event",
	[IMPORT_NAMELESS] = "without a name or a formula",
	[IMPORT_TWICE] = "twice in it, with different contents",
	[IMPORT_CODE] = "the kernel has no spelling for it",
};
_Static_assert(ARRAY_LEN(reasons) == IMPORT_REASONS, "one text per reason");

const char *import_text(const struct json_t *item, const char *key)
{
	const char *text = json_string_value(json_object_get(item, key));

	return text && *text ? text : NULL;
}

bool import_u64(const struct json_t *item, const char *key, uint64_t *ret)
{
	const json_t *value = json_object_get(item, key);
	const char *text = json_string_value(value);
	AUTO_FREE char *first = NULL;

	*ret = 0;
	if (!value || json_is_null(value) || (text && !*text))
		return true;
	if (json_is_integer(value)) {
		json_int_t n = json_integer_value(value);

		if (n >= 0)
			*ret = (uint64_t)n;
		return n >= 0;
	}
	if (!text)
		return false;
	first = xstrndup(text, strcspn(text, ", "));
	if (first[0] == '0' && first[1] == 'X')
		first[1] = 'x';
	return parse_u64(first, ret) == 0;
}

size_t import_count(const struct json_t *item, const char *key)
{
	return json_array_size(json_object_get(item, key));
}

const struct json_t *import_element(const struct json_t *item, const char *key,
				    size_t i)
{
	return json_array_get(json_object_get(item, key), i);
}

const struct json_t *import_object(const struct json_t *item, const char *key)
{
	const json_t *object = json_object_get(item, key);

	return json_is_object(object) ? object : NULL;
}

void import_leave_out(struct import *im, enum import_reason why,
		      const char *name)
{
	im->left_out[why]++;
	if (!im->example[why] && name)
		im->example[why] = xasprintf("%.60s", name);
}

char *import_name(const char *name)
{
	char *ours = xstrdup(name);
	size_t n;

	for (char *p = ours; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= ' ' || c >= 0x7f || strchr("[]%\"", c))
			*p = '_';
	}
	for (n = strlen(ours); n && ours[n - 1] == '_'; n--)
		ours[n - 1] = '\0';
	return ours;
}

/* Where the text goes: an offset in the buffer. */
static size_t put(struct import *im, const char *text)
{
	size_t at = im->text.len;

	strbuf_add(&im->text, text, strlen(text));
	strbuf_putc(&im->text, '\0');
	return at;
}

bool import_begin(struct import *im, const char *kind, const char *name,
		  int line)
{
	AUTO_FREE char *ours = import_name(name);
	AUTO_FREE char *both = xasprintf("%s %s", kind, ours);
	struct section s = { .kind = kind, .line = line, .optional = true };

	if (!*ours) {
		import_leave_out(im, IMPORT_NAMELESS, NULL);
		return false;
	}
	if (json_object_get(im->seen, both) || im->nsections >= SECTIONS_MAX) {
		import_leave_out(im, IMPORT_TWICE, ours);
		return false;
	}
	/* what is no UTF-8 was refused by the parser */
	s.name = (const char *)put(im, ours);
	json_object_set_new(im->seen, both,
			    json_integer((json_int_t)im->text.len));
	VEC_PUSH(im->sections, im->nsections, s);
	return true;
}

void import_key(struct import *im, const char *key, const char *value)
{
	struct section *s = &im->sections[im->nsections - 1];
	struct section_entry_at e = { .line = s->line };

	/* the value first: seen leads to it */
	e.value = (uint32_t)put(im, value);
	for (char *p = im->text.buf + e.value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	e.key = (uint32_t)put(im, key);
	VEC_PUSH(im->entries, im->nentries, e);
	s->n++;
}

bool import_is_there(const struct import *im, const char *kind,
		     const char *name)
{
	AUTO_FREE char *both = xasprintf("%s %s", kind, name);

	return json_object_get(im->seen, both);
}

const char *import_find_here(const struct import *im, const char *name)
{
	AUTO_FREE char *both = xasprintf("event %s", name);
	const json_t *seen = json_object_get(im->seen, both);

	/* "raw" is the first key of an event */
	return seen ? im->text.buf + json_integer_value(seen) : NULL;
}

const char *import_find_raw(const struct import *im, const char *name)
{
	const char *here = import_find_here(im, name);

	if (here)
		return here;
	for (size_t i = im->before->n; i-- > 0;)
		if (!strcmp(im->before->items[i]->kind, "event") &&
		    !strcmp(im->before->items[i]->name, name))
			return section_get(im->before->items[i], "raw", NULL);
	return NULL;
}

/* [set @name] of a file before, also of ours; NULL: there is none. */
static const struct section *set_before(const struct import *im,
					const char *name)
{
	for (size_t i = im->before->n; i-- > 0;) {
		const struct section *s = im->before->items[i];

		if (!strcmp(s->kind, "set") && !strcmp(s->name, name))
			return s;
	}
	return NULL;
}

void import_join_set(struct import *im, const char *set, const char *name)
{
	AUTO_FREE char *ours = import_name(set);
	int line = im->sections[im->nsections - 1].line;
	struct import_set fresh = { 0 };

	if (!*ours)
		return;
	for (size_t i = 0; i < im->nsets; i++) {
		if (strcmp(im->sets[i].name, ours) != 0)
			continue;
		strbuf_addf(&im->sets[i].metrics, ", %s", name);
		return;
	}
	strbuf_puts(&fresh.metrics, name);
	fresh.line = line;
	fresh.name = TAKE_PTR(ours);
	VEC_PUSH(im->sets, im->nsets, fresh);
}

/* A set goes on with what files before put into it. */
static void add_sets(struct import *im)
{
	for (size_t i = 0; i < im->nsets; i++) {
		const struct import_set *set = &im->sets[i];
		const struct section *s = set_before(im, set->name);
		const char *old = s ? section_get(s, "metrics", NULL) : NULL;
		const char *title = s ? section_get(s, "title", NULL) : NULL;
		AUTO_FREE char *all = xasprintf("%s%s%s", old ? old : "",
						old && *old ? ", " : "",
						strbuf_str(&set->metrics));

		if (!import_begin(im, "set", set->name, set->line))
			continue;
		import_key(im, "title", title ? title : set->name);
		import_key(im, "metrics", all);
	}
}

/* The library tells of values, not where they stand. */
static int next_line(struct line_finder *f)
{
	const char *found =
		memmem(f->p, (size_t)(f->end - f->p), f->key, strlen(f->key));

	if (!found)
		return f->line;
	for (; f->p < found; f->p++)
		f->line += *f->p == '\n';
	f->p += strlen(f->key);
	return f->line;
}

static void add_list(struct import *im, const json_t *list,
		     struct line_finder *metrics, struct line_finder *events)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		bool is_metric = json_object_get(item, "MetricName");
		bool is_event = json_object_get(item, "EventName") ||
				json_object_get(item, "ArchStdEvent");

		if (!is_metric && !is_event)
			import_leave_out(im, IMPORT_UNKNOWN, NULL);
		if (is_event)
			import_event(im, item, next_line(events));
		if (is_metric)
			import_metric(im, item, next_line(metrics));
	}
}

bool import_will_have(const struct import *im, const char *name)
{
	return json_object_get(im->metrics, name);
}

static void note_metrics(struct import *im, const json_t *list)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n; i++) {
		const char *name =
			import_text(json_array_get(list, i), "MetricName");

		if (name)
			json_object_set_new(im->metrics, name, json_true());
	}
}

/* False when the whole has none of the shapes. */
static bool add_all(struct import *im, const json_t *root, const char *text,
		    size_t len)
{
	struct line_finder metrics = { "\"MetricName\"", text, text + len, 1 };
	struct line_finder events = { "\"EventName\"", text, text + len, 1 };
	const json_t *lists[] = { json_object_get(root, "Events"),
				  json_object_get(root, "Metrics") };

	if (!json_is_array(root) && !json_is_array(lists[0]) &&
	    !json_is_array(lists[1]))
		return false;
	note_metrics(im, root);
	note_metrics(im, lists[1]);
	add_list(im, root, &metrics, &events);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		add_list(im, lists[i], &metrics, &events);
	add_sets(im);
	return true;
}

/* Texts stay where they are from now on: names become addresses. */
static void finish(struct import *im, struct section_list *list)
{
	struct section_file f = { .name = xstrdup(im->file) };
	size_t entry = 0;

	f.text = strbuf_detach(&im->text);
	f.entries = TAKE_PTR(im->entries);
	f.sections = TAKE_PTR(im->sections);
	for (size_t i = 0; i < im->nsections; i++) {
		struct section *s = &f.sections[i];

		s->file = f.name;
		s->name = f.text + (size_t)s->name;
		s->text = f.text;
		s->at = f.entries + entry;
		entry += s->n;
		VEC_PUSH(list->items, list->n, s);
	}
	VEC_PUSH(list->files, list->nfiles, f);
}

static void tell(const struct import *im, struct import_notes *notes)
{
	for (size_t i = 0; i < IMPORT_REASONS; i++) {
		const char *name = im->example[i];
		size_t n = im->left_out[i];

		if (n)
			VEC_PUSH(notes->items, notes->n,
				 xasprintf("%s: %zu %s: %s%s%s%s%s", im->file,
					   n, n == 1 ? "entry" : "entries",
					   reasons[i], name ? " (" : "",
					   name && n > 1 ? "first: " : "",
					   name ? name : "", name ? ")" : ""));
	}
}

static void import_done(struct import *im)
{
	strbuf_done(&im->text);
	free(im->sections);
	free(im->entries);
	json_decref(im->seen);
	json_decref(im->metrics);
	for (size_t i = 0; i < im->nsets; i++) {
		free(im->sets[i].name);
		strbuf_done(&im->sets[i].metrics);
	}
	free(im->sets);
	for (size_t i = 0; i < IMPORT_REASONS; i++)
		free(im->example[i]);
}

static void release(json_t **json)
{
	json_decref(*json);
}

int import_json(struct section_list *list, const char *file, const char *text,
		size_t len, struct import_notes *notes, struct err *err)
{
	AUTO(import_done) struct import im = { .file = file, .before = list };
	AUTO(release) json_t *root = NULL;
	json_error_t why;

	if (len > IMPORT_FILE_MAX)
		return err_set(err, -E2BIG,
			       "%s: the file has too many bytes (at most %d)",
			       file, IMPORT_FILE_MAX);
	root = json_loadb(text, len, 0, &why);
	if (!root)
		return err_set(err, -EINVAL, "%s:%d: not JSON: %s", file,
			       why.line > 0 ? why.line : 1, why.text);
	im.seen = json_object();
	im.metrics = json_object();
	if (!add_all(&im, root, text, len)) {
		VEC_PUSH(notes->items, notes->n,
			 xasprintf("%s: neither a list of metrics and events "
				   "nor \"Events\" or \"Metrics\" in it",
				   file));
		return 0;
	}
	tell(&im, notes);
	finish(&im, list);
	return 0;
}

void import_notes_done(struct import_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++)
		free(notes->items[i]);
	free(notes->items);
	*notes = (struct import_notes){ 0 };
}
