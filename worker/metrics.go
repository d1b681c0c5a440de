package worker

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/serinhq/serin/statemachine"
)

// Metrics are what one worker tells of itself on /metrics. Every label is
// bounded; every number is counted after what it tells of is true.
type Metrics struct {
	deliveries *prometheus.CounterVec
	decisions  *prometheus.CounterVec
	phases     *prometheus.CounterVec
	orders     *prometheus.CounterVec
	waits      *prometheus.HistogramVec
	sweeps     prometheus.Histogram
	running    prometheus.Gauge
	tableUp    prometheus.Gauge
}

// NewMetrics makes them and registers them, if there is a registry.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "serin", Name: name, Help: help}, labels)
	}
	m := &Metrics{
		deliveries: counter("deliveries_total", "Messages settled, by queue and by what became of them.", "queue", "verdict"),
		decisions:  counter("decisions_total", "Inputs decided, by their kind and by the reason code.", "input", "code"),
		phases:     counter("phases_total", "Releases that entered a phase.", "phase"),
		orders:     counter("orders_total", "Orders tried, by order and by result: done, failed or lost to another worker.", "order", "result"),
		waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "serin", Name: "sweep_wait_seconds",
			Help: "How long a read of the sweep waited for its API's budget, in seconds."}, []string{"api"}),
		sweeps: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "serin", Name: "sweep_seconds",
			Help: "How long a whole sweep took, in seconds; it stretches when there is more to read."}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "serin", Name: "running_releases",
			Help: "Releases that were not settled at the last sweep."}),
		tableUp: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "serin", Name: "table_up",
			Help: "Whether the last call to the table was answered: 1 yes, 0 no."}),
	}
	if registry != nil {
		registry.MustRegister(m.deliveries, m.decisions, m.phases, m.orders, m.waits, m.sweeps, m.running, m.tableUp)
	}
	return m
}

func (m *Metrics) handled(d Delivery, v Verdict) {
	queue := "events"
	if d.Command {
		queue = "commands"
	}
	m.deliveries.WithLabelValues(queue, v.Why).Inc()
}

func (m *Metrics) decided(in statemachine.Input, d statemachine.Decision) {
	m.decisions.WithLabelValues(inputName(in), string(d.Reason.Code)).Inc()
}

func inputName(in statemachine.Input) string {
	switch in.(type) {
	case statemachine.Wake:
		return "wake"
	case statemachine.Look:
		return "look"
	case statemachine.AlarmEvent:
		return "alarm"
	case statemachine.Command:
		return "command"
	case statemachine.OrderDone:
		return "order_done"
	case statemachine.OrderFailed:
		return "order_failed"
	}
	return "unknown"
}

func (m *Metrics) entered(from, to statemachine.Phase) {
	if from != to {
		m.phases.WithLabelValues(to.String()).Inc()
	}
}

func (m *Metrics) tried(kind statemachine.OrderKind, result string) {
	m.orders.WithLabelValues(kind.String(), result).Inc()
}

func (m *Metrics) paced(api string, d time.Duration) {
	m.waits.WithLabelValues(api).Observe(d.Seconds())
}

func (m *Metrics) swept(d time.Duration, running int) {
	m.sweeps.Observe(d.Seconds())
	m.running.Set(float64(running))
}

func (m *Metrics) table(up bool) {
	value := 0.0
	if up {
		value = 1
	}
	m.tableUp.Set(value)
}
