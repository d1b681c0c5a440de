package target

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A static site whose own pages choose: canary-config.json in S3, which a loader
// reads in the visitor's browser (its form is in infra/browser).
//
// Weight: the share of visitors, each put into a bucket by a hash of a salt and
// their id, so that who is on the canary stays there while the weight grows.
// Granularity: two decimals of a percent. Shows: the object changes at once, but
// browsers and caches may keep the old one for its max-age, which is the target's
// lag; a CloudFront invalidation makes it faster, and nothing waits for one.
// Fence: the object's ETag by If-Match. Each write counts rev up, since identical
// bytes would keep the ETag. Every byte but those of stable, canary, percentage
// and rev stays, and so do the headers the object is served with.
// IAM: s3:GetObject, PutObject on the object; s3:GetObject on the assets;
// cloudfront:CreateInvalidation on the distribution. In place of the object it may
// be a value in a key value store, for which see siteStore.
func staticSiteKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{Fenced: true}, API: "s3"},
		open:       openStaticSite,
	}
}

// StaticSiteAPI is what a static site calls.
type StaticSiteAPI interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// InvalidationAPI is what a static site behind CloudFront calls besides.
type InvalidationAPI interface {
	CreateInvalidation(context.Context, *cloudfront.CreateInvalidationInput, ...func(*cloudfront.Options)) (*cloudfront.CreateInvalidationOutput, error)
}

// StaticSiteConfig is the file's part.
type StaticSiteConfig struct {
	// Bucket and Key are the config object's; Region is the bucket's, "" for the
	// worker's own.
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Region string `json:"region,omitempty"`
	// Assets is the key of an object that every version has, with {version} in it;
	// "" looks for none.
	Assets string `json:"assets,omitempty"`
	// Distribution is the id of a CloudFront distribution in which Path is
	// invalidated after each write; "" for none.
	Distribution string `json:"distribution,omitempty"`
	Path         string `json:"path,omitempty"`
}

// Validate reports all that is wrong.
func (c StaticSiteConfig) Validate() error {
	var wrong []error
	check := func(ok bool, text string) {
		if !ok {
			wrong = append(wrong, errors.New(text))
		}
	}
	check(regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`).MatchString(c.Bucket), "bucket must be a bucket's name")
	check(c.Key != "" && len(c.Key) <= 1024 && !strings.HasPrefix(c.Key, "/"), "key must be an object's key")
	check(regexp.MustCompile(`^[a-z0-9-]*$`).MatchString(c.Region), "region must be an AWS region")
	check(c.Assets == "" || strings.Contains(c.Assets, versionPlace) && !strings.HasPrefix(c.Assets, "/"), "assets must be a key with "+versionPlace+" in it")
	check(regexp.MustCompile(`^[A-Z0-9]*$`).MatchString(c.Distribution), "distribution must be a CloudFront distribution's id")
	check((c.Distribution == "") == (c.Path == ""), "distribution and path must be given together")
	check(c.Path == "" || strings.HasPrefix(c.Path, "/"), "path must begin with /")
	return errors.Join(wrong...)
}

// versionPlace stands for the version in a key.
const versionPlace = "{version}"

type staticSite struct {
	StaticSiteConfig
	name string // the object's ARN
	api  StaticSiteAPI
	edge InvalidationAPI
}

func openStaticSite(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	if inStore(spec) {
		return openSiteStore(spec, clients)
	}
	s := &staticSite{}
	if err := decode(spec, &s.StaticSiteConfig); err != nil {
		return nil, err
	}
	s.name = "arn:aws:s3:::" + s.Bucket + "/" + s.Key
	var err error
	s.api, err = client(clients, "s3", s.Region, func(cfg aws.Config) StaticSiteAPI { return s3.NewFromConfig(cfg) })
	if err == nil && s.Distribution != "" {
		s.edge, err = client(clients, "cloudfront", "us-east-1", func(cfg aws.Config) InvalidationAPI { return cloudfront.NewFromConfig(cfg) })
	}
	return s, err
}

// Observe reads the object and its ETag.
func (s *staticSite) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	return shows.config.split(), worker.Token(shows.etag), nil
}

// Write changes the object, if its ETag is still have.
func (s *staticSite) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	if have == "" {
		return failed(worker.ErrConflict, putObjectCall, s.name, "no ETag to write with")
	}
	shows, err := s.read(ctx)
	if err != nil {
		return err
	}
	if shows.etag != string(have) {
		return failed(worker.ErrConflict, putObjectCall, s.name, "the object has changed since it was looked at")
	}
	next, err := shows.config.with(want.Split)
	if err != nil {
		return failed(worker.ErrInvalid, putObjectCall, s.name, "%w", err)
	}
	etag, err := s.put(ctx, shows, next)
	if err != nil {
		return err
	}
	return s.invalidate(ctx, etag, want.Split)
}

// invalidate has CloudFront forget the object. The object's max-age bounds how long
// it is served in any case, so the way back does not fail for want of this.
func (s *staticSite) invalidate(ctx context.Context, etag string, wrote statemachine.Split) error {
	if s.edge == nil {
		return nil
	}
	_, err := s.edge.CreateInvalidation(ctx, invalidation(s.Distribution, s.Path, s.name+" "+etag))
	if err == nil || isRestore(wrote) {
		return nil
	}
	return awserr.Classify("cloudfront:CreateInvalidation", s.Distribution, err)
}

var _ worker.Target = (*staticSite)(nil)
