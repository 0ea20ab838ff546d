/* The machine's own numbers; see machine_load.h. */
#include "source/tasks/machine_load.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* The next number of the line, with up to three digits behind the point. */
static bool take(const char **at, double *ret)
{
	const char *c = *at + strspn(*at, " \t");
	double n = 0, unit = 1;

	if (*c < '0' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++)
		n = 10 * n + (*c - '0');
	if (*c == '.')
		for (c++; *c >= '0' && *c <= '9'; c++)
			n += (unit /= 10) * (*c - '0');
	*at = c;
	*ret = n;
	return true;
}

static uint64_t take_count(const char **at)
{
	const char *c = *at + strspn(*at, " \t");
	uint64_t n = 0;

	for (; *c >= '0' && *c <= '9'; c++)
		n = 10 * n + (uint64_t)(*c - '0');
	*at = c;
	return n;
}

/* "cpu0 user nice system idle iowait irq softirq steal ..." */
static void take_cpu(const struct proc *p, const char *at,
		     struct machine_load *ret)
{
	struct tick_cpu cpu = { .cpu = (int)take_count(&at),
				.slot = TASK_NOT_COUNTED };

	cpu.user_ns = take_count(&at) * p->tick_ns;
	cpu.user_ns += take_count(&at) * p->tick_ns;
	cpu.sys_ns = take_count(&at) * p->tick_ns;
	cpu.idle_ns = take_count(&at) * p->tick_ns;
	cpu.iowait_ns = take_count(&at) * p->tick_ns;
	cpu.irq_ns = take_count(&at) * p->tick_ns;
	cpu.irq_ns += take_count(&at) * p->tick_ns;
	cpu.steal_ns = take_count(&at) * p->tick_ns;
	VEC_PUSH(ret->cpus, ret->ncpus, cpu);
}

static void read_stat(struct proc *p, struct machine_load *ret)
{
	const char *at = p->buffer;

	if (proc_read(p, "stat") <= 0)
		return;
	for (; at; at = strchr(at, '\n'), at += at != NULL) {
		if (strncmp(at, "cpu", 3) == 0 && at[3] >= '0' && at[3] <= '9')
			take_cpu(p, at + 3, ret);
		if (strncmp(at, "processes ", 10) == 0) {
			at += 10;
			ret->forks = take_count(&at);
			ret->has_forks = true;
		}
	}
}

static void read_loadavg(struct proc *p, struct machine_load *ret)
{
	const char *at = p->buffer;

	if (proc_read(p, "loadavg") <= 0)
		return;
	for (int i = 0; i < 3; i++)
		if (!take(&at, &ret->load[i]))
			return;
	ret->running = (unsigned)take_count(&at);
	if (*at++ == '/')
		ret->threads = (unsigned)take_count(&at);
}

static uint64_t kilobytes(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	if (!at)
		return 0;
	at += strlen(key);
	return take_count(&at) << 10;
}

void machine_load_read(struct proc *p, struct machine_load *ret)
{
	struct machine_load l = { 0 };
	const char *at = p->buffer;

	machine_load_done(ret);
	read_stat(p, &l);
	read_loadavg(p, &l);
	if (proc_read(p, "uptime") > 0)
		take(&at, &l.uptime_s);
	if (proc_read(p, "meminfo") > 0) {
		l.memory_bytes = kilobytes(p->buffer, "MemTotal:");
		l.memory_available_bytes =
			kilobytes(p->buffer, "MemAvailable:");
	}
	*ret = l;
}

void machine_load_done(struct machine_load *load)
{
	free(load->cpus);
	*load = (struct machine_load){ 0 };
}

static uint64_t grown(uint64_t now, uint64_t before)
{
	/* idle and iowait are known to run backwards */
	return now > before ? now - before : 0;
}

struct tick_cpu machine_load_since(const struct machine_load *before,
				   const struct tick_cpu *now)
{
	struct tick_cpu d = { .cpu = now->cpu, .slot = TASK_NOT_COUNTED };

	for (size_t i = 0; i < before->ncpus; i++) {
		const struct tick_cpu *b = &before->cpus[i];

		if (b->cpu != now->cpu)
			continue;
		d.user_ns = grown(now->user_ns, b->user_ns);
		d.sys_ns = grown(now->sys_ns, b->sys_ns);
		d.idle_ns = grown(now->idle_ns, b->idle_ns);
		d.iowait_ns = grown(now->iowait_ns, b->iowait_ns);
		d.irq_ns = grown(now->irq_ns, b->irq_ns);
		d.steal_ns = grown(now->steal_ns, b->steal_ns);
	}
	return d;
}
