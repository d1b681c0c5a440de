package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/serinhq/serin/internal/cli"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

type command = func(ts *testscript.TestScript, neg bool, args []string)

// commands are what a script may say beside testscript's own.
func (s *stage) commands() map[string]command {
	return map[string]command{
		"serin":    s.cmdSerin,    // serin ARGS…: the command line; must succeed
		"exits":    s.cmdExits,    // exits CODE ARGS…: the same, must end with this code
		"during":   s.cmdDuring,   // during DURATION ARGS…: the same, interrupted after it
		"joining":  s.cmdJoining,  // joining DURATION ID ARGS…: the same, and that worker starts after it; must succeed
		"worker":   s.cmdWorker,   // worker start|stop ID
		"after":    s.cmdAfter,    // after DURATION: time passes
		"release":  s.cmdRelease,  // release VERSION [PIPELINE]: an execution comes to its gate; sets $EXECUTION
		"deploy":   s.cmdDeploy,   // deploy VERSION | reach POINT | succeed: a guarded deployment; sets $DEPLOYMENT
		"alarm":    s.cmdAlarm,    // alarm NAME ok|alarm|no_data
		"move":     s.cmdMove,     // move VERSION: somebody else writes the alias
		"shows":    s.cmdShows,    // shows TEXT: the alias shows this split now
		"get":      s.cmdGet,      // get VAR WORD PATH…: sets a variable to a field of a release
		"masked":   s.cmdMasked,   // masked FILE: standard output, ids numbered, to a file
		"deny":     s.cmdDeny,     // deny CALL: access is denied to every worker from now on
		"forbid":   s.cmdForbid,   // forbid CALL: access is denied to the person
		"decide":   s.cmdDecide,   // decide approve|reject: somebody answers the newest execution's gate in the console
		"undeny":   s.cmdUndeny,   // undeny: and no longer
		"repeat":   s.cmdRepeat,   // repeat: the next command's deletion from its queue fails, so it comes again
		"repeated": s.cmdRepeated, // repeated: that happened, and no message is left
		"answers":  s.cmdAnswers,  // answers N: the gates were answered so many times
	}
}

func (s *stage) cmdSerin(ts *testscript.TestScript, neg bool, args []string) {
	if code := cli.Main(s.t.Context(), args, s.streams(ts)); (code != 0) != neg {
		ts.Fatalf("exit code %d", code)
	}
}

func (s *stage) cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	code := cli.Main(s.t.Context(), args[1:], s.streams(ts))
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

func (s *stage) cmdDuring(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(s.t.Context(), duration(ts, args[0]))
	defer cancel()
	if code := cli.Main(ctx, args[1:], s.streams(ts)); code != 0 {
		ts.Fatalf("exit code %d", code)
	}
}

func (s *stage) cmdJoining(ts *testscript.TestScript, neg bool, args []string) {
	joined := make(chan struct{})
	go func() {
		defer close(joined)
		after(duration(ts, args[0]))
		s.start(args[1])
	}()
	s.cmdSerin(ts, neg, args[2:])
	<-joined
}

func (s *stage) cmdWorker(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "start":
		s.start(args[1])
		after(time.Millisecond)
	case "stop":
		s.workers[args[1]]()
	default:
		ts.Fatalf("worker %s", args[0])
	}
}

func (s *stage) cmdAfter(ts *testscript.TestScript, _ bool, args []string) {
	after(duration(ts, args[0]))
}

func duration(ts *testscript.TestScript, text string) time.Duration {
	d, err := time.ParseDuration(text)
	ts.Check(err)
	return d
}

func (s *stage) cmdRelease(ts *testscript.TestScript, _ bool, args []string) {
	pipeline := s.gate.Pipeline
	if len(args) > 1 {
		pipeline = args[1]
	}
	s.began = s.StartExecution(pipeline, local.RunSpec{Variables: map[string]string{
		"Deploy.FunctionVersion": args[0], "Source.CommitId": args[0], "Deploy.Secret": "hunter2",
	}})
	s.Arrive(s.began)
	ts.Setenv("EXECUTION", s.began)
	after(time.Second)
}

