/* Giving the terminal back when the program dies; see restore.h. */
#include "screen/restore.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const int deaths[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS
};

static struct {
	volatile sig_atomic_t armed;
	int fd;
	char sequence[256];
	size_t length;
	struct termios modes;
	struct sigaction before[ARRAY_LEN(deaths)];
} state;

/* the stack may be what has run out */
static char stack[16384];

static void give_back(void)
{
	ssize_t n;

	if (!state.armed)
		return;
	state.armed = 0;
	n = write(state.fd, state.sequence, state.length);
	(void)n; /* there is nothing else to be done */
	tcsetattr(state.fd, TCSANOW, &state.modes);
}

static void die(int number)
{
	give_back();
	/* as whoever was there before would have it: a core, a sanitizer's
	   report */
	for (size_t i = 0; i < ARRAY_LEN(deaths); i++) {
		if (deaths[i] == number)
			sigaction(number, &state.before[i], NULL);
	}
	raise(number);
}

void restore_arm(int fd, const char *sequence, const struct termios *modes)
{
	const stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = die,
				    .sa_flags = SA_ONSTACK | SA_NODEFER };
	bool again = state.armed;

	state.armed = 0;
	state.fd = fd;
	state.length = strnlen(sequence, sizeof(state.sequence));
	memcpy(state.sequence, sequence, state.length);
	state.modes = *modes;
	state.armed = 1;
	if (again)
		return;
	sigaltstack(&own, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(deaths); i++)
		sigaction(deaths[i], &action, &state.before[i]);
	xalloc_on_failure(give_back);
}

void restore_disarm(void)
{
	if (!state.armed)
		return;
	state.armed = 0;
	xalloc_on_failure(NULL);
	for (size_t i = 0; i < ARRAY_LEN(deaths); i++)
		sigaction(deaths[i], &state.before[i], NULL);
}
