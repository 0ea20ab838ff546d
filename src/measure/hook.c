/* Shell commands around a run; see hook.h. */
#include "measure/hook.h"

#include "base/xalloc.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int hook_run(const char *option, const char *command, const sigset_t *mask,
	     struct err *err)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, NULL, NULL };
	posix_spawnattr_t attr;
	int status, r;
	pid_t pid;

	if (!command)
		return 0;
	argv[2] = xstrdup(command);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(&pid, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	free(argv[2]);
	if (r)
		return err_set(err, -r, "%s: cannot run /bin/sh: %s", option,
			       strerror(r));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(err, -errno, "%s: %s", option,
				       strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_set(err, -ECANCELED,
			       "%s: '%s' was ended by signal %d", option,
			       command, WTERMSIG(status));
	return err_set(err, -ECANCELED, "%s: '%s' ended with status %d", option,
		       command, WEXITSTATUS(status));
}
