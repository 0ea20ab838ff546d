#!/usr/bin/env python3
"""Check JSON documents against a schema, with TAP output.

usage: check-schema.py [SCHEMA DOCUMENT...]

Without documents: all that the unit tests keep as golden files.  Skips where
the jsonschema module is missing.
"""
import glob
import json
import os
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
DOC = os.path.join(TESTS, "..", "doc")


def golden(*place):
    return sorted(glob.glob(os.path.join(TESTS, "golden", *place)))


def all_golden():
    """(schema, documents) of each format."""
    views = [d for d in golden("views", "*.json.out")
             if ".perf-json." not in d]
    return [(os.path.join(DOC, "tacho-stat.schema.json"), views),
            (os.path.join(DOC, "tacho-comparison.schema.json"),
             golden("comparisons", "*.json"))]


def main(args):
    try:
        import jsonschema
    except ImportError:
        print("1..0 # SKIP python3-jsonschema is not installed")
        return 0
    formats = [(args[0], args[1:])] if args[1:] else all_golden()
    number = failed = 0
    for schema_path, documents in formats:
        with open(schema_path, encoding="utf-8") as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        if not documents:
            number += 1
            failed += 1
            print("not ok %d - no documents for %s" % (number, schema_path))
        for path in documents:
            with open(path, encoding="utf-8") as f:
                problems = list(validator.iter_errors(json.load(f)))
            number += 1
            failed += bool(problems)
            print("%s %d - %s" % ("not ok" if problems else "ok", number,
                                  os.path.basename(path)))
            for problem in problems:
                print("# %s: %s" % (problem.json_path, problem.message))
    print("1..%d" % number)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
