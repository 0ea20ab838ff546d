/* A little kernel for tests; see fake_perf.h. */
#include "fake_perf.h"

#include <errno.h>
#include <string.h>

static bool is_hardware(const struct perf_event_attr *attr)
{
	return attr->type == PERF_TYPE_HARDWARE ||
	       attr->type == PERF_TYPE_RAW || attr->type == PERF_TYPE_HW_CACHE;
}

static size_t group_size(const struct fake_perf *f, int leader)
{
	size_t n = 0;

	for (size_t i = 0; i < f->nevents; i++)
		n += f->events[i].open && f->events[i].leader == leader &&
		     is_hardware(&f->events[i].attr);
	return n;
}

static struct fake_event *event_of(struct fake_perf *f, int fd)
{
	size_t i = (size_t)(fd - FAKE_PERF_FD);

	if (fd < FAKE_PERF_FD || i >= f->nevents || !f->events[i].open)
		return NULL;
	return &f->events[i];
}

static int check(struct fake_perf *f, struct perf_event_attr *attr, pid_t pid,
		 int cpu, int group_fd)
{
	bool hardware = is_hardware(attr);
	bool group_read = attr->read_format & PERF_FORMAT_GROUP;
	struct fake_event *leader = NULL;

	if (f->attr_size && attr->size > f->attr_size) {
		attr->size = (uint32_t)f->attr_size;
		return -E2BIG;
	}
	if (f->paranoid >= 3)
		return -EACCES;
	if (f->paranoid >= 2 && !attr->exclude_kernel)
		return -EACCES;
	if (f->paranoid >= 1 && pid == -1)
		return -EACCES;
	if (pid > 0 && pid == f->gone_pid)
		return -ESRCH;
	if (pid > 0 && pid == f->denied_pid)
		return -EACCES;
	if (cpu >= 0 && cpu == f->offline_cpu_plus1 - 1)
		return -ENODEV;
	if (f->fd_limit && fake_perf_open_fds(f) >= f->fd_limit)
		return -EMFILE;
	if (hardware && f->no_pmu)
		return -ENOENT;
	if (f->no_guest && attr->exclude_guest)
		return -EINVAL;
	if (f->no_inherit_thread && attr->inherit_thread)
		return -EINVAL;
	if (f->no_group_inherit && attr->inherit && group_read)
		return -EINVAL;
	if (group_fd >= 0) {
		leader = event_of(f, group_fd);
		if (!leader || leader->cpu != cpu || leader->pid != pid ||
		    attr->pinned || attr->exclusive)
			return -EINVAL;
	}
	if (hardware && f->counters &&
	    (leader ? group_size(f, leader->leader) : 0) + 1 > f->counters)
		return -EINVAL;
	return 0;
}

static int fake_open(void *ctx, struct perf_event_attr *attr, pid_t pid,
		     int cpu, int group_fd, unsigned long flags)
{
	struct fake_perf *f = ctx;
	struct fake_event *e = &f->events[f->nevents];
	int r;

	f->opens++;
	if (f->opens == f->fail_open)
		return f->fail_code;
	if (f->always_code)
		return f->always_code;
	r = check(f, attr, pid, cpu, group_fd);
	if (r < 0)
		return r;
	if (f->nevents == FAKE_PERF_MAX)
		return -ENFILE;
	*e = (struct fake_event){ .attr = *attr,
				  .pid = pid,
				  .cpu = cpu,
				  .flags = flags,
				  .open = true,
				  .enabled = !attr->disabled };
	e->leader = group_fd >= 0 ? group_fd - FAKE_PERF_FD : (int)f->nevents;
	return FAKE_PERF_FD + (int)f->nevents++;
}

static size_t put(uint64_t *words, size_t n, uint64_t v)
{
	words[n] = v;
	return n + 1;
}

static ssize_t fake_read(void *ctx, int fd, void *buf, size_t len)
{
	struct fake_perf *f = ctx;
	struct fake_event *e = event_of(f, fd);
	uint64_t words[3 + FAKE_PERF_MAX];
	size_t n = 0, members = 0;

	f->reads++;
	fake_perf_advance(f, f->tick_ns);
	if (f->reads == f->fail_read)
		return f->fail_code;
	if (!e)
		return -EBADF;
	if (!(e->attr.read_format & PERF_FORMAT_GROUP)) {
		n = put(words, n, e->count);
		n = put(words, n, e->enabled_ns);
		n = put(words, n, e->running_ns);
	} else {
		n = 1;
		n = put(words, n, e->enabled_ns);
		n = put(words, n, e->running_ns);
		for (size_t i = 0; i < f->nevents; i++) {
			if (!f->events[i].open ||
			    f->events[i].leader != e->leader)
				continue;
			n = put(words, n, f->events[i].count);
			members++;
		}
		words[0] = members;
	}
	n *= sizeof(*words);
	if (len < n)
		return -ENOSPC;
	if (f->reads == f->short_read)
		n /= 2;
	memcpy(buf, words, n);
	return (ssize_t)n;
}

