/*
 * Recordings of scenes, in a file that is there as long as a test.
 *
 * What goes wrong fails the test, but where a function returns it.
 */
#ifndef TACHO_TESTS_SAVED_H
#define TACHO_TESTS_SAVED_H

#include "scenes.h"

#include "base/err.h"
#include "record/recording.h"

#include <stddef.h>

extern char saved_folder[], saved_path[];

/* Of a group of tests. */
int saved_set_up(void **unused);
int saved_tear_down(void **unused);

/* Metrics as a catalog has them, on the side that was not written. */
struct original {
	struct fixture f;
	struct recording r; /* borrows all of it */
	struct metric_list metrics;
	struct metric_uses uses;
	struct plan plan;
	struct recording_left_out left_out;
	char *names[2];
};

void original_init(struct original *o, const struct scene *scene);
void original_done(struct original *o);
void original_save(struct original *o); /* to saved_path */

/* One of scenes[]. */
const struct scene *saved_scene(const char *name);

/* The caller frees it with recording_free(). */
struct recording *saved_load(const char *path);

/* The caller frees it. */
char *saved_show(const struct view *view, const struct report_about *about,
		 const struct series *series,
		 const struct report_options *options);

/* The bytes of a file, and a 0 behind them; the caller frees data. */
struct saved_text {
	char *data;
	size_t len;
};

struct saved_text saved_read(void);
struct saved_text saved_text_of(const char *scene);

/* @text with its first @from as @to; the caller frees it. */
char *saved_replaced(const struct saved_text *text, const char *from,
		     const char *to);

/* What becomes of @len bytes of @data in a file; 0: they are a recording. */
int saved_try(const char *data, size_t len, struct err *err);

/* "old" and "new", measured side by side, of two runs each. */
extern struct recording_turn saved_turns[2][2];
void saved_pair(void);

#endif