func (s *stage) cmdDeploy(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "reach":
		var point statemachine.Point
		ts.Check(point.UnmarshalText([]byte(args[1])))
		s.ReachPoint(s.began, point)
	case "succeed":
		s.SucceedDeployment(s.began)
	default:
		s.began = s.StartDeployment("orders/prod", args[0])
		ts.Setenv("DEPLOYMENT", s.began)
	}
	after(time.Second)
}

func (s *stage) cmdAlarm(ts *testscript.TestScript, _ bool, args []string) {
	var state statemachine.AlarmState
	ts.Check(state.UnmarshalText([]byte(args[1])))
	s.SetAlarm(args[0], state, "3 datapoints were above 1")
	after(time.Second)
}

func (s *stage) cmdMove(_ *testscript.TestScript, _ bool, args []string) {
	s.Move(local.KindLambda, alias, statemachine.Split{Stable: args[0]})
}

func (s *stage) cmdShows(ts *testscript.TestScript, _ bool, args []string) {
	if got := s.Shows(local.KindLambda, alias).String(); got != strings.Join(args, " ") {
		ts.Fatalf("the alias shows %q", got)
	}
}

func (s *stage) cmdGet(ts *testscript.TestScript, _ bool, args []string) {
	found, err := s.Client("test").Store().Find(context.WithoutCancel(s.t.Context()), args[1])
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%d releases are %s", len(found), args[1])
	}
	doc, err := json.Marshal(found[0].Release)
	ts.Check(err)
	var fields map[string]any
	ts.Check(json.Unmarshal(doc, &fields))
	text, err := json.Marshal(fields[args[2]])
	ts.Check(err)
	ts.Setenv(args[0], strings.Trim(string(text), `"`))
}

func (s *stage) cmdMasked(ts *testscript.TestScript, _ bool, args []string) {
	seen := map[string]string{}
	text := regexp.MustCompile(`\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b`).ReplaceAllStringFunc(ts.ReadFile("stdout"), func(id string) string {
		if seen[id] == "" {
			seen[id] = "<id " + strconv.Itoa(len(seen)+1) + ">"
		}
		return seen[id]
	})
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func (s *stage) cmdDeny(_ *testscript.TestScript, _ bool, args []string) {
	s.undeny = s.Intercept(func(_ context.Context, call local.Call) local.Effect {
		if call.Name == args[0] && call.Client != "person" {
			return local.Effect{Err: worker.ErrDenied}
		}
		return local.Effect{}
	})
}

func (s *stage) cmdForbid(_ *testscript.TestScript, _ bool, args []string) {
	s.Intercept(func(_ context.Context, call local.Call) local.Effect {
		if call.Name == args[0] && call.Client == "person" {
			return local.Effect{Err: worker.ErrDenied}
		}
		return local.Effect{}
	})
}

func (s *stage) cmdDecide(ts *testscript.TestScript, _ bool, args []string) {
	gate, ok := s.Gate(s.began)
	if !ok {
		ts.Fatalf("no gate is open")
	}
	s.Decide(gate, "ana", args[0] == "approve", "from the console")
}

func (s *stage) cmdUndeny(*testscript.TestScript, bool, []string) { s.undeny() }

func (s *stage) cmdRepeat(*testscript.TestScript, bool, []string) {
	s.Intercept(local.First(1, func(_ context.Context, call local.Call) local.Effect {
		if call.Name == "sqs:DeleteMessageBatch" && call.Resource == "commands" {
			s.repeats.Add(1)
			return local.Effect{Err: worker.ErrUnavailable}
		}
		return local.Effect{}
	}))
}

func (s *stage) cmdRepeated(ts *testscript.TestScript, _ bool, _ []string) {
	if repeats, left := s.repeats.Load(), s.Backlog(); repeats != 2 || left != 0 {
		ts.Fatalf("%d deletions were tried, want 2; %d messages are left", repeats, left)
	}
}

func (s *stage) cmdAnswers(ts *testscript.TestScript, _ bool, args []string) {
	answers := 0
	for _, c := range s.Ledger() {
		if c.What == local.Answered {
			answers++
		}
	}
	if strconv.Itoa(answers) != args[0] {
		ts.Fatalf("%d answers", answers)
	}
}
