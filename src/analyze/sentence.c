/* Texts of rules; see sentence.h. */
#include "analyze/sentence.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/vec.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* ---- conditions ---- */

static char *trimmed(const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	while (len && text[len - 1] == ' ')
		len--;
	return xstrndup(text, len);
}

static bool is_name(const char *s)
{
	return *s &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

static int add_term(struct condition *c, const char *text, size_t len,
		    struct err *err)
{
	AUTO_FREE char *term = trimmed(text, len);
	struct condition_term t = { 0 };
	int r;

	if (!strncmp(term, "no ", 3) && is_name(term + 3)) {
		t.absent = xstrdup(term + 3);
	} else {
		r = expr_parse(term, &t.expr, err);
		if (r < 0)
			return r;
	}
	VEC_PUSH(c->terms, c->n, t);
	return 0;
}

int condition_parse(const char *text, struct condition *ret, struct err *err)
{
	static const char join[] = " and ";
	AUTO(condition_done) struct condition c = { 0 };
	const char *end;
	int r = 0;

	while (r == 0 && (end = strstr(text, join))) {
		r = add_term(&c, text, (size_t)(end - text), err);
		text = end + strlen(join);
	}
	if (r == 0)
		r = add_term(&c, text, strlen(text), err);
	if (r < 0)
		return r;
	*ret = c;
	c = (struct condition){ 0 };
	return 0;
}

int condition_split(const char **text, struct condition *ret, struct err *err)
{
	static const char when[] = "when ";
	AUTO_FREE char *condition = NULL;
	const char *colon;
	int r;

	*ret = (struct condition){ 0 };
	if (strncmp(*text, when, strlen(when)) != 0)
		return 0;
	colon = strstr(*text, ": ");
	if (!colon)
		return err_set(err, -EINVAL, "': ' is missing after '%.60s'",
			       *text);
	condition = xstrndup(*text + strlen(when),
			     (size_t)(colon - *text) - strlen(when));
	r = condition_parse(condition, ret, err);
	if (r == 0)
		*text = colon + 2;
	return r;
}

bool condition_holds(const struct condition *c, expr_lookup_fn lookup,
		     void *arg)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct condition_term *t = &c->terms[i];
		struct expr_value v;

		if (t->absent) {
			if (!lookup(arg, t->absent, EXPR_COUNT).absent)
				return false;
			continue;
		}
		v = expr_eval(t->expr, lookup, arg);
		if (v.absent || v.number == 0.0)
			return false;
	}
	return true;
}

bool condition_may_hold(const char *text, expr_lookup_fn lookup, void *arg)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
	char name[64];

	/*
	 * Operators have no value without both sides; only if() does without
	 * a name, and that is a function.
	 */
	if (!len || len >= sizeof(name) || text[len] != ' ' ||
	    (text[0] >= '0' && text[0] <= '9') || !strncmp(text, "no ", 3))
		return true;
	memcpy(name, text, len);
	name[len] = '\0';
	return !lookup(arg, name, EXPR_COUNT).absent;
}

void condition_done(struct condition *c)
{
	for (size_t i = 0; i < c->n; i++) {
		expr_free(c->terms[i].expr);
		free(c->terms[i].absent);
	}
	free(c->terms);
	*c = (struct condition){ 0 };
}

/* ---- sentences: reading ---- */

static const struct {
	const char *name;
	enum sentence_format format;
} formats[] = {
	{ "%", SENTENCE_SHARE },     { ".0", SENTENCE_DIGITS_0 },
	{ ".1", SENTENCE_DIGITS_1 }, { ".2", SENTENCE_DIGITS_2 },
	{ ".3", SENTENCE_DIGITS_3 }, { "s", SENTENCE_SECONDS },
	{ "B", SENTENCE_BYTES },     { "B/s", SENTENCE_BYTES_PER_SECOND },
};

static void piece_done(struct sentence_piece *p)
{
	free(p->text);
	expr_free(p->expr);
}

static int parse_format(const char *name, enum sentence_format *ret,
			struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name))
			continue;
		*ret = formats[i].format;
		return 0;
	}
	return err_set(err, -EINVAL,
		       "'|%.20s' is no format: %%, .0 to .3, s, B or B/s",
		       name);
}

/* What stands between braces. */
static int parse_placeholder(const char *text, size_t len,
			     struct sentence_piece *ret, struct err *err)
{
	AUTO_FREE char *inner = trimmed(text, len);
	AUTO(piece_done) struct sentence_piece p = { .kind = PIECE_NUMBER };
	char *bar = strrchr(inner, '|');
	int r;

	if (!strcmp(inner, "target")) {
		p.kind = PIECE_TARGET;
	} else if (!strncmp(inner, "why ", 4) && is_name(inner + 4)) {
		p.kind = PIECE_WHY;
		p.text = xstrdup(inner + 4);
	} else {
		if (bar) {
			*bar = '\0';
			r = parse_format(bar + 1, &p.format, err);
			if (r < 0)
				return r;
		}
		r = expr_parse(inner, &p.expr, err);
		if (r < 0)
			return r;
	}
	*ret = p;
	p = (struct sentence_piece){ 0 };
	return 0;
}

static void sentence_done(struct sentence *s)
{
	condition_done(&s->when);
	for (size_t i = 0; i < s->n; i++)
		piece_done(&s->pieces[i]);
	free(s->pieces);
	*s = (struct sentence){ 0 };
}

static void add_text(struct sentence *s, struct strbuf *b)
{
	struct sentence_piece p = { .kind = PIECE_TEXT };

	if (!b->len)
		return;
	p.text = strbuf_detach(b);
	VEC_PUSH(s->pieces, s->n, p);
}

