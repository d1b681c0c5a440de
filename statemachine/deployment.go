package statemachine

// DeploymentStatus is what a look says of a guarded deployment.
type DeploymentStatus int

// The deployment statuss.
const (
	// DeploymentRunning: AWS shifts.
	DeploymentRunning DeploymentStatus = iota + 1
	// DeploymentWaiting: it waits at a point.
	DeploymentWaiting
	// DeploymentStopping: a stop was accepted, or its rollback deployment still runs.
	DeploymentStopping
	// DeploymentSucceeded: all traffic is on the new version.
	DeploymentSucceeded
	// DeploymentFailed: it ended without success; AWS put traffic back or never moved it.
	DeploymentFailed
	// DeploymentStopped: it was stopped and its rollback, if any, has ended.
	DeploymentStopped
	// DeploymentUnknown: could not be read.
	DeploymentUnknown
)

func deploymentStatusWords() words {
	return words{"running", "waiting", "stopping", "succeeded", "failed", "stopped", "unknown"}
}

func (v DeploymentStatus) String() string {
	return deploymentStatusWords().text("deployment status", int(v))
}

// MarshalText writes the word the table keeps; a zero deployment status is an error.
func (v DeploymentStatus) MarshalText() ([]byte, error) {
	return deploymentStatusWords().marshal("deployment status", int(v))
}

// UnmarshalText reads that word; an unknown one is an error.
func (v *DeploymentStatus) UnmarshalText(text []byte) error {
	n, err := deploymentStatusWords().parse("deployment status", text)
	*v = DeploymentStatus(n)
	return err
}
