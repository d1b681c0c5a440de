package infra_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/proof"
)

// hostileInputs are what is tried on Serin, and the tests that try it.
func hostileInputs() [][2]string {
	return [][2]string{
		{"a command from an actor the policy does not name", "TestQueuePolicies_sayWhoMaySend"},
		{"a command whose sender claims to be somebody else", "TestCommand_keepsTheProvenSenderWhateverIsClaimed"},
		{"a command to a release that is not there, of an unknown verb, of a stale rev", "TestCommand_toNoReleaseOfNoVerbOrOfAStaleRevChangesNothing"},
		{"a command that comes again", "TestVerbs_aCommandThatComesTwiceActsOnce"},
		{"a command among the events, bare or in an event's detail", "TestSamples_areEachDecidedAsTheIndexSaysAndMoveNothing"},
		{"an event whose sender says it is a command's", "TestEvents_areNoCommandsWhateverTheSenderSays"},
		{"spoofed sources, wrong accounts, wrong regions, at the real binary", "TestHostile_bodiesSourcesAccountsAndRegionsMoveNothing"},
		{"an event when no account or region is allowed", "TestDecode_withoutAnAllowedAccountOrRegionRefusesAll"},
		{"an event with one thing wrong, in each way", "TestDecode_oneThingWrong"},
		{"broken, deep, wide and endless bodies of 1 MiB on both queues", "TestHostile_bodiesSourcesAccountsAndRegionsMoveNothing"},
		{"broken bodies on the command queue, received twenty times, until they are dead letters", "TestCommandQueue_handsHostileBodiesBackUntilTheyAreDeadLetters"},
		{"any bytes as an event", "FuzzDecode"},
		{"any bytes as a canary file", "FuzzLoad"},
		{"a file that would paint the reader's terminal", "TestLoad_reportsCannotPaintTheScreen"},
		{"any method on the worker's port", "TestHandler_onlyReads"},
		{"a secret in every corner that Serin does not read, and every approval's token", "TestSecrets_areToldInNoLogItemMetricOrAnnouncement"},
		{"the same of a CodeDeploy deployment", "TestSecrets_ofADeploymentAreToldNowhere"},
		{"the same of AppConfig, Elastic Beanstalk and CloudFormation", "TestSecrets_ofGuardedDeploymentsAreToldNowhere"},
		{"the same of a bucket, a store, an API, a Lattice rule, a build and a checking function", "TestSecrets_ofSitesAnAPIAndTheirChecksAreToldNowhere"},
		{"the same of task sets, records and a distribution, with a secret that it sends its origin", "TestSecrets_ofAnEdgeAreToldNowhere"},
		{"the same in every sample event", "TestSamples_areEachDecidedAsTheIndexSaysAndMoveNothing"},
		{"a token that AWS repeats in an error", "TestAnswer_tellsNoTokenThatAWSRepeats"},
	}
}

func TestHostileInputs_areTriedByTestsThatExist(t *testing.T) {
	known := testsByFile(t)
	for _, input := range hostileInputs() {
		if !known.has(input[1]) {
			t.Errorf("%s is tried by %s, and there is no such test", input[0], input[1])
		}
	}
}

// envSecurity names the file in which make security keeps what it ran, a line each: "name: outcome".
const envSecurity = "SERIN_SECURITY_REPORT"

// Told by make security what it ran, this writes the proof; without that there is nothing to write.
func TestSecurity_isWrittenIntoTheProof(t *testing.T) {
	text := "| looked for | by | found |\n|---|---|---|\n"
	ran := 0
	for line := range strings.Lines(securityReport(t)) {
		tool, outcome, ok := strings.Cut(strings.TrimSpace(line), ": ")
		what := map[string]string{"gosec": "weak spots in our own code", "govulncheck": "known vulnerabilities that our code reaches"}[tool]
		if !ok || what == "" {
			t.Fatalf("the report of make security has a line %q", line)
		}
		ran++
		if tool == "gosec" {
			outcome += "; not looked at: " + gosecSpares(t)
		}
		text += fmt.Sprintf("| %s | %s | %s |\n", what, tool, outcome)
	}
	if ran != 2 {
		t.Fatalf("make security ran %d tools, want 2", ran)
	}
	text += "\nHostile inputs that tests try, with `make test`:\n\n| input | test |\n|---|---|\n"
	for _, input := range hostileInputs() {
		text += fmt.Sprintf("| %s | `%s` |\n", input[0], input[1])
	}
	if os.Getenv(envSecurity) == "" {
		return
	}
	if err := proof.Write("security", "make security", text); err != nil {
		t.Fatal(err)
	}
}

// securityReport is what make security ran, or an example of it.
func securityReport(t *testing.T) string {
	t.Helper()
	path := os.Getenv(envSecurity)
	if path == "" {
		return "gosec: no findings\ngovulncheck: not run, because its database does not answer\n"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
