package target

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight says how long browsers may keep the object, and why a canary can't be
// shown by it. Its form keeps Serin's members as they are written.
func (s *staticSite) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	finding, err := siteFinding(s.name, shows.config, in.Canary)
	if err != nil {
		return finding, err
	}
	var bounded bool
	if finding.Lag, bounded = cacheLag(aws.ToString(shows.served.CacheControl)); !bounded {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: s.name + " has no max-age, so browsers may keep it as long as they like: give it Cache-Control: max-age=60"})
	}
	if aws.ToInt32(shows.served.TagCount) > 0 {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: s.name + " has tags, which every write would drop: take them away"})
	}
	if encoding := aws.ToString(shows.served.ContentEncoding); encoding != "" && encoding != "identity" {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid,
			Text: s.name + " says that it is encoded (" + encoding + "), and is not"})
	}
	missing, err := s.assetProblems(ctx, in.Canary)
	finding.Problems = append(finding.Problems, missing...)
	return finding, err
}

// siteFinding is the finding of a site that nothing is wrong with.
func siteFinding(name string, config siteConfig, canary string) (worker.TargetFinding, error) {
	form, err := config.form()
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what %s shows: %w", name, err)
	}
	return worker.TargetFinding{Canary: canary, Form: form}, nil
}

// assetProblems: the canary's files must be there before anybody is sent to them.
// S3 answers for a missing object as for one that may not be read, unless the bucket
// may be listed (API HeadObject).
func (s *staticSite) assetProblems(ctx context.Context, version string) ([]statemachine.Problem, error) {
	if s.Assets == "" {
		return nil, nil
	}
	key := strings.ReplaceAll(s.Assets, versionPlace, version)
	_, err := s.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.Bucket, Key: &key})
	err = awserr.Classify(getObjectCall, "arn:aws:s3:::"+s.Bucket+"/"+key, err)
	switch {
	case errors.Is(err, worker.ErrNotFound):
		return []statemachine.Problem{unfit("version %s has no %s in bucket %s: upload it before the gate", version, key, s.Bucket)}, nil
	case errors.Is(err, worker.ErrDenied):
		return []statemachine.Problem{unfit("version %s: %s is not in bucket %s, or may not be read (s3:GetObject)", version, key, s.Bucket)}, nil
	}
	return nil, err
}

// Resolve takes a version as it is: a label that is also a place below the assets.
func (s *staticSite) Resolve(_ context.Context, version string) (string, error) {
	return version, siteVersion(getObjectCall, s.name, version)
}

// siteVersion reports what can't be a site's version.
func siteVersion(call, name, version string) error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$`).MatchString(version) || strings.Contains(version, "..") {
		return failed(worker.ErrInvalid, call, name,
			"%q is no version of a site: give letters, digits, and . _ / - between them, at most 128", version)
	}
	return nil
}
