package dynamostore_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// TestCookbook_answersEachQuestionAmongAThousandReleases runs the operators'
// commands as they are written, in their order.
func TestCookbook_answersEachQuestionAmongAThousandReleases(t *testing.T) {
	commands := cookbook(t)
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			d := newTable(t, engine)
			w := d.cookbookWorld(t)
			if len(commands) != len(w.answers) {
				t.Fatalf("%d commands, %d answers", len(commands), len(w.answers))
			}
			for i, want := range w.answers {
				d.answers(t, w.dated(commands[i]), want)
			}
		})
	}
}

// command is one of the cookbook's, as its arguments.
type command struct {
	title string
	flags map[string]string
}

// cookbook reads the commands, and the line above each, from the operators' guide.
func cookbook(t *testing.T) []command {
	t.Helper()
	text, err := os.ReadFile("../../infra/GUIDE.md")
	ok(t, err)
	var commands []command
	for _, block := range regexp.MustCompile("(?s)\n([^\n]+)\n\n```sh\naws dynamodb query (.*?)\n```").FindAllStringSubmatch(string(text), -1) {
		commands = append(commands, command{block[1], flags(t, block[2])})
	}
	return commands
}

// flags splits what a shell would: single quotes, and backslashes before line
// ends.
func flags(t *testing.T, args string) map[string]string {
	t.Helper()
	words := regexp.MustCompile(`'[^']*'|[^\s']+`).FindAllString(strings.ReplaceAll(args, "\\\n", " "), -1)
	out := map[string]string{}
	for i, word := range words {
		name, isFlag := strings.CutPrefix(word, "--")
		if !isFlag {
			continue
		}
		out[name] = ""
		if i+1 < len(words) && !strings.HasPrefix(words[i+1], "--") {
			out[name] = strings.Trim(words[i+1], "'")
		}
	}
	return out
}

// input is the same query for the SDK; a flag it does not know fails the test.
func (c command) input(t *testing.T) *dynamodb.QueryInput {
	t.Helper()
	in := &dynamodb.QueryInput{}
	for name, value := range c.flags {
		switch name {
		case "table-name", "query", "output", "max-items": // the test's own, or the command line's alone
		case "index-name":
			in.IndexName = &value
		case "key-condition-expression":
			in.KeyConditionExpression = &value
		case "filter-expression":
			in.FilterExpression = &value
		case "expression-attribute-values":
			values, err := attributevalue.UnmarshalMapJSON([]byte(value))
			ok(t, err)
			in.ExpressionAttributeValues = values
		case "no-scan-index-forward":
			in.ScanIndexForward = aws.Bool(false)
		case "consistent-read":
			in.ConsistentRead = aws.Bool(true)
		default:
			t.Fatalf("%s: unknown flag --%s", c.title, name)
		}
	}
	return in
}

// answer is what a command must find, in order: items by their sort key.
type answer struct {
	sorts []string
	// read is how many items it may read for that; 0: as many as it finds.
	read int
}

func (d db) answers(t *testing.T, c command, want answer) {
	t.Helper()
	in := c.input(t)
	in.TableName = &d.table
	out, err := d.client.Query(t.Context(), in)
	if err != nil {
		t.Errorf("%s: %v", c.title, err)
		return
	}
	var sorts []string
	for _, item := range out.Items {
		sorts = append(sorts, strings.TrimPrefix(sortOf(item), "RELEASE#"))
	}
	if diff := cmp.Diff(want.sorts, sorts); diff != "" {
		t.Errorf("%s (-want +got):\n%s", c.title, diff)
	}
	if want.read == 0 {
		want.read = len(want.sorts)
	}
	if int(out.ScannedCount) != want.read {
		t.Errorf("%s: reads %d items to find %d", c.title, out.ScannedCount, len(want.sorts))
	}
	d.shows(t, c, out.Items)
}

// shows checks that each attribute a command prints is there, in some item, with
// that type; only what may be missing is let go.
func (d db) shows(t *testing.T, c command, items []map[string]types.AttributeValue) {
	t.Helper()
	for _, path := range regexp.MustCompile(`(\w+)\.([SN])`).FindAllStringSubmatch(c.flags["query"], -1) {
		found := path[1] == "attention" || path[1] == "from_version" || path[1] == "actor"
		for _, item := range items {
			switch item[path[1]].(type) {
			case *types.AttributeValueMemberS:
				found = found || path[2] == "S"
			case *types.AttributeValueMemberN:
				found = found || path[2] == "N"
			}
		}
		if !found {
			t.Errorf("%s: no item has %s", c.title, path[0])
		}
	}
}

func sortOf(item map[string]types.AttributeValue) string {
	if sk, ok := item["sk"].(*types.AttributeValueMemberS); ok {
		return sk.Value
	}
	return fmt.Sprintf("no sort key: %v", item["sk"])
}

// dated puts the world's time for the one in the text.
func (w cookedWorld) dated(c command) command {
	const printed = "2026-11-22T00:00:00.000Z"
	values := c.flags["expression-attribute-values"]
	c.flags["expression-attribute-values"] = strings.ReplaceAll(values, printed, w.since.Format("2006-01-02T15:04:05.000Z"))
	return c
}

type cookedWorld struct {
	since   time.Time
	answers []answer
}
