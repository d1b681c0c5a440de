package infra_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stolenRole is the part of the page about a stolen worker role.
func stolenRole(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(securityPage)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n## A stolen worker role\n")
	part, _, ends := strings.Cut(rest, "\n## ")
	if !found || !ends {
		t.Fatalf("%s has no part about a stolen worker role", securityPage)
	}
	return part
}

// writes are the actions among grants that are no reads, in order.
func writes(grants map[string][]string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(grants)), func(action string) bool {
		return isRead(action) || action == "dynamodb:Query" || action == "codebuild:BatchGetBuilds"
	})
}

// Each row names what its lists add to what the worker may write, all of it and nothing more; the row without a list, what
// the worker may write when every list is empty. No list is forgotten.
func TestSecurityPage_namesAllThatAStolenRoleMayWrite(t *testing.T) {
	always := writes(grants(documentOf(resolve(t, nil), "WorkerPolicy")))
	unnamed := everyList()
	delete(unnamed, "SiteAssetArns") // it gives reads alone
	rows := regexp.MustCompile("(?m)^\\| (`.+`) \\| (.+) \\| .+ \\|$").FindAllStringSubmatch(stolenRole(t), -1)
	for _, row := range rows {
		lists := map[string]string{}
		for _, list := range regexp.MustCompile("`([A-Z][A-Za-z0-9]+Arns)`").FindAllStringSubmatch(row[2], -1) {
			lists[list[1]] = everyList()[list[1]]
			delete(unnamed, list[1])
		}
		want := always
		if len(lists) > 0 {
			want = slices.DeleteFunc(writes(grants(documentOf(resolve(t, lists), "WorkerPolicy"))), func(action string) bool {
				return slices.Contains(always, action)
			})
		}
		got := slices.Sorted(slices.Values(strings.Fields(strings.ReplaceAll(row[1], "`", ""))))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("a row of %s about %s (-policy +page):\n%s", securityPage, row[2], diff)
		}
	}
	for list := range unnamed {
		t.Errorf("%s does not say what a thief may do with %s", securityPage, list)
	}
	if !strings.Contains(rows[0][1], "dynamodb:PutItem") {
		t.Errorf("the first row is %s, want what no list is needed for", rows[0][1])
	}
}

func TestSecurityPage_namesEveryServiceThatIsAllowedOnAll(t *testing.T) {
	var want []string
	for action, resources := range grants(documentOf(resolve(t, everyList()), "WorkerPolicy")) {
		if service, _, _ := strings.Cut(action, ":"); slices.Contains(resources, "*") && !slices.Contains(want, service) {
			want = append(want, service)
		}
	}
	slices.Sort(want)
	_, rest, _ := strings.Cut(stolenRole(t), "\n`*` stands only ")
	claim, _, _ := strings.Cut(rest, "[`")
	var got []string
	for _, service := range regexp.MustCompile("`([a-z]+)[:`]").FindAllStringSubmatch(claim, -1) {
		got = append(got, service[1])
	}
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(got))); diff != "" {
		t.Errorf("what %s says of * (-policy +page):\n%s", securityPage, diff)
	}
}
