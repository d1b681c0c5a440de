package awstest

import (
	"net/http"
	"strconv"
)

// The methods of this file are the test's side of CloudFront. They panic on an id the test never got: that is a wrong
// test, not a state of the world.

// CreateDistribution makes a primary distribution with one origin at this path, deployed, and returns its id.
func (f *CloudFront) CreateDistribution(comment, originPath string, aliases ...string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []xmlNode
	for _, a := range aliases {
		names = append(names, leaf("CNAME", a))
	}
	config := element("DistributionConfig",
		leaf("CallerReference", comment+"-"+strconv.Itoa(f.made)),
		element("Aliases", leaf("Quantity", strconv.Itoa(len(names))), element("Items", names...)),
		leaf("DefaultRootObject", "index.html"),
		element("Origins", leaf("Quantity", "1"), element("Items", element("Origin",
			leaf("Id", "site"), leaf("DomainName", "site.s3.us-east-1.amazonaws.com"), leaf("OriginPath", originPath),
			element("CustomHeaders", leaf("Quantity", "0")), element("S3OriginConfig", leaf("OriginAccessIdentity", "")), leaf("ConnectionAttempts", "3")))),
		element("DefaultCacheBehavior",
			leaf("TargetOriginId", "site"), leaf("ViewerProtocolPolicy", "redirect-to-https"), leaf("Compress", "true"),
			leaf("CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6")),
		leaf("Comment", comment), leaf("PriceClass", "PriceClass_All"), leaf("Enabled", "true"),
		leaf("HttpVersion", "http2"), leaf("IsIPV6Enabled", "true"), leaf("Staging", "false"))
	d := f.newDistribution(SetupActor, config)
	d.pending = 0
	return d.id
}

// CreateStaging makes a staging distribution of a primary one, deployed, and returns its id.
func (f *CloudFront) CreateStaging(primary, originPath string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.copyOf(SetupActor, f.mustDistribution(primary), "staging of "+primary, true)
	f.setOriginPath(SetupActor, d, originPath)
	d.pending = 0
	return d.id
}

// CreatePolicy makes a disabled policy of weight 0 that leads to the staging distribution, attaches it to the primary
// one, and returns its id.
func (f *CloudFront) CreatePolicy(primary, staging string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.newPolicy(SetupActor, PolicyState{StagingDomain: f.mustDistribution(staging).domain}.config())
	d := f.mustDistribution(primary)
	config := d.config.clone()
	config.set(leaf("ContinuousDeploymentPolicyId", p.id))
	f.putDistribution(SetupActor, d, config)
	d.pending = 0
	return p.id
}

// config words a policy.
func (s PolicyState) config() xmlNode {
	traffic := element("TrafficConfig")
	if s.Header != "" {
		traffic.Nodes = []xmlNode{element("SingleHeaderConfig", leaf("Header", s.Header), leaf("Value", s.Value)), leaf("Type", "SingleHeader")}
	} else {
		weight := element("SingleWeightConfig", leaf("Weight", strconv.FormatFloat(s.Weight, 'f', -1, 64)))
		if s.MaximumTTL > 0 {
			weight.Nodes = append(weight.Nodes, element("SessionStickinessConfig",
				leaf("IdleTTL", strconv.Itoa(s.IdleTTL)), leaf("MaximumTTL", strconv.Itoa(s.MaximumTTL))))
		}
		traffic.Nodes = []xmlNode{weight, leaf("Type", "SingleWeight")}
	}
	return element("ContinuousDeploymentPolicyConfig",
		element("StagingDistributionDnsNames", leaf("Quantity", "1"), element("Items", leaf("DnsName", s.StagingDomain))),
		leaf("Enabled", boolText(s.Enabled)), traffic)
}

// Distribution returns what a distribution really shows.
func (f *CloudFront) Distribution(id string) DistributionState {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mustDistribution(id).state()
}

// Domain returns a distribution's domain name.
func (f *CloudFront) Domain(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mustDistribution(id).domain
}

