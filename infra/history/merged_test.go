package history

import (
	"strings"
	"testing"
)

func put(k kind, match string, consent bool) request {
	return request{kind: k, match: match, consent: consent, name: "n"}
}

func shown(status int, etag string, consent bool, prefs string) response {
	return response{status: status, etag: etag, name: "n", consent: consent, prefs: prefs}
}

func set(name string, value int) request {
	return request{kind: mergePreferences, set: map[string]int{name: value}}
}

// in returns the operation in another Region.
func (o op) in(region string) op {
	o.at, o.region = region, region
	return o
}

// last returns the read at the end.
func last(got response) op {
	o := at(90, 91, 0, request{kind: getProfile}, got)
	o.client = finalClient
	return o
}

// TestMergedProfiles checks histories of a profile that is written in two Regions.
func TestMergedProfiles(t *testing.T) {
	created := at(1, 2, 0, put(createProfile, "", true), shown(201, "1", true, ""))
	withdrawn := at(10, 20, 0, put(replaceProfile, "1", false), shown(200, "2", false, ""))
	deletion := at(10, 20, 0, request{kind: deleteProfile}, response{status: 204})
	for _, test := range []struct {
		name  string
		keeps bool
		ops   []op
		cuts  [][2]int64
		want  string // in the error; empty for no error
	}{
		{name: "withdrawn", keeps: true, ops: []op{created, withdrawn, last(shown(200, "3", false, ""))}},
		{
			name: "given before", keeps: true, want: "consent is back",
			ops: []op{created, withdrawn, last(shown(200, "3", true, ""))},
		},
		{
			name: "given again with knowledge", keeps: true,
			ops: []op{created, withdrawn, at(30, 40, 0, put(replaceProfile, "*", true), shown(200, "4", true, "")),
				last(shown(200, "4", true, ""))},
		},
		{
			name: "given in the other Region while the link is cut", keeps: true, want: "consent is back",
			cuts: [][2]int64{{5, 50}},
			ops: []op{created, withdrawn,
				at(30, 40, 0, put(replaceProfile, "*", true), shown(200, "4", true, "")).in(regions[1]),
				last(shown(200, "4", true, ""))},
		},
		{
			name: "a preference is lost", keeps: true, want: "the preference own1=1 is lost",
			ops: []op{created, at(3, 4, 0, set("own1", 1), shown(200, "2", false, "own1=1")), last(shown(200, "3", true, ""))},
		},
		{
			name: "a preference without a response", keeps: true,
			ops: []op{created, at(3, 4, 0, set("own1", 1), lost), last(shown(200, "3", true, ""))},
		},
		{
			name: "an older preference is back", keeps: true, want: "an older preference is back",
			ops: []op{created, at(3, 4, 0, set("shared1", 1), shown(200, "2", false, "shared1=1")),
				at(5, 6, 0, set("shared1", 2), shown(200, "3", false, "shared1=2")), last(shown(200, "4", true, "shared1=1"))},
		},
		{
			name: "a preference is missing for a moment", keeps: true, want: "the preference own1 is missing",
			ops: []op{created, at(3, 4, 0, set("own1", 1), shown(200, "2", false, "own1=1")),
				at(5, 6, 0, request{kind: getProfile}, shown(200, "1", true, "")), last(shown(200, "3", true, "own1=1"))},
		},
		{name: "deleted", ops: []op{created, deletion, last(response{status: 404})}},
		{
			name: "deleted, and back", want: "a deleted profile is back",
			ops: []op{created, deletion, last(shown(200, "1", true, ""))},
		},
		{name: "created after the deletion", ops: []op{
			created, deletion, at(30, 40, 0, put(createProfile, "", true), shown(201, "4", true, "")),
			last(shown(200, "4", true, "")),
		}},
		{name: "created after the deletion, and lost", want: "the profile is lost", ops: []op{
			created, deletion, at(30, 40, 0, put(createProfile, "", true), shown(201, "4", true, "")),
			last(response{status: 404}),
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := merged{ops: test.ops, cuts: test.cuts}.check(test.keeps)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// TestSightings checks reads of two accounts in one Region.
func TestSightings(t *testing.T) {
	reads := []op{
		at(5, 6, 0, read, opened(200, "a", "1")), at(7, 8, 1, read, opened(200, "a", "2")),
		at(9, 10, 0, read, opened(200, "a", "1")),
	}
	for _, test := range []struct {
		name  string
		reads []op
		want  bool
	}{
		{name: "both at once", reads: reads, want: true},
		{name: "one after the other", reads: reads[:2]},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := checkSightings(test.reads); (err != nil) != test.want {
				t.Errorf("error %v, want one: %t", err, test.want)
			}
		})
	}
}
