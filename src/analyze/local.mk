libtacho_a_SOURCES += \
	src/analyze/aggregate.c \
	src/analyze/aggregate.h \
	src/analyze/judge.h \
	src/analyze/sentence.c \
	src/analyze/sentence.h \
	src/analyze/error.c \
	src/analyze/error.h \
	src/analyze/run_fact.c \
	src/analyze/run_fact.h \
	src/analyze/scope.c \
	src/analyze/scope.h \
	src/analyze/shadow.c \
	src/analyze/shadow.h \
	src/analyze/stats.c \
	src/analyze/stats.h \
	src/analyze/trust.c \
	src/analyze/trust.h \
	src/analyze/values.c \
	src/analyze/values.h \
	src/analyze/verdict.c \
	src/analyze/verdict.h \
	src/analyze/verdict_read.c \
	src/analyze/verdict_read.h \
	src/analyze/verdict_rules.c \
	src/analyze/verdict_rules.h \
	src/analyze/verdict_trust.c
