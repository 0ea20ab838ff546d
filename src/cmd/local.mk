libtacho_a_SOURCES += \
	src/cmd/cmd.c \
	src/cmd/cmd.h \
	src/cmd/doctor.c \
	src/cmd/list.c \
	src/cmd/list.h \
	src/cmd/list_show.c \
	src/cmd/opt.c \
	src/cmd/opt.h \
	src/cmd/stat.c \
	src/cmd/stat.h \
	src/cmd/stat_events.c \
	src/cmd/stat_explain.c \
	src/cmd/stat_intervals.c \
	src/cmd/stat_intervals.h \
	src/cmd/stat_job.h \
	src/cmd/stat_options.c \
	src/cmd/stat_output.c \
	src/cmd/stat_plan.c \
	src/cmd/stat_source.c \
	src/cmd/stat_target.c \
	src/cmd/table.c \
	src/cmd/table.h \
	src/cmd/views.c
