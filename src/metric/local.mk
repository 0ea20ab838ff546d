libtacho_a_SOURCES += \
	src/metric/bind.c \
	src/metric/expr.c \
	src/metric/expr.h \
	src/metric/expr_parse.c \
	src/metric/expr_pmu.c \
	src/metric/expr_tree.h \
	src/metric/expr_word.c \
	src/metric/expr_word.h \
	src/metric/imported.c \
	src/metric/imported.h \
	src/metric/metric.c \
	src/metric/metric.h \
	src/metric/plan.c \
	src/metric/plan.h
