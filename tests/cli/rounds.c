/*
 * A known number of instructions: two for each round, and the same start and
 * end whatever the numbers are, as long as they have as many digits.
 *
 *	rounds N		N rounds
 *	rounds N fork M		N rounds; then a child process does M more
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void rounds(unsigned long n)
{
#if defined(__x86_64__) || defined(__i386__)
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
#elif defined(__aarch64__)
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
#elif defined(__riscv)
	__asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(n));
#else
#error "no loop for this machine"
#endif
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (argc < 2)
		return 2;
	rounds(strtoul(argv[1], NULL, 10));
	if (argc != 4 || strcmp(argv[2], "fork") != 0)
		return 0;
	pid = fork();
	if (pid == 0) {
		rounds(strtoul(argv[3], NULL, 10));
		_exit(0);
	}
	return pid < 0 || waitpid(pid, NULL, 0) != pid ? 3 : 0;
}
