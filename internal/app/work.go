package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/oklog/run"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/serinhq/serin/worker"
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
	loop, err := patient(ctx, log, func() (*worker.Loop, error) { return a.workerLoop(ctx, log, registry) })
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

// patient makes the loop as soon as AWS lets it: a worker that ended because it was
// throttled as it began would leave its releases to nobody, and begin again into
// the same throttling.
func patient(ctx context.Context, log *zap.Logger, start func() (*worker.Loop, error)) (*worker.Loop, error) {
	pace := backoff.NewExponentialBackOff(backoff.WithInitialInterval(200*time.Millisecond), backoff.WithMaxInterval(5*time.Second), backoff.WithMaxElapsedTime(0))
	var failed error
	loop, err := backoff.RetryWithData(func() (*worker.Loop, error) {
		var loop *worker.Loop
		loop, failed = start()
		switch {
		case errors.Is(failed, worker.ErrThrottled), errors.Is(failed, worker.ErrUnavailable):
			log.Warn("worker can't start yet", zap.Error(failed))
			return nil, failed
		case failed != nil:
			return nil, backoff.Permanent(failed)
		}
		return loop, nil
	}, backoff.WithContext(pace, ctx))
	if err != nil && ctx.Err() != nil {
		err = errors.Join(err, failed)
	}
	return loop, err
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
