/* One rule of the verdict from its section; see verdict_read.h. */
#include "analyze/verdict_read.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/vec.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const class_names[] = {
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_COMPUTE] = "compute-bound",
	[VERDICT_MEMORY] = "memory-bound",
	[VERDICT_FRONTEND] = "frontend-bound",
	[VERDICT_SPECULATION] = "speculation-bound",
	[VERDICT_BLOCKED] = "blocked",
	[VERDICT_SYSTEM] = "system-bound",
	[VERDICT_MIXED] = "mixed",
};
_Static_assert(ARRAY_LEN(class_names) == VERDICT_CLASSES, "one per class");

static const char *const stage_names[] = {
	[VERDICT_STAGE_WAITING] = "waiting",
	[VERDICT_STAGE_KERNEL] = "kernel",
	[VERDICT_STAGE_PIPELINE] = "pipeline",
	[VERDICT_STAGE_EVEN] = "even",
	[VERDICT_STAGE_ESTIMATE] = "estimate",
	[VERDICT_STAGE_THUMB] = "thumb",
	[VERDICT_STAGE_CLOCK] = "clock",
};
_Static_assert(ARRAY_LEN(stage_names) == VERDICT_STAGES, "one per stage");

const char *verdict_class_name(enum verdict_class class)
{
	return class_names[class];
}

/* Index of @word, or a message that lists the names. */
static int find_word(const char *const *names, size_t n, const char *word,
		     const struct verdict_place *at)
{
	AUTO(strbuf_done) struct strbuf list = { 0 };

	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], word))
			return (int)i;
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	return err_set(at->err, -EINVAL, "%s:%d: %s = '%.60s': expected %s",
		       at->section->file, at->line, at->key, word,
		       strbuf_str(&list));
}

/* Put the place before what a parser said. */
int verdict_located(int r, const struct verdict_place *at)
{
	if (r < 0)
		err_prefix(at->err, "%s:%d: %s", at->section->file, at->line,
			   at->key);
	return r;
}

int verdict_find_stage(const char *word, const struct verdict_place *at)
{
	return find_word(stage_names, ARRAY_LEN(stage_names), word, at);
}

/* ---- keys of [verdict ...] ---- */

static int set_class(struct verdict_rule *rule, const char *value,
		     const struct verdict_place *at)
{
	int i = find_word(class_names, ARRAY_LEN(class_names), value, at);

	if (i < 0)
		return i;
	rule->has_class = true;
	rule->class = (enum verdict_class)i;
	return 0;
}

static int set_stage(struct verdict_rule *rule, const char *value,
		     const struct verdict_place *at)
{
	int i = find_word(stage_names, ARRAY_LEN(stage_names), value, at);

	if (i < 0)
		return i;
	rule->has_stage = true;
	rule->stage = (enum verdict_stage)i;
	return 0;
}

static int set_kind(struct verdict_rule *rule, const char *value,
		    const struct verdict_place *at)
{
	(void)at;
	rule->kind = value;
	return 0;
}

static int set_parent(struct verdict_rule *rule, const char *value,
		      const struct verdict_place *at)
{
	(void)at;
	rule->parent_name = value;
	return 0;
}

static int set_caveat(struct verdict_rule *rule, const char *value,
		      const struct verdict_place *at)
{
	(void)at;
	rule->caveat = value;
	return 0;
}

/* For people who read the file. */
static int set_about(struct verdict_rule *rule, const char *value,
		     const struct verdict_place *at)
{
	(void)rule;
	(void)value;
	(void)at;
	return 0;
}

static int set_when(struct verdict_rule *rule, const char *value,
		    const struct verdict_place *at)
{
	return verdict_located(condition_parse(value, &rule->when, at->err),
			       at);
}

static int set_share(struct verdict_rule *rule, const char *value,
		     const struct verdict_place *at)
{
	return verdict_located(expr_parse(value, &rule->share, at->err), at);
}

static int set_say(struct verdict_rule *rule, const char *value,
		   const struct verdict_place *at)
{
	int r = verdict_located(sentences_parse(value, &rule->say, at->err),
				at);

	if (r == 0 && rule->say.n != 1)
		return err_set(at->err, -EINVAL,
			       "%s:%d: say: expected one sentence without ';'",
			       at->section->file, at->line);
	return r;
}

static int set_because(struct verdict_rule *rule, const char *value,
		       const struct verdict_place *at)
{
	return verdict_located(sentences_parse(value, &rule->because, at->err),
			       at);
}

static int set_next(struct verdict_rule *rule, const char *value,
		    const struct verdict_place *at)
{
	return verdict_located(sentences_parse(value, &rule->next, at->err),
			       at);
}

static int set_confidence(struct verdict_rule *rule, const char *value,
			  const struct verdict_place *at)
{
	double d;

	if (parse_double(value, &d) < 0 || !(d >= 0.0 && d <= 1.0))
		return err_set(at->err, -EINVAL,
			       "%s:%d: confidence = '%.60s': expected a number "
			       "from 0 to 1",
			       at->section->file, at->line, value);
	rule->confidence = d;
	return 0;
}

