package provision

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

var (
	alarmBlock = regexp.MustCompile(
		`(?ms)^resource "aws_cloudwatch_(?:metric|composite)_alarm" "(\w+)" \{\n(.*?)^\}`)
	alarmRunbook = regexp.MustCompile(
		`(?m)^  alarm_description += ".* Runbook: \$\{module\.settings\.runbook\}#([\w-]+)"$`)
	runbookHeading = regexp.MustCompile(`(?m)^## (.+)$`)
)

// Every alarm links its entry of the runbook, and the runbook has no other entries.
func TestRunbookHasAnEntryForEachAlarm(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	sources := filepath.Join(ws.Root, Sources)
	files, err := filepath.Glob(filepath.Join(sources, "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	var alarms []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range alarmBlock.FindAllStringSubmatch(string(data), -1) {
			anchor := filepath.Base(filepath.Dir(file)) + "-" + strings.ReplaceAll(b[1], "_", "-")
			alarms = append(alarms, anchor)
			if link := alarmRunbook.FindStringSubmatch(b[2]); link == nil || link[1] != anchor {
				t.Errorf("%s: the description of the alarm %s does not end with the link #%s", file, b[1], anchor)
			}
		}
	}
	runbook, err := os.ReadFile(filepath.Join(sources, "RUNBOOK.md"))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for _, h := range runbookHeading.FindAllStringSubmatch(string(runbook), -1) {
		headings = append(headings, strings.ReplaceAll(h[1], " ", "-")) // as GitHub makes the anchor
	}
	slices.Sort(alarms)
	slices.Sort(headings)
	if diff := cmp.Diff(alarms, headings); diff != "" {
		t.Errorf("entries of RUNBOOK.md (-alarms +entries):\n%s", diff)
	}
	for _, link := range regexp.MustCompile(`\]\(#([\w-]+)\)`).FindAllStringSubmatch(string(runbook), -1) {
		if !slices.Contains(headings, link[1]) {
			t.Errorf("RUNBOOK.md links #%s, which it does not have", link[1])
		}
	}
}
