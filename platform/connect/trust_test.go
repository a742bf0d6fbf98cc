package connect

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// TestMain makes the certificate of httptest's servers one of the system's,
// which are read once in a process.
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

// TestAmazonFirst holds that a service which descends from Amazon's roots is
// trusted without the system's certificates, which are slow to read.
func TestAmazonFirst(t *testing.T) {
	u, _, trusting := service(t, 0)
	of := amazon
	amazon = func() *x509.CertPool { return trusting.roots }
	defer func() { amazon = of }()
	ahead := New(nil)
	get(t, &http.Client{Transport: ahead.Transport(time.Second)}, u)
	if ahead.system.Load() {
		t.Error("the system's certificates were asked")
	}
}

// TestSystemNext holds that another service is trusted when the system does,
// and that only the first connection asks twice.
func TestSystemNext(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("macOS and Windows keep their certificates where no test may put one, and no Lambda runs there")
	}
	u, d, _ := service(t, 0)
	ahead := New(nil)
	ahead.Open(*u)
	Wait()
	get(t, &http.Client{Transport: ahead.Transport(time.Second)}, u)
	get(t, &http.Client{Transport: ahead.Transport(time.Second)}, u)
	if n := d.accepted.Load(); n != 3 {
		t.Errorf("%d connections, want a refused one and two", n)
	}
}

// TestAmazonRoots holds the certificates against their published fingerprints.
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
	all := x509.NewCertPool()
	for block, rest := pem.Decode(amazonPEM); block != nil; block, rest = pem.Decode(rest) {
		sum := sha256.Sum256(block.Bytes)
		got = append(got, hex.EncodeToString(sum[:]))
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		all.AddCert(certificate)
	}
	if !slices.Equal(got, want) {
		t.Errorf("fingerprints %q", got)
	}
	if !amazon().Equal(all) {
		t.Error("not all are trusted")
	}
}
