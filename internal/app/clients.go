package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// clients makes SDK clients, one a service: a client has one bucket of retries,
// and a storm on one service must not use up those of another.
type clients struct {
	settings Settings

	mu   sync.Mutex
	base *aws.Config
	made map[string]any
}

func newClients(s Settings) *clients { return &clients{settings: s, made: map[string]any{}} }

// config is the SDK's, read once: environment, profiles, roles.
func (c *clients) config(ctx context.Context) (aws.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.load(ctx)
}

func (c *clients) load(ctx context.Context) (aws.Config, error) {
	if c.base != nil {
		return *c.base, nil
	}
	cfg, err := config.LoadDefaultConfig(ctx, c.options()...)
	if err != nil {
		return cfg, fmt.Errorf("load AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return cfg, &SettingsError{[]error{errors.New("AWS_REGION is not set, nor does the profile name a region")}}
	}
	c.base = &cfg
	return cfg, nil
}

// client returns the client of a service, made by its NewFromConfig when first
// asked for.
func client[C any, O any](ctx context.Context, c *clients, service string, fresh func(aws.Config, ...func(*O)) *C) (*C, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made, ok := c.made[service].(*C); ok {
		return made, nil
	}
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	made := fresh(cfg)
	c.made[service] = made
	return made, nil
}
