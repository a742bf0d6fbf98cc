// Package manifest declares the form of service.json: what one bounded context needs
// from the cloud. The file is generated from the context's operations. The build,
// Terraform and the embedded cloud read it. Its lists are maps by name, because that
// is what Terraform's for_each accepts.
package manifest

import (
	"os"
	"path/filepath"
)

// The generated files in a context's folder.
const (
	// File is the manifest.
	File = "service.json"
	// SpecFile is the OpenAPI specification. The merged one in dist has the same name.
	SpecFile = "openapi.json"
)

// Regenerate is the remedy for a generated file that is missing or out of date.
// Error messages end with it.
const Regenerate = "run 'go tool mage generate'"

// Service is one bounded context.
type Service struct {
	// Format is the version of the file's form.
	Format int `json:"format"`
	// Name is the context's name and first path segment, such as "accounts".
	Name string `json:"name"`
	// Title is the human name.
	Title string `json:"title"`
	// Owner is the team that is responsible for the context.
	Owner string `json:"owner"`
	// Version is the context's semantic version without the "v".
	Version string `json:"version"`
	// Functions are the Lambdas by short name, such as "get-account".
	Functions map[string]Function `json:"functions"`
	// Tables are the DynamoDB tables by logical name.
	Tables map[string]Table `json:"tables"`
	// Secrets are the Secrets Manager secrets by logical name.
	Secrets map[string]Secret `json:"secrets"`
	// Scopes are the OAuth scopes by full name ("accounts/read"), with their descriptions.
	Scopes map[string]string `json:"scopes"`
}

// Function is one Lambda: one operation.
type Function struct {
	OperationID string `json:"operationId"`
	Method      string `json:"method"`
	Path        string `json:"path"`
	// Source is the folder of the main package, relative to the context's module, with slashes.
	Source string `json:"source"`
	// MemoryMB is the memory in MiB, 128 to 10240.
	MemoryMB int `json:"memoryMB"`
	// Environment has the variables that follow from the function's size. The
	// deployment adds the environment's name, and AWS adds its own.
	Environment map[string]string `json:"environment"`
	// TimeoutSeconds is the function's time limit in seconds, 1 to 29.
	TimeoutSeconds int `json:"timeoutSeconds"`
	// Health marks the operation that the health checks of latency routing call to
	// find out whether the Region serves this context.
	Health bool    `json:"health"`
	Grants []Grant `json:"grants"`
}

// Grant allows a function some actions on one table, one of its indexes, or one secret.
type Grant struct {
	Table  string `json:"table,omitempty"`
	Index  string `json:"index,omitempty"`
	Secret string `json:"secret,omitempty"`
	// Actions are IAM actions, such as "dynamodb:GetItem".
	Actions []string `json:"actions"`
	// Keys are the hash keys of the items that the grant is for, or empty for every item.
	// A key that ends in "*" is a prefix.
	Keys []string `json:"keys,omitempty"`
	// Attributes are the only attributes that a read may request, or empty for all.
	Attributes []string `json:"attributes,omitempty"`
	// Transaction is whether the actions are allowed in transactions only.
	Transaction bool `json:"transaction,omitempty"`
	// Replicas is whether the actions are allowed in every Region with a replica of the table,
	// and not only in the function's own.
	Replicas bool `json:"replicas,omitempty"`
}

// Table is a DynamoDB global table.
type Table struct {
	HashKey  Key              `json:"hashKey"`
	RangeKey *Key             `json:"rangeKey,omitempty"`
	Indexes  map[string]Index `json:"indexes"`
	// TTL is the attribute with an item's expiry in seconds since 1970, or empty.
	TTL string `json:"ttl,omitempty"`
	// Consistency is strong, or empty for an eventually consistent table.
	Consistency string `json:"consistency,omitempty"`
}

// Strong is the Consistency of a strongly consistent table.
const Strong = "strong"

// Index is a global secondary index.
type Index struct {
	HashKey  Key  `json:"hashKey"`
	RangeKey *Key `json:"rangeKey,omitempty"`
	// Projection is ALL, KEYS_ONLY or INCLUDE.
	Projection string `json:"projection"`
	// Include are the non-key attributes of an INCLUDE projection.
	Include []string `json:"include,omitempty"`
}

// Key is a key attribute.
type Key struct {
	Name string `json:"name"`
	// Type is S, N or B.
	Type string `json:"type"`
}

// Secret is a Secrets Manager secret.
type Secret struct {
	Description string `json:"description"`
	// RotationDays is the number of days between rotations; 0 means never.
	RotationDays int `json:"rotationDays"`
}

// Read reads the manifest of the context in folder dir.
func Read(dir string) (*Service, error) {
	name := filepath.Join(dir, File)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return Parse(name, data)
}
