package local

import (
	"context"
	"strconv"
	"strings"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// aliasTarget is a client's way to an alias.
type aliasTarget struct {
	*Client
	alias string
}

var _ worker.Target = aliasTarget{}

// Observe reads the split and the fence.
func (t aliasTarget) Observe(ctx context.Context) (statemachine.Split, worker.Token, error) {
	seen, err := call(ctx, t.Client, Call{Name: "lambda:GetAlias", Resource: t.alias}, func() (view, error) {
		a, err := shown[*alias](t.world, KindLambda, t.alias)
		if err != nil {
			return view{}, err
		}
		seen := a.read()
		seen.split.Rolling = t.world.clock().Before(a.carried)
		return seen, nil
	})
	return seen.split, seen.token, err
}

// Write shows want if the fence is still have.
func (t aliasTarget) Write(ctx context.Context, want worker.Want, have worker.Token) error {
	return done(ctx, t.Client, Call{Name: "lambda:UpdateAlias", Resource: t.alias, Write: true}, func() error {
		a, err := shown[*alias](t.world, KindLambda, t.alias)
		if err != nil {
			return err
		}
		if now := a.now().token; now != have {
			return refuse(worker.ErrConflict, "the revision is %s, not %s", now, have)
		}
		if err := a.check(want.Split); err != nil {
			return err
		}
		mark := a.mark
		if want.Mark != "" {
			mark = want.Mark
		}
		a.set(want.Split, mark)
		if a.carry > 0 {
			a.carried = t.world.clock().Add(a.carry)
		}
		t.world.record(Change{By: t.id, What: Showed, Resource: t.alias, Split: a.split})
		return nil
	})
}

// Preflight says whether the versions may be weighted together.
func (t aliasTarget) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	return call(ctx, t.Client, Call{Name: "lambda:GetFunctionConfiguration", Resource: t.alias}, func() (worker.TargetFinding, error) {
		finding := worker.TargetFinding{Canary: in.Canary}
		a, err := shown[*alias](t.world, KindLambda, t.alias)
		if err != nil {
			return finding, err
		}
		finding.Lag = a.keep
		if a.unfit != nil {
			finding.Problems = append(finding.Problems, *a.unfit)
		}
		if err := a.check(statemachine.Split{Stable: in.Canary}); err != nil {
			finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeVersionUnfit, Text: err.Error()})
		}
		return finding, nil
	})
}

// Resolve takes a number, a qualified ARN or "latest".
func (t aliasTarget) Resolve(ctx context.Context, version string) (string, error) {
	return call(ctx, t.Client, Call{Name: "lambda:ListVersionsByFunction", Resource: t.alias}, func() (string, error) {
		a, err := shown[*alias](t.world, KindLambda, t.alias)
		if err != nil {
			return "", err
		}
		if version == "latest" {
			return a.latest(), nil
		}
		if strings.HasPrefix(version, "arn:") {
			version = version[strings.LastIndex(version, ":")+1:]
		}
		if n, err := strconv.ParseUint(version, 10, 63); err != nil || n == 0 {
			return "", refuse(worker.ErrInvalid, "%q is no published version", version)
		}
		return version, a.check(statemachine.Split{Stable: version})
	})
}

// latest is the highest number.
func (a *alias) latest() string {
	latest, highest := "", uint64(0)
	for _, version := range a.versions {
		if n, err := strconv.ParseUint(version, 10, 63); err == nil && n > highest {
			latest, highest = version, n
		}
	}
	return latest
}
