package awstest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// CloudFront answers Amazon CloudFront's control calls for distributions, their staging twins, continuous deployment
// policies (AWS note 3.5) and invalidations (AWS note 3.6). moto checks no ETag and knows no continuous deployment (AWS
// note 8), so nothing here reaches it.
//
// It serves no content and reads of a configuration only what continuous deployment concerns; the rest is kept as it
// came.
type CloudFront struct {
	account       string
	mu            sync.Mutex
	ledger        *Ledger
	clock         func() time.Time
	distributions []*distribution
	policies      []*deploymentPolicy
	tags          map[string]string // what each ETag ever given out belonged to
	made          int
	deployAfter   int
	completeAfter int
	sameTag       bool
	refused       map[string][]*refusal // by operation, in line
}

// NewCloudFront returns the CloudFront of one account, without distributions. A nil clock means time.Now.
func NewCloudFront(account string, ledger *Ledger, clock func() time.Time) *CloudFront {
	if clock == nil {
		clock = time.Now
	}
	return &CloudFront{account: account, ledger: ledger, clock: clock, tags: map[string]string{}, refused: map[string][]*refusal{}}
}

// Service implements StandIn.
func (*CloudFront) Service() string { return "cloudfront" }

// Operation implements StandIn.
func (*CloudFront) Operation(r *http.Request, _ []byte) string {
	return readCloudFrontPath(r).operation
}

// Serve implements StandIn.
func (f *CloudFront) Serve(c Call) Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	req := readCloudFrontPath(c.Request)
	req.actor = c.Actor
	serve := f.operations()[req.operation]
	if serve == nil {
		return xmlReply{refused: refuse(http.StatusBadRequest, "UnknownOperationException", "")}.answer("*")
	}
	resource := cloudFrontResource(c)
	if line := f.refused[req.operation]; len(line) > 0 {
		f.refused[req.operation] = line[1:]
		return xmlReply{refused: line[0]}.answer(resource)
	}
	if len(c.Body) > 0 {
		if err := xml.Unmarshal(c.Body, &req.body); err != nil {
			return xmlReply{refused: refuse(http.StatusBadRequest, "MalformedXML", "The XML document is malformed.")}.answer(resource)
		}
	}
	return serve(req).answer(resource)
}

func (f *CloudFront) operations() map[string]func(cloudFrontRequest) xmlReply {
	return map[string]func(cloudFrontRequest) xmlReply{
		"GetDistribution": f.getDistribution, "GetDistributionConfig": f.getDistributionConfig, "UpdateDistribution": f.updateDistribution,
		"CopyDistribution": f.copyDistribution, "UpdateDistributionWithStagingConfig": f.promoteStaging,
		"CreateContinuousDeploymentPolicy": f.createPolicy, "GetContinuousDeploymentPolicy": f.getPolicy,
		"GetContinuousDeploymentPolicyConfig": f.getPolicyConfig, "UpdateContinuousDeploymentPolicy": f.updatePolicy,
		"DeleteContinuousDeploymentPolicy": f.deletePolicy,
		"CreateInvalidation":               f.createInvalidation, "GetInvalidation": f.getInvalidation,
	}
}

// cloudFrontRequest is what the path, the header and the body of a call say.
type cloudFrontRequest struct {
	operation string
	id        string
	sub       string // the invalidation's id
	ifMatch   string
	staging   string // StagingDistributionId, or the header Staging
	actor     string
	body      xmlNode
}

