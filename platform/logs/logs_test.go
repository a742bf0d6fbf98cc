package logs

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	var out bytes.Buffer
	before := time.Now().Round(0)
	New(&out).Error("cannot start", "error", "no Region")
	var line struct {
		Timestamp             time.Time
		Level, Message, Error string
	}
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	if err := d.Decode(&line); err != nil {
		t.Fatal(err)
	}
	if line.Timestamp.Before(before) || line.Timestamp.After(time.Now()) {
		t.Errorf("timestamp is %s, want the time of the call, %s", line.Timestamp, before)
	}
	if line.Level != "ERROR" || line.Message != "cannot start" || line.Error != "no Region" {
		t.Errorf("got %+v", line)
	}
}

func TestTextsAreCut(t *testing.T) {
	for _, test := range []struct {
		name, text, suffix string
		length             int
	}{
		{name: "longest", text: strings.Repeat("x", MaxText), length: MaxText},
		{
			name: "too long", text: strings.Repeat("x", MaxText+1), suffix: "x... (16385 bytes)",
			length: MaxText + len("... (16385 bytes)"),
		},
		{
			name: "cut within a character", text: "x" + strings.Repeat("é", 1<<19), suffix: "é... (1048577 bytes)",
			length: MaxText - 1 + len("... (1048577 bytes)"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			New(&out).Info(test.text, "error", test.text)
			var line struct{ Message, Error string }
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			for _, got := range []string{line.Message, line.Error} {
				if len(got) != test.length || !strings.HasSuffix(got, test.suffix) {
					t.Errorf("got %d bytes, want %d that end with %q", len(got), test.length, test.suffix)
				}
			}
		})
	}
}
