/*
 * The command line: one row per command, see cmd.c.
 */
#ifndef TACHO_CMD_CMD_H
#define TACHO_CMD_CMD_H

#include <stdbool.h>

/* Run the command that @argv names; the exit status of the process. */
int cmd_main(int argc, char **argv);

/*
 * The commands: argv[0] is the command's own name.  They print their errors
 * and return the exit status.
 */
int cmd_stat(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_loop(int argc, char **argv);

/* A terminal that takes escape sequences: TERM=dumb says that it does not. */
bool cmd_is_screen(int fd);

/* Exit statuses beside the measured command's own. */
enum {
	CMD_OK = 0,
	CMD_FAILED = 1, /* could not measure; doctor: no hardware counter */
	CMD_USAGE = 2,  /* bad usage */
	CMD_CANNOT_RUN = 126, /* the command cannot be run */
	CMD_NOT_FOUND = 127,  /* there is no such command */
};

#endif
