package awstest

import (
	"cmp"
	"maps"
	"slices"
)

// The methods of this file are the test's side of Lambda. They panic on a name the test never created: that is a wrong
// test, not a state of the world.

// CreateFunction makes a function with $LATEST as c says and no version published, and returns its ARN.
func (l *Lambda) CreateFunction(name string, c FunctionConfig) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.Role = cmp.Or(c.Role, "arn:aws:iam::"+l.account+":role/"+name)
	c.Runtime = cmp.Or(c.Runtime, "provided.al2023")
	c.State = cmp.Or(c.State, "Active")
	c.LastUpdateStatus = cmp.Or(c.LastUpdateStatus, "Successful")
	arn := l.arn(name)
	l.functions[arn] = &lambdaFunction{
		arn: arn, name: name, aliases: map[string]*lambdaAlias{}, provisioned: map[string]*Provisioned{},
		latest: lambdaVersion{number: latest, config: c, revision: l.revise(arn), modified: l.stamp()},
	}
	return arn
}

// ChangeFunction changes $LATEST, as an upload or a new configuration would.
func (l *Lambda) ChangeFunction(name string, change func(*FunctionConfig)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.mustFunction(name)
	f.latest.config.Environment = maps.Clone(f.latest.config.Environment)
	change(&f.latest.config)
	f.latest.revision, f.latest.modified = l.revise(f.arn), l.stamp()
}

// PublishVersion applies change to $LATEST, publishes it and returns the version's number. Without a change that makes
// a difference it returns the last one, as Lambda does.
func (l *Lambda) PublishVersion(name string, change func(*FunctionConfig)) string {
	if change != nil {
		l.ChangeFunction(name, change)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.publish(l.mustFunction(name), "").number
}

// DeleteVersion removes a published version. Its number is never used again.
func (l *Lambda) DeleteVersion(name, version string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.mustFunction(name)
	f.published = slices.DeleteFunc(f.published, func(v lambdaVersion) bool { return v.number == version })
}

// CreateAlias makes an alias that sends all traffic to version, and returns its ARN.
func (l *Lambda) CreateAlias(function, alias, version string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.mustFunction(function)
	want := AliasState{FunctionVersion: version}
	if refused := f.routable(want); refused != nil {
		panic("awstest: create alias " + alias + ": " + refused.message)
	}
	a := &lambdaAlias{}
	f.aliases[alias] = a
	l.put(SetupActor, f.arn+":"+alias, a, want)
	return f.arn + ":" + alias
}

// SetAlias is a foreign writer: it makes the alias show version and weights, without a fence, keeping the description.
func (l *Lambda) SetAlias(function, alias, version string, weights map[string]float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, a := l.mustAlias(function, alias)
	want := AliasState{FunctionVersion: version, Weights: maps.Clone(weights), Description: a.now.Description}
	if refused := f.routable(want); refused != nil {
		panic("awstest: set alias " + alias + ": " + refused.message)
	}
	l.put(ForeignActor, f.arn+":"+alias, a, want)
}

// Alias returns what the alias really shows, whatever reads say.
func (l *Lambda) Alias(function, alias string) AliasState {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, a := l.mustAlias(function, alias)
	return a.now.clone()
}

// DeleteAlias takes the alias away: calls on it answer ResourceNotFoundException from now on.
func (l *Lambda) DeleteAlias(function, alias string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.mustFunction(function).aliases, alias)
}

// SetProvisioned gives the alias or version provisioned concurrency; the zero Provisioned takes it away.
func (l *Lambda) SetProvisioned(function, qualifier string, p Provisioned) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.mustFunction(function)
	if p == (Provisioned{}) {
		delete(f.provisioned, qualifier)
		return
	}
	f.provisioned[qualifier] = &p
}

// RefuseUpdates answers the next n UpdateAlias calls on the alias with ResourceConflictException, as while another update is
// in progress (AWS note 3.1).
func (l *Lambda) RefuseUpdates(function, alias string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, a := l.mustAlias(function, alias)
	a.conflicts = n
}

// StaleReads makes GetAlias return the state before an update for the n reads that follow it; 0 is the default.
func (l *Lambda) StaleReads(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.staleReads = n
}

// KeepRevisionOnSameWrite makes an update that changes nothing leave RevisionId unmoved. Lambda moves it (AWS note
// 3.1); a restore must survive one that does not.
func (l *Lambda) KeepRevisionOnSameWrite(keep bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sameToken = keep
}

func (l *Lambda) arn(name string) string {
	return "arn:aws:lambda:" + l.region + ":" + l.account + ":function:" + name
}

func (l *Lambda) mustFunction(name string) *lambdaFunction {
	f := l.functions[l.arn(name)]
	if f == nil {
		panic("awstest: no function " + name)
	}
	return f
}

func (l *Lambda) mustAlias(function, alias string) (*lambdaFunction, *lambdaAlias) {
	f := l.mustFunction(function)
	a := f.aliases[alias]
	if a == nil {
		panic("awstest: no alias " + function + ":" + alias)
	}
	return f, a
}

var _ StandIn = (*Lambda)(nil)
