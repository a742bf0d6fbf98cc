"""Validates values as ajv.mjs does, with OAS30Validator of openapi-schema-validator."""

import json
import sys

from openapi_schema_validator import OAS30Validator

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
document["components"] = {"schemas": document.pop("schemas")}

for line in sys.stdin:
    request = json.loads(line)
    schema = {**document, "allOf": [document["roots"][request["root"]]]}
    errors = OAS30Validator(schema).iter_errors(request["value"])
    print("; ".join(error.message.replace("\n", " ") for error in errors), flush=True)
