package logs

import (
	"bytes"
	"encoding/json"
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
