package target

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Two weighted records of one name in Amazon Route 53 that swap roles (Developer
// Guide, "Weighted routing").
//
// Weight: a record's share of the answers to resolvers is its weight by the sum of
// weights; what users do with the answers is another thing, since a resolver keeps
// one for many of them. Weights are whole numbers up to 255, so not every share can
// be shown. Shows: within a minute in Route 53, then resolvers keep an answer for
// the records' TTL; both are the target's lag. Route 53 tells whether a change is
// carried out (PENDING, INSYNC) only to who has its id, which a worker that takes
// over has not: so the minute is waited for and not asked about.
// Fence: one batch deletes both records as they were read and creates them anew,
// and Route 53 refuses a batch whose DELETE does not match. What is written is
// never what is there or what preflight saw, though the shares may be: their
// weights are of another sum, so that no late batch of this release fits again.
// IAM: route53:ListResourceRecordSets, ChangeResourceRecordSets on the zone.
func route53Kind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{Fenced: true, SwapsRoles: true}, API: "route53"},
		open:       openRoute53,
	}
}

// Route53API is what weighted records call.
type Route53API interface {
	ListResourceRecordSets(context.Context, *route53.ListResourceRecordSetsInput, ...func(*route53.Options)) (*route53.ListResourceRecordSetsOutput, error)
	ChangeResourceRecordSets(context.Context, *route53.ChangeResourceRecordSetsInput, ...func(*route53.Options)) (*route53.ChangeResourceRecordSetsOutput, error)
}

// Route53Config is the file's part.
type Route53Config struct {
	// Zone is the hosted zone's id, Name the records' name, Type their type.
	Zone string `json:"zone"`
	Name string `json:"name"`
	Type string `json:"type"`
	// Sets are the two records' set identifiers.
	Sets [2]string `json:"sets"`
}

// Validate reports all that is wrong.
func (c Route53Config) Validate() error {
	var wrong []error
	check := func(ok bool, text string) {
		if !ok {
			wrong = append(wrong, errors.New(text))
		}
	}
	check(regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`).MatchString(c.Zone), "zone must be a hosted zone's id")
	check(regexp.MustCompile(`^(\*\.)?([A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9-]{1,63}\.?$`).MatchString(c.Name), "name must be a domain name")
	check(regexp.MustCompile(`^(A|AAAA|CNAME)$`).MatchString(c.Type), "type must be A, AAAA or CNAME")
	for _, set := range c.Sets {
		check(set != "" && len(set) <= 128, "sets must be the set identifiers of two records")
	}
	check(c.Sets[0] != c.Sets[1], "sets must be two different ones")
	return errors.Join(wrong...)
}

type weightedRecords struct {
	Route53Config
	zone string // the zone's ARN
	api  Route53API
}

func openRoute53(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	w := &weightedRecords{}
	if err := decode(spec, &w.Route53Config); err != nil {
		return nil, err
	}
	w.zone = "arn:aws:route53:::hostedzone/" + w.Zone
	var err error
	w.api, err = client(clients, "route53", "", func(cfg aws.Config) Route53API { return route53.NewFromConfig(cfg) })
	return w, err
}

const (
	listRecordsCall   = "route53:ListResourceRecordSets"
	changeRecordsCall = "route53:ChangeResourceRecordSets"
)

// Observe reads both records. It does not say which one is the canary: stable is
// the one with more traffic, the first of the file when they have as much.
func (w *weightedRecords) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := w.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	return shows.weights().split(w.Sets), worker.Token(shows.token()), nil
}

// Write replaces both records, if they are still as have says.
func (w *weightedRecords) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	shows, err := w.read(ctx)
	if err != nil {
		return err
	}
	if have == "" || shows.token() != string(have) {
		return failed(worker.ErrConflict, changeRecordsCall, w.Name, "the records have changed since they were looked at")
	}
	next, err := shows.weights().show(want.Split, w.Sets, readRoute53Form(want.Form))
	if err != nil {
		return failed(worker.ErrInvalid, changeRecordsCall, w.Name, "%w", err)
	}
	_, err = w.api.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &w.Zone, ChangeBatch: &types.ChangeBatch{Comment: aws.String("serin"), Changes: shows.replacedBy(next)},
	})
	if refused, ok := errors.AsType[*types.InvalidChangeBatch](err); ok && isStale(refused) {
		return failed(worker.ErrConflict, changeRecordsCall, w.Name, "the records have changed meanwhile")
	}
	return awserr.Classify(changeRecordsCall, w.Name, err)
}

// isStale reports whether a batch was refused for what it says is there. The API
// has no code for it, only these words, which no other refusal has.
func isStale(refused *types.InvalidChangeBatch) bool {
	said := refused.ErrorMessage() + strings.Join(refused.Messages, " ")
	return strings.Contains(said, "Tried to delete") || strings.Contains(said, "Tried to create")
}

var _ worker.Target = (*weightedRecords)(nil)
