# The screen on a real terminal: under tmux on a server of its own.
SCREEN_TESTS =
SCREEN_TESTS += tests/screen/keys.sh
SCREEN_TESTS += tests/screen/kill.sh
SCREEN_TESTS += tests/screen/restore.sh
SCREEN_TESTS += tests/screen/terminal.sh
SCREEN_TESTS += tests/screen/top.sh

# a screen with made-up rows
check_PROGRAMS += tests/screen/driver
tests_screen_driver_SOURCES = tests/screen/driver.c \
	tests/unit/fake_tasks.c \
	tests/unit/fake_tasks.h
tests_screen_driver_LDADD = libtacho.a $(JANSSON_LIBS) $(SMARTCOLS_LIBS)

if HAVE_NCURSES
TESTS += $(SCREEN_TESTS)
if HAVE_PYTHON3
TESTS += tests/screen/latency.py
endif
endif
EXTRA_DIST += $(SCREEN_TESTS) tests/screen/latency.py tests/screen/lib.sh \
	tests/golden/screen
