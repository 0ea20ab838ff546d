#include "measure/control.h"

#include "unit.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A control over two pipes: what we write comes as commands. */
struct wires {
	struct control control;
	int to, from;  /* our ends */
	int theirs[2]; /* those that the control uses */
};

static void wires_open(struct wires *w)
{
	AUTO_FREE char *text = NULL;
	struct err err = { 0 };
	int to[2], from[2];

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	fcntl(from[0], F_SETFL, O_NONBLOCK);
	text = xasprintf("fd:%d,%d", to[0], from[1]);
	assert_int_equal(control_open(&w->control, text, &err), 0);
	w->to = to[1];
	w->from = from[0];
	w->theirs[0] = to[0];
	w->theirs[1] = from[1];
}

static void wires_close(struct wires *w)
{
	control_close(&w->control);
	close(w->to);
	close(w->from);
	close(w->theirs[0]);
	close(w->theirs[1]);
}

static void say(struct wires *w, const char *text)
{
	assert_int_equal(write(w->to, text, strlen(text)), strlen(text));
}

static void each_command_is_known(void **state)
{
	struct wires w;

	(void)state;
	wires_open(&w);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	say(&w, "enable\ndisable\nstop\nping\nevlist\n");
	assert_int_equal(control_next(&w.control), CONTROL_ENABLE);
	assert_int_equal(control_next(&w.control), CONTROL_DISABLE);
	assert_int_equal(control_next(&w.control), CONTROL_STOP);
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	assert_int_equal(control_next(&w.control), CONTROL_EVLIST);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	wires_close(&w);
}

static void a_command_comes_with_its_newline(void **state)
{
	struct wires w;

	(void)state;
	wires_open(&w);
	say(&w, "pi");
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	say(&w, "ng");
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	say(&w, "\nst");
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	say(&w, "op\n");
	assert_int_equal(control_next(&w.control), CONTROL_STOP);
	wires_close(&w);
}

static void what_is_unknown_does_not_hide_the_next(void **state)
{
	char longer[1000];
	struct wires w;

	(void)state;
	log_set_level(-1);
	wires_open(&w);
	say(&w, "nonsense\nping\n\nENABLE\nping\n");
	assert_int_equal(control_next(&w.control), CONTROL_UNKNOWN);
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	assert_int_equal(control_next(&w.control), CONTROL_UNKNOWN);
	assert_int_equal(control_next(&w.control), CONTROL_UNKNOWN);
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	say(&w, longer);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	say(&w, "\nping\n");
	assert_int_equal(control_next(&w.control), CONTROL_UNKNOWN);
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	wires_close(&w);
}

static void the_end_of_commands_is_seen_once(void **state)
{
	struct wires w;

	(void)state;
	wires_open(&w);
	say(&w, "ping\n");
	close(w.to);
	assert_int_equal(control_next(&w.control), CONTROL_PING);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	assert_int_equal(w.control.fd, -1);
	assert_int_equal(control_next(&w.control), CONTROL_NONE);
	control_close(&w.control);
	/* descriptors of the caller stay open */
	assert_true(fcntl(w.theirs[0], F_GETFD) >= 0);
	close(w.from);
	close(w.theirs[0]);
	close(w.theirs[1]);
}

static void the_answer_is_ack(void **state)
{
	char buf[16] = "";
	struct wires w;

	(void)state;
	wires_open(&w);
	assert_int_equal(read(w.from, buf, sizeof(buf)), -1);
	control_ack(&w.control);
	assert_int_equal(read(w.from, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "ack\n", 4);
	wires_close(&w);
}

static void nobody_to_answer_is_no_harm(void **state)
{
	struct control none = { .fd = -1, .ack_fd = -1 };
	struct err err = { 0 };

	(void)state;
	control_ack(&none);
	assert_int_equal(control_next(&none), CONTROL_NONE);
	control_close(&none);
	assert_int_equal(control_open(&none, NULL, &err), 0);
	assert_int_equal(none.fd, -1);
	control_close(&none);
}

static void fifos_that_it_made_it_removes(void **state)
{
	char dir[] = "/tmp/control-test.XXXXXX";
	AUTO_FREE char *ctl = NULL;
	AUTO_FREE char *ack = NULL;
	AUTO_FREE char *text = NULL;
	struct control c;
	struct err err = { 0 };
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	ctl = xasprintf("%s/ctl", dir);
	ack = xasprintf("%s/ack", dir);
	text = xasprintf("fifo:%s,%s", ctl, ack);
	assert_int_equal(mkfifo(ctl, 0600), 0);
	assert_int_equal(control_open(&c, text, &err), 0);
	assert_int_equal(stat(ack, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_true(fcntl(c.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(c.ack_fd, F_GETFD) & FD_CLOEXEC);
	control_close(&c);
	assert_int_equal(stat(ctl, &st), 0);
	assert_int_equal(stat(ack, &st), -1);
	unlink(ctl);
	rmdir(dir);
}

static void what_cannot_be_meant_is_refused(void **state)
{
	static const char *const bad[] = { "",        "fifo",   "fd",
					   "fd:",     "fd:x",   "fd:-1",
					   "fd:9999", "fd:0,",  "fd:0,9999",
					   "fifo:",   "fifo:/", "pipe:/tmp/x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct control c;
		struct err err = { 0 };

		if (control_open(&c, bad[i], &err) >= 0)
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(strncmp(err.what, "--control: ", 11), 0);
		assert_true(err.code < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_known),
		cmocka_unit_test(a_command_comes_with_its_newline),
		cmocka_unit_test(what_is_unknown_does_not_hide_the_next),
		cmocka_unit_test(the_end_of_commands_is_seen_once),
		cmocka_unit_test(the_answer_is_ack),
		cmocka_unit_test(nobody_to_answer_is_no_harm),
		cmocka_unit_test(fifos_that_it_made_it_removes),
		cmocka_unit_test(what_cannot_be_meant_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
