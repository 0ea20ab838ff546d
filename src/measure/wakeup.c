/* The wait for a CPU after being woken; see wakeup.h. */
#include "measure/wakeup.h"

#include "base/parse.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void wakeup_open(struct wakeup *w)
{
	*w = (struct wakeup){ .fd = open("/proc/thread-self/schedstat",
					 O_RDONLY | O_CLOEXEC) };
}

void wakeup_close(struct wakeup *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* "ran waited turns"; it stays open, because it is asked for so often. */
static bool take(struct wakeup *w)
{
	struct rusage used;
	char text[80], *rest = text, *ran;
	uint64_t ran_ns;
	ssize_t n = w->fd < 0 ? -1 : pread(w->fd, text, sizeof(text) - 1, 0);

	if (n <= 0 || getrusage(RUSAGE_THREAD, &used) < 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	ran = strsep(&rest, " ");
	if (!rest || parse_u64(ran, &ran_ns) < 0 ||
	    parse_u64(strsep(&rest, " "), &w->waited_ns) < 0 || !rest ||
	    parse_u64(rest, &w->turns) < 0)
		return false;
	w->sleeps = (uint64_t)used.ru_nvcsw;
	/* a kernel that keeps no account has the file, full of zeros */
	return ran_ns > 0;
}

void wakeup_expect(struct wakeup *w)
{
	w->known = take(w);
}

uint64_t wakeup_late_ns(const struct wakeup *w)
{
	struct wakeup now = { .fd = w->fd };

	if (!w->known || !take(&now) || now.turns != w->turns + 1 ||
	    now.sleeps != w->sleeps + 1 || now.waited_ns < w->waited_ns)
		return 0;
	return now.waited_ns - w->waited_ns;
}
