/*
 * Which command, and what all of them share: one row per command.
 */
#include "cmd/cmd.h"

#include "base/auto.h"
#include "base/suggest.h"
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ .name = "stat",
	  .summary = "count a command, processes, CPUs or cgroups",
	  .run = cmd_stat },
	{ .name = "compare",
	  .summary = "run commands in turns, and tell what differs",
	  .run = cmd_compare },
	{ .name = "top",
	  .summary = "watch what every process does, live",
	  .run = cmd_top },
	{ .name = "report",
	  .summary = "show again what stat --save has kept",
	  .run = cmd_report },
	{ .name = "diff",
	  .summary = "compare what was kept with each other",
	  .run = cmd_diff },
	{ .name = "list",
	  .summary = "what can be counted, by which name",
	  .run = cmd_list },
	{ .name = "doctor",
	  .summary = "what can be counted here, and why the rest cannot",
	  .run = cmd_doctor },
	{ .name = "loop",
	  .summary = "run something whose right counts are known",
	  .run = cmd_loop },
};

static void print_help(FILE *out)
{
	fprintf(out,
		"usage: tacho COMMAND [OPTIONS] [ARGUMENTS]\n\n"
		"Counts what the processor does and says what it means.\n\n"
		"commands:\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(out, "  %-10s %s\n", commands[i].name,
			commands[i].summary);
	fprintf(out, "\n"
		     "  tacho COMMAND --help   the options of a command\n"
		     "  tacho --version        version\n\n"
		     "The manual is tacho(1).\n");
}

static int unknown(const char *name)
{
	struct suggest s;
	char text[200];

	if (name[0] == '-') {
		fprintf(stderr,
			"tacho: unknown option '%s'\n  try: tacho --help\n",
			name);
		return CMD_USAGE;
	}
	suggest_init(&s, name);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		suggest_offer(&s, commands[i].name);
	suggest_text(&s, text, sizeof(text));
	fprintf(stderr, "tacho: unknown command '%s'\n", name);
	if (*text)
		fprintf(stderr, "  try: %s\n", text);
	else
		fprintf(stderr,
			"  try: tacho --help; to count a program: "
			"tacho stat -- %s\n",
			name);
	suggest_done(&s);
	return CMD_USAGE;
}

/* A full disk or a closed pipe must not look like success. */
static int flush_stdout(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	perror("tacho: cannot write to standard output");
	return status ? status : CMD_FAILED;
}

/*
 * What we open must not take the place of a standard stream that the caller
 * closed, or messages end up in it.  The placeholder refuses writing, as a
 * closed one does, and the command does not get it.
 */
static void occupy_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

bool cmd_is_screen(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

int cmd_main(int argc, char **argv)
{
	occupy_standard_streams();
	if (argc < 2) {
		print_help(stderr);
		return CMD_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("tacho %s\n", PACKAGE_VERSION);
		return flush_stdout(CMD_OK);
	}
	/* "tacho help stat" is "tacho stat --help" */
	if (argc > 2 && strcmp(argv[1], "help") == 0) {
		char *asked[] = { argv[0], argv[2], (char[]){ "--help" },
				  NULL };

		return cmd_main(3, asked);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return flush_stdout(CMD_OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return flush_stdout(
				commands[i].run(argc - 1, argv + 1));
	return unknown(argv[1]);
}
