/* What differs between two recordings; see provenance.h. */
#include "record/provenance.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/*
 * How each is said; rows without a noun are not worth a word: the load is a
 * number that always differs, and a hash is said in words of its own.
 */
static const struct row {
	const char *noun;
	enum provenance_severity severity;
} rows[] = {
	[PROVENANCE_TACHO] = { "versions of tacho", PROVENANCE_TOLD },
	[PROVENANCE_SOURCE] = { "counter sources", PROVENANCE_DEFEATS },
	[PROVENANCE_SIMULATOR] = { "simulations", PROVENANCE_DEFEATS },
	[PROVENANCE_HOST] = { "machines", PROVENANCE_DOUBTS },
	[PROVENANCE_CPU_KEY] = { "CPUs", PROVENANCE_DEFEATS },
	[PROVENANCE_CPU_MODEL] = { "CPU models", PROVENANCE_DEFEATS },
	[PROVENANCE_CPUS] = { "numbers of CPUs", PROVENANCE_DOUBTS },
	[PROVENANCE_MICROCODE] = { "versions of microcode", PROVENANCE_DOUBTS },
	[PROVENANCE_HYPERVISOR] = { "hypervisors", PROVENANCE_DEFEATS },
	[PROVENANCE_PLATFORM] = { "platforms", PROVENANCE_DOUBTS },
	[PROVENANCE_KERNEL] = { "kernels", PROVENANCE_DOUBTS },
	[PROVENANCE_GOVERNOR] = { "frequency governors", PROVENANCE_DOUBTS },
	[PROVENANCE_SMT] = { "settings of SMT", PROVENANCE_DOUBTS },
	[PROVENANCE_BOOST] = { "settings of boost", PROVENANCE_DOUBTS },
	[PROVENANCE_THP] = { "settings of transparent huge pages",
			     PROVENANCE_DOUBTS },
	/* with it every run has another layout, without it all have one */
	[PROVENANCE_ASLR] = { "settings of address space randomisation",
			      PROVENANCE_DOUBTS },
	[PROVENANCE_WATCHDOG] = { "settings of the NMI watchdog",
				  PROVENANCE_TOLD },
	[PROVENANCE_COMMAND] = { "commands", PROVENANCE_TOLD },
	[PROVENANCE_DIRECTORY] = { "working directories", PROVENANCE_TOLD },
	[PROVENANCE_ENVIRONMENT] = { NULL, PROVENANCE_TOLD },
	[PROVENANCE_ENVIRONMENT_BYTES] = { "sizes of the environment",
					   PROVENANCE_TOLD },
	[PROVENANCE_PROGRAM] = { "programs", PROVENANCE_TOLD },
	[PROVENANCE_BUILD_ID] = { "builds", PROVENANCE_TOLD },
	[PROVENANCE_COMPILER] = { "compilers", PROVENANCE_DOUBTS },
	[PROVENANCE_OPTIMISATION] = { NULL, PROVENANCE_DEFEATS },
	[PROVENANCE_LEVEL] = { "optimisation levels", PROVENANCE_DOUBTS },
	[PROVENANCE_INSTRUMENTATION] = { "instrumentation",
					 PROVENANCE_DEFEATS },
};
_Static_assert(ARRAY_LEN(rows) == PROVENANCES, "one each");

static bool has_name(const struct provenance *p, const char *name)
{
	for (size_t i = 0; i < p->nvariables; i++)
		if (!strcmp(p->variables[i], name))
			return true;
	return false;
}

static void add_only(struct strbuf *b, const struct provenance *of,
		     const struct provenance *other, const char *which)
{
	size_t n = 0;

	for (size_t i = 0; i < of->nvariables; i++) {
		if (has_name(other, of->variables[i]))
			continue;
		if (n++ < 4)
			strbuf_addf(b, "%s%s", n == 1 ? which : ", ",
				    of->variables[i]);
	}
	if (n > 4)
		strbuf_addf(b, " and %zu more", n - 4);
}

/* Values are not kept: which of them differ is not known. */
static char *environment_text(const struct provenance *a,
			      const struct provenance *b)
{
	struct strbuf text = { 0 };

	strbuf_puts(&text, "in different environments");
	add_only(&text, a, b, "; only the first has ");
	add_only(&text, b, a, "; only the second has ");
	if (text.len == strlen("in different environments"))
		strbuf_puts(&text, ": the same variables, other values");
	return strbuf_detach(&text);
}

static char *text_of(enum provenance_what what, const struct provenance *a,
		     const struct provenance *b)
{
	if (what == PROVENANCE_ENVIRONMENT)
		return environment_text(a, b);
	if (what == PROVENANCE_OPTIMISATION)
		return xasprintf("one program is %s, the other %s: such builds "
				 "do not compare",
				 a->items[what], b->items[what]);
	return xasprintf("different %s: '%s' and '%s'", rows[what].noun,
			 a->items[what], b->items[what]);
}

/* The model goes with the key, the level with what it makes of the program. */
static bool is_said_already(enum provenance_what what,
			    const struct provenance_difference *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((what == PROVENANCE_CPU_MODEL &&
		     d[i].what == PROVENANCE_CPU_KEY) ||
		    (what == PROVENANCE_LEVEL &&
		     d[i].what == PROVENANCE_OPTIMISATION))
			return true;
	return false;
}

static int by_severity(const void *a, const void *b)
{
	const struct provenance_difference *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	return x->what < y->what ? -1 : x->what > y->what;
}

size_t provenance_differences(const struct provenance *a,
			      const struct provenance *b,
			      struct provenance_difference **ret)
{
	struct provenance_difference *all = NULL;
	size_t n = 0;

	for (int i = 0; i < PROVENANCES; i++) {
		enum provenance_what what = (enum provenance_what)i;
		struct provenance_difference d = {
			.what = what,
			.severity = rows[i].severity,
			.a = a->items[i],
			.b = b->items[i],
		};

		if (what == PROVENANCE_LOAD || !d.a || !d.b ||
		    !strcmp(d.a, d.b) || is_said_already(what, all, n))
			continue;
		d.text = text_of(what, a, b);
		VEC_PUSH(all, n, d);
	}
	if (n)
		qsort(all, n, sizeof(*all), by_severity);
	*ret = all;
	return n;
}

void provenance_differences_free(struct provenance_difference *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(d[i].text);
	free(d);
}
