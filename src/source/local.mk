libtacho_a_SOURCES += \
	src/source/advice.c \
	src/source/advice.h \
	src/source/diagnose.c \
	src/source/diagnose.h \
	src/source/facts.c \
	src/source/facts.h \
	src/source/launch.c \
	src/source/launch.h \
	src/source/perf_fit.c \
	src/source/perf_fit.h \
	src/source/perf_open.c \
	src/source/perf_open.h \
	src/source/perf_read.c \
	src/source/perf_session.h \
	src/source/perf_source.c \
	src/source/perf_sys.c \
	src/source/perf_sys.h \
	src/source/probe.c \
	src/source/probe.h \
	src/source/source.h \
	src/source/target.c \
	src/source/target.h
