/*
 * make-incident FILE: write tests/recordings/incident.ticks, which screens and
 * reports are tried with, anew.
 */
#include "incident.h"

#include "record/tick_file.h"

#include <stdio.h>

static int write_all(const struct incident *in, const char *path,
		     struct err *err)
{
	struct tick_writer *w = NULL;
	int bad = tick_writer_open(path, &in->header, &in->context, &w, err);

	for (int i = 0; i < INCIDENT_TICKS && bad == 0; i++) {
		struct tick tick;

		incident_tick(in, i, &tick);
		bad = tick_writer_add(w, &tick, err);
		tick_done(&tick);
	}
	if (bad < 0) {
		tick_writer_close(w, NULL);
		return bad;
	}
	return tick_writer_close(w, err);
}

int main(int argc, char **argv)
{
	struct incident in;
	struct err err = { 0 };
	int bad;

	if (argc != 2) {
		fputs("usage: make-incident FILE\n", stderr);
		return 2;
	}
	incident_init(&in);
	bad = write_all(&in, argv[1], &err);
	incident_done(&in);
	if (bad < 0)
		fprintf(stderr, "make-incident: %s\n", err.what);
	return bad < 0;
}
