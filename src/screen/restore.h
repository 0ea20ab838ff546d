/*
 * Giving the terminal back when the program dies.
 *
 * A crash, and memory that has run out, leave no time for curses: what has to be
 * sent is made beforehand, and sent with system calls that a signal handler may
 * make.  The state is global because signal handlers know nothing else.
 */
#ifndef TACHO_SCREEN_RESTORE_H
#define TACHO_SCREEN_RESTORE_H

#include <stddef.h>
#include <termios.h>

/*
 * From now on, write @sequence to @fd and put it back to @modes before dying of
 * SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS or xalloc.
 */
void restore_arm(int fd, const char *sequence, const struct termios *modes);
/* The terminal is its owner's again. */
void restore_disarm(void);

#endif
