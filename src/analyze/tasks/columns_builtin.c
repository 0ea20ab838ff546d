/* What is known of every task without counting. */
#include "analyze/tasks/columns_builtin.h"

#include "analyze/tasks/columns.h"

#include <string.h>

/* A number, the largest first. */
#define AMOUNT(index, k, head, u, w, d, text_)                                 \
	[index] = { .key = (k),                                                \
		    .heading = (head),                                         \
		    .unit = (u),                                               \
		    .width = (w),                                              \
		    .digits = (d),                                             \
		    .descending = true,                                        \
		    .builtin = (index),                                        \
		    .about = (text_) }
/* A number that is a name, the smallest first. */
#define NUMBER(index, k, head, w, text_)                                       \
	[index] = { .key = (k),                                                \
		    .heading = (head),                                         \
		    .unit = "",                                                \
		    .width = (w),                                              \
		    .plain = true,                                             \
		    .builtin = (index),                                        \
		    .about = (text_) }
#define TEXT(index, k, head, w, text_)                                         \
	[index] = { .key = (k),                                                \
		    .heading = (head),                                         \
		    .unit = "",                                                \
		    .width = (w),                                              \
		    .text = true,                                              \
		    .builtin = (index),                                        \
		    .about = (text_) }

const struct column column_builtins[] = {
	NUMBER(BUILTIN_PID, "pid", "PID", 7, "Number of the process."),
	NUMBER(BUILTIN_TID, "tid", "TID", 7, "Number of the thread."),
	NUMBER(BUILTIN_PPID, "ppid", "PPID", 7,
	       "Number of the process that it is a child of."),
	TEXT(BUILTIN_USER, "user", "USER", 8, "Whose rights it has."),
	TEXT(BUILTIN_STATE, "state", "S", 1,
	     "R runs or could, S sleeps, D waits for a disk or the like, T is "
	     "stopped, Z or X has ended."),
	AMOUNT(BUILTIN_CPU, "cpu", "%CPU", "%", 6, 1,
	       "Processor time, of one CPU: 100 is one CPU all the time."),
	AMOUNT(BUILTIN_USER_CPU, "user_cpu", "%USR", "%", 6, 1,
	       "Of that, in the program itself."),
	AMOUNT(BUILTIN_SYS_CPU, "sys_cpu", "%SYS", "%", 6, 1,
	       "Of that, in the kernel for it."),
	AMOUNT(BUILTIN_WAIT, "wait", "%WAIT", "%", 6, 1,
	       "Time that it was ready and others had the CPU, added up over "
	       "its threads: 100 is one of them all the time."),
	AMOUNT(BUILTIN_THREADS, "threads", "THR", "", 4, 0,
	       "Threads of the process."),
	AMOUNT(BUILTIN_TASKS, "tasks", "TASKS", "", 5, 0,
	       "Processes that the row is made of."),
	NUMBER(BUILTIN_PROCESSOR, "processor", "P", 3,
	       "The CPU that it ran on last."),
	AMOUNT(BUILTIN_FAULTS, "faults", "FLT/s", "/s", 6, 0,
	       "Page faults per second that needed no disk."),
	AMOUNT(BUILTIN_MAJOR_FAULTS, "major_faults", "MAJ/s", "/s", 6, 0,
	       "Page faults per second that read from a disk."),
	AMOUNT(BUILTIN_SWITCHES, "switches", "CSW/s", "/s", 6, 0,
	       "Context switches per second."),
	AMOUNT(BUILTIN_FORCED_SWITCHES, "forced_switches", "FORCED/s", "/s", 8,
	       0, "Of those, where others took the CPU from it."),
	AMOUNT(BUILTIN_RSS, "rss", "RSS", "B", 6, 0,
	       "Memory that it holds, what it shares with others included."),
	AMOUNT(BUILTIN_MEMORY, "memory", "%MEM", "%", 6, 1,
	       "The same as a share of the machine's."),
	AMOUNT(BUILTIN_AGE, "age", "AGE", "s", 7, 0, "Time since it began."),
	TEXT(BUILTIN_CGROUP, "cgroup", "CGROUP", 24, "Its control group."),
	TEXT(BUILTIN_COMM, "comm", "COMM", 15,
	     "Its name, as the kernel has it."),
	TEXT(BUILTIN_COMMAND, "command", "COMMAND", 24,
	     "Its name and arguments."),
	[BUILTIN_VERDICT] = { .kind = COLUMN_VERDICT,
			      .key = "verdict",
			      .heading = "VERDICT",
			      .unit = "",
			      .width = 17,
			      .text = true,
			      .builtin = BUILTIN_VERDICT,
			      .about = "What it is bound by, judged from its "
				       "last seconds." },
};
const size_t column_nbuiltins =
	sizeof(column_builtins) / sizeof(column_builtins[0]);

_Static_assert(sizeof(column_builtins) / sizeof(column_builtins[0]) ==
		       BUILTIN_COLUMNS,
	       "one column for each");

const struct column *column_builtin(const char *key)
{
	for (size_t i = 0; i < column_nbuiltins; i++)
		if (!strcmp(column_builtins[i].key, key))
			return &column_builtins[i];
	return NULL;
}
