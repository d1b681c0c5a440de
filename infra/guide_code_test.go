package infra_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
)

func TestGuide_explainsEveryReasonToRefuseOrGoBack(t *testing.T) {
	values, group := codes(t)
	want := slices.Clone(group)
	for _, name := range failures(t, "../statemachine/*.go") {
		if name != "CodeWrongPhase" { // a revert's, and so a verb's
			want = append(want, values[name])
		}
	}
	explained(t, "Why it was refused, or went back", want)
}

func TestGuide_explainsEveryWayToBeStuck(t *testing.T) {
	want := []string{string(statemachine.CodeContended)}
	for code := statemachine.FaultCode(1); ; code++ {
		word, err := code.MarshalText()
		if err != nil {
			break
		}
		want = append(want, string(word))
	}
	explained(t, "Stuck", want)
}

func TestGuide_explainsEveryRefusalOfAVerb(t *testing.T) {
	values, _ := codes(t)
	var want []string
	refusal := regexp.MustCompile(`refuseCommand\(ctx, outcome, (?:"(\w+)"|string\(statemachine\.(\w+)\))`)
	for _, name := range []string{"commands.go", "create.go"} {
		for _, m := range refusal.FindAllStringSubmatch(source(t, "../worker/"+name), -1) {
			want = append(want, m[1]+values[m[2]])
		}
	}
	for _, name := range failures(t, "../statemachine/slot.go") { // why there is no revert
		want = append(want, values[name])
	}
	want = append(want, string(statemachine.CodeStaleRev)) // in permit.go, beside wrong_phase
	explained(t, "Refused verbs", want)
}

func TestGuide_explainsEveryAlarmOnSerin(t *testing.T) {
	s := resolve(t, nil)
	var want []string
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		want = append(want, s.properties(id).at("AlarmName").text())
	}
	explained(t, "Alarms on Serin", want)
}

// explained holds the rows of a section's table to what must have one.
func explained(t *testing.T, section string, want []string) {
	t.Helper()
	got := tableRows(t, section)
	slices.Sort(want)
	want = slices.Compact(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows of %q (-what there is +what is explained):\n%s", section, diff)
	}
}

// codes are the values of the core's codes by their names, and those of the group that says why a release is refused or goes back.
func codes(t *testing.T) (values map[string]string, group []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", source(t, "../statemachine/codes.go"), parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]string{}
	for _, declared := range file.Decls {
		constants, ok := declared.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		for _, spec := range constants.Specs {
			constant, _ := spec.(*ast.ValueSpec)
			literal, _ := constant.Values[0].(*ast.BasicLit)
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values[constant.Names[0].Name] = value
			if strings.HasPrefix(constants.Doc.Text(), "Why a release is refused or goes back.") {
				group = append(group, value)
			}
		}
	}
	if len(group) == 0 {
		t.Fatal("codes.go has no group of this name")
	}
	return values, group
}

// failures are the names of the codes that some of the core's files give a failure, or a problem of preflight.
func failures(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`(?:fail\(|problem\(|(?:Problem|Failure)\{Code: )(Code\w+)`)
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range given.FindAllStringSubmatch(source(t, name), -1) {
			names = append(names, m[1])
		}
	}
	if len(names) == 0 {
		t.Fatalf("nothing in %s gives a failure", pattern)
	}
	return names
}
