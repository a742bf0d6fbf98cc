package tracing

import (
	"testing"
)

const (
	root      = "1-5759e988-bd862e3fe1be46a994272793"
	parent    = "53995c3f42cd8ad8"
	sampled   = "Root=" + root + ";Parent=" + parent + ";Sampled=1"
	unsampled = "Root=" + root + ";Parent=" + parent + ";Sampled=0"
)

func TestParseHeader(t *testing.T) {
	for _, test := range []struct{ name, header, want string }{
		{name: "sampled", header: sampled, want: sampled},
		{name: "unsampled", header: unsampled, want: unsampled},
		{
			name:   "other order, spaces and unknown fields",
			header: "Sampled=1; Parent=" + parent + "; Self=1-x; Root=" + root + ";Lineage=a:1",
			want:   sampled,
		},
		{name: "undecided", header: "Root=" + root + ";Parent=" + parent + ";Sampled=?", want: unsampled},
		{name: "no decision", header: "Root=" + root + ";Parent=" + parent, want: unsampled},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ParseHeader(test.header)
			if !got.IsValid() || got.String() != test.want {
				t.Errorf("got %s (valid: %v), want %s", got, got.IsValid(), test.want)
			}
		})
	}
}

func TestParseHeaderRejects(t *testing.T) {
	withRoot := func(root string) string { return "Root=" + root + ";Parent=" + parent }
	for _, test := range []struct{ name, header string }{
		{name: "empty", header: ""},
		{name: "no value", header: "Root"},
		{name: "separators", header: ";;="},
		{name: "no root", header: "Parent=" + parent},
		{name: "no parent", header: "Root=" + root},
		{name: "zero parent", header: "Root=" + root + ";Parent=0000000000000000"},
		{name: "upper-case parent", header: "Root=" + root + ";Parent=53995C3F42CD8AD8"},
		{name: "short parent", header: "Root=" + root + ";Parent=53995c3f42cd8ad"},
		{name: "zero root", header: withRoot("1-00000000-000000000000000000000000")},
		{name: "time only", header: withRoot("1-5759e988")},
		{name: "short root", header: withRoot("1-5759e988-bd862e3fe1be46a99427279")},
		{name: "long root", header: withRoot("1-5759e988-bd862e3fe1be46a9942727933")},
		{name: "version 2", header: withRoot("2-5759e988-bd862e3fe1be46a994272793")},
		{name: "no dash after the version", header: withRoot("1a5759e988-bd862e3fe1be46a994272793")},
		{name: "no dash after the time", header: withRoot("1-5759e988abd862e3fe1be46a994272793")},
		{name: "not hexadecimal", header: withRoot("1-5759e988-bd862e3fe1be46a99427279g")},
	} {
		t.Run(test.name, func(t *testing.T) {
			if ParseHeader(test.header).IsValid() {
				t.Errorf("%q is valid", test.header)
			}
		})
	}
}

func TestRoot(t *testing.T) {
	for header, want := range map[string]string{
		sampled: root, unsampled: root, "Root=" + root: root, "Self=1-x; Root=" + root: root,
		"": "", "Root=": "", "Root=1-5759e988-bd": "", "Parent=" + parent: "", "Root=\n": "",
		"root=" + root: "", "Root=" + root[:34] + "g": "",
	} {
		t.Run(header, func(t *testing.T) {
			if got := ParseHeader(header).Root; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(sampled)
	f.Add("Root=" + root + ";Root=;Parent==;")
	f.Fuzz(func(t *testing.T, header string) {
		h := ParseHeader(header)
		if h.IsValid() && ParseHeader(h.String()) != h {
			t.Fatalf("%q became %q", header, h)
		}
	})
}
