package awstest

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/oklog/ulid/v2"
)

//go:embed testdata/dynamodb-local.pom.xml
var dynamoDBPOM []byte

//go:embed testdata/dynamodb-local.jetty.xml
var dynamoDBJetty []byte

const (
	dynamoDBName   = "DynamoDB Local 3.1.0"
	dynamoDBUnmade = "the tests on DynamoDB Local (they ran on moto alone)"
)

// Engine is a DynamoDB of a test's own, empty.
type Engine struct {
	// Name is engine and version.
	Name string
	// Endpoint is its URL.
	Endpoint string

	accessKey string
	transport *http.Transport
}

// Config is the configuration of an SDK client for this engine. Two engines never share tables.
func (e Engine) Config() aws.Config { return clientConfig(e.Endpoint, e.accessKey, e.transport) }

// DynamoDBEngines returns every DynamoDB this machine can have, for a suite that runs on each: DynamoDB Local, and moto.
// What is missing is in the not-run report.
func DynamoDBEngines(tb testing.TB) []Engine {
	tb.Helper()
	engines.retain()
	tb.Cleanup(engines.release)
	transport := newTransport()
	tb.Cleanup(transport.CloseIdleConnections)
	var out []Engine
	local, err := engines.dynamoDBLocal(tb.Context())
	switch missing := (*Missing)(nil); {
	case errors.As(err, &missing):
		if report(missing) {
			tb.Fatal(missing.Error())
		}
	case err != nil:
		tb.Fatalf("start DynamoDB Local: %v", err)
	default:
		out = append(out, Engine{local.name, local.url, newAccessKey(), transport})
	}
	moto, err := engines.takeMoto(tb.Context())
	switch missing := (*Missing)(nil); {
	case errors.As(err, &missing):
		if report(missing) {
			tb.Fatal(missing.Error())
		}
		if len(out) == 0 {
			tb.Skip(missing.Error())
		}
	case err != nil:
		tb.Fatalf("start moto: %v", err)
	default:
		tb.Cleanup(func() { engines.giveMoto(moto) })
		out = append(out, Engine{moto.name, moto.url, newAccessKey(), transport})
	}
	return out
}

// DynamoDB returns the best DynamoDB this machine can have: DynamoDB Local, else moto.
func DynamoDB(tb testing.TB) Engine {
	tb.Helper()
	return DynamoDBEngines(tb)[0]
}

// newAccessKey is one that nobody else uses; DynamoDB Local keeps a database for each. It takes letters and digits only.
func newAccessKey() string { return "TEST" + ulid.Make().String() }

// dynamoDBLocal returns the test binary's DynamoDB Local, started if need be.
func (p *enginePool) dynamoDBLocal(ctx context.Context) (*process, error) {
	p.dynamoMu.Lock()
	defer p.dynamoMu.Unlock()
	p.mu.Lock()
	running, missing := p.dynamo, p.missing
	p.mu.Unlock()
	switch {
	case running != nil:
		return running, nil
	case missing != nil:
		return nil, missing
	}
	started, err := startDynamoDBLocal(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dynamo = started
	_ = errors.As(err, &p.missing) // looked for once
	return started, err
}

func startDynamoDBLocal(ctx context.Context) (*process, error) {
	java, err := findJava(ctx)
	if err != nil {
		return nil, &Missing{What: dynamoDBUnmade, Because: err.Error(), Install: javaCure}
	}
	dir, lib, err := fetchJars(ctx, "dynamodb-local", dynamoDBPOM, "dynamodb-local.jetty.xml", dynamoDBJetty)
	if err != nil {
		return nil, &Missing{What: dynamoDBUnmade, Because: err.Error(), Install: javaCure}
	}
	return startEngine(ctx, dynamoDBName, func(port int) *exec.Cmd {
		cmd := exec.Command(java, //nolint:gosec,noctx // ended by pid
			"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Djava.library.path="+lib,
			"-cp", filepath.Join(lib, "*"), "org.eclipse.jetty.xml.XmlConfiguration",
			"serin.port="+strconv.Itoa(port), "dynamodb-local.jetty.xml")
		cmd.Dir = dir
		return cmd
	})
}
