package statemachine

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// args are a block's: "+10m" lets time pass first, "name=value" and plain words.
type args struct {
	pass  time.Duration
	words []string
	named map[string]string
}

func argsOf(t *testing.T, d *datadriven.TestData) args {
	t.Helper()
	a := args{named: map[string]string{}}
	for _, arg := range d.CmdArgs {
		switch {
		case strings.HasPrefix(arg.Key, "+"):
			a.pass += duration(t, arg.Key[1:])
		case len(arg.Vals) > 0:
			a.named[arg.Key] = strings.Join(arg.Vals, ",")
		default:
			a.words = append(a.words, arg.Key)
		}
	}
	return a
}

func (a args) get(name, otherwise string) string {
	if value, ok := a.named[name]; ok {
		return value
	}
	return otherwise
}

// set changes the world, and tells the release nothing: an alarm's state, a
// target's split, "gate=approved:ann", "deployment=waiting:ready:w1",
// "x=unread:throttled", "busy.a=r9", "x=muted", "check=fail:text".
func (s *story) set(t *testing.T, a args) {
	t.Helper()
	for name, value := range maps.All(a.named) {
		kind, rest, _ := strings.Cut(value, ":")
		_, isAlarm := s.alarms[name]
		target, busy := strings.CutPrefix(name, "busy.")
		delete(s.unread, name)
		switch {
		case kind == "unread":
			f := Fault{Call: "cloudwatch:DescribeAlarms", Resource: name, Error: rest}
			must(t, f.Code.UnmarshalText([]byte(rest)))
			s.unread[name] = f
		case busy:
			s.busy[target] = value
		case name == "gate":
			s.gate = GateLook{By: rest}
			must(t, s.gate.Status.UnmarshalText([]byte(kind)))
		case name == "check":
			s.check = CheckLook{Text: rest}
			must(t, s.check.Status.UnmarshalText([]byte(kind)))
		case name == "deployment":
			s.setDeployment(t, kind, rest)
		case name == "problem":
			s.problems = []Problem{{Code: Code(kind), Text: rest}}
		case isAlarm && kind == "muted":
			alarm := s.alarms[name]
			alarm.Muted = true
			s.alarms[name] = alarm
		case isAlarm:
			var state AlarmState
			must(t, state.UnmarshalText([]byte(kind)))
			s.ring(name, state, s.now)
		default:
			s.shows[name] = splitOf(t, value)
		}
	}
}

func (s *story) setDeployment(t *testing.T, status, rest string) {
	t.Helper()
	s.deployment = DeploymentLook{}
	must(t, s.deployment.Status.UnmarshalText([]byte(status)))
	point, key, waits := strings.Cut(rest, ":")
	switch {
	case waits:
		must(t, s.deployment.Point.UnmarshalText([]byte(point)))
		s.deployment.WaitKey = key
	case rest == "alarm":
		s.deployment.ByAlarm = true
	case rest == "unfit":
		s.deployment.Problems = []Problem{{Code: CodeStepsUnfit, Text: "no longer termination wait"}}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
