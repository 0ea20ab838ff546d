/*
 * The files that recordings are in: where one is put, and its lines.
 */
#ifndef TACHO_RECORD_RECORDING_FILE_H
#define TACHO_RECORD_RECORDING_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define RECORDING_LINE_MOST ((size_t)256 << 20)

/*
 * Where a file called @path really is, so that a link goes on to be one; the
 * caller frees.  What is no file is never replaced by one.
 */
int recording_place(const char *path, char **ret, mode_t *mode, bool *existed,
		    struct err *err);

/* A rename is kept through a crash only when the folder is on the disk, too. */
void recording_sync_folder(const char *place);

/* A file that is read line by line. */
struct recording_lines {
	const char *path;
	bool stdin_too; /* which is called "-" */
	FILE *f;
	char *text; /* the last line, without its end; not terminated */
	size_t room;
	size_t number; /* of the last line, from 1 */
};

/* @l has the path. */
int recording_open_file(struct recording_lines *l, struct err *err);

/* Like getline(), but bounded.  1: a line, 0: the end, or -EBADMSG, ... */
int recording_next_line(struct recording_lines *l, size_t *len,
			struct err *err);

#endif
