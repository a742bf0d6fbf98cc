package timezone

import "testing"

func TestKnown(t *testing.T) {
	for _, test := range []struct {
		name string
		want bool
	}{
		{"America/Toronto", true},
		{"America/Argentina/Buenos_Aires", true},
		{"America/Coyhaique", true},
		{"Etc/GMT+5", true},
		{"UTC", true},
		{"", false},
		{"Local", false},
		{"America/Torotno", false},
		{"America", false},
		{"EST5EDT4", false},
		{"../etc/passwd", false},
		{"/etc/localtime", false},
		{"zone.tab", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Known(test.name); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
