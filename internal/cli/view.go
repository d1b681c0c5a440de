package cli

// What is shown of a release, in one place: a stable set of fields, which scripts
// rest on, and no others. Nothing that is not here is printed.

// releaseView is a release as JSON.
type releaseView struct {
	ID          string          `json:"id"`
	Canary      string          `json:"canary"`
	Kind        string          `json:"kind"`
	Phase       string          `json:"phase"`
	Step        int             `json:"step"`
	Steps       int             `json:"steps"`
	Weight      float64         `json:"weight"`
	Rev         int64           `json:"rev"`
	Version     *string         `json:"version"`
	FromVersion *string         `json:"fromVersion"`
	Attention   *string         `json:"attention"`
	Held        *heldView       `json:"held"`
	Stuck       *stuckView      `json:"stuck"`
	Deployment  *deploymentView `json:"deployment"`
	// Check is the validation that a check step waits for; absent elsewhere.
	Check     *checkView   `json:"check,omitempty"`
	SettledAt moment       `json:"settledAt"`
	Trigger   triggerView  `json:"trigger"`
	Targets   []targetView `json:"targets"`
	// RestorePoint is empty before the first write.
	RestorePoint []restoreView `json:"restorePoint"`
	Alarms       []alarmView   `json:"alarms"`
	Pending      []orderView   `json:"pending"`
	Next         *nextView     `json:"next"`
	Gate         *gateView     `json:"gate"`
	// Reason is that of the last decision.
	Reason     *reasonView `json:"reason"`
	Links      linksView   `json:"links"`
	SavedBy    string      `json:"savedBy"`
	StartedAt  moment      `json:"startedAt"`
	UpdatedAt  moment      `json:"updatedAt"`
	WakeAt     moment      `json:"wakeAt"`
	FinishedAt moment      `json:"finishedAt"`
	// EffectiveAt is when a rollback has reached every client, where they keep what
	// was there before.
	EffectiveAt moment `json:"effectiveAt,omitzero"`
	// Live is what describe --live read; absent without it.
	Live *liveView `json:"live,omitempty"`
}

type heldView struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
	Since  moment `json:"since"`
}

type stuckView struct {
	Code     string  `json:"code"`
	Call     *string `json:"call"`
	Resource *string `json:"resource"`
	Error    *string `json:"error"`
	Since    moment  `json:"since"`
	Attempts int     `json:"attempts"`
	Advice   string  `json:"advice"`
}

// deploymentView is the deployment that AWS shifts and the release guards.
type deploymentView struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	ID       string  `json:"id"`
	Status   string  `json:"status"`
	Point    *string `json:"point"`
	Until    moment  `json:"until"`
	Rollback *string `json:"rollback"`
}

// checkView is a validation that runs elsewhere; run is null until it has started.
type checkView struct {
	Kind  string  `json:"kind"`
	Name  string  `json:"name"`
	Run   *string `json:"run"`
	Since moment  `json:"since"`
}

type triggerView struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
}

// targetView is what a target should show, and what was last seen: the share of
// the canary version, in percent.
type targetView struct {
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Stable *string  `json:"stable"`
	Canary *string  `json:"canary"`
	Want   *float64 `json:"want"`
	Seen   *float64 `json:"seen"`
	SeenAt moment   `json:"seenAt"`
}

type restoreView struct {
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Stable string  `json:"stable"`
	Weight float64 `json:"weight"`
}

// alarmView is an alarm as the last look saw it, and since when it is so.
type alarmView struct {
	Name  string `json:"name"`
	State string `json:"state"`
	At    moment `json:"at"`
}

type orderView struct {
	Order    string  `json:"order"`
	Target   *string `json:"target"`
	Key      string  `json:"key"`
	Attempts int     `json:"attempts"`
	Error    *string `json:"error"`
	RetryAt  moment  `json:"retryAt"`
}

type nextView struct {
	What string `json:"what"`
	By   string `json:"by"`
	At   moment `json:"at"`
}

type gateView struct {
	Pipeline  string `json:"pipeline"`
	Stage     string `json:"stage"`
	Action    string `json:"action"`
	Execution string `json:"execution"`
}

type reasonView struct {
	Code  string    `json:"code"`
	Text  string    `json:"text"`
	Cause causeView `json:"cause"`
}

type causeView struct {
	Kind string  `json:"kind"`
	ID   *string `json:"id"`
}

type linksView struct {
	Pipeline *string `json:"pipeline"`
}

// entryView is a line of history.
type entryView struct {
	Seq    int64     `json:"seq"`
	At     moment    `json:"at"`
	From   *string   `json:"from"`
	To     string    `json:"to"`
	Step   int       `json:"step"`
	Weight float64   `json:"weight"`
	Code   string    `json:"code"`
	Text   string    `json:"text"`
	Cause  causeView `json:"cause"`
	Actor  *string   `json:"actor"`
}
