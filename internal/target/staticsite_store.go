package target

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	kvs "github.com/aws/aws-sdk-go-v2/service/cloudfrontkeyvaluestore"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// siteStore is a static site whose config is one value in a CloudFront key value
// store, which a function at the edge reads.
//
// Weight and granularity: as the object's. Shows: usually within seconds at every
// edge (Developer Guide, "Amazon CloudFront KeyValueStore"), which no bake adds.
// Fence: the store's ETag by If-Match. Every write of anybody's in the store moves
// it, so the token is of the key's own value, which rev makes another with each
// write: a conflict in which that value is still there is read again.
// IAM: cloudfront-keyvaluestore:DescribeKeyValueStore, GetKey, PutKey on the store.
type siteStore struct {
	SiteStoreConfig
	api SiteStoreAPI
}

// SiteStoreAPI is what a static site in a key value store calls.
type SiteStoreAPI interface {
	DescribeKeyValueStore(context.Context, *kvs.DescribeKeyValueStoreInput, ...func(*kvs.Options)) (*kvs.DescribeKeyValueStoreOutput, error)
	GetKey(context.Context, *kvs.GetKeyInput, ...func(*kvs.Options)) (*kvs.GetKeyOutput, error)
	PutKey(context.Context, *kvs.PutKeyInput, ...func(*kvs.Options)) (*kvs.PutKeyOutput, error)
}

// SiteStoreConfig is the file's part.
type SiteStoreConfig struct {
	// KeyValueStore is the store's ARN, which ends in its id.
	KeyValueStore string `json:"keyValueStore"`
	// Key is the one whose value is the config.
	Key string `json:"key"`
}

// Validate reports all that is wrong.
func (c SiteStoreConfig) Validate() error {
	var wrong []error
	if !regexp.MustCompile(`^arn:aws[a-z-]*:cloudfront::[0-9]{12}:key-value-store/[A-Za-z0-9-]+$`).MatchString(c.KeyValueStore) {
		wrong = append(wrong, errors.New("keyValueStore must be a key value store's ARN"))
	}
	if c.Key == "" || len(c.Key) > 512 {
		wrong = append(wrong, errors.New("key must be a key of at most 512 bytes"))
	}
	return errors.Join(wrong...)
}

const (
	describeStoreCall = "cloudfront-keyvaluestore:DescribeKeyValueStore"
	getKeyCall        = "cloudfront-keyvaluestore:GetKey"
	putKeyCall        = "cloudfront-keyvaluestore:PutKey"
	// mostValue is how long a value may be ("Quotas on key value stores").
	mostValue = 1 << 10
	// mostPuts is how often a write is tried while others write beside it.
	mostPuts = 5
)

// inStore reports whether a spec is of a site in a key value store.
func inStore(spec statemachine.TargetSpec) bool {
	var c struct {
		KeyValueStore string `json:"keyValueStore"`
	}
	return json.Unmarshal(spec.Config, &c) == nil && c.KeyValueStore != ""
}

func openSiteStore(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	s := &siteStore{}
	if err := decode(spec, &s.SiteStoreConfig); err != nil {
		return nil, err
	}
	var err error
	s.api, err = client(clients, "cloudfront-keyvaluestore", "us-east-1", func(cfg aws.Config) SiteStoreAPI {
		return kvs.NewFromConfig(cfg, func(o *kvs.Options) { o.EndpointResolverV2 = bareAddress{kvs.NewDefaultEndpointResolverV2()} })
	})
	return s, err
}

// Observe reads the value.
func (s *siteStore) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	return shows.config.split(), shows.token(), nil
}

// Write changes the value, if it is still the one have is of.
func (s *siteStore) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	for put := 1; ; put++ {
		err := s.write(ctx, want.Split, have)
		var moved *storeMoved
		if !errors.As(err, &moved) || put == mostPuts {
			return err
		}
	}
}

// write tries once.
func (s *siteStore) write(ctx context.Context, want statemachine.Split, have worker.Token) error {
	shows, err := s.read(ctx)
	if err != nil {
		return err
	}
	if shows.token() != have {
		return failed(worker.ErrConflict, putKeyCall, s.KeyValueStore, "the value of %s has changed since it was looked at", s.Key)
	}
	next, err := shows.config.with(want)
	if err == nil && len(next) > mostValue {
		err = errTooLong(len(next))
	}
	if err != nil {
		return failed(worker.ErrInvalid, putKeyCall, s.KeyValueStore, "%s: %w", s.Key, err)
	}
	_, err = s.api.PutKey(ctx, &kvs.PutKeyInput{KvsARN: &s.KeyValueStore, Key: &s.Key, Value: aws.String(string(next)), IfMatch: &shows.etag})
	if err = awserr.Classify(putKeyCall, s.KeyValueStore, err); errors.Is(err, worker.ErrConflict) {
		return &storeMoved{err}
	}
	return err
}

// token is the fence of a value.
func (v siteValue) token() worker.Token {
	sum := sha256.Sum256(v.config.text)
	return worker.Token(hex.EncodeToString(sum[:]))
}

var _ worker.Target = (*siteStore)(nil)
