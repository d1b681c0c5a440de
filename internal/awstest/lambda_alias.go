package awstest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// AliasState is what an alias shows, as the ledger keeps it (kind "alias").
type AliasState struct {
	// FunctionVersion is the primary version; it gets what Weights leaves.
	FunctionVersion string
	// Weights is the share of each additional version, 0.0–1.0; nil when all traffic is on FunctionVersion.
	Weights map[string]float64
	// Description is free text.
	Description string
	// RevisionID is the opaque fence of this state.
	RevisionID string
}

// clone returns a copy that shares nothing with s.
func (s AliasState) clone() AliasState {
	s.Weights = maps.Clone(s.Weights)
	return s
}

// lambdaAlias is an alias and what hides it.
type lambdaAlias struct {
	now       AliasState
	before    AliasState // shown by the next stale reads
	stale     int
	conflicts int // updates still to be answered ResourceConflictException
}

type aliasRouting struct {
	AdditionalVersionWeights map[string]float64
}

// aliasChange is the body of CreateAlias and UpdateAlias; nil means "not said".
type aliasChange struct {
	Name            string
	FunctionVersion *string
	Description     *string
	RevisionID      string `json:"RevisionId"`
	RoutingConfig   *aliasRouting
}

type aliasDocument struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RevisionID      string        `json:"RevisionId"`
	RoutingConfig   *aliasRouting `json:",omitempty"`
}

func documentAlias(arn, name string, s AliasState) aliasDocument {
	doc := aliasDocument{
		AliasArn: arn + ":" + name, Name: name, FunctionVersion: s.FunctionVersion,
		Description: s.Description, RevisionID: s.RevisionID,
	}
	if len(s.Weights) > 0 {
		doc.RoutingConfig = &aliasRouting{AdditionalVersionWeights: s.Weights}
	}
	return doc
}

func (l *Lambda) getAlias(req lambdaRequest) restReply {
	_, alias, refused := l.findAlias(req.function, req.alias)
	if refused != nil {
		return restReply{refused: refused}
	}
	shown := alias.now
	if alias.stale > 0 { // eventually consistent (AWS note 3.0)
		alias.stale--
		shown = alias.before
	}
	return restReply{body: documentAlias(req.function, req.alias, shown)}
}

func (l *Lambda) listAliases(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	if refused != nil {
		return restReply{refused: refused}
	}
	docs := []aliasDocument{}
	only := req.query.Get("FunctionVersion")
	for _, name := range slices.Sorted(maps.Keys(f.aliases)) {
		if s := f.aliases[name].now; only == "" || s.FunctionVersion == only || s.Weights[only] > 0 {
			docs = append(docs, documentAlias(req.function, name, s))
		}
	}
	docs, next, refused := paged(req, docs)
	return restReply{refused: refused, body: struct {
		Aliases    []aliasDocument
		NextMarker string `json:",omitempty"`
	}{docs, next}}
}

func (l *Lambda) createAlias(req lambdaRequest) restReply {
	f, refused := l.findFunction(req.function)
	var ask aliasChange
	if refused == nil {
		refused = req.ask(&ask)
	}
	switch {
	case refused != nil:
	case !validAliasName(ask.Name) || ask.FunctionVersion == nil:
		refused = refuse(http.StatusBadRequest, "ValidationException", "1 validation error detected at 'name' or 'functionVersion'")
	case f.aliases[ask.Name] != nil:
		refused = refuse(http.StatusConflict, "ResourceConflictException", "Alias already exists: "+req.function+":"+ask.Name)
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	want := ask.onto(AliasState{})
	if refused := f.routable(want); refused != nil {
		return restReply{refused: refused}
	}
	alias := &lambdaAlias{}
	f.aliases[ask.Name] = alias
	l.put(req.actor, req.function+":"+ask.Name, alias, want)
	return restReply{status: http.StatusCreated, body: documentAlias(req.function, ask.Name, alias.now)}
}

// updateAlias changes what the call says and keeps the rest; RoutingConfig left out keeps the old routing, an empty one
// clears it (AWS note 3.1). The fence is compared with the present state, however stale the last read was.
func (l *Lambda) updateAlias(req lambdaRequest) restReply {
	f, alias, refused := l.findAlias(req.function, req.alias)
	var ask aliasChange
	if refused == nil {
		refused = req.ask(&ask)
	}
	switch {
	case refused != nil:
	case alias.conflicts > 0:
		alias.conflicts--
		refused = refuse(http.StatusConflict, "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource: "+req.function)
	case ask.RevisionID != "" && ask.RevisionID != alias.now.RevisionID:
		refused = lambdaMoved()
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	want := ask.onto(alias.now)
	if refused := f.routable(want); refused != nil {
		return restReply{refused: refused}
	}
	l.put(req.actor, req.function+":"+req.alias, alias, want)
	return restReply{body: documentAlias(req.function, req.alias, alias.now)}
}

// onto returns s with what the call says laid over it.
func (a aliasChange) onto(s AliasState) AliasState {
	s = s.clone()
	if a.FunctionVersion != nil {
		s.FunctionVersion = *a.FunctionVersion
	}
	if a.Description != nil {
		s.Description = *a.Description
	}
	if a.RoutingConfig != nil {
		s.Weights = nil
		if len(a.RoutingConfig.AdditionalVersionWeights) > 0 {
			s.Weights = a.RoutingConfig.AdditionalVersionWeights
		}
	}
	return s
}

// put makes want the alias's state under a new RevisionId, also when nothing else differs (AWS note 3.1), and enters it
// in the ledger.
func (l *Lambda) put(actor, arn string, alias *lambdaAlias, want AliasState) {
	identical := want.FunctionVersion == alias.now.FunctionVersion && want.Description == alias.now.Description &&
		maps.Equal(want.Weights, alias.now.Weights)
	want.RevisionID = alias.now.RevisionID
	if !identical || !l.sameToken {
		want.RevisionID = l.revise(arn)
	}
	if alias.now.RevisionID != "" {
		alias.before, alias.stale = alias.now, l.staleReads
	}
	alias.now = want
	l.ledger.Append(actor, "alias", arn, want.clone())
}

// validAliasName holds the pattern of the API model: letters, digits, - and _, not digits alone, at most 128.
func validAliasName(name string) bool {
	const digits = "0123456789"
	const allowed = digits + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
	return name != "" && len(name) <= 128 && strings.Trim(name, allowed) == "" && strings.Trim(name, digits) != ""
}
