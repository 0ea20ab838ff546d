/*
 * The inside of recording.h: each pair writes and reads a part of the header,
 * or the line of a run.  What is read goes into a recording that is zeroed, so
 * that it can be released after any failure.
 */
#ifndef TACHO_RECORD_RECORDING_PARTS_H
#define TACHO_RECORD_RECORDING_PARTS_H

#include "record/disturbance.h"
#include "record/fields.h"
#include "record/recording.h"

/* Bounds of what makes no sense beyond them. */
#define RECORDING_MOST 65536 /* of nearly everything */
#define RECORDING_CORE_TYPES 64

#define TICKS_MAGIC "tacho-ticks" /* the other kind of file */

/* recording.c: all of the header that follows, without the kind of file */
void recording_write_header(const struct recording *r, json_t *o);
int recording_read_header(const json_t *header, struct recording *r,
			  struct err *err);

/* recording_plan.c: events and groups */
void recording_write_plan(const struct recording *r, json_t *header);
int recording_read_plan(const json_t *header, struct recording *r,
			struct err *err);

/* recording_binary.c */
void recording_write_binaries(const struct recording *r, json_t *header);
int recording_read_binaries(const json_t *header, struct recording *r,
			    struct err *err);

/* recording_machine.c: provenance, CPU, topology, facts */
void recording_write_machine(const struct recording *r, json_t *header);
int recording_read_machine(const json_t *header, struct recording *r,
			   struct err *err);

/* recording_asked.c: target, source, options, metrics */
void recording_write_asked(const struct recording *r, json_t *header);
int recording_read_asked(const json_t *header, struct recording *r,
			 struct err *err);

/* recording_beside.c: what belongs together, and the order of its runs */
void recording_write_beside(const struct recording *r, json_t *header);
int recording_read_beside(const json_t *header, struct recording *r,
			  struct err *err);
void recording_write_turn(const struct recording *r, size_t run, json_t *line);
/* Of the run that is read next. */
int recording_read_turn(const json_t *line, struct recording *r,
			struct err *err);

/* recording_run.c; the plan is there */
json_t *recording_write_run(const struct recording *r, size_t index,
			    const struct disturbance *disturbance);
int recording_read_run(const json_t *line, struct recording *r,
		       struct err *err);

#endif
