package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"errors"
	"net"
	"sync"
)

// amazonPEM contains the root certificates of AWS's services. Parsing them takes
// 0.2 ms of CPU. Parsing the system's certificates, some 140, takes 5 to 10 ms, more
// than everything else that a Lambda does before its first response.
// Source: https://www.amazontrust.com/repository/
//
//go:embed amazon.pem
var amazonPEM []byte

var amazon = sync.OnceValue(func() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(amazonPEM)
	return roots
})

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
func (d *Dialer) handshake(ctx context.Context, address string, roots *x509.CertPool) (net.Conn, error) {
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
	secure := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}
