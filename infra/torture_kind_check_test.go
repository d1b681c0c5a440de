package infra_test

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/serinhq/serin/internal/awstest"
)

// checks are the two that stand behind the first weight.
const checks = "  - {codebuild: {project: NAME}, timeout: 1h}\n  - {lambda: {function: NAME}, timeout: 1h}\n"

// checkedTrial is an alias whose release a build, then a function must like before its second weight.
func checkedTrial(x *torment, t *trial) {
	s := x.on(t)
	s.function(t.name)
	s.pipeline(t.name)
	s.builds.CreateProject(t.name)
	t.movers, t.endings = []mover{aliasMover(t.name)}, []ending{endByItself, endApproved, endCheckFailed, endAlarm}
	first, rest, _ := strings.Cut(t.movingFile(gateTrigger, lambdaTarget), "{weight: 10, bake: 1s}\n")
	t.file = first + "{weight: 10, bake: 1s}\n" + strings.ReplaceAll(checks, "NAME", t.name) + rest
	var disliked sync.Map // versions that the function says no to
	s.functions.Answer(t.name, func(i awstest.Invocation) awstest.InvocationAnswer {
		var asked struct{ Version string }
		says := "pass"
		if err := json.Unmarshal(i.Payload, &asked); err != nil {
			says = err.Error()
		} else if _, no := disliked.Load(asked.Version); no {
			says = "fail"
		}
		return awstest.InvocationAnswer{Payload: []byte(`{"status":"` + says + `"}`)}
	})
	t.begin, t.tends = x.gateOpens, x.buildsEnd
	t.puts = append(t.puts, func(r *round) map[string]string {
		deployed := x.publishes(r)
		if r.end == endCheckFailed && !r.buildFails() {
			disliked.Store(r.version, true)
		}
		return deployed
	})
}

// buildFails: of the two checks it is the build that says no.
func (r *round) buildFails() bool { return r.end == endCheckFailed && r.at == 1 }

// buildsEnd ends every build of a round's project that runs.
func (x *torment) buildsEnd(r *round) {
	for _, b := range x.builds.Builds(r.name) {
		if b.Status != types.StatusTypeInProgress {
			continue
		}
		status := types.StatusTypeSucceeded
		if b.Variables["SERIN_VERSION"] == r.version && r.buildFails() {
			status = types.StatusTypeFailed
		}
		events, err := x.builds.FinishBuild(b.ID, status)
		if err != nil {
			continue // it was stopped
		}
		x.chaos(r.trial, events...)
	}
}
