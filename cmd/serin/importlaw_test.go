package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/serinhq/serin/"

// rank is the import law as a number: a package imports only packages of a lower rank, so no two
// adapters know each other. A package that is missing here has no place in the house yet.
// The linter (depguard in .golangci.yml) names each allowed import; this test needs no linter, sees
// through chains of imports, and holds the adapters' tests to the same law.
func rank(pkg string) (int, bool) {
	for n, floor := range []string{
		"statemachine",
		"worker",
		"internal/awserr internal/awstest internal/explore internal/porttest internal/proof",
		"internal/canaryfile internal/event internal/local " + adapters,
		"internal/app",
		"internal/app/demo internal/bench internal/proof/record",
		"internal/cli",
		"cmd/serin infra infra/browser",
	} {
		if slices.Contains(strings.Fields(floor), pkg) {
			return n, true
		}
	}
	return 0, false
}

// adapters each speak to one part of AWS.
const adapters = "internal/target internal/deployment internal/codepipeline internal/cloudwatch " +
	"internal/check internal/dynamostore internal/sqsqueue internal/eventbus"

func TestImportLaw_everyArrowPointsDown(t *testing.T) {
	for pkg, imports := range house(t, production) {
		from, known := rank(pkg)
		if !known {
			t.Errorf("%s has no place in the import law: give it one here and in .golangci.yml", pkg)
		}
		for _, imp := range ours(imports) {
			if to, _ := rank(imp); to >= from {
				t.Errorf("%s imports %s, which stands on the same floor or above", pkg, imp)
			}
		}
	}
}

func TestImportLaw_adaptersTestsKnowNoOtherAdapter(t *testing.T) {
	for pkg, imports := range house(t, tests) {
		if !slices.Contains(strings.Fields(adapters), pkg) {
			continue
		}
		from, _ := rank(pkg)
		for _, imp := range ours(imports) {
			if to, _ := rank(imp); to >= from && imp != pkg {
				t.Errorf("a test of %s imports %s", pkg, imp)
			}
		}
	}
}

func TestImportLaw_theCoreKnowsOnlyTheStandardLibrary(t *testing.T) {
	for _, imp := range house(t, production)["statemachine"] {
		if strings.Contains(imp, ".") {
			t.Errorf("statemachine imports %s", imp)
		}
	}
}

func TestImportLaw_noAWSReachesTheLoopOrTheEmbeddedDefault(t *testing.T) {
	imports := house(t, production)
	for _, pkg := range []string{"statemachine", "worker", "internal/event", "internal/canaryfile", "internal/local", "internal/porttest"} {
		for _, imp := range reach(imports, pkg) {
			if strings.HasPrefix(imp, "github.com/aws/") {
				t.Errorf("%s reaches %s", pkg, imp)
			}
		}
	}
}

// reach lists everything pkg imports, through our own packages.
func reach(imports map[string][]string, pkg string) []string {
	all := slices.Clone(imports[pkg])
	for _, imp := range ours(imports[pkg]) {
		all = append(all, reach(imports, imp)...)
	}
	return all
}

// ours are the imports that are packages of this module, without its path.
func ours(imports []string) []string {
	var found []string
	for _, imp := range imports {
		if pkg, ok := strings.CutPrefix(imp, module); ok {
			found = append(found, pkg)
		}
	}
	return found
}

func production(file string) bool { return !strings.HasSuffix(file, "_test.go") }
func tests(file string) bool      { return strings.HasSuffix(file, "_test.go") }

// house reads the imports of every package from the source files that pass keep. It opens the files
// itself, and does not ask `go list`, so that Go's test cache sees what the result rests on.
func house(t *testing.T, keep func(file string) bool) map[string][]string {
	t.Helper()
	root := os.DirFS("../..")
	imports := map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != ".") {
			return fs.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" || !keep(name) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(name)
		imports[pkg] = slices.Grow(imports[pkg], len(file.Imports))
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[pkg] = append(imports[pkg], imp)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read the source tree: %v", err)
	}
	return imports
}
