package awstest

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// MuteRule is a one-time alarm mute rule; it stops actions, never events or states (AWS note 6).
type MuteRule struct {
	// Name is unique in the account and region.
	Name string
	// Alarms are the names it mutes.
	Alarms []string
	// Start and End are the window's.
	Start, End time.Time

	updated time.Time
}

func (m MuteRule) covers(alarm string) bool { return slices.Contains(m.Alarms, alarm) }

func (m MuteRule) status(at time.Time) string {
	switch {
	case at.Before(m.Start):
		return "SCHEDULED"
	case at.Before(m.End):
		return "ACTIVE"
	default:
		return "EXPIRED"
	}
}

func (w *CloudWatch) muteARN(name string) string {
	return "arn:aws:cloudwatch:" + w.region + ":" + w.account + ":alarm-mute-rule:" + name
}

func (w *CloudWatch) listMuteRules(ask document, _ Call) (document, string, *refusal) {
	statuses := ask.texts("Statuses")
	var found []document
	for _, name := range sortedKeys(w.mutes) {
		rule := w.mutes[name]
		status := rule.status(w.now())
		if (ask.text("AlarmName") == "" || rule.covers(ask.text("AlarmName"))) && (len(statuses) == 0 || slices.Contains(statuses, status)) {
			found = append(found, document{
				"AlarmMuteRuleArn": w.muteARN(name), "ExpireDate": rule.End, "LastUpdatedTimestamp": rule.updated,
				"MuteType": "ONE_TIME", "Status": status,
			})
		}
	}
	found, next, refused := cutPage(ask, found, 100)
	if refused != nil {
		return nil, "*", refused
	}
	return document{"AlarmMuteRuleSummaries": found, "NextToken": next}, "*", nil
}

func (w *CloudWatch) getMuteRule(ask document, _ Call) (document, string, *refusal) {
	name := ask.text("AlarmMuteRuleName")
	rule, ok := w.mutes[name]
	if !ok {
		return nil, w.muteARN(name), refuse(http.StatusNotFound, "ResourceNotFoundException", "alarm mute rule "+name+" does not exist")
	}
	return document{
		"Name": name, "AlarmMuteRuleArn": w.muteARN(name), "StartDate": rule.Start, "ExpireDate": rule.End,
		"LastUpdatedTimestamp": rule.updated, "MuteType": "ONE_TIME", "Status": rule.status(w.now()),
		"MuteTargets": document{"AlarmNames": rule.Alarms},
		"Rule": document{"Schedule": document{
			"Expression": "at(" + rule.Start.UTC().Format("2006-01-02T15:04") + ")", "Timezone": "UTC",
			"Duration": fmt.Sprintf("PT%dM", int(rule.End.Sub(rule.Start).Minutes())),
		}},
	}, w.muteARN(name), nil
}
