# man pages and documents
dist_man_MANS += \
	doc/tacho-events.5 \
	doc/tacho-json.5 \
	doc/tacho-recording.5 \
	doc/tacho.1
dist_doc_DATA += \
	doc/ci/instructions.yml \
	doc/NEWS.md \
	doc/tacho-comparison.schema.json \
	doc/tacho-recording.schema.json \
	doc/tacho-stat.schema.json \
	doc/tacho-top.schema.json
EXTRA_DIST += \
	doc/ADDING-A-CPU.md \
	doc/ADDING-A-METRIC.md \
	doc/CONTRIBUTING.md \
	doc/DESIGN.md \
	doc/GLOSSARY.md \
	doc/STYLE.md
