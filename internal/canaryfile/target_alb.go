package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// albBlock is a rule, or a listener's default action, of an Application Load
// Balancer, and the two target groups that swap roles under it.
type albBlock struct {
	Rule     albRuleARN     `json:"rule,omitempty" jsonschema:"oneof_required=rule" jsonschema_description:"The ARN of the listener rule whose weights are set; or listener."`
	Listener albListenerARN `json:"listener,omitempty" jsonschema:"oneof_required=listener" jsonschema_description:"The ARN of the listener whose default action's weights are set; or rule."`
	Groups   []albGroupARN  `json:"groups" jsonschema:"minItems=2,maxItems=2" jsonschema_description:"The ARNs of the two target groups that swap roles."`
	Version  version        `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
	Capacity capacity       `json:"capacity,omitempty" jsonschema_description:"How much of the stable group's healthy targets the canary group must have, per share of traffic. Default 100%."`
}

const fullCapacity capacity = 100

func (b *albBlock) check(d *decoder, path string) {
	rule, listener := d.has(join(path, "rule")), d.has(join(path, "listener"))
	switch {
	case rule && listener:
		d.fail(join(path, "listener"), "listener must not stand beside rule; name the one whose weights are to be set")
	case !rule && !listener:
		d.fail(path, "rule is missing; expected the ARN of a listener rule, or listener: with the ARN of a listener")
	}
	groups := join(path, "groups")
	if len(b.Groups) != 2 && len(b.Groups) > 0 {
		d.fail(groups, "groups must be two target groups, got %d", len(b.Groups))
		return
	}
	if d.has(groups) && len(b.Groups) == 0 && !d.brokenUnder(groups) {
		d.fail(groups, "groups must be two target groups, got none")
		return
	}
	if len(b.Groups) == 2 {
		b.checkGroups(d, groups)
	}
}

// checkGroups looks at two groups; one that could not be read is "".
func (b *albBlock) checkGroups(d *decoder, path string) {
	if b.Groups[0] != "" && b.Groups[0] == b.Groups[1] {
		d.fail(path+"[1]", "groups must be two different target groups, got the same one twice")
	}
	home := albHome(b.shifted())
	for i, group := range b.Groups {
		if home != "" && group != "" && albHome(string(group)) != home {
			at := path + []string{"[0]", "[1]"}[i]
			d.fail(at, "groups must be in the load balancer's own region and account (%s), got %s", home, albHome(string(group)))
		}
	}
}

func (b *albBlock) target() statemachine.TargetSpec {
	config := struct {
		Rule        albRuleARN     `json:"rule,omitempty"`
		Listener    albListenerARN `json:"listener,omitempty"`
		Groups      []albGroupARN  `json:"groups"`
		CapacityPct capacity       `json:"capacityPct"`
	}{b.Rule, b.Listener, b.Groups, orDefault(b.Capacity, fullCapacity)}
	return statemachine.TargetSpec{
		ID: b.shifted(), Name: albName(b.shifted()), Version: string(b.Version), Config: configJSON(config),
	}
}

// shifted is the ARN whose weights are set.
func (b *albBlock) shifted() string { return orDefault(string(b.Rule), string(b.Listener)) }

// albName makes a short name of an ARN: load balancer and the last id.
func albName(arn string) string {
	parts := strings.Split(arn, "/")
	if len(parts) < 4 {
		return arn
	}
	return parts[2] + ":" + parts[len(parts)-1]
}

// albHome is the region and account of an ARN: "eu-central-1:111122223333".
func albHome(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 6 {
		return ""
	}
	return parts[3] + ":" + parts[4]
}

// albRuleARN names a listener rule.
type albRuleARN string

func (albRuleARN) rule() rule {
	return rule{
		pattern: `^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener-rule/app/[A-Za-z0-9-]+/[A-Za-z0-9-]+/[A-Za-z0-9-]+/[A-Za-z0-9-]+$`,
		expects: "the ARN of an Application Load Balancer's rule (…:listener-rule/app/…)",
	}
}

// albListenerARN names a listener.
type albListenerARN string

func (albListenerARN) rule() rule {
	return rule{
		pattern: `^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener/app/[A-Za-z0-9-]+/[A-Za-z0-9-]+/[A-Za-z0-9-]+$`,
		expects: "the ARN of an Application Load Balancer's listener (…:listener/app/…)",
	}
}

// albGroupARN names a target group.
type albGroupARN string

func (albGroupARN) rule() rule {
	return rule{
		pattern: `^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]+/[A-Za-z0-9-]+$`,
		expects: "the ARN of a target group (…:targetgroup/…)",
	}
}
