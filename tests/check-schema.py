#!/usr/bin/env python3
"""Check JSON documents against a schema, with TAP output.

usage: check-schema.py SCHEMA [DOCUMENT...]

Without documents: all that the unit tests keep as golden files.  Skips where
the jsonschema module is missing.
"""
import glob
import json
import os
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(TESTS, "..", "doc", "tacho-stat.schema.json")


def main(args):
    try:
        import jsonschema
    except ImportError:
        print("1..0 # SKIP python3-jsonschema is not installed")
        return 0
    schema_path = args[0] if args else SCHEMA
    documents = args[1:] or sorted(
        glob.glob(os.path.join(TESTS, "golden", "views", "*.json.out")))
    documents = [d for d in documents if ".perf-json." not in d]
    with open(schema_path, encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    print("1..%d" % max(len(documents), 1))
    if not documents:
        print("not ok 1 - no documents to check")
        return 1
    failed = 0
    for number, path in enumerate(documents, 1):
        with open(path, encoding="utf-8") as f:
            problems = list(validator.iter_errors(json.load(f)))
        name = os.path.basename(path)
        print("%s %d - %s" % ("not ok" if problems else "ok", number, name))
        for problem in problems:
            print("# %s: %s" % (problem.json_path, problem.message))
        failed += bool(problems)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
