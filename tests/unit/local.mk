# One foo_test.c per foo.c, linked with the whole library.
UNIT_LIBS = libtacho.a $(JANSSON_LIBS) $(SMARTCOLS_LIBS) $(CMOCKA_LIBS)
LDADD = $(UNIT_LIBS)

UNIT_TESTS =
UNIT_TESTS += tests/unit/aggregate_test
UNIT_TESTS += tests/unit/binary_test
UNIT_TESTS += tests/unit/bind_test
UNIT_TESTS += tests/unit/build_test
UNIT_TESTS += tests/unit/by_cpu_test
UNIT_TESTS += tests/unit/by_thread_test
UNIT_TESTS += tests/unit/caches_test
UNIT_TESTS += tests/unit/calibrate_test
UNIT_TESTS += tests/unit/build_unit_test
UNIT_TESTS += tests/unit/built_test
UNIT_TESTS += tests/unit/cachegrind_link_test
UNIT_TESTS += tests/unit/cachegrind_test
UNIT_TESTS += tests/unit/catalog_test
UNIT_TESTS += tests/unit/ceilings_test
UNIT_TESTS += tests/unit/batch_cells_test
UNIT_TESTS += tests/unit/cells_test
UNIT_TESTS += tests/unit/columns_test
UNIT_TESTS += tests/unit/compare_edge_test
UNIT_TESTS += tests/unit/compare_fill_test
UNIT_TESTS += tests/unit/compare_gate_test
UNIT_TESTS += tests/unit/compare_job_test
UNIT_TESTS += tests/unit/compare_test
UNIT_TESTS += tests/unit/compare_why_test
UNIT_TESTS += tests/unit/comparison_data_test
UNIT_TESTS += tests/unit/comparison_any_test
UNIT_TESTS += tests/unit/comparison_text_test
UNIT_TESTS += tests/unit/comparison_html_test
UNIT_TESTS += tests/unit/comparison_test
UNIT_TESTS += tests/unit/control_test
UNIT_TESTS += tests/unit/cpu_test
UNIT_TESTS += tests/unit/cpumap_test
UNIT_TESTS += tests/unit/cpuset_test
UNIT_TESTS += tests/unit/diagnose_test
UNIT_TESTS += tests/unit/disturbance_test
UNIT_TESTS += tests/unit/doubts_test
UNIT_TESTS += tests/unit/events_machine_test
UNIT_TESTS += tests/unit/error_test
UNIT_TESTS += tests/unit/elf_image_test
UNIT_TESTS += tests/unit/events_test
UNIT_TESTS += tests/unit/expr_pmu_test
UNIT_TESTS += tests/unit/expr_random_test
UNIT_TESTS += tests/unit/expr_test
UNIT_TESTS += tests/unit/facts_test
UNIT_TESTS += tests/unit/figures_test
UNIT_TESTS += tests/unit/fmt_test
UNIT_TESTS += tests/unit/scope_test
UNIT_TESTS += tests/unit/generic_test
UNIT_TESTS += tests/unit/import_test
UNIT_TESTS += tests/unit/judge_test
UNIT_TESTS += tests/unit/launch_test
UNIT_TESTS += tests/unit/list_test
UNIT_TESTS += tests/unit/loops_test
UNIT_TESTS += tests/unit/measure_run_test
UNIT_TESTS += tests/unit/metric_test
UNIT_TESTS += tests/unit/mods_test
UNIT_TESTS += tests/unit/opt_test
UNIT_TESTS += tests/unit/parse_test
UNIT_TESTS += tests/unit/perf_open_test
UNIT_TESTS += tests/unit/perf_source_test
UNIT_TESTS += tests/unit/pfm_test
UNIT_TESTS += tests/unit/plan_test
UNIT_TESTS += tests/unit/probe_test
UNIT_TESTS += tests/unit/proc_test
UNIT_TESTS += tests/unit/producer_test
UNIT_TESTS += tests/unit/random_test
UNIT_TESTS += tests/unit/provenance_test
UNIT_TESTS += tests/unit/reading_test
UNIT_TESTS += tests/unit/recording_damage_test
UNIT_TESTS += tests/unit/recording_several_test
UNIT_TESTS += tests/unit/recording_test
UNIT_TESTS += tests/unit/resolve_test
UNIT_TESTS += tests/unit/rootfs_test
UNIT_TESTS += tests/unit/schedule_test
UNIT_TESTS += tests/unit/schema_test
UNIT_TESTS += tests/unit/screen_act_test
UNIT_TESTS += tests/unit/screen_grid_test
UNIT_TESTS += tests/unit/screen_keys_test
UNIT_TESTS += tests/unit/screen_kill_test
UNIT_TESTS += tests/unit/screen_view_test
UNIT_TESTS += tests/unit/section_test
UNIT_TESTS += tests/unit/series_test
UNIT_TESTS += tests/unit/shadow_test
UNIT_TESTS += tests/unit/spec_test
UNIT_TESTS += tests/unit/speed_test
UNIT_TESTS += tests/unit/spell_test
UNIT_TESTS += tests/unit/stats_test
UNIT_TESTS += tests/unit/strbuf_test
UNIT_TESTS += tests/unit/suggest_test
UNIT_TESTS += tests/unit/sysfs_pmu_test
UNIT_TESTS += tests/unit/target_test
UNIT_TESTS += tests/unit/tasks_many_test
UNIT_TESTS += tests/unit/tasks_short_test
UNIT_TESTS += tests/unit/tasks_test
UNIT_TESTS += tests/unit/tick_file_test
UNIT_TESTS += tests/unit/topdown_amd_test
UNIT_TESTS += tests/unit/topdown_arm_test
UNIT_TESTS += tests/unit/topdown_test
UNIT_TESTS += tests/unit/topology_test
UNIT_TESTS += tests/unit/trust_test
UNIT_TESTS += tests/unit/values_test
UNIT_TESTS += tests/unit/verdict_rules_test
UNIT_TESTS += tests/unit/verdict_test
UNIT_TESTS += tests/unit/verdict_trust_test
UNIT_TESTS += tests/unit/view_test
UNIT_TESTS += tests/unit/watch_live_test
UNIT_TESTS += tests/unit/wakeup_test
UNIT_TESTS += tests/unit/watch_test
UNIT_TESTS += tests/unit/words_test

