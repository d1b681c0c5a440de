package awstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// LatticeState is what a rule, or a listener by default, does: what the ledger keeps (kinds "rule" and "listener").
type LatticeState struct {
	// Groups are the target groups requests are shared among, in order; none for a fixed response.
	Groups []LatticeShare
	// StatusCode is that of a fixed response, else 0.
	StatusCode int
	// Match is what requests a rule takes, as it came; a listener has none.
	Match string
}

// LatticeShare is one target group of a forward action; a request's share is weight by sum.
type LatticeShare struct {
	Group  string // the target group's id
	Weight int    // 0–999
}

func (s LatticeState) clone() LatticeState {
	s.Groups = slices.Clone(s.Groups)
	return s
}

// latticeAction is an action on the wire: a union.
type latticeAction struct {
	Forward       *latticeForward `json:"forward,omitempty"`
	FixedResponse *latticeFixed   `json:"fixedResponse,omitempty"`
}

type latticeForward struct {
	TargetGroups []latticeTuple `json:"targetGroups"`
}

type latticeTuple struct {
	TargetGroupIdentifier string `json:"targetGroupIdentifier"`
	Weight                *int   `json:"weight,omitempty"`
}

type latticeFixed struct {
	StatusCode int `json:"statusCode"`
}

// action reads an action: it replaces the old one whole (AWS note 3.12). A single group's weight is 100 by default.
func (l *Lattice) action(in *latticeAction) (LatticeState, *refusal) {
	var out LatticeState
	switch {
	case (in.Forward == nil) == (in.FixedResponse == nil):
		return out, latticeInvalid("An action must be either forward or fixedResponse")
	case in.FixedResponse != nil:
		if out.StatusCode = in.FixedResponse.StatusCode; out.StatusCode < 100 || out.StatusCode > 599 {
			return out, latticeInvalid("statusCode must be between 100 and 599")
		}
		return out, nil
	case len(in.Forward.TargetGroups) == 0 || len(in.Forward.TargetGroups) > 10: // AWS note 3.12
		return out, latticeInvalid("A forward action must name 1 to 10 target groups")
	}
	for _, tuple := range in.Forward.TargetGroups {
		share := LatticeShare{Group: tuple.TargetGroupIdentifier[strings.LastIndex(tuple.TargetGroupIdentifier, "/")+1:], Weight: 100}
		switch {
		case l.group(share.Group) == nil:
			return out, latticeNotFound("Target group " + tuple.TargetGroupIdentifier)
		case slices.ContainsFunc(out.Groups, func(o LatticeShare) bool { return o.Group == share.Group }):
			return out, latticeInvalid("Target group " + share.Group + " is given twice")
		case tuple.Weight == nil && len(in.Forward.TargetGroups) > 1:
			return out, latticeInvalid("Each of several target groups must have a weight")
		case tuple.Weight != nil:
			share.Weight = *tuple.Weight
		}
		if share.Weight < 0 || share.Weight > 999 {
			return out, latticeInvalid(fmt.Sprintf("weight %d is not between 0 and 999", share.Weight))
		}
		out.Groups = append(out.Groups, share)
	}
	return out, nil
}

// action words what a state does.
func (s LatticeState) action() latticeAction {
	if len(s.Groups) == 0 {
		return latticeAction{FixedResponse: &latticeFixed{StatusCode: s.StatusCode}}
	}
	forward := &latticeForward{}
	for _, share := range s.Groups {
		forward.TargetGroups = append(forward.TargetGroups, latticeTuple{TargetGroupIdentifier: share.Group, Weight: &share.Weight})
	}
	return latticeAction{Forward: forward}
}

func (s LatticeState) match() json.RawMessage {
	if s.Match == "" {
		return nil
	}
	return json.RawMessage(s.Match)
}

// compactJSON is a piece of JSON without blanks; the decoder has seen that it is one.
func compactJSON(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
}

func (l *Lattice) group(id string) *latticeGroup {
	for _, g := range l.groups {
		if g.id == id {
			return g
		}
	}
	return nil
}
