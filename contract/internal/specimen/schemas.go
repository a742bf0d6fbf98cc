package specimen

import (
	"github.com/meridian-api/meridian/platform/problem"
)

// thingSchema returns a schema with a property of each type that contracts use.
func thingSchema(context, thing string) object {
	property := func(field string, s object) object {
		s["description"] = "The thing's " + field + "."
		s["x-source-field"] = thing + "." + field
		return s
	}
	return object{
		"type": "object", "description": "A thing.", "required": []any{"thingId", "name", "state"},
		"x-source-type": "github.com/meridian-api/meridian/" + context + "/api." + thing,
		"properties": object{
			"thingId":   property("ThingID", object{"type": "string", "format": "uuid", "example": "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"}),
			"name":      property("Name", object{"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[A-Za-z ]+$", "example": "Ada"}),
			"nickname":  property("Nickname", object{"type": "string", "nullable": true, "maxLength": 80}),
			"state":     property("State", object{"type": "string", "enum": []any{"open", "closed"}, "example": "open"}),
			"count":     property("Count", object{"type": "integer", "format": "int64", "minimum": 0, "maximum": 1000}),
			"ratio":     property("Ratio", object{"type": "number", "format": "double"}),
			"labels":    property("Labels", object{"type": "array", "items": object{"type": "string", "maxLength": 20}, "maxItems": 10}),
			"settings":  property("Settings", object{"type": "object", "additionalProperties": object{"type": "string"}}),
			"createdAt": property("CreatedAt", object{"type": "string", "format": "date-time", "example": "2026-03-04T19:15:17Z"}),
		},
	}
}

func problemSchemas() object {
	schemas := object{
		"Problem": object{
			"type": "object", "description": "The response to a failed request (RFC 9457).", "required": []any{"type", "title", "status"},
			"x-source-type": "github.com/meridian-api/meridian/platform/problem.Problem",
			"properties": object{
				"type": object{"type": "string", "format": "uri"}, "title": object{"type": "string"},
				"status": object{"type": "integer", "minimum": 400, "maximum": 599}, "detail": object{"type": "string"},
				"requestId": object{"type": "string"},
				"errors":    object{"type": "array", "items": object{"$ref": "#/components/schemas/ProblemField"}},
			},
		},
		"ProblemField": object{
			"type": "object", "required": []any{"in", "name", "message"},
			"properties": object{"in": object{"type": "string"}, "name": object{"type": "string"}, "message": object{"type": "string"}},
		},
	}
	for _, k := range problem.Kinds() {
		schemas[kindSchema(k)] = object{"description": k.Doc, "allOf": []any{
			object{"$ref": "#/components/schemas/Problem"},
			object{
				"type": "object", "required": []any{"type"},
				"properties": object{"type": object{"type": "string", "enum": []any{k.URI()}}},
			},
		}}
	}
	return schemas
}

// kindSchema returns the name of the schema of a kind's documents.
func kindSchema(k problem.Kind) string { return response(k) + "Problem" }

func problemResponse(k problem.Kind) object {
	return object{
		"description": k.Doc,
		"headers":     object{"X-Region": object{"$ref": "#/components/headers/X-Region"}},
		"content": object{problem.MediaType: object{
			"schema": object{"$ref": "#/components/schemas/" + kindSchema(k)},
			"examples": object{k.Slug: object{"summary": k.Title, "value": object{
				"type": k.URI(), "title": k.Title, "status": k.Status, "detail": "It went wrong.", "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"}}},
		}},
	}
}
