// Package account keeps the resources of a rehearsal as AWS would: outside
// Terraform's states, so that a resource that no state knows is found when it is
// made again, and a resource that was changed or removed behind Terraform's back
// shows as drift.
//
// It has the resources that AWS lets exist only once, such as a table or a function
// with a name. Others, such as a key, AWS makes as often as it is asked to.
package account

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Variables of the process in which the stand-in provider runs.
const (
	// Variable names the folder of the account. Without it the provider remembers
	// what it made until it ends.
	Variable = "REHEARSAL_ACCOUNT"
	// DelayVariable makes resources of some types take their time: a list such as
	// "aws_kms_key=25s,aws_dynamodb_table=2s". The resource exists before the time
	// begins, as on AWS, where Terraform waits for what it has created.
	DelayVariable = "REHEARSAL_DELAY"
	// StatementsVariable is a list of the blocks in which the schema lets the statements of
	// WAF's rules nest, such as "or_statement,not_statement". They nest one level deep.
	// Unless it is set, they nest in all blocks and as deep as in the real provider, which
	// makes the type of a rule seven times as large. Terraform compares every value of a rule
	// with that type, which took half of all its time.
	StatementsVariable = "REHEARSAL_STATEMENTS"
)

// ErrExists is the error of Create for a resource that exists.
var ErrExists = errors.New("the resource exists already")

// Account is the folder of an account's resources, with a file for each. Several
// processes can use it at the same time.
type Account struct{ dir string }

// At returns the account in the folder dir, which is made when it is needed.
func At(dir string) Account { return Account{dir} }

// Resource is one resource.
type Resource struct {
	// Type is Terraform's, such as "aws_dynamodb_table".
	Type string `json:"type"`
	// Key is what AWS lets exist only once among the resources of the type, such as
	// "us-east-1 trial-accounts".
	Key string `json:"key"`
	// Attributes has the attributes as in Terraform's state.
	Attributes json.RawMessage `json:"attributes"`
}

// Create adds a resource. The error is ErrExists if there is one with its key.
func (a Account) Create(r Resource) error {
	temp, err := a.prepare(r)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	err = os.Link(temp, a.path(r.Type, r.Key)) // of several at a time, one succeeds
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	return err
}

// Write adds a resource, or replaces the one with its key.
func (a Account) Write(r Resource) error {
	temp, err := a.prepare(r)
	if err != nil {
		return err
	}
	return os.Rename(temp, a.path(r.Type, r.Key))
}

// prepare writes a resource to a file beside its own.
func (a Account) prepare(r Resource) (string, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	dir := filepath.Join(a.dir, r.Type)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	temp, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return "", err
	}
	_, err = temp.Write(data)
	return temp.Name(), errors.Join(err, temp.Close())
}

// Read returns the resource with a key, and reports whether it exists.
func (a Account) Read(kind, key string) (r Resource, exists bool, err error) {
	r, err = read(a.path(kind, key))
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	return r, err == nil, err
}

// Remove removes a resource. One that does not exist is removed already.
func (a Account) Remove(kind, key string) error {
	err := os.Remove(a.path(kind, key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// List returns the resources of a type, in the order of their files' names.
func (a Account) List(kind string) ([]Resource, error) {
	files, err := filepath.Glob(filepath.Join(a.dir, kind, "*.json"))
	if err != nil {
		return nil, err
	}
	var all []Resource
	for _, file := range files {
		r, err := read(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process has just removed it
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// faults is the type under which an account keeps the faults of FailOnce.
const faults = "faults"

// FailOnce makes the next creation of a resource of a type in a Region fail.
func (a Account) FailOnce(kind, region string) error {
	return a.Write(Resource{Type: faults, Key: kind + " " + region, Attributes: json.RawMessage("{}")})
}

// TakeFault reports whether a creation is to fail, and removes the fault.
func (a Account) TakeFault(kind, region string) (bool, error) {
	err := os.Remove(a.path(faults, kind+" "+region))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func read(path string) (Resource, error) {
	var r Resource
	data, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// maxName is the longest part of a key that names a file. Longer keys end in a hash,
// because file systems limit names to 255 bytes.
const maxName = 150

// path returns the path of a resource's file, which people can recognise.
func (a Account) path(kind, key string) string {
	name := url.PathEscape(key)
	if len(name) > maxName {
		sum := sha256.Sum256([]byte(key))
		name = fmt.Sprintf("%s-%x", name[:maxName], sum[:8])
	}
	return filepath.Join(a.dir, kind, name+".json")
}

// ParseDelays reads the value of DelayVariable and returns the delays by type.
func ParseDelays(value string) (map[string]time.Duration, error) {
	delays := map[string]time.Duration{}
	for entry := range strings.SplitSeq(value, ",") {
		if entry == "" {
			continue
		}
		kind, text, _ := strings.Cut(entry, "=")
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not TYPE=DURATION: %w", DelayVariable, entry, err)
		}
		delays[kind] = d
	}
	return delays, nil
}
