libtacho_a_SOURCES += \
	src/source/perf_open.c \
	src/source/perf_open.h \
	src/source/perf_sys.c \
	src/source/perf_sys.h
