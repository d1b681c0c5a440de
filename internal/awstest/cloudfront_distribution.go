package awstest

import (
	"net/http"
	"strings"
	"time"
)

// DistributionState is what a distribution shows, as the ledger keeps it (kind "distribution").
type DistributionState struct {
	// OriginPath is the path of the first origin: what tests tell versions by.
	OriginPath string
	// PolicyID is the continuous deployment policy; empty on a staging distribution and without one.
	PolicyID string
	// Staging is true for the twin that gets a policy's share.
	Staging bool
	// Comment is free text.
	Comment string
	// Config is the whole DistributionConfig, as XML without namespaces.
	Config string
	// ETag is the opaque fence of this state.
	ETag string
}

// distribution is one distribution and what is not yet deployed of it.
type distribution struct {
	id, domain    string
	etag          string
	config        xmlNode
	modified      time.Time
	pending       int // reads that still show InProgress
	invalidations []*invalidation
}

func (d *distribution) state() DistributionState {
	s := DistributionState{
		PolicyID: d.config.text("ContinuousDeploymentPolicyId"), Staging: d.config.text("Staging") == "true",
		Comment: d.config.text("Comment"), Config: d.config.String(), ETag: d.etag,
	}
	if items := d.config.node("Origins", "Items"); items != nil && len(items.Nodes) > 0 {
		s.OriginPath = items.Nodes[0].text("OriginPath")
	}
	return s
}

func (d *distribution) document(arn string) xmlNode {
	status := "Deployed"
	if d.pending > 0 {
		status = "InProgress"
	}
	return element("Distribution",
		leaf("Id", d.id), leaf("ARN", arn), leaf("Status", status), leaf("LastModifiedTime", d.modified.UTC().Format(time.RFC3339)),
		leaf("InProgressInvalidationBatches", "0"), leaf("DomainName", d.domain), d.config)
}

