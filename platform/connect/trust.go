package connect

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"net"
	"slices"
	"sync"
)

// amazonPEM contains the root certificates of AWS's services. Parsing them takes
// 0.2 ms of CPU, so that only those that a server needs are parsed. Parsing the
// system's certificates, some 140, takes 5 to 10 ms, more than everything else that a
// Lambda does before its first response.
// Source: https://www.amazontrust.com/repository/
//
//go:embed amazon.pem
var amazonPEM []byte

var amazon = sync.OnceValue(func() *Roots { return ParseRoots(amazonPEM) })

// Roots are root certificates. They are parsed when a server presents a chain that can
// end at them.
type Roots struct{ certificates [][]byte } // in DER form

// ParseRoots returns the certificates of a file in PEM form, or nil if the file contains
// no certificate. Certificates that cannot be parsed are not trusted.
func ParseRoots(file []byte) *Roots {
	var r Roots
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			r.certificates = append(r.certificates, block.Bytes)
		}
	}
	if r.certificates == nil {
		return nil
	}
	return &r
}

// issuers returns the roots at which the chain of a server can end: x509 finds an issuer
// by its name, which both certificates contain in the same form (RFC 5280, section 7.1).
func (r *Roots) issuers(chain []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, root := range r.certificates {
		if !slices.ContainsFunc(chain, func(c *x509.Certificate) bool { return bytes.Contains(root, c.RawIssuer) }) {
			continue
		}
		if c, err := x509.ParseCertificate(root); err == nil {
			pool.AddCert(c)
		}
	}
	return pool
}

// verify verifies the certificates of a server as package tls does with a pool of all
// roots, and returns the same errors.
func (r *Roots) verify(chain []*x509.Certificate, host string) error {
	options := x509.VerifyOptions{Roots: r.issuers(chain), Intermediates: x509.NewCertPool(), DNSName: host}
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	if _, err := chain[0].Verify(options); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: chain, Err: err}
	}
	return nil
}

// config returns the configuration of a connection to host. If r is nil, package tls
// verifies with the system's certificates.
func (r *Roots) config(host string) *tls.Config {
	if r == nil {
		return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return &tls.Config{
		ServerName: host, MinVersion: tls.VersionTLS12,
		// This replaces the verification by package tls, which would need all roots parsed
		// before the handshake, with VerifyConnection. It skips nothing: x509 checks no name
		// without a host, and package tls refuses such a connection.
		InsecureSkipVerify: host != "",
		VerifyConnection:   func(s tls.ConnectionState) error { return r.verify(s.PeerCertificates, host) },
	}
}

// secure opens a TLS connection. If d has no roots of its own, it trusts Amazon's
// roots. If a service has a certificate of another authority, such as a custom
// endpoint or another partition, secure trusts the system's certificates from then
// on. They include Amazon's.
func (d *Dialer) secure(ctx context.Context, address string) (net.Conn, error) {
	if d.roots != nil || d.system.Load() {
		return d.handshake(ctx, address, d.roots)
	}
	conn, err := d.handshake(ctx, address, amazon())
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		d.system.Store(true)
		return d.handshake(ctx, address, nil)
	}
	return conn, err
}

// handshake opens a TLS connection to a service whose certificate was issued under
// roots. If roots is nil, it uses the system's.
func (d *Dialer) handshake(ctx context.Context, address string, roots *Roots) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := d.dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	secure := tls.Client(conn, roots.config(host))
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}
