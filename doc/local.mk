# man pages and documents
dist_doc_DATA += doc/tacho-stat.schema.json
