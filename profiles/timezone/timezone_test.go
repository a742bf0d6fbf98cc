package timezone

import "testing"

func TestKnown(t *testing.T) {
	for name, want := range map[string]bool{
		"America/Toronto": true, "America/Argentina/Buenos_Aires": true, "Etc/GMT+5": true, "UTC": true, "America/Coyhaique": true,
		"": false, "Local": false, "America/Torotno": false, "America": false, "EST5EDT4": false, "../etc/passwd": false, "/etc/localtime": false, "zone.tab": false,
	} {
		if Known(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}