// Policy returns what a policy really sends to the staging distribution.
func (f *CloudFront) Policy(id string) PolicyState {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mustPolicy(id).state()
}

// SetPolicy is a foreign writer: it gives a policy this state, under a new ETag.
func (f *CloudFront) SetPolicy(id string, want PolicyState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.putPolicy(ForeignActor, f.mustPolicy(id), want.config())
}

// SetOriginPath is what a pipeline does to a staging distribution, or a foreign writer to a primary one.
func (f *CloudFront) SetOriginPath(id, originPath string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.setOriginPath(ForeignActor, f.mustDistribution(id), originPath)
}

func (f *CloudFront) setOriginPath(actor string, d *distribution, originPath string) {
	config := d.config.clone()
	config.node("Origins", "Items").Nodes[0].set(leaf("OriginPath", originPath))
	f.putDistribution(actor, d, config)
}

// SetSetting is a foreign writer that changes one plain setting of a distribution's configuration: ("HttpVersion",
// "http3"). Nothing is validated.
func (f *CloudFront) SetSetting(id, name, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.mustDistribution(id)
	config := d.config.clone()
	config.set(leaf(name, value))
	f.putDistribution(ForeignActor, d, config)
}

// SetOriginHeader is a foreign writer that gives a distribution's first origin this id, and this header in place of all
// others.
func (f *CloudFront) SetOriginHeader(id, origin, name, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.mustDistribution(id)
	config := d.config.clone()
	first := &config.node("Origins", "Items").Nodes[0]
	first.set(leaf("Id", origin))
	config.node("DefaultCacheBehavior").set(leaf("TargetOriginId", origin))
	first.set(element("CustomHeaders", leaf("Quantity", "1"),
		element("Items", element("OriginCustomHeader", leaf("HeaderName", name), leaf("HeaderValue", value)))))
	f.putDistribution(ForeignActor, d, config)
}

// DeployAfter makes a distribution that changed, itself or by its policy, show InProgress for n reads of
// GetDistribution; 0 is the default.
func (f *CloudFront) DeployAfter(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deployAfter = n
}

// CompleteAfter makes an invalidation show InProgress for n reads of GetInvalidation; 0 is the default.
func (f *CloudFront) CompleteAfter(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.completeAfter = n
}

// Invalidations returns a distribution's invalidations, oldest first.
func (f *CloudFront) Invalidations(id string) []InvalidationState {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []InvalidationState
	for _, v := range f.mustDistribution(id).invalidations {
		all = append(all, v.state)
	}
	return all
}

// KeepETagOnSameWrite makes an update that changes nothing leave the ETag unmoved. CloudFront moves it; a restore must
// survive one that does not.
func (f *CloudFront) KeepETagOnSameWrite(keep bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sameTag = keep
}

// DeletePolicy takes a policy away: calls on it answer NoSuchContinuousDeploymentPolicy from now on.
func (f *CloudFront) DeletePolicy(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.mustPolicy(id)
	if d := f.primaryOf(p); d != nil {
		config := d.config.clone()
		config.drop("ContinuousDeploymentPolicyId")
		f.putDistribution(ForeignActor, d, config)
	}
	p.id = ""
}

// RefuseNext answers the next call of an operation with an error: ("UpdateContinuousDeploymentPolicy", 412,
// "PreconditionFailed"). Several wait in line.
func (f *CloudFront) RefuseNext(operation string, status int, code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if status < http.StatusBadRequest || f.operations()[operation] == nil {
		panic("awstest: CloudFront cannot refuse " + operation)
	}
	f.refused[operation] = append(f.refused[operation], refuse(status, code, "refused by the test"))
}

func (f *CloudFront) mustDistribution(id string) *distribution {
	d, refused := f.findDistribution(id)
	if refused != nil {
		panic("awstest: no distribution " + id)
	}
	return d
}

func (f *CloudFront) mustPolicy(id string) *deploymentPolicy {
	p, refused := f.findPolicy(id)
	if refused != nil {
		panic("awstest: no continuous deployment policy " + id)
	}
	return p
}

var _ StandIn = (*CloudFront)(nil)
