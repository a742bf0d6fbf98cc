package connect

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain makes the certificate of httptest's servers a system certificate. Go
// reads the system's certificates once in a process.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "meridian-connect-")
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewTLSServer(nil)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	server.Close()
	file := filepath.Join(dir, "system.pem")
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		log.Fatal(err)
	}
	os.Setenv("SSL_CERT_FILE", file)
	os.Setenv("SSL_CERT_DIR", dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// TestAmazonRootsAreTrustedFirst checks that a Dialer connects to a service with a
// certificate of Amazon without the system's certificates, which are slow to parse.
func TestAmazonRootsAreTrustedFirst(t *testing.T) {
	u, _, trusting := serve(t, 0)
	original := amazon
	amazon = func() *Roots { return trusting.roots }
	defer func() { amazon = original }()
	dialer := New(nil)
	get(t, client(dialer), u)
	if dialer.system.Load() {
		t.Error("the dialer used the system's certificates")
	}
}

// TestSystemRootsAreTrustedNext checks that a Dialer connects to a service with
// another certificate of the system, and that only the first connection is made twice.
func TestSystemRootsAreTrustedNext(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("a test cannot add a system certificate on macOS and Windows, where no Lambda runs")
	}
	u, listener, _ := serve(t, 0)
	dialer := New(nil)
	dialer.Open(*u)
	Wait()
	get(t, client(dialer), u)
	get(t, client(dialer), u)
	if n := listener.accepted.Load(); n != 3 {
		t.Errorf("%d connections, want 3: the first one fails", n)
	}
}

// TestOwnRootsReplaceSystemRoots checks that a Dialer with roots does not trust a
// certificate of the system.
func TestOwnRootsReplaceSystemRoots(t *testing.T) {
	u, listener, _ := serve(t, 0)
	response, err := client(New(&Roots{})).Get(u.String())
	if err == nil {
		response.Body.Close()
		t.Error("the dialer trusted the certificate")
	}
	if n := listener.accepted.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// TestAmazonRoots compares the certificates with their published fingerprints.
// Source: https://www.amazontrust.com/repository/
func TestAmazonRoots(t *testing.T) {
	want := []string{
		"8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e", // Amazon Root CA 1
		"1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4", // Amazon Root CA 2
		"18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4", // Amazon Root CA 3
		"e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092", // Amazon Root CA 4
		"568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5", // Starfield Services Root CA - G2
	}
	var got []string
	for _, root := range amazon().certificates {
		sum := sha256.Sum256(root)
		got = append(got, hex.EncodeToString(sum[:]))
		if _, err := x509.ParseCertificate(root); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fingerprints (-want +got):\n%s", diff)
	}
}
