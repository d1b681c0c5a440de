package statemachine

// Slot says which release of a canary runs and which one waits, and what the
// last one left behind. One item a canary, conditional on Rev.
type Slot struct {
	Canary string `json:"canary"`
	Rev    int64  `json:"rev"`
	// Active and Next are release ids; "" is none.
	Active string `json:"active,omitempty"`
	Next   string `json:"next,omitempty"`
	// Newest is the release of the newest trigger seen.
	Newest   string  `json:"newest,omitempty"`
	NewestOf Trigger `json:"newestOf,omitzero"`
	// Left is what the last finished release left, by target name.
	Left map[string]Split `json:"left,omitempty"`
	// Promoted is the last promoted release, which revert goes back from.
	Promoted *Finished `json:"promoted,omitempty"`
}

// Finished is what a promoted release left and what was there before.
type Finished struct {
	Release     string           `json:"release"`
	Version     string           `json:"version"`
	FromVersion string           `json:"fromVersion"`
	Left        map[string]Split `json:"left"`
	Before      map[string]Split `json:"before"`
}
