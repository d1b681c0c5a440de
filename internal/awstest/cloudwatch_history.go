package awstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

type historyItem struct {
	name, kind string
	at         time.Time
	item       string // StateUpdate or ConfigurationUpdate
	summary    string
	data       string // JSON
}

// transition is the history's entry of an alarm that has just left state was.
func transition(a *alarm, was alarmState) historyItem {
	return historyItem{
		name: a.spec.Name, kind: a.spec.Kind, at: a.state.transitioned, item: "StateUpdate",
		summary: "Alarm updated from " + was.value + " to " + a.state.value,
		data: encodeJSON(map[string]any{
			"version": "1.0", "oldState": historyState(was), "newState": historyState(a.state),
		}),
	}
}

func historyState(s alarmState) map[string]any {
	out := map[string]any{"stateValue": s.value, "stateReason": s.reason}
	if s.reasonData != "" {
		out["stateReasonData"] = json.RawMessage(s.reasonData)
	}
	if s.evaluation != "" {
		out["evaluationState"] = s.evaluation
	}
	return out
}

// encodeJSON encodes what this package made itself.
func encodeJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("awstest: encode %T: %v", v, err))
	}
	return string(raw)
}

// describeAlarmHistory gives only metric alarms' history unless AlarmTypes asks for more, also when an alarm is named;
// the newest first unless ScanBy says otherwise. A deleted alarm keeps its history; an unknown one has none.
func (w *CloudWatch) describeAlarmHistory(ask document, _ Call) (document, string, *refusal) {
	kinds := ask.texts("AlarmTypes")
	if len(kinds) == 0 {
		kinds = []string{MetricAlarm}
	}
	from, to := ask.moment("StartDate", time.Time{}), ask.moment("EndDate", w.now().Add(time.Hour))
	var found []historyItem
	for _, h := range w.history {
		if slices.Contains(kinds, h.kind) && !h.at.Before(from) && !h.at.After(to) &&
			(ask.text("AlarmName") == "" || ask.text("AlarmName") == h.name) &&
			(ask.text("HistoryItemType") == "" || ask.text("HistoryItemType") == h.item) {
			found = append(found, h)
		}
	}
	slices.SortStableFunc(found, func(a, b historyItem) int { return a.at.Compare(b.at) })
	if ask.text("ScanBy") != "TimestampAscending" {
		slices.Reverse(found)
	}
	found, next, refused := cutPage(ask, found, 100)
	if refused != nil {
		return nil, "*", refused
	}
	items := []document{}
	for _, h := range found {
		items = append(items, document{
			"AlarmName": h.name, "AlarmType": h.kind, "Timestamp": h.at, "HistoryItemType": h.item,
			"HistorySummary": h.summary, "HistoryData": h.data,
		})
	}
	return document{"AlarmHistoryItems": items, "NextToken": next}, "*", nil
}
