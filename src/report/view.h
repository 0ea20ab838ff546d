/*
 * Ways to show a report.
 */
#ifndef TACHO_REPORT_VIEW_H
#define TACHO_REPORT_VIEW_H

#include "base/err.h"
#include "base/fmt.h"
#include "report/report.h"

#include <stdbool.h>
#include <stdio.h>

struct view_options {
	FILE *out;
	bool color;
	int width;              /* columns of the terminal; 0: not one */
	struct fmt_style style; /* for text only */
	const char *separator;  /* csv */
	bool table;             /* --table: each run's time */
	bool no_counts;         /* -n */
	bool intervals;         /* reports will come as intervals */
	bool to_file;           /* -o: perf's formats begin with the time */
};

struct view_state {
	struct view_options options;
	size_t emitted; /* reports shown so far */
	bool more;      /* another report follows at once: do not flush */
	void *own;      /* the view's */
};

struct view {
	const char *name;    /* as given to --format */
	const char *summary; /* one line for --help */
	int (*begin)(struct view_state *v, const struct report_about *about,
		     struct err *err);
	int (*emit)(struct view_state *v, const struct report *r,
		    struct err *err);
	/* What is to be said of all intervals when their sum is not shown;
	   NULL: nothing */
	void (*conclude)(struct view_state *v, const struct report *r);
	int (*end)(struct view_state *v, struct err *err);
};

/* Everything so far to the file; a write that failed is an error. */
int view_flush(struct view_state *v, struct err *err);

extern const struct view view_text;
extern const struct view view_csv;
extern const struct view view_json;
extern const struct view view_markdown;
extern const struct view view_perf_csv;  /* -x: what perf 6.1 prints */
extern const struct view view_perf_json; /* -j: the same */

#endif
