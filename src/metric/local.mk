libtacho_a_SOURCES += \
	src/metric/bind.c \
	src/metric/expr.c \
	src/metric/expr.h \
	src/metric/expr_parse.c \
	src/metric/expr_pmu.c \
	src/metric/expr_tree.h \
	src/metric/fact.c \
	src/metric/fact.h \
	src/metric/link.c \
	src/metric/link.h \
	src/metric/expr_word.c \
	src/metric/expr_word.h \
	src/metric/imported.c \
	src/metric/imported.h \
	src/metric/metric.c \
	src/metric/metric.h \
	src/metric/passes.c \
	src/metric/passes.h \
	src/metric/plan.c \
	src/metric/plan.h \
	src/metric/plan_bind.c \
	src/metric/set.c \
	src/metric/set.h
