package awstest

import (
	"net/http"
	"strings"
)

// Provisioned is the provisioned concurrency of an alias or version (AWS note 3.1).
type Provisioned struct {
	// Requested is the number of execution environments asked for.
	Requested int
	// Status is IN_PROGRESS, READY or FAILED.
	Status string
	// StatusReason is given with FAILED.
	StatusReason string
	// ReadyAfter turns IN_PROGRESS into READY once it was read so many times; 0 leaves the status alone.
	ReadyAfter int
}

type functionDocument struct {
	FunctionArn, FunctionName, Version, Description, Role, Runtime, Handler string
	CodeSha256, State, LastUpdateStatus, LastModified                       string
	PackageType                                                             string
	RevisionID                                                              string `json:"RevisionId"`
	CodeSize, MemorySize, Timeout                                           int
	Architectures                                                           []string
	DeadLetterConfig                                                        *deadLetterDocument  `json:",omitempty"`
	Environment                                                             *environmentDocument `json:",omitempty"`
}

type deadLetterDocument struct{ TargetArn string }

type environmentDocument struct{ Variables map[string]string }

func (f *lambdaFunction) document(v lambdaVersion, arn string) functionDocument {
	doc := functionDocument{
		FunctionArn: arn, FunctionName: f.name, Version: v.number, Description: v.description, Role: v.config.Role,
		Runtime: v.config.Runtime, Handler: "bootstrap", CodeSha256: v.config.sha(), State: v.config.State,
		LastUpdateStatus: v.config.LastUpdateStatus, LastModified: v.modified, RevisionID: v.revision,
		PackageType: "Zip", CodeSize: len(v.config.Code), MemorySize: 128, Timeout: 3, Architectures: []string{"x86_64"},
	}
	if v.config.DeadLetterTarget != "" {
		doc.DeadLetterConfig = &deadLetterDocument{v.config.DeadLetterTarget}
	}
	if len(v.config.Environment) > 0 {
		doc.Environment = &environmentDocument{v.config.Environment}
	}
	return doc
}

// configuration finds what a qualifier means: none is $LATEST, an alias is its primary version with the alias's
// RevisionId.
func (l *Lambda) configuration(req lambdaRequest) (functionDocument, *refusal) {
	f, refused := l.findFunction(req.function)
	if refused != nil {
		return functionDocument{}, refused
	}
	if req.qualifier == "" {
		return f.document(f.latest, f.arn), nil
	}
	arn := f.arn + ":" + req.qualifier
	if alias := f.aliases[req.qualifier]; alias != nil {
		v, _ := f.version(alias.now.FunctionVersion)
		v.revision = alias.now.RevisionID
		return f.document(v, arn), nil
	}
	v, ok := f.version(req.qualifier)
	if !ok {
		return functionDocument{}, functionNotFound(arn)
	}
	return f.document(v, arn), nil
}

func (l *Lambda) getFunctionConfiguration(req lambdaRequest) restReply {
	doc, refused := l.configuration(req)
	return restReply{body: doc, refused: refused}
}

func (l *Lambda) getFunction(req lambdaRequest) restReply {
	doc, refused := l.configuration(req)
	return restReply{refused: refused, body: map[string]any{
		"Configuration": doc,
		"Code":          map[string]string{"RepositoryType": "S3", "Location": "https://awslambda-" + l.region + "-tasks.invalid/" + doc.CodeSha256},
	}}
}

func (l *Lambda) listVersions(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	if refused != nil {
		return restReply{refused: refused}
	}
	docs := []functionDocument{f.document(f.latest, f.arn+":"+latest)}
	for _, v := range f.published {
		docs = append(docs, f.document(v, f.arn+":"+v.number))
	}
	docs, next, refused := paged(req, docs)
	return restReply{refused: refused, body: struct {
		Versions   []functionDocument
		NextMarker string `json:",omitempty"`
	}{docs, next}}
}

func (l *Lambda) getProvisioned(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	if refused != nil {
		return restReply{refused: refused}
	}
	if req.qualifier == "" || strings.HasPrefix(req.qualifier, "$") {
		return restReply{refused: lambdaInvalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")}
	}
	if _, ok := f.version(req.qualifier); !ok && f.aliases[req.qualifier] == nil {
		return restReply{refused: functionNotFound(f.arn + ":" + req.qualifier)}
	}
	p := f.provisioned[req.qualifier]
	if p == nil {
		return restReply{refused: refuse(http.StatusNotFound, "ProvisionedConcurrencyConfigNotFoundException",
			"No Provisioned Concurrency Config found for this function")}
	}
	shown := *p
	if p.ReadyAfter > 0 {
		if p.ReadyAfter--; p.ReadyAfter == 0 {
			p.Status = "READY"
		}
	}
	body := map[string]any{
		"Status": shown.Status, "RequestedProvisionedConcurrentExecutions": shown.Requested, "LastModified": l.stamp(),
		"AllocatedProvisionedConcurrentExecutions": 0, "AvailableProvisionedConcurrentExecutions": 0,
	}
	if shown.Status == "READY" {
		body["AllocatedProvisionedConcurrentExecutions"] = shown.Requested
		body["AvailableProvisionedConcurrentExecutions"] = shown.Requested
	}
	if shown.StatusReason != "" {
		body["StatusReason"] = shown.StatusReason
	}
	return restReply{body: body}
}