# Its own process, and linked with libpfm4, which the program itself is not.
if HAVE_LIBPFM
UNIT_TESTS += tests/unit/events_pfm_test
endif
tests_unit_events_pfm_test_LDADD = $(UNIT_LIBS) -lpfm

# what several tests share: a fake kernel, hand-made events and runs
tests_unit_aggregate_test_SOURCES = tests/unit/aggregate_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_tick_file_test_SOURCES = tests/unit/tick_file_test.c \
	tests/unit/schema.c \
	tests/unit/schema.h \
	tests/recordings/incident.c \
	tests/recordings/incident.h
tests_unit_tick_file_test_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
tests_unit_topdown_amd_test_SOURCES = tests/unit/topdown_amd_test.c \
	tests/unit/cpu_scene.c \
	tests/unit/cpu_scene.h
tests_unit_topdown_arm_test_SOURCES = tests/unit/topdown_arm_test.c \
	tests/unit/cpu_scene.c \
	tests/unit/cpu_scene.h
tests_unit_binary_test_SOURCES = tests/unit/binary_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_build_test_SOURCES = tests/unit/build_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_doubts_test_SOURCES = tests/unit/doubts_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_error_test_SOURCES = tests/unit/error_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_by_cpu_test_SOURCES = tests/unit/by_cpu_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_by_thread_test_SOURCES = tests/unit/by_thread_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_watch_test_SOURCES = tests/unit/watch_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fake_proc.c \
	tests/unit/fake_proc.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_watch_live_test_SOURCES = tests/unit/watch_live_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_proc_test_SOURCES = tests/unit/proc_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_caches_test_SOURCES = tests/unit/caches_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_calibrate_test_SOURCES = tests/unit/calibrate_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_columns_test_SOURCES = tests/unit/columns_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/ticks.c \
	tests/unit/ticks.h
tests_unit_compare_edge_test_SOURCES = tests/unit/compare_edge_test.c \
	tests/unit/sides.c \
	tests/unit/sides.h
tests_unit_compare_job_test_SOURCES = tests/unit/compare_job_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_compare_test_SOURCES = tests/unit/compare_test.c \
	tests/unit/sides.c \
	tests/unit/sides.h
tests_unit_compare_fill_test_SOURCES = tests/unit/compare_fill_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_comparison_data_test_SOURCES = tests/unit/comparison_data_test.c \
	tests/unit/comparison_scenes.c \
	tests/unit/comparison_scenes.h
tests_unit_comparison_any_test_SOURCES = tests/unit/comparison_any_test.c \
	tests/unit/versus.c \
	tests/unit/versus.h
tests_unit_comparison_text_test_SOURCES = tests/unit/comparison_text_test.c \
	tests/unit/versus.c \
	tests/unit/versus.h
tests_unit_comparison_html_test_SOURCES = tests/unit/comparison_html_test.c \
	tests/unit/comparison_scenes.c \
	tests/unit/comparison_scenes.h
