package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Format is the version of the form of both generated files that this version of
// contract writes. Raise it with every change of the form, a new member included:
// readers refuse the formats that they do not know, and a member that they do not know
// could be one that must not be ignored. Readers accept all earlier formats, because an
// environment deploys releases that an earlier version of contract has generated.
const Format = 1

// SpecFormat is the extension of a specification that contains its format. The merged
// document, which is made of several specifications, does not have it.
const SpecFormat = "x-meridian-format"

// FormatError is the error for a file in a format that this version of contract does
// not read.
type FormatError struct {
	// File is the name of the file.
	File string
	// Format is the value in the file, as JSON.
	Format string
}

// Error names the file, the format and the remedy.
func (e *FormatError) Error() string {
	return fmt.Sprintf("%s has format %s, and this version of contract reads formats 1 to %d: the file was written by a "+
		"newer meridian contract: update infra and contract to the versions that read it", e.File, e.Format, Format)
}

// CheckSpecFormat returns a *FormatError if a specification with these extensions at its
// root has a format that this version of contract does not read. A specification without
// a format is older than the first one, and has its form.
func CheckSpecFormat(name string, extensions map[string]any) error {
	value, ok := extensions[SpecFormat]
	if !ok {
		return nil
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", name, SpecFormat, err)
	}
	return checkFormat(name, data)
}

func checkFormat(name string, value json.RawMessage) error {
	var format int
	if err := json.Unmarshal(value, &format); err != nil || format < 0 || format > Format {
		return &FormatError{File: name, Format: string(value)}
	}
	return nil
}

// Parse reads the content of a manifest; name is the file's name in errors. It refuses
// formats that this version of contract does not read, and members that the file's
// format does not have. A manifest without a format is older than the first one, and has
// its form.
func Parse(name string, data []byte) (*Service, error) {
	var header struct {
		Format json.RawMessage `json:"format"`
	}
	if err := json.Unmarshal(data, &header); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if header.Format != nil {
		if err := checkFormat(name, header.Format); err != nil {
			return nil, err
		}
	}
	s := &Service{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(s); err != nil {
		return nil, fmt.Errorf("%s: %s: %s", name, strings.TrimPrefix(err.Error(), "json: "), Regenerate)
	}
	if s.Name == "" {
		return nil, fmt.Errorf("%s: the service has no name: %s", name, Regenerate)
	}
	s.Format = Format
	return s, nil
}
