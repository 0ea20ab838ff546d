# Imported formulas against another evaluator: small files of ours with
# "make check", the kernel's and Intel's with "make check-import".
check_PROGRAMS += tests/import/eval_json
tests_import_eval_json_SOURCES = tests/import/eval_json.c
tests_import_eval_json_LDADD = libtacho.a $(JANSSON_LIBS)

if HAVE_PYTHON3
TESTS += tests/import/check-import.py
endif
EXTRA_DIST += tests/import/check-import.py \
	tests/import/kernel-like.json \
	tests/import/perfmon-like.json

# The kernel's tree is searched in /usr/src; IMPORT_DIRS names others.
check-import: tests/import/eval_json
	$(PYTHON3) $(srcdir)/tests/import/check-import.py --trees $(IMPORT_DIRS)
.PHONY: check-import