static int fake_ioctl(void *ctx, int fd, unsigned long request,
		      unsigned long arg)
{
	struct fake_perf *f = ctx;
	struct fake_event *e = event_of(f, fd);

	(void)arg;
	f->ioctls++;
	fake_perf_advance(f, f->tick_ns);
	if (f->ioctls == f->fail_ioctl)
		return f->fail_code;
	if (!e)
		return -EBADF;
	if (request == PERF_EVENT_IOC_ENABLE)
		e->enabled = true;
	else if (request == PERF_EVENT_IOC_DISABLE)
		e->enabled = false;
	else
		return -ENOTTY;
	return 0;
}

static int fake_close(void *ctx, int fd)
{
	struct fake_perf *f = ctx;
	struct fake_event *e = event_of(f, fd);

	if (!e) {
		f->bad_closes++;
		return -EBADF;
	}
	e->open = false;
	return 0;
}

void fake_perf_init(struct fake_perf *f)
{
	*f = (struct fake_perf){ .tick_ns = 1000 };
	f->sys = (struct perf_sys){ .ctx = f,
				    .open = fake_open,
				    .read = fake_read,
				    .ioctl = fake_ioctl,
				    .close = fake_close };
}

static bool is_active(const struct fake_event *e)
{
	return e->open && e->enabled;
}

static bool is_rival(const struct fake_perf *f, const struct fake_event *e,
		     size_t i)
{
	const struct fake_event *o = &f->events[i];

	return o->leader == (int)i && is_active(o) && is_hardware(&o->attr) &&
	       o->pid == e->pid && o->cpu == e->cpu;
}

/* Leaders of hardware groups on the same task and CPU as @e that count now. */
static size_t rivals(const struct fake_perf *f, const struct fake_event *e,
		     size_t *needed, size_t *before)
{
	size_t n = 0;

	*needed = *before = 0;
	for (size_t i = 0; i < f->nevents; i++) {
		if (!is_rival(f, e, i))
			continue;
		n++;
		*needed += group_size(f, (int)i);
		*before += (int)i < e->leader;
	}
	return n;
}

/* The share of the time in which the group of @e has its turn. */
static double share_of(const struct fake_perf *f, const struct fake_event *e)
{
	size_t free_counters = f->counters - f->held, needed, before, n;

	if (!f->counters || !is_hardware(&e->attr))
		return 1.0;
	if (group_size(f, e->leader) > free_counters)
		return 0.0;
	n = rivals(f, e, &needed, &before);
	if (needed <= free_counters)
		return 1.0;
	if (f->turn_ns)
		return f->now_ns / f->turn_ns % n == before;
	return 1.0 / (double)n;
}

static void count(struct fake_perf *f, struct fake_event *e, uint64_t ran)
{
	double n;

	if (f->dead_config && e->attr.config == f->dead_config)
		return;
	if (!f->rate || !is_hardware(&e->attr)) {
		e->count += ran * (e->attr.config + 1);
		return;
	}
	n = e->rest +
	    (double)ran * f->rate(f->rate_arg, e->attr.config, f->now_ns);
	e->count += (uint64_t)n;
	e->rest = n - (double)(uint64_t)n;
}

/* Nobody's turn ends within @ns. */
static void pass(struct fake_perf *f, uint64_t ns)
{
	for (size_t i = 0; i < f->nevents; i++) {
		struct fake_event *e = &f->events[i];
		const struct fake_event *leader = &f->events[e->leader];
		uint64_t ran;

		if (!e->open || !leader->enabled)
			continue;
		ran = (uint64_t)((double)ns * share_of(f, leader));
		e->enabled_ns += ns;
		e->running_ns += ran;
		count(f, e, ran);
	}
	f->now_ns += ns;
}

void fake_perf_advance(struct fake_perf *f, uint64_t ns)
{
	while (f->turn_ns && ns > f->turn_ns - f->now_ns % f->turn_ns) {
		uint64_t left = f->turn_ns - f->now_ns % f->turn_ns;

		pass(f, left);
		ns -= left;
	}
	pass(f, ns);
}

void fake_perf_run_task(struct fake_perf *f, pid_t pid, uint64_t ns)
{
	for (size_t i = 0; i < f->nevents; i++) {
		struct fake_event *e = &f->events[i];

		if (!e->open || e->pid != pid || !f->events[e->leader].enabled)
			continue;
		e->enabled_ns += ns;
		e->running_ns += ns;
		count(f, e, ns);
	}
}

size_t fake_perf_open_fds(const struct fake_perf *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->nevents; i++)
		n += f->events[i].open;
	return n;
}
