package explore

import (
	"fmt"
	"reflect"
	"time"
)

// digest is what a value comes to in a hash. The model's times in it stand apart,
// so that they can be counted from any present.
type digest struct {
	fixed uint64
	// raw adds the ids that say who made them.
	raw uint64
	// times may count as past once everybody at work began after them; exact ones
	// name something (a lease) and never do.
	times, exact []int64
}

// skipped are fields that no decision rests on: they are for people. Of ended
// ones only whether they are set counts.
func fieldRule(owner reflect.Type, name string) (skip, setOnly, exact bool) {
	switch name {
	case "StartedAt", "UpdatedAt", "Since", "SeenAt", "Text", "Error", "Advice", "Plan", "AnnouncedSeq", "OpID", "SavedBy":
		return true, false, false
	case "Seen", "State":
		return owner.Name() == "Target" || owner.Name() == "Alarm", false, false
	case "At":
		return owner.Name() == "Failure" || owner.Name() == "Outcome", false, false
	case "FinishedAt", "SettledAt":
		return false, true, false
	case "WakeAt":
		return false, false, true
	}
	return false, false, false
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func mix(h, v uint64) uint64 {
	h ^= v
	h *= fnvPrime
	h ^= h >> 29
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>32
}

func mixString(h uint64, s string) uint64 {
	f := uint64(fnvOffset)
	for i := range len(s) {
		f = (f ^ uint64(s[i])) * fnvPrime
	}
	return mix(h, f+uint64(len(s)))
}

func digestOf(values ...any) digest {
	d := digest{fixed: fnvOffset}
	for _, v := range values {
		d.walk(reflect.ValueOf(v), false)
	}
	return d
}

func (d *digest) walk(v reflect.Value, exact bool) {
	switch v.Kind() {
	case reflect.Invalid:
		d.fixed = mix(d.fixed, 1)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			d.fixed = mix(d.fixed, 2)
			return
		}
		d.walk(v.Elem(), exact)
	case reflect.Struct:
		d.walkStruct(v, exact)
	case reflect.Slice, reflect.Array:
		d.fixed = mix(d.fixed, uint64(v.Len()))
		for i := range v.Len() {
			d.walk(v.Index(i), exact)
		}
	case reflect.Map:
		d.fixed = mix(d.fixed, mapSum(v))
	case reflect.String:
		text := canonical(v.String())
		if len(text) != v.Len() {
			d.raw = mixString(d.raw, v.String())
		}
		d.fixed = mixString(d.fixed, text)
	case reflect.Bool:
		if v.Bool() {
			d.fixed = mix(d.fixed, 4)
		}
		d.fixed = mix(d.fixed, 3)
	case reflect.Float64:
		d.fixed = mix(d.fixed, uint64(v.Float()*100))
	case reflect.Uint8, reflect.Uint64:
		d.fixed = mix(d.fixed, v.Uint())
	case reflect.Int, reflect.Int8, reflect.Int64:
		d.fixed = mix(d.fixed, uint64(v.Int()))
	default:
		panic(fmt.Sprintf("digest of a %s", v.Kind()))
	}
}

func (d *digest) walkStruct(v reflect.Value, exact bool) {
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		d.time(t, exact)
		return
	}
	kind := v.Type()
	for i := range v.NumField() {
		skip, setOnly, exact := fieldRule(kind, kind.Field(i).Name)
		switch {
		case skip:
		case setOnly:
			if v.Field(i).IsZero() {
				d.fixed = mix(d.fixed, 5)
			}
			d.fixed = mix(d.fixed, 6)
		default:
			d.walk(v.Field(i), exact)
		}
	}
}
