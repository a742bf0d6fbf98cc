package connect

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// signer is a certificate with its key.
type signer struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// sign returns a certificate of the parent, or a self-signed one if parent is nil.
func (parent *signer) sign(t *testing.T, name string, change func(*x509.Certificate)) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	if parent == nil {
		parent = &signer{template, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent.Certificate, &key.PublicKey, parent.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{c, key}
}

// serverFor makes a certificate of a server.
func serverFor(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.IsCA, c.DNSNames = false, []string{name} }
}

func expired(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
}

// TestRootsVerifyLikeTLS compares the verification with package tls's, which trusts a
// pool of all roots.
func TestRootsVerifyLikeTLS(t *testing.T) {
	const host = "dynamodb.us-east-1.amazonaws.com"
	root := (*signer)(nil).sign(t, "root", nil)
	other := (*signer)(nil).sign(t, "other", nil)
	impostor := (*signer)(nil).sign(t, "root", nil)
	old := (*signer)(nil).sign(t, "old", expired)
	intermediate := root.sign(t, "intermediate", nil)
	noAuthority := root.sign(t, "no authority", func(c *x509.Certificate) { c.IsCA = false })
	selfSigned := (*signer)(nil).sign(t, "self-signed", serverFor(host))
	crossSigned := other.sign(t, "root", nil)
	leaf := intermediate.sign(t, "leaf", serverFor(host))
	trusted := []*signer{root, other, old}
	for _, test := range []struct {
		name    string
		leaf    *signer
		others  []*signer
		trusted []*signer
		want    bool
	}{
		{name: "by root", leaf: root.sign(t, "leaf", serverFor(host)), trusted: trusted, want: true},
		{name: "by intermediate", leaf: leaf, others: []*signer{intermediate}, trusted: trusted, want: true},
		{name: "root sent as well", leaf: leaf, others: []*signer{intermediate, root}, trusted: trusted, want: true},
		{name: "unordered", leaf: leaf, others: []*signer{other, root, intermediate}, trusted: trusted, want: true},
		{name: "cross-signed", leaf: leaf, others: []*signer{intermediate, crossSigned}, trusted: trusted, want: true},
		{
			name: "two roots of a name", leaf: leaf, others: []*signer{intermediate},
			trusted: []*signer{impostor, root}, want: true,
		},
		{name: "trusted itself", leaf: selfSigned, trusted: []*signer{selfSigned}, want: true},
		{name: "trusted intermediate", leaf: leaf, trusted: []*signer{intermediate}, want: true},
		{name: "intermediate missing", leaf: leaf, trusted: trusted},
		{name: "unknown root", leaf: leaf, others: []*signer{intermediate, root}, trusted: []*signer{other}},
		{name: "no roots", leaf: leaf, others: []*signer{intermediate, root}},
		{name: "root of the same name", leaf: leaf, others: []*signer{intermediate}, trusted: []*signer{impostor}},
		{name: "self-signed", leaf: selfSigned, trusted: trusted},
		{name: "wrong host", leaf: root.sign(t, "leaf", serverFor("example.com")), trusted: trusted},
		{
			name: "expired", trusted: trusted,
			leaf: root.sign(t, "leaf", func(c *x509.Certificate) { serverFor(host)(c); expired(c) }),
		},
		{name: "expired root", leaf: old.sign(t, "leaf", serverFor(host)), trusted: trusted},
		{
			name: "issuer is no authority", trusted: trusted,
			leaf: noAuthority.sign(t, "leaf", serverFor(host)), others: []*signer{noAuthority},
		},
		{
			name: "for clients only", trusted: trusted,
			leaf: root.sign(t, "leaf", func(c *x509.Certificate) {
				serverFor(host)(c)
				c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			}),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			pool, own := x509.NewCertPool(), &Roots{}
			for _, r := range test.trusted {
				pool.AddCert(r.Certificate)
				own.certificates = append(own.certificates, r.Raw)
			}
			sent := tls.Certificate{Certificate: [][]byte{test.leaf.Raw}, PrivateKey: test.leaf.key}
			for _, c := range test.others {
				sent.Certificate = append(sent.Certificate, c.Raw)
			}
			want := handshakeError(t, sent, &tls.Config{RootCAs: pool, ServerName: host})
			got := handshakeError(t, sent, own.config(host))
			if (want == "") != test.want {
				t.Errorf("package tls returned %q, want an error: %v", want, !test.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("error (-package tls +own):\n%s", diff)
			}
		})
	}
}

// TestNoHostIsRefused checks that a missing name does not pass as any name.
func TestNoHostIsRefused(t *testing.T) {
	root := (*signer)(nil).sign(t, "root", nil)
	leaf := root.sign(t, "leaf", serverFor("example.com"))
	pool := x509.NewCertPool()
	pool.AddCert(root.Certificate)
	sent := tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: leaf.key}
	refused := func(config *tls.Config) string {
		client, server := net.Pipe()
		defer client.Close()
		defer server.Close()
		go tls.Server(server, &tls.Config{Certificates: []tls.Certificate{sent}}).HandshakeContext(t.Context())
		if err := tls.Client(client, config).HandshakeContext(t.Context()); err != nil {
			return err.Error()
		}
		return ""
	}
	want := refused(&tls.Config{RootCAs: pool})
	got := refused((&Roots{[][]byte{root.Raw}}).config(""))
	if want == "" || got != want {
		t.Errorf("error %q, want package tls's %q", got, want)
	}
}

// handshakeError returns the text of the error of a handshake with a server, or "".
func handshakeError(t *testing.T, server tls.Certificate, client *tls.Config) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{server}})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			conn.(*tls.Conn).HandshakeContext(t.Context())
			conn.Close()
		}
	}()
	conn, err := tls.Dial("tcp", listener.Addr().String(), client)
	if err != nil {
		return err.Error()
	}
	conn.Close()
	return ""
}

// TestOnlyIssuersAreParsed checks that the other roots cost nothing.
func TestOnlyIssuersAreParsed(t *testing.T) {
	root := (*signer)(nil).sign(t, "root", nil)
	leaf := root.sign(t, "leaf", serverFor("example.com"))
	roots := Roots{append([][]byte{root.Raw}, amazon().certificates...)}
	want := x509.NewCertPool()
	want.AddCert(root.Certificate)
	if !roots.issuers([]*x509.Certificate{leaf.Certificate}).Equal(want) {
		t.Error("the pool contains another root than the issuer")
	}
}
