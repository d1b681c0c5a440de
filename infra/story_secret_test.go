package infra_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	deploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// (describe --live is not held to this: it shows its caller what the caller may read at AWS, and keeps nothing.)
func TestSecrets_areToldInNoLogItemMetricOrAnnouncement(t *testing.T) {
	t.Parallel()
	s, heard := planted(t)
	w := s.readyWorker("secret-a")
	var told strings.Builder
	s.endsInEachWay(&told)
	for i, phase := range []string{"promoted", "rolled_back", "rolled_back", "refused"} {
		r := s.releases(s.name)[i]
		if r.Phase != phase {
			t.Errorf("release %d is %s, want %s:\n%s", i, r.Phase, phase, s.story())
		}
		s.tell(&told, "describe", r.Release)
		s.tell(&told, "describe", r.Release, "-o", "json")
		s.tell(&told, "history", r.Release)
		s.tell(&told, "history", r.Release, "-o", "json")
	}
	for _, args := range [][]string{
		{"get", "releases", "-o", "json"}, {"get", "canaries", "-o", "yaml"}, {"get", "workers"}, {"rollback", s.name, "--print"},
	} {
		s.tell(&told, args...)
	}

	if n := len(s.tokens()); n != 4 {
		t.Errorf("%d tokens, want one for each gate", n)
	}
	s.keepsQuiet(w, heard, told.String())
}

// tell keeps all that a command line says.
func (s *stage) tell(told *strings.Builder, args ...string) {
	s.t.Helper()
	v := s.serin(args...)
	if v.code != 0 {
		s.t.Fatalf("serin %v: exit code %d\n%s%s", args, v.code, v.out, v.err)
	}
	told.WriteString(v.out + v.err)
}

// endsInEachWay has one release promoted past a person, one rolled back by an alarm, one by a person at the gate, and one
// refused for a variable that is not there, by the names of those that are.
func (s *stage) endsInEachWay(told *strings.Builder) {
	s.t.Helper()
	two := s.functions.PublishVersion(s.name, func(c *awstest.FunctionConfig) { c.Code = "two" })
	_, events := s.openSecretGate(two)
	s.emitMarked(events...)
	s.asked(0)
	s.tell(told, "describe", s.name)
	s.tell(told, "approve", s.name, "--reason", "looks well")
	s.bakes(s.name, 0, 50)
	s.tell(told, "promote", s.name, "--reason", "looks well")
	s.settles(s.name, 0)
	three := s.functions.PublishVersion(s.name, func(c *awstest.FunctionConfig) { c.Code = "three" })
	_, events = s.openSecretGate(three)
	s.emitMarked(last(events))
	s.asked(1)
	s.emitMarked(s.alarms.SetState(s.name, "ALARM", mark))
	s.settles(s.name, 1)
	s.emitMarked(s.alarms.SetState(s.name, "OK", mark))
	execution, events := s.openSecretGate(three)
	s.emitMarked(last(events))
	s.asked(2)
	events, err := s.pipelines.PersonAnswers(s.name, execution, types.ApprovalStatusRejected, "arn:aws:iam::"+awstest.Account+":user/ann")
	if err != nil {
		s.t.Fatal(err)
	}
	s.emitMarked(events...)
	s.settles(s.name, 2)
	_, events = s.openSecretGate("")
	s.emitMarked(last(events))
	s.settles(s.name, 3)
	if !strings.Contains(s.story(), "it has: Deploy.Password, Source.CommitId, Source.CommitMessage\n") {
		s.t.Errorf("the release without a version does not name the variables:\n%s", s.story())
	}
}

// A guarded deployment has a description, a revision and a configuration of its own.
func TestSecrets_ofADeploymentAreToldNowhere(t *testing.T) {
	t.Parallel()
	s := ownStage(t, "lambda-secret", 1)
	s.settings["SERIN_LOG_LEVEL"] = "debug"
	s.markAnswers()
	s.guard(deploytypes.ComputePlatformLambda, strings.SplitAfter(guardFile, "prod}}\n")[0]+"alarms: [NAME]\n")
	heard := s.overhear("secret-a")
	w := s.readyWorker("secret-a")
	begin := func(n int) string {
		t.Helper()
		id, events, err := s.deployments.StartDeployment(s.name, "prod", awstest.DeploymentOptions{
			Description: mark, Function: s.name, Alias: "live", CurrentVersion: "1", TargetVersion: "2",
			Revision: &deploytypes.RevisionLocation{
				RevisionType:   deploytypes.RevisionLocationTypeAppSpecContent,
				AppSpecContent: &deploytypes.AppSpecContent{Content: aws.String(mark), Sha256: aws.String(strings.Repeat("5ecu", 16))},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.emitMarked(last(events))
		s.goes(id, awstest.PointShifting)
		s.reaches(s.name, n, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
		return id
	}
	// One goes to its end, one is stopped by an alarm.
	s.goes(begin(0), awstest.PointEnd)
	s.settles(s.name, 0)
	begin(1)
	s.emitMarked(s.alarms.SetState(s.name, "ALARM", mark))
	s.settles(s.name, 1)
	told := s.must("history", s.name)
	for i, phase := range []string{"promoted", "rolled_back"} {
		r := s.releases(s.name)[i]
		if r.Phase != phase {
			t.Errorf("release %d is %s, want %s:\n%s", i, r.Phase, phase, s.story())
		}
		told += s.must("describe", r.Release, "-o", "json") + s.must("describe", r.Release) + s.must("history", r.Release, "-o", "json")
	}
	s.keepsQuiet(w, heard, told)
}
