// Package xray is the embedded X-Ray daemon: it takes the segments that
// functions send over UDP and hands them on, one document each.
// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
package xray

import (
	"bytes"
	"encoding/json"
	"net"
	"strings"
)

// Daemon listens until it is closed.
type Daemon struct {
	conn net.PacketConn
	done chan struct{}
}

// header is the line before each document.
const header = `{"format":"json","version":1}`

// Listen starts a daemon on a free loopback port. take gets every document that
// is one, as it comes, from one goroutine; what is none is dropped, as the
// real daemon drops it.
func Listen(take func(document []byte)) (*Daemon, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Daemon{conn, make(chan struct{})}
	go d.read(take)
	return d, nil
}

func (d *Daemon) read(take func([]byte)) {
	defer close(d.done)
	buf := make([]byte, 64<<10)
	for {
		n, _, err := d.conn.ReadFrom(buf)
		if err != nil {
			return // closed
		}
		first, document, _ := bytes.Cut(buf[:n], []byte("\n"))
		if strings.ReplaceAll(string(first), " ", "") == header && json.Valid(document) {
			take(bytes.Clone(document))
		}
	}
}

// Address is the value of AWS_XRAY_DAEMON_ADDRESS for the functions.
func (d *Daemon) Address() string { return d.conn.LocalAddr().String() }

// Close ends the daemon and waits for the last document to be taken.
func (d *Daemon) Close() error {
	err := d.conn.Close()
	<-d.done
	return err
}