static int parse_pieces(const char *text, struct sentence *s, struct err *err)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	while (*text) {
		struct sentence_piece p = { 0 };
		const char *end;
		int r;

		if (text[0] != '{' || text[1] == '{') {
			text += text[0] == '{';
			strbuf_putc(&b, *text++);
			continue;
		}
		end = strchr(text, '}');
		if (!end)
			return err_set(err, -EINVAL, "'}' is missing after %s",
				       text);
		r = parse_placeholder(text + 1, (size_t)(end - text - 1), &p,
				      err);
		if (r < 0)
			return r;
		add_text(s, &b);
		VEC_PUSH(s->pieces, s->n, p);
		text = end + 1;
	}
	add_text(s, &b);
	return 0;
}

static int parse_sentence(const char *text, struct sentence *s, struct err *err)
{
	int r = condition_split(&text, &s->when, err);

	if (r == 0)
		r = parse_pieces(text, s, err);
	if (r == 0 && !s->n)
		return err_set(err, -EINVAL, "an empty sentence");
	return r;
}

/* Up to the next ';' that is not within braces. */
static size_t sentence_length(const char *text)
{
	size_t n = 0;

	while (text[n] && text[n] != ';') {
		if (text[n] == '{' && text[n + 1] == '{')
			n++;
		else if (text[n] == '{')
			n += strcspn(text + n, "}");
		n += text[n] != '\0';
	}
	return n;
}

int sentences_parse(const char *text, struct sentences *ret, struct err *err)
{
	AUTO(sentences_done) struct sentences all = { 0 };

	for (;;) {
		size_t len = sentence_length(text);
		AUTO_FREE char *one = trimmed(text, len);
		AUTO(sentence_done) struct sentence s = { 0 };
		int r = parse_sentence(one, &s, err);

		if (r < 0)
			return r;
		VEC_PUSH(all.items, all.n, s);
		s = (struct sentence){ 0 };
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret = all;
	all = (struct sentences){ 0 };
	return 0;
}

void sentences_done(struct sentences *s)
{
	for (size_t i = 0; i < s->n; i++)
		sentence_done(&s->items[i]);
	free(s->items);
	*s = (struct sentences){ 0 };
}

/* ---- sentences: saying ---- */

/* Digits that show about three figures. */
static int digits_for(double number)
{
	double size = fabs(number);

	if (size >= 99.95)
		return 0;
	return size >= 9.995 ? 1 : 2;
}

static void say_bytes(struct strbuf *out, double bytes, const char *per)
{
	static const char *const steps[] = { "B", "kB", "MB", "GB", "TB" };
	char buf[FMT_LEN];
	size_t step = 0;

	while (fabs(bytes) >= 999.5 && step + 1 < ARRAY_LEN(steps)) {
		bytes /= 1000.0;
		step++;
	}
	fmt_grouped(buf, bytes, step && fabs(bytes) < 9.95 ? 1 : 0, NULL);
	strbuf_addf(out, "%s %s%s", buf, steps[step], per);
}

static void say_number(struct strbuf *out, double n, enum sentence_format f)
{
	char buf[FMT_LEN];

	switch (f) {
	case SENTENCE_NUMBER:
		strbuf_puts(out, fmt_grouped(buf, n, digits_for(n), NULL));
		break;
	case SENTENCE_SHARE:
		n *= 100.0;
		fmt_grouped(buf, n, fabs(n) < 9.95 && n != 0.0 ? 1 : 0, NULL);
		strbuf_addf(out, "%s %%", buf);
		break;
	case SENTENCE_DIGITS_0:
	case SENTENCE_DIGITS_1:
	case SENTENCE_DIGITS_2:
	case SENTENCE_DIGITS_3:
		strbuf_puts(out,
			    fmt_grouped(buf, n, (int)(f - SENTENCE_DIGITS_0),
					NULL));
		break;
	case SENTENCE_SECONDS:
		strbuf_puts(out, fmt_duration(buf, n));
		break;
	case SENTENCE_BYTES:
		say_bytes(out, n, "");
		break;
	case SENTENCE_BYTES_PER_SECOND:
		say_bytes(out, n, "/s");
		break;
	}
}

/*
 * The options of tacho and perf, which strace takes for others: its -t shows
 * times, and it attaches to threads, too, with -p.
 */
static bool say_target(const char *target, struct strbuf *out)
{
	static const char tracer[] = "strace ", threads[] = "-t ";

	if (!target)
		return false;
	if (!strncmp(strbuf_str(out), tracer, strlen(tracer)) &&
	    !strncmp(target, threads, strlen(threads)))
		strbuf_addf(out, "-p %s", target + strlen(threads));
	else
		strbuf_puts(out, target);
	return true;
}

static bool say_piece(const struct sentence_piece *p,
		      const struct sentence_context *c, struct strbuf *out)
{
	struct expr_value v;

	switch (p->kind) {
	case PIECE_TEXT:
		strbuf_puts(out, p->text);
		return true;
	case PIECE_TARGET:
		return say_target(c->target, out);
	case PIECE_WHY:
		v = c->lookup(c->arg, p->text, EXPR_COUNT);
		if (v.absent)
			strbuf_puts(out, v.absent);
		return v.absent != NULL;
	case PIECE_NUMBER:
		break;
	}
	v = expr_eval(p->expr, c->lookup, c->arg);
	if (v.absent || !isfinite(v.number))
		return false;
	say_number(out, v.number, p->format);
	return true;
}

bool sentence_say(const struct sentence *s, const struct sentence_context *c,
		  struct strbuf *out)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	if (!condition_holds(&s->when, c->lookup, c->arg))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (!say_piece(&s->pieces[i], c, &b))
			return false;
	strbuf_add(out, strbuf_str(&b), b.len);
	return true;
}
