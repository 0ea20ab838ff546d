/* What the report says of this invocation, and where it goes. */
#include "cmd/stat/job.h"

#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

void stat_describe(struct stat_job *j)
{
	struct report_about *a = &j->about;
	struct timespec now;

	uname(&j->uts);
	j->subject = stat_target_text(&j->options);
	j->kernel = xasprintf("%s %s %s", j->uts.sysname, j->uts.release,
			      j->uts.machine);
	clock_gettime(CLOCK_REALTIME, &now);
	*a = (struct report_about){
		.version = PACKAGE_VERSION,
		.subject = j->subject,
		.argv = j->options.command,
		.machine_kernel = j->kernel,
		.machine_host = j->uts.nodename,
		.machine_cpu = "",
		.machine_key = "",
		.hypervisor = "",
		.started_at = (double)now.tv_sec + (double)now.tv_nsec * 1e-9,
		.cgroups = j->target.cgroups,
		.repeats = j->options.repeat,
	};
}

/* The CPU costs a look at CPUID: only for the formats that print it. */
static void describe_cpu(struct stat_job *j)
{
	const struct cpu *cpu;

	if (j->recording ||
	    (j->view != &view_json && j->view != &view_markdown))
		return;
	cpu = resolver_cpu(j->resolver);
	j->cpu_key = cpu_key(cpu);
	j->about.machine_cpu = cpu->model_name;
	j->about.machine_key = j->cpu_key;
	j->about.hypervisor = cpu->hypervisor;
	j->about.machine_cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static bool wants_color(const struct stat_options *o, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	if (o->color && strcmp(o->color, "always") == 0)
		return true;
	if (o->color && strcmp(o->color, "never") == 0)
		return false;
	return cmd_is_screen(fileno(out)) && !(no_color && *no_color);
}

static int terminal_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return size.ws_col;
}

static const struct view *choose_view(const struct stat_options *o)
{
	if (o->separator)
		return &view_perf_csv;
	if (o->perf_json)
		return &view_perf_json;
	return views_find(o->format ? o->format : "text", NULL);
}

static int open_output(struct stat_job *j, FILE **ret, struct err *err)
{
	const struct stat_options *o = &j->options;

	*ret = stderr;
	if (!o->output)
		return 0;
	*ret = stdout;
	if (strcmp(o->output, "-") == 0)
		return 0;
	*ret = fopen(o->output, o->append ? "ae" : "we");
	if (!*ret)
		return err_set(err, -errno, "-o: cannot open '%s': %s",
			       o->output, strerror(errno));
	return 0;
}

int stat_begin_view(struct stat_job *j, struct err *err)
{
	struct view_options *v = &j->state.options;
	int r;

	j->view = choose_view(&j->options);
	describe_cpu(j);
	r = open_output(j, &v->out, err);
	if (r < 0)
		return r;
	v->color = wants_color(&j->options, v->out);
	v->width = terminal_width(v->out);
	v->separator = j->options.separator ? j->options.separator : ",";
	v->table = j->options.table;
	v->no_counts = j->options.no_counts;
	v->intervals = j->options.interval_ms > 0;
	v->to_file = j->options.output && strcmp(j->options.output, "-") != 0;
	fmt_style_init(&v->style);
	if (j->options.no_big_num)
		v->style.group[0] = '\0';
	if (!isatty(fileno(v->out)))
		j->intervals.hold_s = INTERVALS_HOLD_S;
	r = j->view->begin(&j->state, &j->about, err);
	j->began = r == 0;
	return r;
}

int stat_end_view(struct stat_job *j, struct err *err)
{
	FILE *out = j->state.options.out;
	int r = 0;

	if (j->began)
		r = j->view->end(&j->state, err);
	j->began = false;
	if (!out)
		return r;
	if (r == 0 && (fflush(out) != 0 || ferror(out)))
		r = err_set(err, -EIO, "cannot write the report: %s",
			    strerror(errno));
	if (out != stderr && out != stdout)
		fclose(out);
	j->state.options.out = NULL;
	return r;
}