tests_unit_comparison_test_SOURCES = tests/unit/comparison_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_events_test_SOURCES = tests/unit/events_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_generic_test_SOURCES = tests/unit/generic_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_judge_test_SOURCES = tests/unit/judge_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/world.c \
	tests/unit/world.h
tests_unit_measure_run_test_SOURCES = tests/unit/measure_run_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/fixture_measure.c \
	tests/unit/fixture_measure.h
tests_unit_perf_open_test_SOURCES = tests/unit/perf_open_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_perf_source_test_SOURCES = tests/unit/perf_source_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_plan_test_SOURCES = tests/unit/plan_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_unit_probe_test_SOURCES = tests/unit/probe_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h
tests_unit_disturbance_test_SOURCES = tests/unit/disturbance_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_recording_damage_test_SOURCES = tests/unit/recording_damage_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/saved.c \
	tests/unit/saved.h \
	tests/unit/scenes.c \
	tests/unit/scenes.h
tests_unit_recording_several_test_SOURCES = \
	tests/unit/recording_several_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/saved.c \
	tests/unit/saved.h \
	tests/unit/scenes.c \
	tests/unit/scenes.h
tests_unit_recording_test_SOURCES = tests/unit/recording_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/saved.c \
	tests/unit/saved.h \
	tests/unit/scenes.c \
	tests/unit/scenes.h \
	tests/unit/schema.c \
	tests/unit/schema.h
tests_unit_resolve_test_SOURCES = tests/unit/resolve_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_schedule_test_SOURCES = tests/unit/schedule_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/fixture_measure.c \
	tests/unit/fixture_measure.h
tests_unit_screen_act_test_SOURCES = tests/unit/screen_act_test.c \
	tests/unit/fake_tasks.c \
	tests/unit/fake_tasks.h
tests_unit_screen_kill_test_SOURCES = tests/unit/screen_kill_test.c \
	tests/unit/fake_tasks.c \
	tests/unit/fake_tasks.h
tests_unit_screen_view_test_SOURCES = tests/unit/screen_view_test.c \
	tests/unit/fake_tasks.c \
	tests/unit/fake_tasks.h
tests_unit_schema_test_SOURCES = tests/unit/schema_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/scenes.c \
	tests/unit/scenes.h \
	tests/unit/schema.c \
	tests/unit/schema.h
tests_unit_series_test_SOURCES = tests/unit/series_test.c \
	tests/unit/fake_perf.c \
	tests/unit/fake_perf.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/fixture_measure.c \
	tests/unit/fixture_measure.h
tests_unit_shadow_test_SOURCES = tests/unit/shadow_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_spell_test_SOURCES = tests/unit/spell_test.c \
	tests/unit/sides.c \
	tests/unit/sides.h
tests_unit_sysfs_pmu_test_SOURCES = tests/unit/sysfs_pmu_test.c \
	tests/unit/tree.c \
	tests/unit/tree.h
tests_unit_tasks_many_test_SOURCES = tests/unit/tasks_many_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/ticks.c \
	tests/unit/ticks.h
tests_unit_tasks_short_test_SOURCES = tests/unit/tasks_short_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/ticks.c \
	tests/unit/ticks.h
tests_unit_tasks_test_SOURCES = tests/unit/tasks_test.c \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h \
	tests/unit/ticks.c \
	tests/unit/ticks.h
tests_unit_topdown_test_SOURCES = tests/unit/topdown_test.c \
	tests/unit/topdown_counts.c \
	tests/unit/topdown_counts.h
tests_unit_expr_random_test_SOURCES = tests/unit/expr_random_test.c \
	tests/unit/fixture_expr.h
tests_unit_expr_test_SOURCES = tests/unit/expr_test.c \
	tests/unit/fixture_expr.h
tests_unit_scope_test_SOURCES = tests/unit/scope_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_values_test_SOURCES = tests/unit/values_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h
tests_unit_verdict_rules_test_SOURCES = tests/unit/verdict_rules_test.c \
	tests/unit/world.c \
	tests/unit/world.h
tests_unit_verdict_test_SOURCES = tests/unit/verdict_test.c \
	tests/unit/world.c \
	tests/unit/world.h
tests_unit_verdict_trust_test_SOURCES = tests/unit/verdict_trust_test.c \
	tests/unit/world.c \
	tests/unit/world.h
tests_unit_view_test_SOURCES = tests/unit/view_test.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/scenes.c \
	tests/unit/scenes.h
EXTRA_DIST += tests/unit/unit.h

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
else
TESTS += tests/unit/need-cmocka.sh
endif
EXTRA_DIST += tests/unit/need-cmocka.sh
