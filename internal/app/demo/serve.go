package demo

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/serinhq/serin/internal/app"
)

// Serve answers /healthz, /readyz and /metrics of the workers on a free port of
// this machine until ctx ends, and returns its address.
func (d *Demo) Serve(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: app.Handler(d.ready, d.registry), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return listener.Addr().String(), nil
}

// ready says why none of the workers can work; nil if one can.
func (d *Demo) ready() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	for id, w := range d.workers {
		if id == d.killed {
			continue
		}
		if err = w.loop.Ready(); err == nil {
			return nil
		}
	}
	return err
}
