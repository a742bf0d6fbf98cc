// Command dynamodb serves the embedded DynamoDB without the rest of the cloud, for
// the tests of stores. It prints its URL on one line. It ends when its standard input
// ends, so that it does not outlive its parent.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/meridian-api/meridian/infra/local/dynamodb"
)

const region = "us-east-1"

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	engine, err := dynamodb.Open(context.Background(), dynamodb.Config{
		Regions: []string{region}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: engine.Handler(region)}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		server.Close()
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return engine.Close()
}
