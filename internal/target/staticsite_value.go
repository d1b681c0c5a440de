package target

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	kvs "github.com/aws/aws-sdk-go-v2/service/cloudfrontkeyvaluestore"
	transport "github.com/aws/smithy-go/endpoints"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// siteValue is the config as it was read, and the store's ETag from before: had
// anybody written in between, that is stale, and no write goes by it.
type siteValue struct {
	etag   string
	config siteConfig
}

// read reads the store's ETag and then the value.
func (s *siteStore) read(ctx context.Context) (siteValue, error) {
	store, err := s.api.DescribeKeyValueStore(ctx, &kvs.DescribeKeyValueStoreInput{KvsARN: &s.KeyValueStore})
	if err != nil {
		return siteValue{}, awserr.Classify(describeStoreCall, s.KeyValueStore, err)
	}
	if aws.ToString(store.ETag) == "" {
		return siteValue{}, failed(worker.ErrInvalid, describeStoreCall, s.KeyValueStore, "it came without an ETag")
	}
	value, err := s.api.GetKey(ctx, &kvs.GetKeyInput{KvsARN: &s.KeyValueStore, Key: &s.Key})
	if err != nil {
		return siteValue{}, awserr.Classify(getKeyCall, s.KeyValueStore, err)
	}
	config, err := readSiteConfig([]byte(aws.ToString(value.Value)))
	if err != nil {
		return siteValue{}, failed(worker.ErrInvalid, getKeyCall, s.KeyValueStore, "%s: %w", s.Key, err)
	}
	return siteValue{etag: *store.ETag, config: config}, nil
}

// Preflight says whether the value has room for the release. Its form keeps Serin's
// members as they are written.
func (s *siteStore) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	finding, err := siteFinding(s.KeyValueStore+" "+s.Key, shows.config, in.Canary)
	if err != nil {
		return finding, err
	}
	longest := 0
	for _, weight := range in.WeightsPct {
		text, err := shows.config.with(statemachine.Split{Stable: in.Shows.Stable, Canary: in.Canary, WeightPct: weight})
		if err != nil {
			return finding, failed(worker.ErrInvalid, getKeyCall, s.KeyValueStore, "%s: %w", s.Key, err)
		}
		longest = max(longest, len(text)+1) // rev may get a digit more
	}
	if longest > mostValue {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: fmt.Sprintf("%s: %v: shorten its rules", s.Key, errTooLong(longest))})
	}
	return finding, nil
}

// Resolve takes a version as it is: a label that the function at the edge knows.
func (s *siteStore) Resolve(_ context.Context, version string) (string, error) {
	return version, siteVersion(getKeyCall, s.KeyValueStore, version)
}

// errTooLong is a config that no store takes.
type errTooLong int

func (e errTooLong) Error() string {
	return fmt.Sprintf("the config would be %d bytes long, and a value has room for %d", int(e), mostValue)
}

// storeMoved is a conflict that may be another key's.
type storeMoved struct{ error }

// Unwrap is the call's own error.
func (e *storeMoved) Unwrap() error { return e.error }

// bareAddress calls an endpoint that is set to an address (AWS_ENDPOINT_URL) there:
// the service's rules put the account's number before every host, and only a name
// can have one.
type bareAddress struct{ kvs.EndpointResolverV2 }

// ResolveEndpoint implements kvs.EndpointResolverV2.
func (b bareAddress) ResolveEndpoint(ctx context.Context, p kvs.EndpointParameters) (transport.Endpoint, error) {
	at, err := b.EndpointResolverV2.ResolveEndpoint(ctx, p)
	if err != nil || p.Endpoint == nil {
		return at, err
	}
	set, err := url.Parse(*p.Endpoint)
	if err != nil {
		return at, fmt.Errorf("read the endpoint that is set: %w", err)
	}
	if _, err := netip.ParseAddr(set.Hostname()); err == nil {
		at.URI.Host = set.Host
	}
	return at, nil
}
