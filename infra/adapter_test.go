package infra_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	slash "path" // stories have a type of that name
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every adapter says in an interface which operations it calls; the SDK's clients are reachable through nothing else. So the
// methods of those interfaces are the list that the policies must hold: not one more, not one less.
func TestPolicies_allowExactlyWhatTheAdaptersCall(t *testing.T) {
	called := map[string]bool{}
	for operation := range adapterOperations(t) {
		for _, action := range actionsOf(t, operation) {
			called[action] = true
		}
	}
	s := resolve(t, everyList())
	granted := map[string]bool{}
	for _, policy := range []string{"WorkerPolicy", "OperatorPolicy"} {
		for action := range grants(documentOf(s, policy)) {
			granted[action] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(called)), slices.Sorted(maps.Keys(granted))); diff != "" {
		t.Errorf("actions (-what the adapters call +what worker and operators may):\n%s", diff)
	}
}

// Only people send commands: everything else that any adapter calls, the worker calls.
func TestWorkerPolicy_lacksOnlyWhatPeopleDo(t *testing.T) {
	s := resolve(t, everyList())
	workers := grants(documentOf(s, "WorkerPolicy"))
	var lacks []string
	for action := range grants(documentOf(s, "OperatorPolicy")) {
		if workers[action] == nil {
			lacks = append(lacks, action)
		}
	}
	slices.Sort(lacks)
	// A worker writes no definition, so it drops none.
	if diff := cmp.Diff([]string{"dynamodb:DeleteItem", "sqs:SendMessage"}, lacks); diff != "" {
		t.Errorf("what operators may and the worker may not (-want +got):\n%s", diff)
	}
}

// actionsOf are the IAM actions of an SDK operation, "dynamodb.PutItem" (service authorization reference): a batch is checked as
// its single form, a transaction as the writes in it.
func actionsOf(t *testing.T, operation string) []string {
	t.Helper()
	sdk, name, _ := strings.Cut(operation, ".")
	prefix := map[string]string{
		"cloudwatch": "cloudwatch", "codedeploy": "codedeploy", "codepipeline": "codepipeline", "dynamodb": "dynamodb", "ecs": "ecs",
		"codebuild": "codebuild",
		"appconfig": "appconfig", "cloudformation": "cloudformation", "elasticbeanstalk": "elasticbeanstalk",
		"cloudfront": "cloudfront", "cloudfrontkeyvaluestore": "cloudfront-keyvaluestore",
		"elasticloadbalancingv2": "elasticloadbalancing", "eventbridge": "events", "lambda": "lambda", "sqs": "sqs", "route53": "route53", "s3": "s3", "vpclattice": "vpc-lattice",
	}[sdk]
	switch {
	case sdk == "apigateway" || sdk == "apigatewayv2": // its actions are the methods
		verb := regexp.MustCompile(`^[A-Z][a-z]+`).FindString(name)
		return []string{"apigateway:" + map[string]string{"Get": "GET", "Update": "PATCH", "Create": "POST"}[verb]}
	case prefix == "":
		t.Fatalf("the IAM prefix of SDK package %s is not known to this test", sdk)
	case operation == "s3.HeadObject":
		name = "GetObject"
	case operation == "dynamodb.TransactWriteItems":
		return transactionActions(t)
	case operation == "lambda.Invoke":
		name = "InvokeFunction"
	case prefix == "sqs":
		name = strings.TrimSuffix(name, "Batch")
	}
	return []string{prefix + ":" + name}
}

// adapterOperations are the methods of the adapters' SDK interfaces: those that take an SDK package's input.
func adapterOperations(t *testing.T) map[string]bool {
	t.Helper()
	operations := map[string]bool{}
	eachNode(t, func(file *ast.File, node ast.Node) {
		declared, ok := node.(*ast.InterfaceType)
		if !ok {
			return
		}
		for _, method := range declared.Methods.List {
			signature, ok := method.Type.(*ast.FuncType)
			if !ok || len(method.Names) != 1 {
				continue
			}
			for _, parameter := range signature.Params.List {
				if sdk := sdkOf(file, parameter.Type, method.Names[0].Name+"Input"); sdk != "" {
					operations[sdk+"."+method.Names[0].Name] = true
				}
			}
		}
	})
	return operations
}

// sdkOf is the SDK package of a parameter *sdk.NameInput; "" if it is another.
func sdkOf(file *ast.File, parameter ast.Expr, name string) string {
	pointer, ok := parameter.(*ast.StarExpr)
	if !ok {
		return ""
	}
	selector, ok := pointer.X.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return ""
	}
	qualifier, ok := selector.X.(*ast.Ident)
	if !ok {
		return ""
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || slash.Dir(imported) != "github.com/aws/aws-sdk-go-v2/service" {
			continue
		}
		if spec.Name != nil && spec.Name.Name == qualifier.Name || spec.Name == nil && slash.Base(imported) == qualifier.Name {
			return slash.Base(imported)
		}
	}
	return ""
}

// transactionActions are the kinds of write that transactions are made of.
func transactionActions(t *testing.T) []string {
	t.Helper()
	actions := map[string]bool{}
	eachNode(t, func(_ *ast.File, node ast.Node) {
		literal, ok := node.(*ast.CompositeLit)
		if !ok {
			return
		}
		if selector, ok := literal.Type.(*ast.SelectorExpr); !ok || selector.Sel.Name != "TransactWriteItem" {
			return
		}
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				kind, _ := pair.Key.(*ast.Ident)
				actions["dynamodb:"+map[string]string{
					"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
				}[kind.Name]] = true
			}
		}
	})
	return slices.Collect(maps.Keys(actions))
}

// eachNode walks through the adapters' sources, without their tests and what tests run against.
func eachNode(t *testing.T, visit func(*ast.File, ast.Node)) {
	t.Helper()
	root := os.DirFS("../internal")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "awstest" || name == "porttest" || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || slash.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			visit(file, node)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
