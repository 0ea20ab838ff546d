/* What was measured, in words; see built.h. */
#include "report/built.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <string.h>

#define ID_SHOWN 12 /* digits of a build-id; git shows as many of a commit */

/* What a script was run by, where that is not a system's own. */
static const struct binary *built_part(const struct binary *b)
{
	while (b->kind == BINARY_SCRIPT && b->interpreter)
		b = b->interpreter;
	return b;
}

/* Stripped and unknown is how most of a system is: nothing to say. */
static bool is_telling(const struct binary *b)
{
	if (b->why.code)
		return b->why.code == -ESTALE;
	if (b->kind != BINARY_ELF)
		return false;
	return !b->stripped || b->instruments || b->debug_info ||
	       b->verdict != BUILD_UNKNOWN;
}

static void put_compiler(struct strbuf *s, const struct binary *b)
{
	if (!b->compiler[0])
		return;
	strbuf_addf(s, ", %s", b->compiler);
	if (b->version[0])
		strbuf_addf(s, " %s", b->version);
	if (b->level != LEVEL_UNKNOWN && b->verdict != BUILD_MIXED)
		strbuf_addf(s, " %s", build_level_name(b->level));
}

static void put_verdict(struct strbuf *s, const struct binary *b)
{
	switch (b->verdict) {
	case BUILD_UNKNOWN:
		strbuf_puts(s, ", optimisation unknown");
		if (b->dwarf_why.code)
			strbuf_addf(s, " (%s)", b->dwarf_why.what);
		break;
	case BUILD_UNOPTIMISED:
		if (b->level == LEVEL_UNKNOWN)
			strbuf_puts(s, ", not optimised");
		break;
	case BUILD_OPTIMISED:
		if (b->level == LEVEL_UNKNOWN)
			strbuf_puts(s, ", optimised");
		break;
	case BUILD_MIXED:
		strbuf_puts(s, ", partly optimised");
		break;
	}
}

char *built_line(const struct binary *binary)
{
	const struct binary *b = built_part(binary);
	struct strbuf s = { 0 };

	if (!is_telling(b))
		return NULL;
	strbuf_puts(&s, binary->name);
	if (b != binary)
		strbuf_addf(&s, ", run by %s", b->name);
	if (b->why.code) {
		strbuf_addf(&s, ", %s", b->why.what);
		return strbuf_detach(&s);
	}
	put_compiler(&s, b);
	put_verdict(&s, b);
	strbuf_addf(&s, ", %s", b->stripped ? "stripped" : "not stripped");
	if (b->is_static)
		strbuf_puts(&s, ", static");
	if (b->build_id[0])
		strbuf_addf(&s, ", build-id %.*s...", ID_SHOWN, b->build_id);
	return strbuf_detach(&s);
}

/* How to get one that is optimised. */
static const char *remedy(const struct binary *b)
{
	if (!strcmp(b->compiler, "gcc") || !strcmp(b->compiler, "clang"))
		return "build it with -O2";
	if (!strcmp(b->compiler, "rustc"))
		return "build it with cargo build --release or rustc -O";
	if (!strcmp(b->compiler, "go"))
		return "build it without -N in -gcflags";
	return "build it with optimisation";
}

static void warn(struct report_notes *notes, char *text)
{
	struct report_note note = { .kind = REPORT_NOTE_WARN, .text = text };

	VEC_PUSH(notes->items, notes->n, note);
}

static void warn_unoptimised(struct report_notes *notes, const struct binary *b)
{
	AUTO(strbuf_done) struct strbuf s = { 0 };

	if (b->verdict != BUILD_UNOPTIMISED && b->verdict != BUILD_MIXED)
		return;
	if (b->verdict == BUILD_MIXED && b->unoptimised_share >= 0.0)
		strbuf_addf(&s, "%.0f %% of the code of ",
			    100.0 * b->unoptimised_share);
	else if (b->verdict == BUILD_MIXED)
		strbuf_puts(&s, "some of the code of ");
	strbuf_addf(&s, "%s was built without optimisation", b->name);
	if (b->verdict == BUILD_UNOPTIMISED && b->level != LEVEL_UNKNOWN)
		strbuf_addf(&s, " (%s %s)", b->compiler,
			    build_level_name(b->level));
	strbuf_addf(&s,
		    ": its numbers say little about an optimised build; "
		    "%s and measure that",
		    remedy(b));
	warn(notes, strbuf_detach(&s));
}

static void warn_instruments(struct report_notes *notes, const struct binary *b)
{
	AUTO(strbuf_done) struct strbuf with = { 0 };

	for (unsigned i = 0; i < BINARY_INSTRUMENTS; i++)
		if (b->instruments & 1u << i)
			strbuf_addf(&with, "%s%s", with.len ? ", " : "",
				    binary_instrument_name(i));
	if (with.len)
		warn(notes, xasprintf("%s was built with %s, whose work is "
				      "counted, too: measure a build without",
				      b->name, strbuf_str(&with)));
}

void built_add_notes(struct report_notes *notes,
		     const struct report_about *about)
{
	for (size_t i = 0; i < about->nbinaries; i++) {
		const struct binary *b = built_part(&about->binaries[i]);

		warn_unoptimised(notes, b);
		warn_instruments(notes, b);
	}
}
