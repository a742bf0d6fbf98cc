package frontend

import (
	"net"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/infra/local/headercase"
)

// headerTimeout is how long the headers of a request may take to arrive.
const headerTimeout = 10 * time.Second

// Serve serves h to clients on l in the background and returns the server. It is h
// that calls Check. Requests for * reach h, too: net/http would respond to them with
// 200.
func Serve(l net.Listener, h http.Handler) *http.Server {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, DisableGeneralOptionsHandler: true, Protocols: new(http.Protocols),
	}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	l = headercase.Keep(s, l)
	go s.Serve(l) // returns after Close; a loopback listener does not fail otherwise
	return s
}
