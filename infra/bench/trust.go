package bench

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// authority has certificates as AWS has them: a root, an intermediate, and a server's,
// all RSA with 2,048 bits.
type authority struct {
	server tls.Certificate
	root   []byte // PEM
}

func newAuthority() (authority, error) {
	root, rootKey, err := certify("root", nil, nil)
	if err != nil {
		return authority{}, err
	}
	intermediate, intermediateKey, err := certify("intermediate", root, rootKey)
	if err != nil {
		return authority{}, err
	}
	leaf, key, err := certify("leaf", intermediate, intermediateKey)
	if err != nil {
		return authority{}, err
	}
	return authority{
		server: tls.Certificate{Certificate: [][]byte{leaf.Raw, intermediate.Raw}, PrivateKey: key},
		root:   pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}),
	}, nil
}

// certify returns a certificate that its parent has signed, or a self-signed one if
// parent is nil.
func certify(
	name string, parent *x509.Certificate, parentKey *rsa.PrivateKey,
) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Meridian benchmark " + name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: name != "leaf", BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	return certificate, key, err
}

// trust writes certificate files into dir and returns the environments that make the
// functions trust them. The peers trust the system's certificates and the authority,
// in one file: an image of Lambda has them in several folders, all of which Go reads.
// Meridian trusts as many certificates as in the file with Amazon's, one of which is
// the authority's.
func trust(dir, amazon string, a authority) (peers, meridian []string, err error) {
	system, err := systemCertificates()
	if err != nil {
		return nil, nil, err
	}
	roots, err := os.ReadFile(amazon)
	if err != nil {
		return nil, nil, err
	}
	first, others := pem.Decode(roots)
	if first == nil {
		return nil, nil, fmt.Errorf("%s contains no certificate", amazon)
	}
	all, own, empty := filepath.Join(dir, "system.pem"), filepath.Join(dir, "own.pem"), filepath.Join(dir, "empty")
	err = errors.Join(
		os.WriteFile(all, append(append(system, '\n'), a.root...), 0o600),
		os.WriteFile(own, append(append(others, '\n'), a.root...), 0o600),
		os.Mkdir(empty, 0o700),
	)
	return []string{"SSL_CERT_FILE=" + all, "SSL_CERT_DIR=" + empty}, []string{"AWS_CA_BUNDLE=" + own}, err
}

// systemCertificates returns the content of the file with the system's certificates.
func systemCertificates() ([]byte, error) {
	for _, name := range []string{
		os.Getenv("SSL_CERT_FILE"), "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
	} {
		if content, err := os.ReadFile(name); err == nil {
			return content, nil
		}
	}
	return nil, errors.New("no file with the system's certificates found: set SSL_CERT_FILE to one in PEM form")
}