func (f *CloudFront) findDistribution(id string) (*distribution, *refusal) {
	for _, d := range f.distributions {
		if d.id == id {
			return d, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "NoSuchDistribution", "The specified distribution does not exist.")
}

func (f *CloudFront) distributionARN(id string) string {
	return "arn:aws:cloudfront::" + f.account + ":distribution/" + id
}

func (f *CloudFront) getDistribution(req cloudFrontRequest) xmlReply {
	d, refused := f.findDistribution(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	body := d.document(f.distributionARN(d.id))
	if d.pending > 0 {
		d.pending--
	}
	return xmlReply{etag: d.etag, body: body}
}

func (f *CloudFront) getDistributionConfig(req cloudFrontRequest) xmlReply {
	d, refused := f.findDistribution(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	return xmlReply{etag: d.etag, body: d.config}
}

// updateDistribution replaces the whole configuration.
func (f *CloudFront) updateDistribution(req cloudFrontRequest) xmlReply {
	d, refused := f.findDistribution(req.id)
	if refused == nil {
		refused = f.match(req.ifMatch, d.etag, d.id)
	}
	if refused == nil {
		refused = f.showable(d, req.body)
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	f.putDistribution(req.actor, d, req.body)
	return xmlReply{etag: d.etag, body: d.document(f.distributionARN(d.id))}
}

// showable is what a configuration must keep and may name.
func (f *CloudFront) showable(d *distribution, want xmlNode) *refusal {
	for _, required := range []string{"CallerReference", "Origins", "DefaultCacheBehavior", "Comment", "Enabled"} {
		if want.node(required) == nil {
			return cloudFrontInvalid("The parameter %s is required.", required)
		}
	}
	policy := want.text("ContinuousDeploymentPolicyId")
	staging := d.config.text("Staging") == "true"
	switch {
	case want.text("CallerReference") != d.config.text("CallerReference"):
		return illegalUpdate("The caller reference of a distribution cannot be changed.")
	case (want.text("Staging") == "true") != staging:
		return illegalUpdate("A distribution cannot be turned into or from a staging distribution.")
	case policy == "":
		return nil
	case staging:
		return cloudFrontInvalid("A staging distribution cannot have a continuous deployment policy.")
	case strings.HasPrefix(want.text("HttpVersion"), "http3"), want.text("HttpVersion") == "http2and3":
		return cloudFrontInvalid("Continuous deployment is not supported with HTTP/3.")
	}
	return f.attachable(d, policy)
}

func illegalUpdate(message string) *refusal {
	return refuse(http.StatusBadRequest, "IllegalUpdate", message)
}

// attachable refuses a policy that is not there or is another distribution's.
func (f *CloudFront) attachable(d *distribution, policy string) *refusal {
	if _, refused := f.findPolicy(policy); refused != nil {
		return refused
	}
	for _, other := range f.distributions {
		if other != d && other.config.text("ContinuousDeploymentPolicyId") == policy {
			return refuse(http.StatusConflict, "ContinuousDeploymentPolicyInUse",
				"You cannot delete a continuous deployment policy that is associated with a primary distribution.")
		}
	}
	return nil
}

// putDistribution makes want the configuration under a new ETag, also when nothing differs (AWS note 3.0), and enters
// it in the ledger. It is InProgress then.
func (f *CloudFront) putDistribution(actor string, d *distribution, want xmlNode) {
	want.Name = "DistributionConfig"
	want = want.sorted()
	if d.config.String() != want.String() || !f.sameTag {
		d.etag = f.tag(d.id)
	}
	d.config, d.modified, d.pending = want.clone(), f.clock(), f.deployAfter
	f.ledger.Append(actor, "distribution", f.distributionARN(d.id), d.state())
}

// copyDistribution makes a staging distribution of a primary one. It keeps everything but what only a primary has.
func (f *CloudFront) copyDistribution(req cloudFrontRequest) xmlReply {
	primary, refused := f.findDistribution(req.id)
	if refused == nil {
		refused = f.match(req.ifMatch, primary.etag, primary.id)
	}
	switch {
	case refused != nil:
	case req.staging != "true":
		refused = cloudFrontInvalid("The only valid value for Staging is true.")
	case primary.config.text("Staging") == "true":
		refused = cloudFrontInvalid("A staging distribution cannot be copied.")
	case req.body.text("CallerReference") == "":
		refused = cloudFrontInvalid("The parameter CallerReference is required.")
	}
	for _, d := range f.distributions {
		if refused == nil && d.config.text("CallerReference") == req.body.text("CallerReference") {
			refused = refuse(http.StatusConflict, "DistributionAlreadyExists", "The caller reference that you are using to create a distribution is associated with another distribution.")
		}
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	d := f.copyOf(req.actor, primary, req.body.text("CallerReference"), req.body.text("Enabled") == "true")
	return xmlReply{status: http.StatusCreated, etag: d.etag, body: d.document(f.distributionARN(d.id))}
}

func (f *CloudFront) copyOf(actor string, primary *distribution, reference string, enabled bool) *distribution {
	config := primary.config.clone()
	config.drop("ContinuousDeploymentPolicyId")
	config.set(leaf("CallerReference", reference))
	config.set(element("Aliases", leaf("Quantity", "0")))
	config.set(leaf("Staging", "true"))
	config.set(leaf("Enabled", boolText(enabled)))
	return f.newDistribution(actor, config)
}

func (f *CloudFront) newDistribution(actor string, config xmlNode) *distribution {
	d := &distribution{id: f.id("E")}
	d.domain = "d" + strings.ToLower(d.id[1:]) + ".cloudfront.net"
	f.distributions = append(f.distributions, d)
	f.putDistribution(actor, d, config)
	return d
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// promoteStaging copies the staging distribution's configuration over the primary's, which keeps its aliases and its
// policy, and disables the policy. There is no undo (AWS note 3.5).
func (f *CloudFront) promoteStaging(req cloudFrontRequest) xmlReply {
	primary, refused := f.findDistribution(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	staging, refused := f.findDistribution(req.staging)
	if refused == nil {
		refused = f.matchBoth(req.ifMatch, primary, staging)
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	policy, _ := f.findPolicy(primary.config.text("ContinuousDeploymentPolicyId"))
	if policy == nil || policy.state().StagingDomain != staging.domain {
		return xmlReply{refused: illegalUpdate("The staging distribution is not associated with the primary distribution.")}
	}
	want := staging.config.clone()
	for _, own := range []string{"Aliases", "ContinuousDeploymentPolicyId", "CallerReference", "Staging"} {
		want.keep(own, primary.config)
	}
	f.putDistribution(req.actor, primary, want)
	off := policy.config.clone()
	off.set(leaf("Enabled", "false"))
	f.putPolicy(req.actor, policy, off)
	return xmlReply{etag: primary.etag, body: primary.document(f.distributionARN(primary.id))}
}

// matchBoth reads the If-Match of a promotion: the primary's ETag, a comma, the staging one's.
func (f *CloudFront) matchBoth(ifMatch string, primary, staging *distribution) *refusal {
	one, two, _ := strings.Cut(ifMatch, ",")
	if refused := f.match(strings.TrimSpace(one), primary.etag, primary.id); refused != nil {
		return refused
	}
	return f.match(strings.TrimSpace(two), staging.etag, staging.id)
}
