libtacho_a_SOURCES += \
	src/analyze/aggregate.h \
	src/analyze/stats.h \
	src/analyze/values.h
