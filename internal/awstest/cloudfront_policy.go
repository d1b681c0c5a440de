package awstest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PolicyState is what a continuous deployment policy sends to the staging distribution, as the ledger keeps it (kind
// "policy").
type PolicyState struct {
	// Enabled is false while everything goes to the primary.
	Enabled bool
	// Weight is the staging distribution's share, 0–0.15; it is a ceiling (AWS note 3.5).
	Weight float64
	// Header and Value select by header instead; both empty for a weight.
	Header, Value string
	// StagingDomain is the staging distribution's domain name.
	StagingDomain string
	// IdleTTL and MaximumTTL are the session stickiness in seconds; both 0 without.
	IdleTTL, MaximumTTL int
	// ETag is the opaque fence of this state.
	ETag string
}

// deploymentPolicy is a continuous deployment policy.
type deploymentPolicy struct {
	id, etag string
	config   xmlNode
	modified time.Time
}

func (p *deploymentPolicy) state() PolicyState {
	weighted := []string{"TrafficConfig", "SingleWeightConfig"}
	number := func(name string) int {
		n, _ := strconv.Atoi(p.config.text(append(weighted, "SessionStickinessConfig", name)...))
		return n
	}
	weight, _ := strconv.ParseFloat(p.config.text(append(weighted, "Weight")...), 64)
	s := PolicyState{
		Enabled: p.config.text("Enabled") == "true", Weight: weight, ETag: p.etag,
		Header: p.config.text("TrafficConfig", "SingleHeaderConfig", "Header"), Value: p.config.text("TrafficConfig", "SingleHeaderConfig", "Value"),
		IdleTTL: number("IdleTTL"), MaximumTTL: number("MaximumTTL"),
	}
	if items := p.config.node("StagingDistributionDnsNames", "Items"); items != nil && len(items.Nodes) > 0 {
		s.StagingDomain = strings.TrimSpace(items.Nodes[0].Text)
	}
	return s
}

func (p *deploymentPolicy) document() xmlNode {
	return element("ContinuousDeploymentPolicy",
		leaf("Id", p.id), leaf("LastModifiedTime", p.modified.UTC().Format(time.RFC3339)), p.config)
}

func (f *CloudFront) policyARN(id string) string {
	return "arn:aws:cloudfront::" + f.account + ":continuous-deployment-policy/" + id
}

func (f *CloudFront) findPolicy(id string) (*deploymentPolicy, *refusal) {
	for _, p := range f.policies {
		if p.id == id {
			return p, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "NoSuchContinuousDeploymentPolicy", "The continuous deployment policy doesn't exist.")
}

func (f *CloudFront) createPolicy(req cloudFrontRequest) xmlReply {
	if refused := f.policyFits(nil, req.body); refused != nil {
		return xmlReply{refused: refused}
	}
	p := f.newPolicy(req.actor, req.body)
	return xmlReply{status: http.StatusCreated, etag: p.etag, body: p.document()}
}

func (f *CloudFront) newPolicy(actor string, config xmlNode) *deploymentPolicy {
	p := &deploymentPolicy{id: f.id("")}
	f.policies = append(f.policies, p)
	f.putPolicy(actor, p, config)
	return p
}

func (f *CloudFront) getPolicy(req cloudFrontRequest) xmlReply {
	p, refused := f.findPolicy(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	return xmlReply{etag: p.etag, body: p.document()}
}

func (f *CloudFront) getPolicyConfig(req cloudFrontRequest) xmlReply {
	p, refused := f.findPolicy(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	return xmlReply{etag: p.etag, body: p.config}
}

// updatePolicy replaces the whole configuration.
func (f *CloudFront) updatePolicy(req cloudFrontRequest) xmlReply {
	p, refused := f.findPolicy(req.id)
	if refused == nil {
		refused = f.match(req.ifMatch, p.etag, p.id)
	}
	if refused == nil {
		refused = f.policyFits(p, req.body)
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	f.putPolicy(req.actor, p, req.body)
	return xmlReply{etag: p.etag, body: p.document()}
}

func (f *CloudFront) deletePolicy(req cloudFrontRequest) xmlReply {
	p, refused := f.findPolicy(req.id)
	if refused == nil {
		refused = f.match(req.ifMatch, p.etag, p.id)
	}
	if refused == nil && f.primaryOf(p) != nil {
		refused = refuse(http.StatusConflict, "ContinuousDeploymentPolicyInUse",
			"You cannot delete a continuous deployment policy that is associated with a primary distribution.")
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	f.policies = slices.DeleteFunc(f.policies, func(x *deploymentPolicy) bool { return x == p })
	return xmlReply{status: http.StatusNoContent}
}

func (f *CloudFront) primaryOf(p *deploymentPolicy) *distribution {
	for _, d := range f.distributions {
		if d.config.text("ContinuousDeploymentPolicyId") == p.id {
			return d
		}
	}
	return nil
}

// policyFits is what a policy may say. p is nil for a new one.
func (f *CloudFront) policyFits(p *deploymentPolicy, want xmlNode) *refusal {
	names := want.node("StagingDistributionDnsNames")
	if names == nil || want.node("Enabled") == nil {
		return cloudFrontInvalid("The parameters Enabled and StagingDistributionDnsNames are required.")
	}
	quantity, items := names.text("Quantity"), 0
	if list := names.node("Items"); list != nil {
		items = len(list.Nodes)
	}
	if quantity != strconv.Itoa(items) {
		return refuse(http.StatusBadRequest, "InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
	}
	if items != 1 {
		return cloudFrontInvalid("A continuous deployment policy must name one staging distribution.")
	}
	domain := (&deploymentPolicy{config: want}).state().StagingDomain
	if i := slices.IndexFunc(f.distributions, func(d *distribution) bool { return d.domain == domain && d.state().Staging }); i < 0 {
		return cloudFrontInvalid("%s is not the domain name of a staging distribution.", domain)
	}
	for _, other := range f.policies {
		if other != p && other.state().StagingDomain == domain {
			return refuse(http.StatusConflict, "StagingDistributionInUse", "A continuous deployment policy for this staging distribution already exists.")
		}
	}
	return trafficFits(want.node("TrafficConfig"))
}

// trafficFits checks the share or the header: at most 0.15, a header of continuous deployment, stickiness from 300 to
// 3,600 s (AWS note 3.5).
func trafficFits(traffic *xmlNode) *refusal {
	if traffic == nil {
		return nil
	}
	weight, header := traffic.node("SingleWeightConfig"), traffic.node("SingleHeaderConfig")
	switch kind := traffic.text("Type"); {
	case kind == "SingleWeight" && weight != nil && header == nil:
		share, err := strconv.ParseFloat(weight.text("Weight"), 64)
		if err != nil || share < 0 || share > 0.15 {
			return cloudFrontInvalid("The weight must be a number between 0 and .15.")
		}
		return stickyFits(weight.node("SessionStickinessConfig"))
	case kind == "SingleHeader" && header != nil && weight == nil:
		if !strings.HasPrefix(header.text("Header"), "aws-cf-cd-") || header.text("Value") == "" {
			return cloudFrontInvalid("The header name must begin with aws-cf-cd- and have a value.")
		}
		return nil
	}
	return cloudFrontInvalid("The traffic configuration must be of the type that it says.")
}

func stickyFits(sticky *xmlNode) *refusal {
	if sticky == nil {
		return nil
	}
	idle, err := strconv.Atoi(sticky.text("IdleTTL"))
	longest, errMax := strconv.Atoi(sticky.text("MaximumTTL"))
	if err != nil || errMax != nil || idle < 300 || longest > 3600 || idle > longest {
		return cloudFrontInvalid("IdleTTL and MaximumTTL must be between 300 and 3600 seconds, and IdleTTL not above MaximumTTL.")
	}
	return nil
}

// putPolicy makes want the policy under a new ETag and enters it in the ledger. The distributions it concerns are
// InProgress then.
func (f *CloudFront) putPolicy(actor string, p *deploymentPolicy, want xmlNode) {
	want.Name = "ContinuousDeploymentPolicyConfig"
	want = want.sorted()
	if p.config.String() != want.String() || !f.sameTag {
		p.etag = f.tag(p.id)
	}
	p.config, p.modified = want.clone(), f.clock()
	if d := f.primaryOf(p); d != nil {
		d.pending = f.deployAfter
	}
	f.ledger.Append(actor, "policy", f.policyARN(p.id), p.state())
}
