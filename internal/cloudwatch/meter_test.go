package cloudwatch_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/cloudwatch"
	"github.com/serinhq/serin/worker"
)

// published are the gauges that arrived, a set for each heartbeat.
func (r region) published(t *testing.T) []worker.Gauges {
	t.Helper()
	var sets []worker.Gauges
	for _, m := range r.cloud.PutMetrics() {
		if diff := cmp.Diff(map[string]string{"Table": "serin"}, m.Dimensions); diff != "" || m.Namespace != "Serin" {
			t.Errorf("%s %s with dimensions (-want +got):\n%s", m.Namespace, m.Name, diff)
		}
		if m.Name == "Heartbeat" {
			sets = append(sets, worker.Gauges{})
		}
		last := &sets[len(sets)-1]
		*map[string]*float64{
			"Heartbeat": &last.Heartbeat, "RunningReleases": &last.RunningReleases, "StuckReleases": &last.StuckReleases,
			"OverdueReleases": &last.OverdueReleases, "OldestGateSeconds": &last.OldestGateSeconds,
		}[m.Name] = m.Value
	}
	return sets
}

// The alarms on Serin itself would watch nothing if a name differed by a letter.
func TestMeter_publishesWhatTheTemplatesAlarmsWatch(t *testing.T) {
	r := newRegion(t)
	if err := cloudwatch.NewMeter(r.client, "<Table>").Publish(t.Context(), worker.Gauges{Heartbeat: 1}); err != nil {
		t.Fatal(err)
	}
	type watched struct{ name, dimension, table string }
	put := map[watched]bool{}
	for _, m := range r.cloud.PutMetrics() {
		for dimension, table := range m.Dimensions {
			put[watched{m.Name, dimension, table}] = true
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "infra", "cloudformation", "serin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	template, err := awstest.ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	stack, err := template.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, resource := range stack.Tree["Resources"].(map[string]any) {
		p, _ := resource.(map[string]any)["Properties"].(map[string]any)
		if p["Namespace"] != "Serin" {
			continue
		}
		found++
		d := p["Dimensions"].([]any)[0].(map[string]any)
		if want := (watched{p["MetricName"].(string), d["Name"].(string), d["Value"].(string)}); !put[want] {
			t.Errorf("%s watches %v; published are %v", name, want, slices.Collect(maps.Keys(put)))
		}
	}
	if found < 3 {
		t.Errorf("%d alarms in the template watch namespace Serin", found)
	}
}
