package check_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// builds is project smoke, what checks by it, and a clock that a test moves.
type builds struct {
	*awstest.World
	stand *awstest.CodeBuild
	check worker.Check
	skip  *time.Duration
}

func newBuilds(t *testing.T) builds {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	skip := new(time.Duration)
	b := builds{World: w, skip: skip}
	b.stand = awstest.NewCodeBuild(awstest.Account, awstest.Region, w.Ledger(), func() time.Time { return w.Clock()().Add(*skip) })
	b.stand.CreateProject("smoke")
	w.Register(b.stand)
	b.check = open(t, w, statemachine.CheckSpec{Kind: "codebuild", Name: "smoke", Config: []byte(`{"project":"smoke"}`)})
	return b
}

func (b builds) end(t *testing.T, run string, status types.StatusType) {
	t.Helper()
	if _, err := b.stand.FinishBuild(run, status); err != nil {
		t.Fatal(err)
	}
}

func (b builds) started(_ *testing.T, key string) int {
	n := 0
	for _, one := range b.stand.Builds("smoke") {
		if one.Variables["SERIN_CHECK"] == key {
			n++
		}
	}
	return n
}

func TestCodeBuild_keepsTheContract(t *testing.T) {
	porttest.Check(t, func(t *testing.T) porttest.CheckHarness {
		t.Helper()
		b := newBuilds(t)
		return porttest.CheckHarness{
			Check: b.check, Gone: "smoke:nowhere", Started: b.started,
			End: func(t *testing.T, run string, passed bool, _ string) {
				t.Helper()
				b.end(t, run, map[bool]types.StatusType{true: types.StatusTypeSucceeded, false: types.StatusTypeFailed}[passed])
			},
			Vanish: func(t *testing.T, run string) { t.Helper(); b.end(t, run, types.StatusTypeStopped) },
			Faults: faultsOf(b.World, func(operation string) []porttest.Side {
				if operation == "StartBuild" {
					return []porttest.Side{porttest.Writes}
				}
				return []porttest.Side{porttest.Reads}
			}),
		}
	})
}

// The token is good for five minutes; a worker may come back later.
func TestCodeBuild_startsOnceAlsoWhenItsTokenIsForgotten(t *testing.T) {
	b := newBuilds(t)
	first, err := b.check.Start(t.Context(), "k", input())
	if err != nil {
		t.Fatal(err)
	}
	*b.skip = time.Hour
	again, err := b.check.Start(t.Context(), "k", input())
	if err != nil || again != first || b.started(t, "k") != 1 {
		t.Errorf("an hour later %s, %v; want %s, and one build of %d", again, err, first, b.started(t, "k"))
	}
}

func TestCodeBuild_tellsTheBuildWhatItValidates(t *testing.T) {
	b := newBuilds(t)
	if _, err := b.check.Start(t.Context(), "k", input()); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"SERIN_CHECK": "k", "SERIN_RELEASE": "01KA", "SERIN_CANARY": "checkout", "SERIN_VERSION": "43", "SERIN_FROM_VERSION": "42",
		"SERIN_WEIGHT": "12.5", "SERIN_EXECUTION": "e-1",
	}
	if diff := cmp.Diff(want, b.stand.Builds("smoke")[0].Variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestCodeBuild_everyEndButSucceededFails(t *testing.T) {
	for _, status := range types.StatusTypeSucceeded.Values() {
		if status == types.StatusTypeInProgress {
			continue
		}
		b := newBuilds(t)
		run, err := b.check.Start(t.Context(), "k", input())
		if err != nil {
			t.Fatal(err)
		}
		b.end(t, run, status)
		look, err := b.check.Observe(t.Context(), "k", run, input())
		want := statemachine.CheckFail
		if status == types.StatusTypeSucceeded {
			want = statemachine.CheckPass
		}
		if err != nil || look.Status != want || look.Text == "" {
			t.Errorf("%s: look %+v, %v; want %s", status, look, err, want)
		}
	}
}
