libtacho_a_SOURCES += \
	src/metric/expr.h \
	src/metric/metric.h \
	src/metric/plan.c \
	src/metric/plan.h
