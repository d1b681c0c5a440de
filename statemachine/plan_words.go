package statemachine

// OnTimeout says what the end of an approval's or a check's wait means.
type OnTimeout int

// The onTimeouts.
const (
	// TimeoutRollback: roll back.
	TimeoutRollback OnTimeout = iota + 1
	// TimeoutProceed: go on as if approved, or passed.
	TimeoutProceed
)

func onTimeoutWords() words {
	return words{"rollback", "proceed"}
}

func (v OnTimeout) String() string { return onTimeoutWords().text("onTimeout", int(v)) }

// MarshalText writes the word the table keeps; a zero onTimeout is an error.
func (v OnTimeout) MarshalText() ([]byte, error) {
	return onTimeoutWords().marshal("onTimeout", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *OnTimeout) UnmarshalText(text []byte) error {
	n, err := onTimeoutWords().parse("onTimeout", text)
	*v = OnTimeout(n)
	return err
}

// ConsoleApproval says what a person's Approved in the console means while steps remain.
type ConsoleApproval int

// The onConsoleApprovals.
const (
	// ConsoleContinue: recorded; the plan goes on.
	ConsoleContinue ConsoleApproval = iota + 1
	// ConsolePromote: as the verb promote.
	ConsolePromote
)

func consoleApprovalWords() words {
	return words{"continue", "promote"}
}

func (v ConsoleApproval) String() string {
	return consoleApprovalWords().text("onConsoleApproval", int(v))
}

// MarshalText writes the word the table keeps; a zero onConsoleApproval is an error.
func (v ConsoleApproval) MarshalText() ([]byte, error) {
	return consoleApprovalWords().marshal("onConsoleApproval", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *ConsoleApproval) UnmarshalText(text []byte) error {
	n, err := consoleApprovalWords().parse("onConsoleApproval", text)
	*v = ConsoleApproval(n)
	return err
}

// Point is where a guarded deployment waits. Their order is the one in which a
// deployment comes to them; no deployment has all of them.
type Point int

// The points.
const (
	// PointReconcile: nothing is begun yet (ECS RECONCILE_SERVICE).
	PointReconcile Point = iota + 1
	// PointPreScaleUp: the new side is about to start (ECS PRE_SCALE_UP).
	PointPreScaleUp
	// PointPostScaleUp: the new side is up, without traffic (ECS POST_SCALE_UP).
	PointPostScaleUp
	// PointPostTestTraffic: the new side has the test traffic (ECS
	// POST_TEST_TRAFFIC_SHIFT).
	PointPostTestTraffic
	// PointReady: the new side is up, test traffic only (CodeDeploy READY_WAIT).
	PointReady
	// PointShift: before the next share of the traffic (ECS
	// PRE_PRODUCTION_TRAFFIC_SHIFT). It comes before every traffic step, each time
	// with a new key: see [Step.At].
	PointShift
	// PointShifted: all traffic is on the new side, the old one still there
	// (CodeDeploy TERMINATION_WAIT, ECS POST_PRODUCTION_TRAFFIC_SHIFT).
	PointShifted
)

func pointWords() words {
	return words{"reconcile_service", "pre_scale_up", "post_scale_up", "post_test_traffic_shift", "ready", "shift", "shifted"}
}

func (v Point) String() string { return pointWords().text("point", int(v)) }

// MarshalText writes the word the table keeps; a zero point is an error.
func (v Point) MarshalText() ([]byte, error) { return pointWords().marshal("point", int(v)) }

// UnmarshalText reads that word; an unknown one is an error.
func (v *Point) UnmarshalText(text []byte) error {
	n, err := pointWords().parse("point", text)
	*v = Point(n)
	return err
}

// TriggerKind says what starts a release.
type TriggerKind int

// The trigger kinds.
const (
	// TriggerPipeline: a pipeline's manual-approval action.
	TriggerPipeline TriggerKind = iota + 1
	// TriggerDeployment: a deployment that AWS shifts itself.
	TriggerDeployment
	// TriggerManual: a person's command.
	TriggerManual
)

func triggerKindWords() words {
	return words{"pipeline", "deployment", "manual"}
}

func (v TriggerKind) String() string { return triggerKindWords().text("trigger kind", int(v)) }

// MarshalText writes the word the table keeps; a zero trigger kind is an error.
func (v TriggerKind) MarshalText() ([]byte, error) {
	return triggerKindWords().marshal("trigger kind", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *TriggerKind) UnmarshalText(text []byte) error {
	n, err := triggerKindWords().parse("trigger kind", text)
	*v = TriggerKind(n)
	return err
}
