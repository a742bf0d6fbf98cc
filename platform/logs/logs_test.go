package logs

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	var out bytes.Buffer
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
	if time.Since(line.Timestamp).Abs() > time.Minute || line.Level != "ERROR" || line.Message != "cannot start" || line.Error != "no Region" {
		t.Errorf("got %+v", line)
	}
}
