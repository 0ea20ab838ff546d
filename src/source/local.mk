libtacho_a_SOURCES += \
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
	src/source/source.h \
	src/source/target.c \
	src/source/target.h
