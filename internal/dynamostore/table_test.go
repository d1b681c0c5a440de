package dynamostore_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/goccy/go-yaml"
	"github.com/oklog/ulid/v2"

	"github.com/serinhq/serin/internal/awstest"
)

func TestMain(m *testing.M) { os.Exit(awstest.Main(m)) }

// db is a table of a test's own.
type db struct {
	client *dynamodb.Client
	table  string
}

// newTable makes a table with the keys and indexes of the template: what this
// package calls by name is what operators install.
func newTable(t *testing.T, engine awstest.Engine) db {
	t.Helper()
	d := db{dynamodb.NewFromConfig(config(engine)), "serin-" + ulid.Make().String()}
	in := templateTable(t)
	in.TableName = &d.table
	if _, err := d.client.CreateTable(t.Context(), in); err != nil {
		t.Fatalf("create the table: %v", err)
	}
	t.Cleanup(func() { // moto copies every table it has for each transaction
		in := &dynamodb.DeleteTableInput{TableName: &d.table}
		if _, err := d.client.DeleteTable(context.WithoutCancel(t.Context()), in); err != nil {
			t.Errorf("delete the table: %v", err)
		}
	})
	return d
}

// config is the engine's, one call at a time for moto: unlike DynamoDB, it does
// not keep concurrent transactions apart.
func config(engine awstest.Engine) aws.Config {
	cfg := engine.Config()
	if moto(engine) {
		cfg.HTTPClient = &oneAtATime{client: cfg.HTTPClient}
	}
	return cfg
}

func moto(engine awstest.Engine) bool { return strings.HasPrefix(engine.Name, "moto") }

type oneAtATime struct {
	mu     sync.Mutex
	client aws.HTTPClient
}

func (o *oneAtATime) Do(r *http.Request) (*http.Response, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.client.Do(r)
}

type tableProperties struct {
	AttributeDefinitions    []map[string]string `yaml:"AttributeDefinitions"`
	KeySchema               []map[string]string `yaml:"KeySchema"`
	TimeToLiveSpecification map[string]any      `yaml:"TimeToLiveSpecification"`
	GlobalSecondaryIndexes  []struct {
		IndexName  string              `yaml:"IndexName"`
		KeySchema  []map[string]string `yaml:"KeySchema"`
		Projection map[string]string   `yaml:"Projection"`
	} `yaml:"GlobalSecondaryIndexes"`
}

// template reads the table's properties from the CloudFormation template.
func template(t *testing.T) tableProperties {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "infra", "cloudformation", "serin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		Resources struct {
			Table struct {
				Properties tableProperties `yaml:"Properties"`
			} `yaml:"Table"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &in); err != nil {
		t.Fatalf("read the template: %v", err)
	}
	return in.Resources.Table.Properties
}

func templateTable(t *testing.T) *dynamodb.CreateTableInput {
	t.Helper()
	p := template(t)
	in := &dynamodb.CreateTableInput{BillingMode: types.BillingModePayPerRequest, KeySchema: keys(p.KeySchema)}
	for _, a := range p.AttributeDefinitions {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(a["AttributeName"]), AttributeType: types.ScalarAttributeType(a["AttributeType"]),
		})
	}
	for _, i := range p.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(i.IndexName), KeySchema: keys(i.KeySchema),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(i.Projection["ProjectionType"])},
		})
	}
	return in
}

func keys(schema []map[string]string) []types.KeySchemaElement {
	var out []types.KeySchemaElement
	for _, k := range schema {
		out = append(out, types.KeySchemaElement{
			AttributeName: aws.String(k["AttributeName"]), KeyType: types.KeyType(k["KeyType"]),
		})
	}
	return out
}
