package mutate

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/meridian-api/meridian/infra/terraform"
)

// planted are faults that once survived all tests. Every run tries them.
var planted = []struct{ fault, file, old, replacement string }{
	{"a KMS condition locks out every function", "global/keys.tf",
		`"dynamodb.${each.key}.amazonaws.com", "secretsmanager`, `"dynamodb.amazonaws.com", "secretsmanager`},
	{"an index has no cap", "data/tables.tf",
		"      on_demand_throughput {\n        max_read_request_units  = local.settings.tables.maxReadUnits\n        max_write_request_units = local.settings.tables.maxWriteUnits\n      }\n", ""},
	{"an alarm on a dimension never fires", "functions/alarms.tf", "Resource = f.path", "Resource = f.operationId"},
	{"an alarm fires on no data", "functions/slo.tf",
		`treat_missing_data  = "notBreaching"`, `treat_missing_data  = "breaching"`},
	{"an access token is valid for a day", "global/users.tf",
		"access_token_validity  = 15", "access_token_validity  = 1440"},
	{"errors reveal who has an account", "global/users.tf",
		`prevent_user_existence_errors        = "ENABLED"`, `prevent_user_existence_errors        = "LEGACY"`},
	{"the copy of the states skips encrypted objects", "bootstrap/state.tf",
		"sse_kms_encrypted_objects {\n        status = \"Enabled\"", "sse_kms_encrypted_objects {\n        status = \"Disabled\""},
}

// plant returns the planted faults as mutants, by name.
func plant(root string) (map[string]Mutant, error) {
	mutants := map[string]Mutant{}
	for _, p := range planted {
		path := filepath.Join(root, filepath.FromSlash(terraform.Folder), filepath.FromSlash(p.file))
		text, body, err := parse(path)
		if err != nil {
			return nil, err
		}
		i := bytes.Index(text, []byte(p.old))
		if i < 0 {
			return nil, fmt.Errorf("plant %q: %s does not have %q: adapt planted.go", p.fault, p.file, p.old)
		}
		mutants[p.fault] = Mutant{
			File: p.file, Line: bytes.Count(text[:i], []byte("\n")) + 1, Item: itemAt(body, i),
			path: path, source: text, start: i, end: i + len(p.old), text: p.replacement,
		}
	}
	return mutants, nil
}
