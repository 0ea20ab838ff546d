/*
 * The inside of tacho compare and tacho diff: what is done with recordings once
 * there are some, whether they were measured just now or read from files.
 *
 * Each subject is a recording and the order of its runs; the first is the
 * reference.
 */
#ifndef TACHO_CMD_COMPARE_JOB_H
#define TACHO_CMD_COMPARE_JOB_H

#include "analyze/compare_gate.h"
#include "base/err.h"
#include "cmd/opt.h"
#include "metric/plan.h"
#include "record/recording.h"
#include "report/comparison/build.h"

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses beside CMD_OK, CMD_FAILED and CMD_USAGE. */
enum {
	COMPARE_EXIT_FAILED_LIMIT = 3, /* of --fail-if */
	COMPARE_EXIT_UNSURE = 4,       /* the data cannot tell */
};

/* What both commands can be told about judging and showing. */
struct judging_options {
	double noise;            /* --noise, percent */
	double confidence;       /* --confidence, percent */
	struct opt_list fail_if; /* --fail-if */
	struct opt_list names;   /* --name, in the order of the subjects */
	const char *metric;      /* --metric: of the headline; NULL: default */
	bool drop_disturbed;     /* --drop-disturbed */
	bool all; /* --all: quantities that are not worth a row */
	const char *format, *separator, *output, *color; /* NULL: default */
};

/* What holds where nothing else is said; options are parsed into it. */
struct judging_options judging_defaults(void);
void judging_done(struct judging_options *o);

/*
 * The rows of an option table for these, where struct @type has them as
 * @member; the two commands shall not differ.
 */
#define JUDGING_ROW(t, m, field, ...)                                          \
	{                                                                      \
		__VA_ARGS__, .offset = offsetof(t, m) +                        \
				       offsetof(struct judging_options, field) \
	}
#define JUDGING_HEADING(text)                                                  \
	{                                                                      \
		.kind = OPT_HEADING, .help = text                              \
	}
/* clang-format off: a table, in a macro */
#define JUDGING_OPTIONS(t, m)                                                       \
	JUDGING_HEADING("How it is judged"),                                        \
		JUDGING_ROW(                                                        \
			t, m, noise, OPT_DOUBLE, 0, "noise", "PCT",                 \
			"call nothing a difference below PCT percent (default: 1)", \
			.max = 100),                                                \
		JUDGING_ROW(                                                        \
			t, m, confidence, OPT_DOUBLE, 0, "confidence", "PCT",       \
			"how sure intervals are, in percent (default: 95)",         \
			.min = 50, .max = 99.99),                                   \
		JUDGING_ROW(                                                        \
			t, m, fail_if, OPT_LIST, 0, "fail-if", "LIMIT",             \
			"such as 'instructions > +1%': exit with status 3 where "   \
			"it is significantly so, 4 where the data cannot tell; "    \
			"may be given several times"),                              \
		JUDGING_ROW(                                                        \
			t, m, drop_disturbed, OPT_FLAG, 0, "drop-disturbed",        \
			NULL,                                                       \
			"leave out runs that were disturbed from outside"),         \
		JUDGING_HEADING("How it is shown"),                                 \
		JUDGING_ROW(t, m, names, OPT_LIST, 0, "name", "NAME",               \
			    "what to call the first, the second, and so on"),       \
		JUDGING_ROW(t, m, metric, OPT_STRING, 0, "metric", "NAME",          \
			    "what the first line is about (default: time)"),        \
		JUDGING_ROW(                                                        \
			t, m, all, OPT_FLAG, 0, "all", NULL,                        \
			"also what is not worth a row, and all numbers of it"),     \
		JUDGING_ROW(t, m, format, OPT_STRING, 0, "format", "NAME",          \
			    COMPARE_FORMATS),                                       \
		JUDGING_ROW(t, m, separator, OPT_STRING, 'x',                       \
			    "field-separator", "SEP",                               \
			    "csv with SEP between the fields"),                     \
		JUDGING_ROW(t, m, output, OPT_STRING, 'o', "output", "FILE",        \
			    "write it to FILE, not to standard output"),            \
		JUDGING_ROW(t, m, color, OPT_STRING, 0, "color", "WHEN",            \
			    "auto (on a terminal), always or never")
/* clang-format on */
#define COMPARE_FORMATS "text, markdown, html, json or csv"

/*
 * To be called before anything is measured: formats, limits, names and files
 * that cannot be are -EINVAL at once.  @nsubjects: so many there will be.
 */
int compare_check(const struct judging_options *o, size_t nsubjects,
		  struct err *err);

/*
 * The same for names that are known as soon as there is a plan: -EINVAL for
 * --metric and limits of what will not be measured.  @left_out: events that
 * are known and cannot be counted; limits of these are for
 * compare_conclude().
 */
int compare_check_names(const struct judging_options *o,
			const struct plan *plan,
			const struct recording_left_out *left_out, size_t n,
			struct err *err);

/*
 * A name for each subject, the shortest that tells them apart: as --name has
 * it, else the program's, the file's, or what of the command differs.  Of each
 * of the @n either may be NULL: the command, the file that it was read from.
 * The caller frees the texts in @ret.
 */
void compare_choose_names(const struct judging_options *o,
			  char *const *const *commands,
			  const char *const *files, size_t n, char **ret);

/*
 * Compare, show, and answer --fail-if.  Subjects without a name get one of
 * compare_choose_names(), if none of them has one.  Returns the exit status; messages are
 * printed.
 */
int compare_conclude(const struct compare_inputs *inputs,
		     const struct judging_options *options);

/*
 * tacho diff of one file whose recordings are @loaded already, and taken over.
 * @argv has one operand, or asks for help.
 */
int diff_loaded(int argc, char **argv, struct recordings *loaded);

/* The operand, where these are words for tacho diff with a single one; else
   NULL. */
const char *diff_only_path(int argc, char **argv);

#endif
