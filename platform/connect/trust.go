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

// amazonPEM are the certificates that AWS's services descend from. To parse
// the system's, some 140, takes 5 to 10 ms of CPU, more than all else that a
// Lambda does before its first answer; these take 0.2 ms.
// Source: https://www.amazontrust.com/repository/
//
//go:embed amazon.pem
var amazonPEM []byte

var amazon = sync.OnceValue(func() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(amazonPEM)
	return roots
})

// secure opens a TLS connection. Unless it was told whom to trust, it trusts
// Amazon, and from the first service on that does not descend from there (an
// endpoint of one's own, a partition with an authority of its own) the system's
// certificates, which hold Amazon's too.
func (a *Ahead) secure(ctx context.Context, address string) (net.Conn, error) {
	if a.roots != nil || a.system.Load() {
		return a.handshake(ctx, address, a.roots)
	}
	conn, err := a.handshake(ctx, address, amazon())
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		a.system.Store(true)
		return a.handshake(ctx, address, nil)
	}
	return conn, err
}

// handshake opens a TLS connection to a service whose certificate descends from
// one of the roots, or, when they are nil, of the system's.
func (a *Ahead) handshake(ctx context.Context, address string, roots *x509.CertPool) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := a.dialer.DialContext(ctx, "tcp", address)
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
