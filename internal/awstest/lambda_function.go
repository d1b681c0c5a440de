package awstest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

const latest = "$LATEST"

// FunctionConfig is what a version of a function is made of. Two publishes of equal FunctionConfigs are one version.
type FunctionConfig struct {
	// Code stands for the deployment package; CodeSha256 is its hash.
	Code string
	// Role is the execution role's ARN; default arn:aws:iam::<account>:role/<function>.
	Role string
	// DeadLetterTarget is the ARN of the dead-letter queue; empty means none.
	DeadLetterTarget string
	// Runtime defaults to "provided.al2023".
	Runtime string
	// State is Pending, Active (default), Inactive or Failed.
	State string
	// LastUpdateStatus is Successful (default), Failed or InProgress.
	LastUpdateStatus string
	// Environment is the function's variables.
	Environment map[string]string
}

func (c FunctionConfig) sha() string {
	sum := sha256.Sum256([]byte(c.Code))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (c FunctionConfig) same(o FunctionConfig) bool {
	return c.Code == o.Code && c.Role == o.Role && c.DeadLetterTarget == o.DeadLetterTarget && c.Runtime == o.Runtime &&
		maps.Equal(c.Environment, o.Environment)
}

// lambdaVersion is $LATEST or a published version.
type lambdaVersion struct {
	number      string
	config      FunctionConfig
	description string
	revision    string
	modified    string
}

type lambdaFunction struct {
	arn, name   string
	latest      lambdaVersion
	published   []lambdaVersion // in order of number
	lastNumber  int
	aliases     map[string]*lambdaAlias
	provisioned map[string]*Provisioned // by qualifier
}

func (l *Lambda) findFunction(arn string) (*lambdaFunction, *refusal) {
	if f := l.functions[arn]; f != nil {
		return f, nil
	}
	return nil, functionNotFound(arn)
}

func (l *Lambda) findAlias(arn, name string) (*lambdaFunction, *lambdaAlias, *refusal) {
	f, refused := l.findFunction(arn)
	if refused != nil {
		return nil, nil, refused
	}
	if alias := f.aliases[name]; alias != nil {
		return f, alias, nil
	}
	return nil, nil, lambdaNotFound("Cannot find alias arn: " + arn + ":" + name)
}

// version finds a published version, or $LATEST.
func (f *lambdaFunction) version(number string) (lambdaVersion, bool) {
	if number == latest {
		return f.latest, true
	}
	for _, v := range f.published {
		if v.number == number {
			return v, true
		}
	}
	return lambdaVersion{}, false
}

// routable refuses what an alias must not show: a missing version, and with routing more than two versions, $LATEST,
// one version twice, a weight outside 0–1, different execution roles or dead-letter queues (AWS note 3.1).
func (f *lambdaFunction) routable(s AliasState) *refusal {
	primary, ok := f.version(s.FunctionVersion)
	if !ok {
		return functionNotFound(f.arn + ":" + s.FunctionVersion)
	}
	if len(s.Weights) > 1 {
		return lambdaInvalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
	}
	for number, weight := range s.Weights {
		if s.FunctionVersion == latest || number == latest {
			return lambdaInvalid("$LATEST is not supported for an alias pointing to more than 1 version")
		}
		if number == s.FunctionVersion {
			return lambdaInvalid("Invalid function version " + number + ". Function version " + number + " is already included in routing configuration.")
		}
		if !(weight >= 0 && weight <= 1) {
			return lambdaInvalid("Invalid value for additional version weight. Value must be between 0.0 and 1.0")
		}
		extra, ok := f.version(number)
		if !ok {
			return functionNotFound(f.arn + ":" + number)
		}
		if extra.config.Role != primary.config.Role {
			return lambdaInvalid("The versions of an alias must have the same execution role")
		}
		if extra.config.DeadLetterTarget != primary.config.DeadLetterTarget {
			return lambdaInvalid("The versions of an alias must have the same dead-letter queue configuration, or none")
		}
	}
	return nil
}

// publish makes a version of $LATEST; when neither code nor configuration changed since the last publish it returns that
// one (AWS note 3.1).
func (l *Lambda) publish(f *lambdaFunction, description string) lambdaVersion {
	if n := len(f.published); n > 0 && f.published[n-1].config.same(f.latest.config) &&
		f.published[n-1].number == strconv.Itoa(f.lastNumber) {
		return f.published[n-1]
	}
	f.lastNumber++
	v := f.latest
	v.number, v.revision, v.modified = strconv.Itoa(f.lastNumber), l.revise(f.arn), l.stamp()
	v.config.Environment = maps.Clone(v.config.Environment)
	if description != "" {
		v.description = description
	}
	f.published = append(f.published, v)
	return v
}

func (l *Lambda) publishVersion(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	var ask struct {
		CodeSha256, Description string
		RevisionID              string `json:"RevisionId"`
	}
	if refused == nil {
		refused = req.ask(&ask)
	}
	switch {
	case refused != nil:
	case ask.RevisionID != "" && ask.RevisionID != f.latest.revision:
		refused = lambdaMoved()
	case ask.CodeSha256 != "" && ask.CodeSha256 != f.latest.config.sha():
		refused = lambdaInvalid("CodeSHA256 (" + ask.CodeSha256 + ") is different from current CodeSHA256 in $LATEST (" + f.latest.config.sha() + "). Please try again with the CodeSHA256 in $LATEST.")
	case f.latest.config.LastUpdateStatus == "InProgress" || f.latest.config.State == "Pending":
		refused = refuse(http.StatusConflict, "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource: "+f.arn)
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	v := l.publish(f, ask.Description)
	return restReply{status: http.StatusCreated, body: f.document(v, f.arn+":"+v.number)}
}

// revise gives out a new opaque revision id.
func (l *Lambda) revise(arn string) string {
	l.revisions++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", arn, l.revisions))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (l *Lambda) stamp() string { return l.clock().UTC().Format("2006-01-02T15:04:05.000-0700") }
