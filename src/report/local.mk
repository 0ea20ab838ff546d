libtacho_a_SOURCES += \
	src/report/build.c \
	src/report/build.h \
	src/report/figures.c \
	src/report/figures.h \
	src/report/judge.c \
	src/report/judge.h \
	src/report/label.c \
	src/report/label.h \
	src/report/notes.c \
	src/report/notes.h \
	src/report/perf_rows.c \
	src/report/perf_rows.h \
	src/report/report.c \
	src/report/report.h \
	src/report/text.c \
	src/report/text.h \
	src/report/text_figures.c \
	src/report/text_verdict.c \
	src/report/view.c \
	src/report/view.h \
	src/report/view_csv.c \
	src/report/view_json.c \
	src/report/view_markdown.c \
	src/report/view_perf_csv.c \
	src/report/view_perf_json.c \
	src/report/view_text.c
