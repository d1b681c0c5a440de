package cloudwatch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// MeterAPI is what is called of CloudWatch to publish. In IAM
// cloudwatch:PutMetricData on "*", under cloudwatch:namespace = Serin.
type MeterAPI interface {
	PutMetricData(context.Context, *cloudwatch.PutMetricDataInput, ...func(*cloudwatch.Options)) (*cloudwatch.PutMetricDataOutput, error)
}

// namespace and dimension are what the alarms of infra/cloudformation/serin.yaml
// watch.
const (
	namespace = "Serin"
	dimension = "Table"
)

// Meter publishes the gauges of the workers on one table. Safe for concurrent use.
type Meter struct {
	api   MeterAPI
	table string
}

// NewMeter makes the meter of a table, by its name. No call is made.
func NewMeter(api MeterAPI, table string) *Meter { return &Meter{api: api, table: table} }

// Publish sends all gauges, zeros too, in one PutMetricData: what is zero is
// told from what nobody tells.
func (m *Meter) Publish(ctx context.Context, g worker.Gauges) error {
	datum := func(name string, value float64, unit types.StandardUnit) types.MetricDatum {
		return types.MetricDatum{
			MetricName: &name, Value: &value, Unit: unit,
			Dimensions: []types.Dimension{{Name: aws.String(dimension), Value: &m.table}},
		}
	}
	_, err := m.api.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace: aws.String(namespace),
		MetricData: []types.MetricDatum{
			datum("Heartbeat", g.Heartbeat, types.StandardUnitCount),
			datum("RunningReleases", g.RunningReleases, types.StandardUnitCount),
			datum("StuckReleases", g.StuckReleases, types.StandardUnitCount),
			datum("OverdueReleases", g.OverdueReleases, types.StandardUnitCount),
			datum("OldestGateSeconds", g.OldestGateSeconds, types.StandardUnitSeconds),
		},
	})
	if err != nil {
		return fmt.Errorf("publish gauges of table %s: %w", m.table, awserr.Classify(callPut, "", err))
	}
	return nil
}

var _ worker.Meter = (*Meter)(nil)
