package manifest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/internal/fields"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
)

// frozen has the SHA-256 of the fixtures' files: manifest and specification by format.
var frozen = map[int][2]string{
	1: {
		"9d0d90a4a2a99a41a0e32745d1281e1cb49a7a0a659c0a410d12731a7a48faae",
		"ed82ac964b67d179b4e96c7f378597f16e63c1b73f0d8e2096ea7e03d8d593aa",
	},
}

func TestFixturesAreFrozen(t *testing.T) {
	for _, f := range manifesttest.Fixtures() {
		got := [2]string{hash(f.Manifest), hash(f.Specification)}
		if diff := cmp.Diff(frozen[f.Format], got); diff != "" {
			t.Errorf("format %d: releases have the files as they were: raise manifest.Format and add a folder (-want +got):\n%s",
				f.Format, diff)
		}
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestParseReadsEveryFormat(t *testing.T) {
	for _, f := range manifesttest.Fixtures() {
		s, err := manifest.Parse("service.json", f.Manifest)
		if err != nil {
			t.Errorf("format %d: %v", f.Format, err)
			continue
		}
		if s.Name != f.Name || s.Format != manifest.Format || len(s.Functions) == 0 || len(s.Tables) == 0 {
			t.Errorf("format %d is read as %+v", f.Format, s)
		}
	}
}

// TestFormatHasEveryMember fails if a member is added to the manifest or taken away
// without a new format.
func TestFormatHasEveryMember(t *testing.T) {
	all := manifesttest.Fixtures()
	newest := all[len(all)-1]
	s, err := manifest.Parse("service.json", newest.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	written, err := canonical.JSON(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(newest.Manifest), string(written)); diff != "" {
		t.Errorf("format %d, read and written (-want +got):\n%s", newest.Format, diff)
	}
	complete, err := json.Marshal(fields.Filled[manifest.Service]())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(members(t, complete), members(t, newest.Manifest)); diff != "" {
		t.Errorf("members of the fixture of format %d: raise manifest.Format (-want +got):\n%s", newest.Format, diff)
	}
}

// members returns the members of a manifest, with the keys of maps and the indexes of
// lists replaced, as a set.
func members(t *testing.T, data []byte) map[string]bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	maps := map[string]bool{
		".functions": true, ".functions[].environment": true, ".tables": true, ".tables[].indexes": true, ".secrets": true,
		".scopes": true,
	}
	found := map[string]bool{}
	var visit func(v any, at string)
	visit = func(v any, at string) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				if maps[at] {
					visit(member, at+"[]")
				} else {
					visit(member, at+"."+name)
				}
			}
		case []any:
			for _, element := range v {
				visit(element, at+"[]")
			}
		default:
			found[at] = true
		}
	}
	visit(v, "")
	return found
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{name: "a newer format", data: string(manifesttest.Newer().Manifest),
			want: fmt.Sprintf("one/service.json has format %d, and this version of contract reads formats 1 to %d: the "+
				"file was written by a newer "+
				"meridian contract: update infra and contract", manifest.Format+1, manifest.Format)},
		{name: "a format that is not a number", data: `{"format": "one", "name": "one"}`, want: `has format "one"`},
		{name: "a negative format", data: `{"format": -1, "name": "one"}`, want: "has format -1"},
		{name: "a member that the format does not have", data: `{"format": 1, "name": "one", "queues": {}}`,
			want: `one/service.json: unknown field "queues": run 'go tool mage generate'`},
		{name: "no name", data: `{"format": 1}`, want: "one/service.json: the service has no name"},
		{name: "no JSON", data: `{`, want: "one/service.json: unexpected end of JSON input"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := manifest.Parse("one/service.json", []byte(test.data)); err == nil || !strings.Contains(err.Error(),
				test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestParseReadsManifestsWithoutFormat(t *testing.T) {
	s, err := manifest.Parse("one/service.json", []byte(`{"name": "one"}`))
	if err != nil || s.Name != "one" || s.Format != manifest.Format {
		t.Errorf("Parse: %+v, %v", s, err)
	}
}

func TestCheckSpecFormat(t *testing.T) {
	for _, test := range []struct {
		name       string
		extensions map[string]any
		refused    bool
	}{
		{name: "without a format"},
		{name: "decoded", extensions: map[string]any{manifest.SpecFormat: manifest.Format * 1.0}},
		{name: "generated", extensions: map[string]any{manifest.SpecFormat: 1}},
		{name: "newer", extensions: map[string]any{manifest.SpecFormat: manifest.Format + 1.0}, refused: true},
		{name: "not an integer", extensions: map[string]any{manifest.SpecFormat: 1.5}, refused: true},
		{name: "not a number", extensions: map[string]any{manifest.SpecFormat: "1"}, refused: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := manifest.CheckSpecFormat("one/openapi.json", test.extensions)
			if refused := errors.As(err, new(*manifest.FormatError)); refused != test.refused || !refused && err != nil {
				t.Errorf("error %v, want it refused: %v", err, test.refused)
			}
		})
	}
}
