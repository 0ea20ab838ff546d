/*
 * Ticks in a file, to be looked at later: JSON Lines, a header as that of a
 * recording, then one line for each tick.  A file that was cut off ends with
 * the last whole tick.
 */
#ifndef TACHO_RECORD_TICK_FILE_H
#define TACHO_RECORD_TICK_FILE_H

#include "base/err.h"
#include "record/recording.h"
#include "record/tick.h"

#include <stddef.h>

struct tick_writer;

/*
 * @header: what is known before the first tick (series is empty); its plan is
 * that of tasks.  The file appears under its name only with the header whole.
 */
int tick_writer_open(const char *path, const struct recording *header,
		     const struct tick_context *context,
		     struct tick_writer **ret, struct err *err);
/* Written through at once: what was saved before a full disk stays. */
int tick_writer_add(struct tick_writer *w, const struct tick *tick,
		    struct err *err);
int tick_writer_close(struct tick_writer *w,
		      struct err *err); /* NULL is fine */

struct tick_reader;

/*
 * Open it and find its ticks, without keeping them in memory.  The header is
 * the reader's; recording_bind() is the caller's to call.
 */
int tick_reader_open(const char *path, struct tick_reader **ret,
		     struct err *err);
struct recording *tick_reader_header(struct tick_reader *r);
/* After recording_bind(). */
void tick_reader_context(const struct tick_reader *r, struct tick_context *ret);
size_t tick_reader_count(const struct tick_reader *r);
/* Seconds since 1970 of tick @i. */
double tick_reader_at(const struct tick_reader *r, size_t i);
/* Valid until the next is read. */
int tick_reader_get(struct tick_reader *r, size_t i, const struct tick **ret,
		    struct err *err);
void tick_reader_close(struct tick_reader *r); /* NULL is fine */

#endif
