package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/rest"
)

var methods = []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodPatch}

// operation is an operation of a deployable document.
type operation struct {
	id, method, path string
	// public operations have no security requirement and need no token.
	public bool
	scopes []string
}

// readOperations returns the operations of a deployable document.
func readOperations(document []byte) ([]operation, error) {
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("the deployable document: %w", err)
	}
	var list []operation
	for path, item := range doc.Paths {
		for method, data := range item {
			if !slices.Contains(methods, strings.ToUpper(method)) {
				continue // such as the path's parameters
			}
			var o struct {
				OperationID string
				Security    []map[string][]string
			}
			if err := json.Unmarshal(data, &o); err != nil {
				return nil, fmt.Errorf("the deployable document: %s %s: %w", method, path, err)
			}
			if o.OperationID == "" {
				continue
			}
			read := operation{id: o.OperationID, method: strings.ToUpper(method), path: path, public: len(o.Security) == 0}
			for _, requirement := range o.Security {
				read.scopes = slices.Concat(append(slices.Collect(maps.Values(requirement)), read.scopes)...)
			}
			list = append(list, read)
		}
	}
	return list, nil
}

// publicOperations returns the IDs of the operations that need no token.
func publicOperations(operations []operation) map[string]bool {
	public := map[string]bool{}
	for _, o := range operations {
		if o.public {
			public[o.id] = true
		}
	}
	return public
}

// matches reports whether the operation serves a request.
func (o operation) matches(method, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	want, got := strings.Split(o.path, "/"), strings.Split(path, "/")
	return o.method == method && slices.EqualFunc(want, got, func(want, got string) bool {
		return want == got || strings.HasPrefix(want, "{")
	})
}

// acceptsMachines reports whether the operation accepts a token of the machine client.
func (o operation) acceptsMachines() bool {
	return o.public || slices.ContainsFunc(o.scopes, rest.IsAdminScope)
}

// checkSmoke checks the contexts' files of smoke tests against a deployable document.
func checkSmoke(document string, files map[string]string) error {
	data, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	operations, err := readOperations(data)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data, err := os.ReadFile(files[name])
		if err != nil {
			return err
		}
		probes, err := parseProbes(data)
		if err == nil {
			err = checkTokens(probes, operations)
		}
		if err != nil {
			return fmt.Errorf("%s/%s: %w", name, SmokeFile, err)
		}
	}
	return nil
}

// checkTokens checks that the operations of the probes with a token accept the machine
// client, so that a deployment does not find that out in its first Region. A probe can
// expect the 401 of an operation that does not.
func checkTokens(probes []Probe, operations []operation) error {
	for _, p := range probes {
		if !p.Token || p.Status == http.StatusUnauthorized {
			continue
		}
		serving := slices.DeleteFunc(slices.Clone(operations), func(o operation) bool { return !o.matches(p.Method, p.Path) })
		if len(serving) > 0 && !slices.ContainsFunc(serving, operation.acceptsMachines) {
			return fmt.Errorf("smoke test %q sends the machine client's token, which has the scopes that end in /admin, and %s refuses them: "+
				"declare such a scope for the operation, or expect status 401", p.Name, serving[0].id)
		}
	}
	return nil
}
