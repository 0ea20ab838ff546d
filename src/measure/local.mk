libtacho_a_SOURCES += \
	src/measure/around.c \
	src/measure/around.h \
	src/measure/calibrate.c \
	src/measure/calibrate.h \
	src/measure/control.c \
	src/measure/control.h \
	src/measure/measure.h \
	src/measure/passes.c \
	src/measure/passes.h \
	src/measure/run.c \
	src/measure/series.c \
	src/measure/signals.c \
	src/measure/slices.c \
	src/measure/slices.h \
	src/measure/watch.h \
	src/measure/usage.c \
	src/measure/usage.h
