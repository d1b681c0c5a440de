package deployment_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	appconfigtypes "github.com/aws/aws-sdk-go-v2/service/appconfig/types"
	stacktypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Deployments that wait nowhere: they are watched, and stopped.

func openGuard(t *testing.T, w *awstest.World, kind, key, config string) worker.Deployment {
	t.Helper()
	guard, err := deployment.New(clients{w}).Open(statemachine.DeploymentSpec{Kind: kind, Key: key, Config: []byte(config)})
	must(t, err)
	return guard
}

// counted counts the worker's changes of a kind.
func counted(w *awstest.World, kinds ...string) func(*testing.T, string) int {
	return func(*testing.T, string) int {
		n := 0
		for _, c := range w.Changes() {
			if c.Actor == workerActor && slices.Contains(kinds, c.Kind) {
				n++
			}
		}
		return n
	}
}

// happens ends a call of a stand-in's test side.
func happens(t *testing.T) func([]json.RawMessage, error) {
	t.Helper()
	return func(_ []json.RawMessage, err error) { t.Helper(); must(t, err) }
}

func faultsIn(w *awstest.World) porttest.Faults { return group{World: w}.faults() }

func TestAppConfig_keepsTheContract(t *testing.T) {
	porttest.Deployment(t, func(t *testing.T) porttest.DeploymentHarness {
		t.Helper()
		w := awstest.Start(t, awstest.WithoutEngines())
		stand := awstest.NewAppConfig(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
		w.Register(stand)
		stand.RollbackLag(1 << 20)
		app := stand.CreateApplication("checkout")
		env := stand.CreateEnvironment(app, "prod", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:x")
		profile, strategy := stand.CreateProfile(app, "weights"), stand.CreateStrategy(awstest.ConfigurationStrategy{GrowthPct: 20, BakeMinutes: 10})
		back := func(t *testing.T, _ string) string {
			t.Helper()
			happens(t)(stand.AdvanceTo(app, env, appconfigtypes.DeploymentStateRolledBack))
			return ""
		}
		return porttest.DeploymentHarness{
			Deployment: openGuard(t, w, "appconfig", app+"/"+env, `{"application":"`+app+`","environment":"`+env+`"}`),
			Reverts:    true, Faults: faultsIn(w), EndRollback: back, Stopped: counted(w, "configuration-stop"),
			Begin: func(t *testing.T) string {
				t.Helper()
				n, _, err := stand.StartDeployment(app, env, awstest.ConfigurationWish{Profile: profile, Version: "4", Strategy: strategy})
				must(t, err)
				return strconv.Itoa(n)
			},
			Succeed: func(t *testing.T, _ string) {
				t.Helper()
				happens(t)(stand.AdvanceTo(app, env, appconfigtypes.DeploymentStateComplete))
			},
			StopByAlarm:  func(t *testing.T, _ string) { t.Helper(); happens(t)(stand.AlarmFires(app, env)) },
			StopByPerson: func(t *testing.T, id string) { t.Helper(); personStopsConfig(t, w, app, env, id) },
		}
	})
}

func TestCloudFormation_keepsTheContract(t *testing.T) {
	porttest.Deployment(t, func(t *testing.T) porttest.DeploymentHarness {
		t.Helper()
		w := awstest.Start(t, awstest.WithoutEngines())
		stand := newStacks(t, w, awstest.StackOptions{Alarms: []string{"arn:aws:cloudwatch:us-east-1:111122223333:alarm:x"}})
		to := func(t *testing.T, status stacktypes.StackStatus) {
			t.Helper()
			for stand.Stack("orders").Status != status {
				happens(t)(stand.Advance("orders"))
			}
		}
		guard := openGuard(t, w, "cloudformation", "orders", `{"stack":"orders"}`)
		return porttest.DeploymentHarness{
			Deployment: guard, Faults: faultsIn(w), Stopped: counted(w, "stack-cancel", "stack-rollback"),
			Begin: func(t *testing.T) string {
				t.Helper()
				happens(t)(stand.StartUpdate("orders", "", false))
				return newestUpdate(t, w)
			},
			Succeed:     func(t *testing.T, _ string) { t.Helper(); to(t, stacktypes.StackStatusUpdateComplete) },
			StopByAlarm: func(t *testing.T, _ string) { t.Helper(); happens(t)(stand.AlarmFires("orders")) },
			StopByPerson: func(t *testing.T, _ string) {
				t.Helper()
				happens(t)(stand.Fail("orders", "a person canceled it"))
			},
			EndRollback: func(t *testing.T, _ string) string {
				t.Helper()
				to(t, stacktypes.StackStatusUpdateRollbackComplete)
				return ""
			},
		}
	})
}

func newStacks(t *testing.T, w *awstest.World, o awstest.StackOptions) *awstest.CloudFormation {
	t.Helper()
	stand := awstest.NewCloudFormation(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
	w.Register(stand)
	stand.RollbackLag(1 << 20)
	stand.DeclareStack("orders", o)
	return stand
}

// newestUpdate finds its id as somebody else.
func newestUpdate(t *testing.T, w *awstest.World) string {
	t.Helper()
	found, err := openGuard(t, w, "cloudformation", "orders", `{"stack":"orders"}`).Find(t.Context())
	must(t, err)
	if len(found) != 1 {
		t.Fatalf("found %+v, want the update", found)
	}
	return found[0].ID
}

// An update that failed and keeps what it did is not over: it must go back.
func TestCloudFormation_rollsBackWhatFailedAndKeepsIt(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	stand := newStacks(t, w, awstest.StackOptions{})
	happens(t)(stand.StartUpdate("orders", "", true))
	id := newestUpdate(t, w)
	happens(t)(stand.Fail("orders", "no capacity"))
	guard := openGuard(t, w, "cloudformation", "orders", `{"stack":"orders"}`)
	look, err := guard.Observe(t.Context(), id, nil)
	must(t, err)
	if look.Status != statemachine.DeploymentRunning || look.Fault == nil || !look.Fault.Final() {
		t.Errorf("look %+v, want a fault that turns the release back", look)
	}
	must(t, guard.Stop(t.Context(), id))
	look, err = guard.Observe(t.Context(), id, nil)
	must(t, err)
	if look.Status != statemachine.DeploymentStopping {
		t.Errorf("after the stop it is %s", look.Status)
	}
	if got := stand.Stack("orders").Status; got != stacktypes.StackStatusUpdateRollbackInProgress {
		t.Errorf("the stack is %s", got)
	}
}

// The next update is another one's.
func TestCloudFormation_stopsNoOtherUpdate(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	stand := newStacks(t, w, awstest.StackOptions{})
	happens(t)(stand.StartUpdate("orders", "", false))
	first := newestUpdate(t, w)
	for stand.Stack("orders").Status != stacktypes.StackStatusUpdateComplete {
		happens(t)(stand.Advance("orders"))
	}
	happens(t)(stand.StartUpdate("orders", "", false))
	guard := openGuard(t, w, "cloudformation", "orders", `{"stack":"orders"}`)
	must(t, guard.Stop(t.Context(), first))
	if got := stand.Stack("orders").Status; got != stacktypes.StackStatusUpdateInProgress {
		t.Errorf("the stack is %s: the stop of an update that is over stopped the next", got)
	}
	look, err := guard.Observe(t.Context(), first, nil)
	must(t, err)
	if look.Status != statemachine.DeploymentSucceeded {
		t.Errorf("the first update is %s", look.Status)
	}
}

func TestBeanstalk_keepsTheContract(t *testing.T) {
	porttest.Deployment(t, func(t *testing.T) porttest.DeploymentHarness {
		t.Helper()
		w := awstest.Start(t, awstest.WithoutEngines())
		stand := awstest.NewBeanstalk(awstest.Account, awstest.Region, w.Ledger(), w.Clock())
		w.Register(stand)
		stand.AbortLag(1 << 20)
		stand.CreateEnvironment("shop", "shop-prod", awstest.EnvironmentOptions{})
		guard := openGuard(t, w, "beanstalk", "shop-prod", `{"environment":"shop-prod"}`)
		ready := func(t *testing.T) {
			t.Helper()
			for stand.Environment("shop-prod").Status != "Ready" {
				happens(t)(stand.Advance("shop-prod"))
			}
		}
		return porttest.DeploymentHarness{
			Deployment: guard, Faults: faultsIn(w), Stopped: counted(w, "environment-abort"),
			Begin: func(t *testing.T) string {
				t.Helper()
				happens(t)(stand.StartUpdate("shop-prod", "v2"))
				found, err := guard.Find(t.Context())
				must(t, err)
				if len(found) != 1 || found[0].Version != "v2" {
					t.Fatalf("found %+v, want the update to v2", found)
				}
				return found[0].ID
			},
			Succeed:      func(t *testing.T, _ string) { t.Helper(); ready(t) },
			Fail:         func(t *testing.T, _ string) { t.Helper(); happens(t)(stand.Fail("shop-prod")) },
			EndRollback:  func(t *testing.T, _ string) string { t.Helper(); ready(t); return "" },
			StopByPerson: func(t *testing.T, _ string) { t.Helper(); personAborts(t, w) },
		}
	})
}

func TestOpen_refusesWhatNamesNothing(t *testing.T) {
	w := awstest.Start(t, awstest.WithoutEngines())
	for kind, config := range map[string]string{
		"appconfig": `{"application":"checkout prod","environment":"x"}`, "beanstalk": `{"environment":"a"}`, "cloudformation": `{"stack":"arn:aws:x"}`,
	} {
		if _, err := deployment.New(clients{w}).Open(statemachine.DeploymentSpec{Kind: kind, Config: []byte(config)}); err == nil || !strings.Contains(err.Error(), "must be") {
			t.Errorf("%s %s: error %v", kind, config, err)
		}
	}
}
