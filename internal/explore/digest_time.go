package explore

import (
	"reflect"
	"strings"
	"time"
)

func (d *digest) time(t time.Time, exact bool) {
	switch {
	case t.IsZero():
		d.fixed = mix(d.fixed, 7)
	case t.Before(epoch().AddDate(-100, 0, 0)):
		d.fixed = mix(mix(d.fixed, 8), uint64(t.Unix()))
	case exact:
		d.fixed = mix(d.fixed, 9)
		d.exact = append(d.exact, t.Sub(epoch()).Milliseconds())
	default:
		d.fixed = mix(d.fixed, 10)
		d.times = append(d.times, t.Sub(epoch()).Milliseconds())
	}
}

// mapSum does not depend on the order of a map.
func mapSum(v reflect.Value) uint64 {
	sum := uint64(v.Len())
	for it := v.MapRange(); it.Next(); {
		d := digest{fixed: fnvOffset}
		d.walk(it.Key(), false)
		d.walk(it.Value(), false)
		sum += d.fixed
	}
	return sum
}

// canonical takes out of an id who made it: R-e1~w0.3 is R-e1 whoever was first.
func canonical(s string) string {
	begin := strings.IndexByte(s, '~')
	if begin < 0 {
		return s
	}
	end := strings.IndexByte(s[begin:], '/')
	if end < 0 {
		return s[:begin]
	}
	return s[:begin] + s[begin+end:]
}

// from is the hash as seen at a present; times before floor are just past.
func (d digest) from(present, floor int64) uint64 {
	h := d.fixed
	for _, t := range d.times {
		switch {
		case t < floor:
			h = mix(h, 11)
		case t-present > far.Milliseconds():
			h = mix(h, 12)
		default:
			h = mix(h, uint64(t-present))
		}
	}
	for _, t := range d.exact {
		if t-present > far.Milliseconds() {
			t = present + 2*far.Milliseconds()
		}
		h = mix(h, uint64(t-present))
	}
	return h
}

// key is the hash with its times as they are.
func (d digest) key() uint64 {
	h := mix(d.fixed, d.raw)
	for _, t := range d.times {
		h = mix(h, uint64(t))
	}
	for _, t := range d.exact {
		h = mix(h, uint64(t))
	}
	return h
}

func millis(n int) int64 { return int64(n) * tick.Milliseconds() }
