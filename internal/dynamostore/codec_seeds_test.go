package dynamostore

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// storedReleases are releases as the table has them: one that begins, one that
// bakes, one that waits for a person, one that is stuck on its way back, one that
// guards a deployment, and two that have every field there is, running and settled.
func storedReleases() []statemachine.Release {
	begun := someRelease().StartedAt
	shown := statemachine.Split{Stable: "42", Canary: "43", WeightPct: 25}
	baking := someRelease()
	baking.Phase, baking.Rev, baking.Step, baking.FromVersion = statemachine.Baking, 7, 1, "42"
	baking.Plan.Steps = []statemachine.Step{{WeightPct: 25, Bake: time.Minute}, {Approval: &statemachine.Approval{Timeout: time.Hour, OnTimeout: statemachine.TimeoutRollback}}}
	baking.Plan.Targets = []statemachine.TargetSpec{{Kind: "lambda", ID: "checkout:live", Name: "checkout:live", Config: json.RawMessage(`{"function": "checkout"}`)}}
	baking.Targets = []statemachine.Target{{
		Name: "checkout:live", Canary: "43", Restore: &statemachine.Split{Stable: "42"}, Want: &shown, Seen: &shown, SeenAt: begun, Written: true,
	}}
	baking.Alarms = []statemachine.Alarm{{Name: "checkout-5xx", State: statemachine.AlarmOK, Baseline: begun, SeenAt: begun}}
	baking.BakeEnd, baking.WakeAt = begun.Add(time.Minute), begun.Add(time.Minute)

	gated := baking
	gated.Phase, gated.Step, gated.ClockStopped = statemachine.Gated, 2, begun
	gated.Gate = &statemachine.Gate{
		Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate", Execution: "4f0c", ActionExecution: "9a", Status: statemachine.GateOpen,
	}

	stuck := baking
	stuck.Phase = statemachine.RollingBack
	stuck.Pending = []statemachine.Order{{Kind: statemachine.Restore, Key: "r/8/restore/checkout:live", Target: "checkout:live", Attempts: 9}}
	stuck.Failure = &statemachine.Failure{Code: statemachine.CodeAlarm, Text: "alarm checkout-5xx", At: begun}
	stuck.Stuck = &statemachine.Stuck{Code: "denied", Key: "r/8/restore/checkout:live", Since: begun, Attempts: 9}

	guarded := someRelease()
	guarded.Phase, guarded.Plan.Trigger.Kind = statemachine.Shifting, statemachine.TriggerDeployment
	guarded.Deployment = &statemachine.Deployment{ID: "d-A1B2C3D4E", Status: statemachine.DeploymentRunning, WeightPct: new(float64)}

	var whole, settled statemachine.Release
	fill(reflect.ValueOf(&settled).Elem(), begun)
	whole = settled
	whole.SettledAt = time.Time{}
	return []statemachine.Release{someRelease(), baking, gated, stuck, guarded, whole, settled}
}

// fill gives every field of a value something that is not zero. Every enum has a
// word for one.
func fill(v reflect.Value, at time.Time) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(at))
		return
	case json.RawMessage:
		v.SetBytes([]byte(`{"a":1}`))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, at)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), at)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), at)
	case reflect.String:
		v.SetString("a")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1)
	default: // numbers, or the next kind of field panics here
		v.Set(reflect.ValueOf(1).Convert(v.Type()))
	}
}
