package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Serve serves the portal on addr, such as "127.0.0.1:8081" (port 0 selects a free
// port), and prints its URL to out. It returns nil when ctx is done, or an error if
// the Config is invalid or it cannot listen.
func Serve(ctx context.Context, addr string, cfg Config, out io.Writer) error {
	h, err := New(cfg)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve the portal: %w", err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	fmt.Fprintf(out, "portal     http://%s%s/\n", listener.Addr(), cfg.BasePath)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