static int set_wants(struct verdict_rule *rule, const char *value,
		     const struct verdict_place *at)
{
	AUTO_FREE char *copy = xstrdup(value);
	char *save = NULL;

	(void)at;
	for (char *w = strtok_r(copy, ", ", &save); w;
	     w = strtok_r(NULL, ", ", &save))
		VEC_PUSH(rule->wants, rule->nwants, xstrdup(w));
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct verdict_rule *rule, const char *value,
		   const struct verdict_place *at);
	enum verdict_part part;
} keys[] = {
	{ "about", set_about, VERDICT_HEAD },
	{ "because", set_because, VERDICT_WORDS },
	{ "caveat", set_caveat, VERDICT_LOGIC },
	{ "class", set_class, VERDICT_LOGIC },
	{ "confidence", set_confidence, VERDICT_LOGIC },
	{ "kind", set_kind, VERDICT_LOGIC },
	{ "next", set_next, VERDICT_WORDS },
	{ "parent", set_parent, VERDICT_HEAD },
	{ "say", set_say, VERDICT_WORDS },
	{ "share", set_share, VERDICT_LOGIC },
	{ "stage", set_stage, VERDICT_HEAD },
	{ "wants", set_wants, VERDICT_LOGIC },
	{ "when", set_when, VERDICT_LOGIC },
};

int verdict_fail_key(const struct verdict_place *at)
{
	AUTO(suggest_done) struct suggest s = { 0 };
	char text[ERR_TEXT];

	suggest_init(&s, at->key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!strcmp(at->section->kind, "verdict"))
			suggest_offer(&s, keys[i].name);
	suggest_text(&s, text, sizeof(text));
	err_set(at->err, -EINVAL, "%s:%d: [%s] has no key '%.60s'",
		at->section->file, at->line, at->section->kind, at->key);
	if (*text)
		err_hint(at->err, "%s", text);
	return -EINVAL;
}

static int set_key(struct verdict_rule *rule, const char *value,
		   enum verdict_part part, const struct verdict_place *at)
{
	if (!*value)
		return err_set(at->err, -EINVAL, "%s:%d: %s is empty",
			       at->section->file, at->line, at->key);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].name[0] == at->key[0] &&
		    !strcmp(keys[i].name, at->key))
			return keys[i].part == part
				       ? keys[i].set(rule, value, at)
				       : 0;
	return verdict_fail_key(at);
}

static int read_part(struct verdict_rule *rule, enum verdict_part part,
		     struct err *err)
{
	const struct section *s = rule->section;
	int r = 0;

	if ((part == VERDICT_LOGIC && rule->has_logic) ||
	    (part == VERDICT_WORDS && rule->has_words))
		return 0;
	rule->has_logic |= part == VERDICT_LOGIC;
	rule->has_words |= part == VERDICT_WORDS;
	for (size_t i = 0; i < s->n && r == 0; i++) {
		struct section_entry e = section_entry(s, i);
		struct verdict_place at = { s, e.key, e.line, err };

		r = set_key(rule, e.value, part, &at);
	}
	return r;
}

void verdict_rule_read(struct verdict_rule *rule, enum verdict_part part)
{
	struct err err = { 0 };
	int r = read_part(rule, part, &err);

	/* the others were read, and refused, when they were loaded */
	assert(r == 0);
	(void)r;
}

/* ---- a rule ---- */

void verdict_rule_done(struct verdict_rule *rule)
{
	condition_done(&rule->when);
	expr_free(rule->share);
	sentences_done(&rule->say);
	sentences_done(&rule->because);
	sentences_done(&rule->next);
	for (size_t i = 0; i < rule->nwants; i++)
		free(rule->wants[i]);
	free(rule->wants);
	*rule = (struct verdict_rule){ 0 };
}

int verdict_missing(const struct section *s, const char *key, struct err *err)
{
	return err_set(err, -EINVAL, "%s:%d: [%s %.60s] has no %s", s->file,
		       s->line, s->kind, s->name, key);
}

static int check_rule(const struct verdict_rule *rule, const struct section *s,
		      struct err *err)
{
	if (!section_get(s, "when", NULL))
		return verdict_missing(s, "when", err);
	if (rule->parent_name && rule->has_stage)
		return err_set(err, -EINVAL,
			       "%s:%d: [verdict %.60s] has a stage, and a "
			       "parent that has one",
			       s->file, s->line, s->name);
	if (rule->parent_name)
		return 0;
	if (!rule->has_stage)
		return verdict_missing(s, "stage (and no parent)", err);
	if (!rule->has_class)
		return verdict_missing(s, "class", err);
	return section_get(s, "say", NULL) ? 0 : verdict_missing(s, "say", err);
}

int verdict_rule_read_all(struct verdict_rule *rule, struct err *err)
{
	int r = read_part(rule, VERDICT_HEAD, err);

	if (r == 0)
		r = read_part(rule, VERDICT_LOGIC, err);
	if (r == 0)
		r = read_part(rule, VERDICT_WORDS, err);
	return r < 0 ? r : check_rule(rule, rule->section, err);
}

/* The head of a rule that is known to be right, without a look at the rest. */
static int read_head(struct verdict_rule *rule, struct err *err)
{
	const struct section *s = rule->section;
	struct verdict_place at = { s, "stage", s->line, err };
	const char *stage = section_get(s, "stage", &at.line);

	rule->parent_name = section_get(s, "parent", NULL);
	return stage ? set_stage(rule, stage, &at) : 0;
}

int verdict_rule_load(struct verdict_rule *ret, const struct section *s,
		      struct err *err)
{
	AUTO(verdict_rule_done)
	struct verdict_rule rule = {
		.name = s->name,
		.section = s,
		.parent = VERDICT_NO_PARENT,
		.confidence = -1.0,
		.file = s->file,
		.line = s->line,
		.optional = s->optional,
	};
	int r = s->builtin ? read_head(&rule, err)
			   : verdict_rule_read_all(&rule, err);

	if (r < 0)
		return r;
	*ret = rule;
	rule = (struct verdict_rule){ 0 };
	return 0;
}
