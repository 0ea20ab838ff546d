/* Things that one sentence is said about; see names.h. */
#include "report/names.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* Names beyond these are counted, not listed. */
#define NAMES_SHOWN 3

void names_add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->items[i], name))
			return;
	VEC_PUSH(names->items, names->n, name);
}

void names_done(struct names *names)
{
	free(names->items);
}

char *names_text(const struct names *names)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	size_t shown = names->n;

	if (shown > NAMES_SHOWN + 1)
		shown = NAMES_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const char *join = ", ";

		if (i + 1 == names->n)
			join = " and ";
		strbuf_addf(&b, "%s%s", i ? join : "", names->items[i]);
	}
	if (shown < names->n)
		strbuf_addf(&b, " and %zu more", names->n - shown);
	return strbuf_detach(&b);
}
