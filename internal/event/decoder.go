package event

import (
	"fmt"
	"slices"

	"github.com/serinhq/serin/worker"
)

// maxBody is the largest body read, in bytes: SQS lets no larger message in.
const maxBody = 1 << 20

// Options say whose events count.
type Options struct {
	// Accounts are the allowed AWS account ids, twelve digits each. None allows no event.
	Accounts []string
	// Regions are the allowed regions of the envelope ("us-east-1"). None allows no event.
	Regions []string
}

// Decoder decodes the bodies of the event queue. It is safe for concurrent use.
type Decoder struct{ opts Options }

var _ worker.Decoder = (*Decoder)(nil)

// NewDecoder returns a decoder for the events of these accounts and regions.
func NewDecoder(opts Options) *Decoder {
	return &Decoder{opts: Options{Accounts: slices.Clone(opts.Accounts), Regions: slices.Clone(opts.Regions)}}
}

// Decode returns the event in body, or an error that wraps one of
//
//   - worker.ErrMalformed: not JSON, no envelope, or without what its type must have;
//   - worker.ErrRefused: of an account or region not allowed, not sent by AWS, or the shape of a command, which
//     no rule may send;
//   - worker.ErrIgnored: of a source or a type that concerns no release.
//
// A state it does not know is no error: the event says that something changed, and that is what it is for.
func (d *Decoder) Decode(body string) (worker.Event, error) {
	env, err := open(body)
	if err != nil {
		return nil, err
	}
	if err := d.admit(env); err != nil {
		return nil, err
	}
	read := env.reader()
	if read == nil {
		return nil, fmt.Errorf("%w: source %q, detail-type %q", worker.ErrIgnored, env.source, env.detailType)
	}
	event, err := read(env)
	if err != nil {
		return nil, fmt.Errorf("%s event %s: %w", env.source, env.origin.ID, err)
	}
	return event, nil
}

// admit refuses what is not AWS's, or not ours to hear.
func (d *Decoder) admit(env envelope) error {
	switch {
	case !slices.Contains(d.opts.Accounts, env.origin.Account):
		return fmt.Errorf("%w: event %s: account %s is not allowed", worker.ErrRefused, env.origin.ID, env.origin.Account)
	case !slices.Contains(d.opts.Regions, env.origin.Region):
		return fmt.Errorf("%w: event %s: region %q is not allowed", worker.ErrRefused, env.origin.ID, env.origin.Region)
	case !env.fromAWS() && env.source != hookSource:
		return fmt.Errorf("%w: event %s: source %q is not an AWS service", worker.ErrRefused, env.origin.ID, env.source)
	case env.detail.isCommand():
		return fmt.Errorf("%w: event %s: a command may not come through a rule", worker.ErrRefused, env.origin.ID)
	}
	return nil
}

// reader is how this source and type are read, nil for those that concern no release.
func (e envelope) reader() func(envelope) (worker.Event, error) {
	switch e.source {
	case "aws.codepipeline":
		return readCodePipeline(e.detailType)
	case "aws.codedeploy":
		return readCodeDeploy(e.detailType)
	case "aws.appconfig":
		return readAppConfig(e.detailType)
	case "aws.elasticbeanstalk":
		return readBeanstalk(e.detailType)
	case "aws.cloudformation":
		return readCloudFormation(e.detailType)
	case "aws.codebuild":
		return readCodeBuild(e.detailType)
	case hookSource:
		return readHook(e.detailType)
	case "aws.ecs":
		return readECS(e.detailType)
	case "aws.cloudwatch":
		return readCloudWatch(e.detailType)
	case "aws.events":
		return readSchedule(e.detailType)
	}
	return nil
}
