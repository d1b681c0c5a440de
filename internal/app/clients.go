package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/target"
)

// clients is the one factory of SDK clients, one for each service and region: a
// client has one bucket of retries, and a storm on one service must not use up
// those of another. Roles are the SDK's: a profile, or the environment.
type clients struct {
	base aws.Config

	mu   sync.Mutex
	made map[clientKey]any
}

type clientKey struct{ service, region string }

var (
	_ target.Clients     = (*clients)(nil)
	_ deployment.Clients = (*clients)(nil)
)

// newClients reads the SDK's configuration: environment, profiles, roles.
func newClients(ctx context.Context, s Settings) (*clients, error) {
	cfg, err := config.LoadDefaultConfig(ctx, configOptions(s.CallTimeout)...)
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return nil, &SettingsError{[]error{errors.New("AWS_REGION is not set, nor does the profile name a region")}}
	}
	// Only now: a bundle of certificates (AWS_CA_BUNDLE) is put into the SDK's own.
	cfg.HTTPClient = localBodies{cfg.HTTPClient}
	return &clients{base: cfg, made: map[clientKey]any{}}, nil
}

// Client returns what open makes of the configuration for a region, made when
// first asked for. "" is the process's own region.
func (c *clients) Client(service, region string, open func(aws.Config) any) any {
	cfg := c.base.Copy()
	if region != "" {
		cfg.Region = region
	}
	key := clientKey{service, cfg.Region}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made[key] == nil {
		c.made[key] = open(cfg)
	}
	return c.made[key]
}

// client is the client of a service in the process's own region, by its
// NewFromConfig.
func client[C any, O any](c *clients, service string, fresh func(aws.Config, ...func(*O)) *C) (*C, error) {
	made, ok := c.Client(service, "", func(cfg aws.Config) any { return fresh(cfg) }).(*C)
	if !ok {
		return nil, fmt.Errorf("client of %s is another service's", service)
	}
	return made, nil
}
