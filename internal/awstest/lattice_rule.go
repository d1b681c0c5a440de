package awstest

import (
	"encoding/json"
	"strconv"
	"time"
)

// latticeListenerBody is a listener on the wire.
type latticeListenerBody struct {
	Arn           string        `json:"arn"`
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Port          int           `json:"port"`
	Protocol      string        `json:"protocol"`
	ServiceArn    string        `json:"serviceArn"`
	ServiceID     string        `json:"serviceId"`
	LastUpdatedAt string        `json:"lastUpdatedAt"`
	DefaultAction latticeAction `json:"defaultAction"`
}

// latticeRuleBody is a rule on the wire.
type latticeRuleBody struct {
	Arn           string          `json:"arn"`
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	IsDefault     bool            `json:"isDefault"`
	Priority      int             `json:"priority,omitempty"`
	LastUpdatedAt string          `json:"lastUpdatedAt"`
	Match         json.RawMessage `json:"match,omitempty"`
	Action        *latticeAction  `json:"action,omitempty"`
}

func latticeTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (l *Lattice) listenerBody(of *latticeListener) latticeListenerBody {
	return latticeListenerBody{
		Arn: of.arn, ID: of.id, Name: of.name, Port: 80, Protocol: "HTTP", ServiceArn: l.arn("service", of.service.id),
		ServiceID: of.service.id, LastUpdatedAt: latticeTime(of.updatedAt), DefaultAction: of.state.action(),
	}
}

// ruleBody words a rule, or a listener's default rule when it is nil.
func (l *Lattice) ruleBody(of *latticeListener, r *latticeRule) latticeRuleBody {
	if r == nil {
		action := of.state.action()
		return latticeRuleBody{
			Arn: of.arn + "/rule/" + of.defaultRule(), ID: of.defaultRule(), Name: "default", IsDefault: true,
			LastUpdatedAt: latticeTime(of.updatedAt), Action: &action,
		}
	}
	action := r.state.action()
	return latticeRuleBody{
		Arn: r.arn, ID: r.id, Name: r.name, Priority: r.priority, LastUpdatedAt: latticeTime(r.updatedAt),
		Match: r.state.match(), Action: &action,
	}
}

func (l *Lattice) getListener(req latticeRequest) restReply {
	of, refused := l.listener(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: l.listenerBody(of)}
}

func (l *Lattice) updateListener(req latticeRequest) restReply {
	of, refused := l.listener(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	var in struct {
		DefaultAction *latticeAction `json:"defaultAction"`
	}
	if err := json.Unmarshal(req.body, &in); err != nil || in.DefaultAction == nil {
		return restReply{refused: latticeInvalid("defaultAction must be an action")}
	}
	want, refused := l.action(in.DefaultAction)
	if refused != nil {
		return restReply{refused: refused}
	}
	l.setListener(req.actor, of, want)
	return restReply{body: l.listenerBody(of)}
}

func (l *Lattice) getRule(req latticeRequest) restReply {
	of, r, refused := l.rule(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	return restReply{body: l.ruleBody(of, r)}
}

// updateRule replaces what it names and keeps the rest. A default rule is its listener's (AWS note 3.12).
func (l *Lattice) updateRule(req latticeRequest) restReply {
	of, r, refused := l.rule(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	if r == nil {
		return restReply{refused: latticeInvalid("The default rule is updated with its listener")}
	}
	var in struct {
		Action   *latticeAction  `json:"action"`
		Match    json.RawMessage `json:"match"`
		Priority *int            `json:"priority"`
	}
	if err := json.Unmarshal(req.body, &in); err != nil {
		return restReply{refused: latticeInvalid("the body is not what the operation takes")}
	}
	want := r.state.clone()
	if in.Action != nil {
		if want, refused = l.action(in.Action); refused != nil {
			return restReply{refused: refused}
		}
		want.Match = r.state.Match
	}
	if in.Match != nil {
		want.Match = compactJSON(in.Match)
	}
	if in.Priority != nil {
		if *in.Priority < 1 || *in.Priority > 100 {
			return restReply{refused: latticeInvalid("priority must be between 1 and 100")}
		}
		r.priority = *in.Priority
	}
	l.setRule(req.actor, r, want)
	return restReply{body: l.ruleBody(of, r)}
}

// listRules tells rules without their actions, the default rule last.
func (l *Lattice) listRules(req latticeRequest) restReply {
	of, refused := l.listener(req)
	if refused != nil {
		return restReply{refused: refused}
	}
	var items []latticeRuleBody
	for _, r := range of.rules {
		items = append(items, l.ruleBody(of, r))
	}
	items = append(items, l.ruleBody(of, nil))
	for i := range items {
		items[i].Match, items[i].Action = nil, nil
	}
	return latticePage(req, items)
}

// latticePage pages a list, 1–100 a page.
func latticePage[T any](req latticeRequest, items []T) restReply {
	size := 100
	if asked := req.query.Get("maxResults"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > 100 {
			return restReply{refused: latticeInvalid("maxResults must be between 1 and 100")}
		}
		size = n
	}
	got, next, ok := page(items, req.query.Get("nextToken"), size)
	if !ok {
		return restReply{refused: latticeInvalid("Invalid nextToken")}
	}
	body := map[string]any{"items": got}
	if next != "" {
		body["nextToken"] = next
	}
	return restReply{body: body}
}
