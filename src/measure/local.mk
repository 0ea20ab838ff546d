libtacho_a_SOURCES += \
	src/measure/around.c \
	src/measure/around.h \
	src/measure/calibrate.c \
	src/measure/calibrate.h \
	src/measure/control.c \
	src/measure/control.h \
	src/measure/hook.c \
	src/measure/hook.h \
	src/measure/measure.h \
	src/measure/passes.c \
	src/measure/passes.h \
	src/measure/run.c \
	src/measure/schedule.c \
	src/measure/schedule.h \
	src/measure/series.c \
	src/measure/signals.c \
	src/measure/slices.c \
	src/measure/slices.h \
	src/measure/watch.h \
	src/measure/tail.c \
	src/measure/tail.h \
	src/measure/usage.c \
	src/measure/usage.h
