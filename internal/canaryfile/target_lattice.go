package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// latticeBlock is a rule, or a listener's default action, of a VPC Lattice
// service, and the two target groups that swap roles under it.
type latticeBlock struct {
	Rule     latticeRuleARN     `json:"rule,omitempty" jsonschema:"oneof_required=rule" jsonschema_description:"The ARN of the listener rule whose weights are set; or listener."`
	Listener latticeListenerARN `json:"listener,omitempty" jsonschema:"oneof_required=listener" jsonschema_description:"The ARN of the listener whose default action's weights are set; or rule."`
	Groups   []latticeGroupARN  `json:"groups" jsonschema:"minItems=2,maxItems=2" jsonschema_description:"The ARNs of the two target groups that swap roles."`
	Version  version            `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
	Capacity capacity           `json:"capacity,omitempty" jsonschema_description:"How much of the stable group's healthy targets the canary group must have, per share of traffic. Default 100%."`
}

func (b *latticeBlock) check(d *decoder, path string) {
	rule, listener := d.has(join(path, "rule")), d.has(join(path, "listener"))
	switch {
	case rule && listener:
		d.fail(join(path, "listener"), "listener must not stand beside rule; name the one whose weights are to be set")
	case !rule && !listener:
		d.fail(path, "rule is missing; expected the ARN of a listener rule, or listener: with the ARN of a listener")
	}
	groups := join(path, "groups")
	switch {
	case !d.has(groups) || d.brokenUnder(groups):
	case len(b.Groups) != 2:
		d.fail(groups, "groups must be two target groups, got %d", len(b.Groups))
	case b.Groups[0] == b.Groups[1]:
		d.fail(groups+"[1]", "groups must be two different target groups, got the same one twice")
	default:
		b.checkHome(d, groups)
	}
}

// checkHome holds the groups to the service's region. They may be another
// account's, shared with RAM.
func (b *latticeBlock) checkHome(d *decoder, path string) {
	region, _, _ := strings.Cut(albHome(b.shifted()), ":")
	for i, group := range b.Groups {
		if of, _, _ := strings.Cut(albHome(string(group)), ":"); region != "" && of != region {
			d.fail(path+[]string{"[0]", "[1]"}[i], "groups must be in the service's own region (%s), got %s", region, of)
		}
	}
}

func (b *latticeBlock) target() statemachine.TargetSpec {
	config := struct {
		Rule        latticeRuleARN     `json:"rule,omitempty"`
		Listener    latticeListenerARN `json:"listener,omitempty"`
		Groups      []latticeGroupARN  `json:"groups"`
		CapacityPct capacity           `json:"capacityPct"`
	}{b.Rule, b.Listener, b.Groups, orDefault(b.Capacity, fullCapacity)}
	return statemachine.TargetSpec{
		ID: b.shifted(), Name: latticeName(b.shifted()), Version: string(b.Version), Config: configJSON(config),
	}
}

// shifted is the ARN whose weights are set.
func (b *latticeBlock) shifted() string { return orDefault(string(b.Rule), string(b.Listener)) }

// latticeName makes a short name of an ARN: the last id alone, which is unique.
func latticeName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

const latticePattern = `^arn:aws[a-z-]*:vpc-lattice:[a-z0-9-]+:[0-9]{12}:`

// latticeRuleARN names a listener rule.
type latticeRuleARN string

func (latticeRuleARN) rule() rule {
	return rule{
		pattern: latticePattern + `service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}/rule/rule-[0-9a-z]{17}$`,
		expects: "the ARN of a VPC Lattice listener's rule (…:service/svc-…/listener/listener-…/rule/rule-…)",
	}
}

// latticeListenerARN names a listener.
type latticeListenerARN string

func (latticeListenerARN) rule() rule {
	return rule{
		pattern: latticePattern + `service/svc-[0-9a-z]{17}/listener/listener-[0-9a-z]{17}$`,
		expects: "the ARN of a VPC Lattice listener (…:service/svc-…/listener/listener-…)",
	}
}

// latticeGroupARN names a target group.
type latticeGroupARN string

func (latticeGroupARN) rule() rule {
	return rule{
		pattern: latticePattern + `targetgroup/tg-[0-9a-z]{17}$`,
		expects: "the ARN of a VPC Lattice target group (…:targetgroup/tg-…)",
	}
}
