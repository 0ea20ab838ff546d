/* The verdict in the text view; see text.h. */
#include "report/text.h"

#include "base/auto.h"

/* Sentences over more than this are hard to read, on any terminal. */
#define WIDTH 96
#define COLUMN 12

static const char *color_of(enum verdict_class class)
{
	switch (class) {
	case VERDICT_UNKNOWN:
	case VERDICT_MIXED:
		return "\033[1;33m";
	case VERDICT_COMPUTE:
		return "\033[1;32m";
	case VERDICT_MEMORY:
	case VERDICT_FRONTEND:
	case VERDICT_SPECULATION:
	case VERDICT_BLOCKED:
	case VERDICT_SYSTEM:
		break;
	}
	return "\033[1;31m";
}

static void put_part(struct strbuf *b, const char *name, const char *text,
		     int width)
{
	strbuf_addf(b, "   %-*s", COLUMN - 3, name);
	text_wrap(b, text, width, COLUMN);
}

static void put_because(struct strbuf *b, const struct verdict *verdict,
			int width)
{
	AUTO(strbuf_done) struct strbuf text = { 0 };

	for (size_t i = 0; i < verdict->nbecause; i++)
		strbuf_addf(&text, "%s%s", i ? "; " : "", verdict->because[i]);
	if (text.len)
		put_part(b, "because", strbuf_str(&text), width);
}

void text_verdict(struct strbuf *b, const struct view_state *v,
		  const struct verdict *verdict)
{
	AUTO(strbuf_done) struct strbuf line = { 0 };
	AUTO_FREE char *kind = verdict_kind_text(verdict);
	int width = v->options.width;

	if (!verdict->present)
		return;
	if (!width || width > WIDTH)
		width = WIDTH;
	if (v->options.color)
		strbuf_puts(&line, color_of(verdict->class));
	strbuf_puts(&line, verdict_class_name(verdict->class));
	if (v->options.color)
		strbuf_puts(&line, "\033[m");
	strbuf_addf(&line, "%s: %s", kind, verdict->headline);
	strbuf_putc(b, ' ');
	text_wrap(b, strbuf_str(&line), width, 3);
	put_because(b, verdict, width);
	/* commands on lines of their own, to be copied */
	for (size_t i = 0; i < verdict->nnext; i++)
		put_part(b, i ? "" : "next", verdict->next[i], width);
	strbuf_reset(&line);
	if (verdict->confidence > 0.0)
		strbuf_addf(&line, "%s: ", verdict_confidence_word(verdict));
	strbuf_puts(&line, verdict->trust);
	put_part(b, "trust", strbuf_str(&line), width);
	strbuf_putc(b, '\n');
}
