/*
 * The text of -e taken apart: perf's and libpfm4's syntax, no meaning yet.
 *
 *	cycles,{instructions,branches}:u,cpu/event=0xc0,umask=1,name=x/k,r1a8
 *
 * A term list between slashes and a modifier suffix are recognised here;
 * whether "a:b" is a tracepoint, a libpfm4 event with a umask or an event with
 * modifiers is the resolver's to find out, so the whole spelling is kept.
 */
#ifndef TACHO_EVENT_SPEC_H
#define TACHO_EVENT_SPEC_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct spec_term {
	char *key; /* "event", "umask", "config1", "name", "inst_retired.any" */
	char *value; /* NULL when there was no '=' */
	size_t at;   /* offset in the whole text */
};

struct spec_event {
	char *text; /* the whole spelling of this event */
	size_t at;  /* offset in the whole text, for messages */
	size_t len;
	char *pmu;               /* "cpu" of "cpu/.../"; NULL without slashes */
	struct spec_term *terms; /* between the slashes */
	size_t nterms;
	char *name;       /* without slashes: the text as it stands, with every
			   ':' still in it */
	char *mods;       /* after the closing slash; "" otherwise */
	size_t mods_at;   /* offset of mods in the whole text */
	int group;        /* number of its { }, -1 outside */
	char *group_mods; /* after the '}'; "" otherwise */
	size_t group_mods_at;
};

struct spec {
	char *text; /* everything, for messages with a place */
	struct spec_event *events;
	size_t n;
	int ngroups;
};

/*
 * Take @text apart and append to @spec (so that several -e add up).
 * -EINVAL with the place and a caret line in @err.
 */
int spec_parse(struct spec *spec, const char *text, struct err *err);

void spec_done(struct spec *spec);

/*
 * Two lines that show the place: the text (cut to a window when it is long)
 * and "^~~" below @len bytes from @at on.  Both lines are indented by four and
 * the last has no newline.  The caller frees.
 */
char *spec_caret(const char *text, size_t at, size_t len);

#endif
