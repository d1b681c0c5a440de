package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/oklog/run"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Work is `serin worker`: the loop and its HTTP server, until ctx ends and what
// was under way is done or handed back. Nil after a clean drain.
func (a *App) Work(ctx context.Context) error {
	if err := a.settings.Need("queue-url", "command-queue-url", "table"); err != nil {
		return err
	}
	log, err := newLogger(a.settings.LogLevel)
	if err != nil {
		return err
	}
	log = log.With(zap.String("worker", a.id))
	defer func() { _ = log.Sync() }()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	loop, err := a.workerLoop(ctx, log, registry)
	if err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.settings.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen on SERIN_HTTP_ADDR: %w", err)
	}
	log.Info("worker starts", zap.String("version", Version()), zap.String("table", a.settings.Table),
		zap.Stringer("http", listener.Addr()))
	var group run.Group
	work, stop := context.WithCancel(ctx)
	defer stop()
	group.Add(func() error { return loop.Run(work) }, func(error) { stop() })
	addServer(&group, listener, Handler(loop.Ready, registry))
	err = group.Run()
	log.Info("worker ends", zap.Error(err))
	return err
}

// addServer adds the HTTP server. It serves until the loop has drained, so that
// a worker that drains can still be asked.
func addServer(group *run.Group, listener net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	group.Add(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", listener.Addr(), err)
		}
		return nil
	}, func(error) { _ = server.Close() })
}

// newLogger writes JSON to standard error, every line of it: none is sampled
// away.
func newLogger(level string) (*zap.Logger, error) {
	at, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, fmt.Errorf("log level: %w", err)
	}
	c := zap.NewProductionConfig()
	c.Level, c.Sampling = zap.NewAtomicLevelAt(at), nil
	c.EncoderConfig.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	log, err := c.Build()
	if err != nil {
		return nil, fmt.Errorf("make logger: %w", err)
	}
	return log, nil
}
