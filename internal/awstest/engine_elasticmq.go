package awstest

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
)

//go:embed testdata/elasticmq.pom.xml
var elasticMQPOM []byte

const (
	elasticMQName   = "ElasticMQ 1.7.1"
	elasticMQUnmade = "the queue's tests on ElasticMQ (they ran on moto alone)"
)

// WithElasticMQ sets Options.ElasticMQ.
func WithElasticMQ() Option { return func(o *Options) { o.ElasticMQ = true } }

// startElasticMQ starts one of a World's own: it has no call that empties it.
func startElasticMQ(ctx context.Context) (*process, error) {
	java, err := findJava(ctx)
	if err != nil {
		return nil, &Missing{What: elasticMQUnmade, Because: err.Error(), Install: javaCure}
	}
	_, lib, err := fetchJars(ctx, "elasticmq", elasticMQPOM, "", nil)
	if err != nil {
		return nil, &Missing{What: elasticMQUnmade, Because: err.Error(), Install: javaCure}
	}
	return startEngine(ctx, elasticMQName, func(port int) *exec.Cmd {
		at := strconv.Itoa(port)
		return exec.Command(java, //nolint:gosec,noctx // ended by pid
			"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m",
			"-Drest-stats.enabled=false", "-Drest-sqs.bind-hostname=127.0.0.1", "-Drest-sqs.bind-port="+at,
			"-Dnode-address.host=127.0.0.1", "-Dnode-address.port="+at, "-Daws.accountId="+Account,
			"-cp", filepath.Join(lib, "*"), "org.elasticmq.server.Main")
	})
}

// queues is the engine that answers SQS; nil in a World without one.
func (w *World) queues() *process {
	if w.elastic != nil {
		return w.elastic
	}
	return w.moto
}

// QueueEngine is name and version of what answers SQS; empty in a World without one.
func (w *World) QueueEngine() string {
	if q := w.queues(); q != nil {
		return q.name
	}
	return ""
}

// deleteElastic forwards a DeleteMessageBatch and answers, as SQS does, that what was deleted before is deleted
// (DeleteMessage: "the request succeeds"); ElasticMQ calls such a handle invalid.
func (w *World) deleteElastic(c Call) Answer {
	a := w.forward(c, w.elastic)
	var in struct{ Entries []message }
	var out struct{ Successful, Failed []message }
	if a.Status != http.StatusOK || json.Unmarshal(c.Body, &in) != nil || json.Unmarshal(a.Body, &out) != nil {
		return a
	}
	handles := make(map[string]string, len(in.Entries))
	for _, e := range in.Entries {
		handles[e.text("Id")] = e.text("ReceiptHandle")
	}
	for _, e := range out.Successful {
		w.deleted.Store(handles[e.text("Id")], true)
	}
	var failed []message
	for _, e := range out.Failed {
		if _, gone := w.deleted.Load(handles[e.text("Id")]); gone {
			out.Successful = append(out.Successful, message{"Id": e["Id"]})
			continue
		}
		failed = append(failed, e)
	}
	a.Body = jsonBytes(map[string]any{"Successful": out.Successful, "Failed": failed})
	return a
}
