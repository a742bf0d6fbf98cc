package deploy

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/deployable"
)

func TestVerify(t *testing.T) {
	const digest = "0123456789ab"
	serving := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(deployable.DigestHeader, digest)
		w.WriteHeader(http.StatusForbidden)
	}
	for name, test := range map[string]struct {
		digest   string // that the release has
		endpoint http.HandlerFunc
		want     string // of the error; empty if the Region passes
	}{
		"as released": {digest: digest,
			endpoint: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }},
		"another document": {digest: "ba9876543210",
			want: `us-east-1 serves the document "0123456789ab", and the release has ba9876543210`},
		"the default endpoint serves it": {digest: digest, endpoint: serving,
			want: `is enabled: GET /- has status 403 and the document "0123456789ab"`},
		"the default endpoint serves something": {digest: digest, endpoint: func(http.ResponseWriter, *http.Request) {},
			want: "is enabled: GET /- has status 200"},
	} {
		t.Run(name, func(t *testing.T) {
			region, direct := httptest.NewServer(http.HandlerFunc(serving)), httptest.NewServer(test.endpoint)
			defer region.Close()
			defer direct.Close()
			c := httpChecker{client: region.Client(), base: func(string) string { return region.URL }, direct: getDirect}
			err := c.Verify(t.Context(), "us-east-1", Served{Digest: test.digest, DefaultEndpoint: direct.URL + "/v1"})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
