package awstest

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk/types"
)

// describeEnvironments finds environments by application, name and id; one that is not there is simply not in the answer.
func (b *Beanstalk) describeEnvironments(ask form, _ string) (form, string, *refusal) {
	names, ids := ask.texts("EnvironmentNames"), ask.texts("EnvironmentIds")
	var found []form
	resource := "*"
	for _, e := range b.environments {
		if wanted(e.application, ask["ApplicationName"]) && wanted(e.name, names...) && wanted(e.id, ids...) && wanted(e.version, ask["VersionLabel"]) {
			b.seen(e)
			found = append(found, e.document(b))
			resource = b.arn(e)
		}
	}
	if len(found) != 1 {
		resource = "*"
	}
	out := form{}
	out.list("Environments", found)
	return out, resource, nil
}

// wanted reports whether a list of wishes, empty for any, has it.
func wanted(value string, wishes ...string) bool {
	wishes = slices.DeleteFunc(slices.Clone(wishes), func(w string) bool { return w == "" })
	return len(wishes) == 0 || slices.Contains(wishes, value)
}

func (e *beanstalkEnvironment) document(b *Beanstalk) form {
	health := map[bool]string{true: "Green", false: "Grey"}[e.status == types.EnvironmentStatusReady]
	return form{
		"ApplicationName": e.application, "EnvironmentName": e.name, "EnvironmentId": e.id, "EnvironmentArn": b.arn(e),
		"Status": string(e.status), "VersionLabel": e.version, "AbortableOperationInProgress": strconv.FormatBool(e.abortable()),
		"DateCreated": stampISO(e.created), "DateUpdated": stampISO(e.updated), "Health": health,
		"Tier.Name": "WebServer", "Tier.Type": "Standard", "Tier.Version": "1.0",
	}
}

// describeEvents lists an environment's events, newest first.
func (b *Beanstalk) describeEvents(ask form, _ string) (form, string, *refusal) {
	var found []form
	since, err := time.Parse(time.RFC3339, ask["StartTime"])
	if ask["StartTime"] != "" && err != nil {
		return nil, "*", queryInvalid("InvalidParameterValue", "StartTime is no time")
	}
	for _, e := range b.environments {
		if !wanted(e.application, ask["ApplicationName"]) || !wanted(e.name, ask["EnvironmentName"]) || !wanted(e.id, ask["EnvironmentId"]) {
			continue
		}
		b.seen(e)
		for _, event := range e.log {
			if !event.at.Before(since) {
				found = append(found, form{
					"ApplicationName": e.application, "EnvironmentName": e.name, "EventDate": stampISO(event.at),
					"Severity": event.severity, "Message": event.message,
				})
			}
		}
	}
	out := form{}
	out.list("Events", found)
	return out, "*", nil
}

// describeSettings tells the deployment policy and the split's settings (AWS note 3.13).
func (b *Beanstalk) describeSettings(ask form, _ string) (form, string, *refusal) {
	e, refused := b.find(ask)
	if refused != nil {
		return nil, "*", refused
	}
	const split = "aws:elasticbeanstalk:trafficsplitting"
	setting := func(namespace, name, value string) form {
		return form{"Namespace": namespace, "OptionName": name, "Value": value}
	}
	doc := form{"ApplicationName": e.application, "EnvironmentName": e.name, "DeploymentStatus": "deployed"}
	doc.list("OptionSettings", []form{
		setting("aws:elasticbeanstalk:command", "DeploymentPolicy", e.settings.Policy),
		setting(split, "NewVersionPercent", strconv.Itoa(e.settings.NewVersionPct)),
		setting(split, "EvaluationTime", strconv.Itoa(e.settings.EvaluationMinutes)),
	})
	out := form{}
	out.list("ConfigurationSettings", []form{doc})
	return out, b.arn(e), nil
}

// updateEnvironment begins an update; there is no token and one at a time (AWS note 3.13).
func (b *Beanstalk) updateEnvironment(ask form, actor string) (form, string, *refusal) {
	e, refused := b.find(ask)
	if refused != nil {
		return nil, "*", refused
	}
	if refused := b.update(actor, e, ask["VersionLabel"]); refused != nil {
		return nil, b.arn(e), refused
	}
	return e.document(b), b.arn(e), nil
}

// abortUpdate is valid while AbortableOperationInProgress (AWS note 3.13); the answer is empty.
func (b *Beanstalk) abortUpdate(ask form, actor string) (form, string, *refusal) {
	e, refused := b.find(ask)
	if refused != nil {
		return nil, "*", refused
	}
	if !e.abortable() {
		return nil, b.arn(e), queryInvalid("InvalidParameterValue",
			"Environment named "+e.name+" is in an invalid state for this operation. Must be pending deployment.")
	}
	e.status, e.aborting, e.updated = types.EnvironmentStatusAborting, b.abortLag, b.clock()
	e.note(b.clock(), "WARN", "Environment aborted the update by user request.")
	b.ledger.Append(actor, "environment-abort", b.arn(e), e.state())
	if b.abortLag == 0 {
		b.restored(e, "Environment update aborted.")
	}
	return form{}, b.arn(e), nil
}

// find takes EnvironmentId or EnvironmentName.
func (b *Beanstalk) find(ask form) (*beanstalkEnvironment, *refusal) {
	id, name := ask["EnvironmentId"], ask["EnvironmentName"]
	if id == "" && name == "" {
		return nil, queryInvalid("MissingRequiredParameter", "Either EnvironmentId or EnvironmentName must be specified.")
	}
	for _, e := range b.environments {
		if wanted(e.id, id) && wanted(e.name, name) && wanted(e.application, ask["ApplicationName"]) {
			return e, nil
		}
	}
	if id != "" {
		return nil, queryInvalid("InvalidParameterValue", "No Environment found for EnvironmentId = '"+id+"'.")
	}
	return nil, queryInvalid("InvalidParameterValue", "No Environment found for EnvironmentName = '"+name+"'.")
}

func (b *Beanstalk) arn(e *beanstalkEnvironment) string {
	return "arn:aws:elasticbeanstalk:" + b.region + ":" + b.account + ":environment/" + e.application + "/" + e.name
}

// stampISO is a time as awsQuery writes it.
func stampISO(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
