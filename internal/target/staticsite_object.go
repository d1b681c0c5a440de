package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	edge "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

const (
	getObjectCall = "s3:GetObject"
	putObjectCall = "s3:PutObject"
	// mostConfig is how large a config object may be; a page waits for it.
	mostConfig = 64 << 10
)

// siteObject is the config object as it was read.
type siteObject struct {
	etag   string
	config siteConfig
	served *s3.GetObjectOutput // its headers; the body is read
}

// read reads the object whole.
func (s *staticSite) read(ctx context.Context) (siteObject, error) {
	out, err := s.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.Bucket, Key: &s.Key})
	if err != nil {
		return siteObject{}, awserr.Classify(getObjectCall, s.name, err)
	}
	text, err := io.ReadAll(io.LimitReader(out.Body, mostConfig+1))
	if err = errors.Join(err, out.Body.Close()); err != nil {
		return siteObject{}, awserr.Classify(getObjectCall, s.name, fmt.Errorf("read the object: %w", err))
	}
	if len(text) > mostConfig {
		return siteObject{}, failed(worker.ErrInvalid, getObjectCall, s.name, "it is longer than %d bytes", mostConfig)
	}
	config, err := readSiteConfig(text)
	if err == nil && aws.ToString(out.ETag) == "" {
		err = errors.New("it came without an ETag")
	}
	if err != nil {
		return siteObject{}, failed(worker.ErrInvalid, getObjectCall, s.name, "%w", err)
	}
	return siteObject{etag: *out.ETag, config: config, served: out}, nil
}

// put writes text in place of the object, to be served as before, and returns its
// ETag. An upload replaces an object's headers (API PutObject), so they are said
// again.
func (s *staticSite) put(ctx context.Context, before siteObject, text []byte) (string, error) {
	was := before.served
	in := &s3.PutObjectInput{
		Bucket: &s.Bucket, Key: &s.Key, Body: bytes.NewReader(text), IfMatch: &before.etag,
		CacheControl: was.CacheControl, ContentType: was.ContentType, ContentDisposition: was.ContentDisposition,
		ContentEncoding: was.ContentEncoding, ContentLanguage: was.ContentLanguage, Expires: expires(was), Metadata: was.Metadata,
		WebsiteRedirectLocation: was.WebsiteRedirectLocation, StorageClass: was.StorageClass,
	}
	if was.ServerSideEncryption == types.ServerSideEncryptionAwsKms || was.ServerSideEncryption == types.ServerSideEncryptionAwsKmsDsse {
		in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = was.ServerSideEncryption, was.SSEKMSKeyId, was.BucketKeyEnabled
	}
	out, err := s.api.PutObject(ctx, in)
	if err != nil {
		return "", awserr.Classify(putObjectCall, s.name, err)
	}
	return aws.ToString(out.ETag), nil
}

// expires is the Expires header; nil for none, or for one that is no date and so
// says nothing.
func expires(out *s3.GetObjectOutput) *time.Time {
	at, err := http.ParseTime(aws.ToString(out.ExpiresString))
	if err != nil {
		return nil
	}
	return &at
}

// cacheLag is how long a cache may go on serving an object (RFC 9111): its max-age,
// or a shared cache's where that is longer, and as long again as a stale answer may
// be served while a new one is fetched (RFC 5861). False: nothing bounds it.
func cacheLag(cacheControl string) (time.Duration, bool) {
	seconds := map[string]int{}
	for directive := range strings.SplitSeq(strings.ToLower(cacheControl), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if name == "no-store" || name == "no-cache" {
			return 0, true
		}
		if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n >= 0 {
			seconds[name] = n
		}
	}
	age, bounded := seconds["max-age"]
	if !bounded {
		return 0, false
	}
	age = max(age, seconds["s-maxage"]) + seconds["stale-while-revalidate"]
	return time.Duration(age) * time.Second, true
}

// invalidation asks for one path. The reference makes a repeat the same one.
func invalidation(distribution, path, reference string) *cloudfront.CreateInvalidationInput {
	reference = "serin " + regexp.MustCompile(`[^A-Za-z0-9 ./_-]`).ReplaceAllString(reference, "")
	return &cloudfront.CreateInvalidationInput{
		DistributionId: &distribution,
		InvalidationBatch: &edge.InvalidationBatch{
			CallerReference: &reference, Paths: &edge.Paths{Quantity: aws.Int32(1), Items: []string{path}},
		},
	}
}
