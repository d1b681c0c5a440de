package awstest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// verdict is what is injected into one call.
type verdict struct {
	fault   string
	delay   time.Duration
	refusal *Answer
}

// judge decides what is injected into c.
func (b *faultBox) judge(c Call, seed uint64) verdict {
	b.mu.Lock()
	down, deniers := b.down[c.Service], b.deniers
	b.mu.Unlock()
	if down {
		return injected(faultError, shapedError(c, codeUnavailable, "Service is unavailable. Please try again."))
	}
	for _, d := range deniers {
		if d.match(c) {
			return injected(faultDeny, shapedError(c, codeDenied, denial(c)))
		}
	}
	for _, in := range b.matching(c) {
		if v := in.draw(c, b.source(seed, in.id, c)); v.fault != "" {
			return v
		}
	}
	return verdict{}
}

func injected(fault string, a Answer) verdict {
	a.Resource = ""
	return verdict{fault: fault, refusal: &a}
}

// denial is IAM's text. The first action is named, as IAM names the first it finds missing.
func denial(c Call) string {
	action := c.Actions()[0]
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		principalARN(c.Actor), action, c.Resource, action)
}

// matching returns the injections meant for c. Match functions run without the lock: they are the test's.
func (b *faultBox) matching(c Call) []injection {
	b.mu.Lock()
	active := b.active
	b.mu.Unlock()
	var out []injection
	for _, in := range active {
		if in.Match == nil || in.Match(c) {
			out = append(out, in)
		}
	}
	return out
}

// source is the generator for the next call like c under one injection.
func (b *faultBox) source(seed uint64, id int, c Call) *rand.Rand {
	key := fmt.Sprintf("%d/%s/%s/%s", id, c.Service, c.Operation, c.Actor)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn == nil {
		b.drawn = make(map[string]uint64)
	}
	b.drawn[key]++
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s/%d", key, b.drawn[key]) // a hash never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))     //nolint:gosec // reproducible on purpose
}

// draw throws the dice for one call.
func (in injection) draw(c Call, rng *rand.Rand) verdict {
	var v verdict
	u, d, part := rng.Float64(), rng.Float64(), rng.Float64()
	if d < in.Delay {
		v.fault, v.delay = faultDelay, time.Duration(part*float64(in.DelayFor))
	}
	switch {
	case u < in.Throttle:
		return injected(faultThrottle, shapedError(c, codeThrottled, "Rate exceeded"))
	case u < in.Throttle+in.Fail:
		return injected(faultError, shapedError(c, codeInternal, "We encountered an internal error. Please try again."))
	case u < in.Throttle+in.Fail+in.Lose:
		v.fault = faultLost
	}
	return v
}
