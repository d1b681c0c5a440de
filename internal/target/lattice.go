package target

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A rule, or a listener's default action, of an Amazon VPC Lattice service, and the
// two target groups that swap roles under it (User Guide, "Listener rules"). Two
// groups with weights are the same here as behind a load balancer, and are
// computed by alb_split.go.
//
// Weight: a group's share of the requests is its weight by the sum of weights;
// here by the sum of the two, whatever other groups have. Weights are whole
// numbers up to 999, so a share has one decimal at most. Shows: within seconds.
// Fence: none; two calls at once are refused by Lattice with a conflict. A group
// keeps its share whatever its health, so the canary group is counted before it
// is given more.
// IAM: vpc-lattice:GetRule, UpdateRule on the rule; GetListener, UpdateListener on
// the listener; ListTargets on the target groups.
func latticeKind() kind {
	return kind{
		TargetKind: worker.TargetKind{Traits: statemachine.Traits{SwapsRoles: true}, API: "lattice"},
		open:       openLattice,
	}
}

// LatticeAPI is what a VPC Lattice rule calls.
type LatticeAPI interface {
	GetRule(context.Context, *vpclattice.GetRuleInput, ...func(*vpclattice.Options)) (*vpclattice.GetRuleOutput, error)
	GetListener(context.Context, *vpclattice.GetListenerInput, ...func(*vpclattice.Options)) (*vpclattice.GetListenerOutput, error)
	UpdateRule(context.Context, *vpclattice.UpdateRuleInput, ...func(*vpclattice.Options)) (*vpclattice.UpdateRuleOutput, error)
	UpdateListener(context.Context, *vpclattice.UpdateListenerInput, ...func(*vpclattice.Options)) (*vpclattice.UpdateListenerOutput, error)
	ListTargets(context.Context, *vpclattice.ListTargetsInput, ...func(*vpclattice.Options)) (*vpclattice.ListTargetsOutput, error)
}

// LatticeConfig is the file's part.
type LatticeConfig struct {
	// Rule is a listener rule's ARN, Listener a listener's, for its default action.
	// One of them.
	Rule     string `json:"rule,omitempty"`
	Listener string `json:"listener,omitempty"`
	// Groups are the ARNs of the two target groups.
	Groups [2]string `json:"groups"`
	// CapacityPct is how many healthy targets the canary group must have, in percent
	// of what its share of the stable group's is. 1–100; 0 means 100.
	CapacityPct int `json:"capacityPct,omitempty"`
}

// Validate reports all that is wrong.
func (c LatticeConfig) Validate() error {
	const arn = `^arn:aws[a-z-]*:vpc-lattice:[a-z0-9-]+:[0-9]{12}:`
	const listener = arn + `service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}`
	var wrong []error
	check := func(ok bool, text string) {
		if !ok {
			wrong = append(wrong, errors.New(text))
		}
	}
	check((c.Rule == "") != (c.Listener == ""), "either rule or listener must be given")
	check(c.Rule == "" || regexp.MustCompile(listener+`/rule/rule-[0-9a-z]{17}$`).MatchString(c.Rule), "rule must be the ARN of a listener rule")
	check(c.Listener == "" || regexp.MustCompile(listener+`$`).MatchString(c.Listener), "listener must be the ARN of a listener")
	for _, group := range c.Groups {
		check(regexp.MustCompile(arn+`targetgroup/tg-[0-9a-z]{17}$`).MatchString(group), "groups must be the ARNs of two target groups")
	}
	check(c.Groups[0] != c.Groups[1], "groups must be two different ones")
	check(c.CapacityPct >= 0 && c.CapacityPct <= 100, "capacityPct must be from 1 to 100")
	return errors.Join(wrong...)
}

type latticeRule struct {
	LatticeConfig
	name                    string // the ARN whose weights are set
	service, listener, rule string // ids; rule is "" for a listener's default action
	api                     LatticeAPI
}

func openLattice(spec statemachine.TargetSpec, clients Clients) (worker.Target, error) {
	r := &latticeRule{}
	if err := decode(spec, &r.LatticeConfig); err != nil {
		return nil, err
	}
	if r.CapacityPct == 0 {
		r.CapacityPct = 100
	}
	r.name = r.Rule + r.Listener
	parts := strings.Split(r.name, "/")
	r.service, r.listener = parts[1], parts[3]
	if r.Rule != "" {
		r.rule = parts[5]
	}
	var err error
	r.api, err = client(clients, "vpc-lattice", regionOf(r.name), func(cfg aws.Config) LatticeAPI {
		return vpclattice.NewFromConfig(cfg)
	})
	return r, err
}

// Observe reads the action. It does not say which group is the canary: stable is
// the one with more traffic, the first of the file when they have as much.
func (r *latticeRule) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	shows, err := r.read(ctx)
	if err != nil {
		return statemachine.Split{}, "", err
	}
	split, err := shows.pair(r.Groups).split()
	if err != nil {
		return statemachine.Split{}, "", failed(worker.ErrInvalid, r.readCall(), r.name, "%w", err)
	}
	return split, "", nil
}

// Write changes the two groups' weights and attachment and copies the other groups
// back. What shows it already is not written.
func (r *latticeRule) Write(ctx context.Context, want worker.Want, _ worker.Token) error {
	shows, err := r.read(ctx)
	if err != nil {
		return err
	}
	form := readALBForm(want.Form)
	has := shows.pair(r.Groups)
	next, err := has.show(want.Split, form)
	if err != nil {
		return failed(worker.ErrInvalid, r.writeCall(), r.name, "%w", err)
	}
	group, share := albGains(want.Split, form)
	if share <= has.share(group) {
		return r.put(ctx, shows, has, next)
	}
	tooSmall := r.enough(ctx, group, share, form)
	if tooSmall == nil {
		return r.put(ctx, shows, has, next)
	}
	if errors.Is(tooSmall, worker.ErrNotReady) {
		if err := r.put(ctx, shows, has, has.attach(group, form)); err != nil {
			return err
		}
	}
	return tooSmall
}

// put writes the action, unless it is as it should be.
func (r *latticeRule) put(ctx context.Context, shows latticeAction, has, next albPair) error {
	if has == next {
		return nil
	}
	action := shows.with(next)
	var err error
	if r.rule != "" {
		_, err = r.api.UpdateRule(ctx, &vpclattice.UpdateRuleInput{
			ServiceIdentifier: &r.service, ListenerIdentifier: &r.listener, RuleIdentifier: &r.rule, Action: action,
		})
	} else {
		_, err = r.api.UpdateListener(ctx, &vpclattice.UpdateListenerInput{
			ServiceIdentifier: &r.service, ListenerIdentifier: &r.listener, DefaultAction: action,
		})
	}
	return awserr.Classify(r.writeCall(), r.name, err)
}

func (r *latticeRule) readCall() string {
	if r.rule != "" {
		return "vpc-lattice:GetRule"
	}
	return "vpc-lattice:GetListener"
}

func (r *latticeRule) writeCall() string {
	if r.rule != "" {
		return "vpc-lattice:UpdateRule"
	}
	return "vpc-lattice:UpdateListener"
}

var _ worker.Target = (*latticeRule)(nil)