func readCloudFrontPath(r *http.Request) cloudFrontRequest {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	req := cloudFrontRequest{ifMatch: r.Header.Get("If-Match"), staging: r.URL.Query().Get("StagingDistributionId")}
	if req.staging == "" {
		req.staging = r.Header.Get("Staging")
	}
	if len(parts) < 2 || len(parts) > 5 || parts[0] != "2020-05-31" {
		return req
	}
	shape := parts[1]
	if len(parts) > 2 {
		req.id, shape = parts[2], shape+"/*"
	}
	if len(parts) > 3 {
		shape += "/" + parts[3]
	}
	if len(parts) > 4 {
		req.sub, shape = parts[4], shape+"/*"
	}
	req.operation = map[string]string{
		"GET distribution/*":                        "GetDistribution",
		"GET distribution/*/config":                 "GetDistributionConfig",
		"PUT distribution/*/config":                 "UpdateDistribution",
		"POST distribution/*/copy":                  "CopyDistribution",
		"PUT distribution/*/promote-staging-config": "UpdateDistributionWithStagingConfig",
		"POST continuous-deployment-policy":         "CreateContinuousDeploymentPolicy",
		"GET continuous-deployment-policy/*":        "GetContinuousDeploymentPolicy",
		"GET continuous-deployment-policy/*/config": "GetContinuousDeploymentPolicyConfig",
		"PUT continuous-deployment-policy/*":        "UpdateContinuousDeploymentPolicy",
		"DELETE continuous-deployment-policy/*":     "DeleteContinuousDeploymentPolicy",
		"POST distribution/*/invalidation":          "CreateInvalidation",
		"GET distribution/*/invalidation/*":         "GetInvalidation",
	}[r.Method+" "+shape]
	return req
}

// xmlReply is what an operation came to: a document, or a refusal.
type xmlReply struct {
	status  int // 0 means 200
	etag    string
	body    xmlNode
	refused *refusal
}

// answer words the reply in restXml; an error stands in an ErrorResponse.
func (r xmlReply) answer(resource string) Answer {
	header := http.Header{"Content-Type": {"text/xml"}}
	if r.refused != nil {
		who := "Sender"
		if r.refused.status >= http.StatusInternalServerError {
			who = "Receiver"
		}
		r.status, r.etag = r.refused.status, ""
		r.body = element("ErrorResponse",
			element("Error", leaf("Type", who), leaf("Code", r.refused.code), leaf("Message", r.refused.message)), leaf("RequestId", "awstest"))
	}
	if r.etag != "" {
		header.Set("ETag", r.etag)
	}
	if r.body.Name == "" {
		return Answer{Status: r.status, Header: header, Resource: resource}
	}
	return Answer{Status: r.status, Header: header, Resource: resource, Body: []byte(xml.Header + r.body.String())}
}

func cloudFrontInvalid(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, "InvalidArgument", fmt.Sprintf(format, args...))
}

// match compares an If-Match with the present ETag: one that was never the resource's is no version of it, an old one
// lost the race (AWS note 3.0).
func (f *CloudFront) match(ifMatch, now, of string) *refusal {
	switch {
	case ifMatch == now:
		return nil
	case ifMatch == "" || f.tags[ifMatch] != of:
		return refuse(http.StatusBadRequest, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
	}
	return refuse(http.StatusPreconditionFailed, "PreconditionFailed", "The request failed because it didn't meet the preconditions in one or more request-header fields.")
}

// tag gives out the next ETag of a resource.
func (f *CloudFront) tag(of string) string {
	f.made++
	etag := "E" + strings.ToUpper(strconv.FormatInt(int64(f.made)*7919+1_000_000_000, 36))
	f.tags[etag] = of
	return etag
}

// id gives out the next identifier, of letters and digits.
func (f *CloudFront) id(first string) string {
	f.made++
	return first + strings.ToUpper(strconv.FormatInt(int64(f.made)*104729+90_000_000_000_000, 36))
}

// cloudFrontResource is what IAM checks: a distribution or a policy, whose ARNs have no region. Creating a policy knows
// no resource (AWS note 3.5).
func cloudFrontResource(c Call) string {
	req := readCloudFrontPath(c.Request)
	if req.id == "" {
		return ""
	}
	kind, _, _ := strings.Cut(strings.TrimPrefix(c.Request.URL.Path, "/2020-05-31/"), "/")
	return "arn:aws:cloudfront::" + Account + ":" + kind + "/" + req.id
}
