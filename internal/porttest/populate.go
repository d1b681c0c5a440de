package porttest

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"pgregory.net/rapid"
)

// source gives the values that fields are filled with.
type source struct {
	// has says whether an optional field (pointer, slice, map) is there.
	has func() bool
	// size is how many elements a slice or map that is there has.
	size func() int
	text func() string
	// number is of any size; share is 0–100 with two decimals.
	number func() int64
	share  func() float64
	flag   func() bool
	at     func() time.Time
	// pick is one of 1…n.
	pick func(n int) int
}

// everything is a T with every field set, no two of a kind alike: a field that
// is added tomorrow is in it, too.
func everything[T any]() T {
	n := int64(0)
	next := func() int64 { n++; return n }
	return populated[T](source{
		has: func() bool { return true }, size: func() int { return 2 },
		text:   func() string { return fmt.Sprintf("text %d <&> \"é\" \U0001F424", next()) },
		number: func() int64 { return 1_000_000_000_000 + next() },
		share:  func() float64 { return float64(next()%100) + 0.25 },
		flag:   func() bool { return true },
		at: func() time.Time {
			return time.Date(2026, 11, 23, 2, 14, 0, 123456789, time.UTC).Add(time.Duration(next()) * time.Second)
		},
		pick: func(n int) int { return int(next())%n + 1 },
	})
}

// drawn is a T of arbitrary fields.
func drawn[T any](t *rapid.T, label string) T {
	second := rapid.Int64Range(0, 4_000_000_000)
	nano := rapid.Int64Range(0, 999_999_999)
	return populated[T](source{
		has:    func() bool { return rapid.Bool().Draw(t, label) },
		size:   func() int { return rapid.IntRange(1, 3).Draw(t, label) },
		text:   func() string { return rapid.String().Draw(t, label) },
		number: func() int64 { return rapid.Int64().Draw(t, label) },
		share:  func() float64 { return float64(rapid.IntRange(0, 10000).Draw(t, label)) / 100 },
		flag:   func() bool { return rapid.Bool().Draw(t, label) },
		at:     func() time.Time { return time.Unix(second.Draw(t, label), nano.Draw(t, label)).UTC() },
		pick:   func(n int) int { return rapid.IntRange(1, n).Draw(t, label) },
	})
}

func populated[T any](s source) T {
	var v T
	s.fill(reflect.ValueOf(&v).Elem())
	return v
}

// fill sets v and all that is in it.
func (s source) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(s.at()))
		return
	case json.RawMessage:
		if !s.has() {
			return
		}
		v.SetBytes(fmt.Appendf(nil, `{"text":%q}`, fmt.Sprint(s.number())))
		return
	case encoding.TextMarshaler:
		v.SetInt(int64(s.pick(words(v.Type()))))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.text())
	case reflect.Bool:
		v.SetBool(s.flag())
	case reflect.Int, reflect.Int64:
		v.SetInt(s.number())
	case reflect.Float64:
		v.SetFloat(s.share())
	case reflect.Struct:
		for _, field := range v.Fields() {
			s.fill(field)
		}
	case reflect.Pointer:
		s.fillPointer(v)
	case reflect.Slice:
		s.fillSlice(v)
	case reflect.Map:
		s.fillMap(v)
	default:
		panic("no value for a field of type " + v.Type().String())
	}
}

func (s source) fillPointer(v reflect.Value) {
	if s.has() {
		v.Set(reflect.New(v.Type().Elem()))
		s.fill(v.Elem())
	}
}

func (s source) fillSlice(v reflect.Value) {
	if !s.has() {
		return
	}
	n := s.size()
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		s.fill(v.Index(i))
	}
}

func (s source) fillMap(v reflect.Value) {
	if !s.has() {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range s.size() {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		s.fill(key)
		s.fill(value)
		v.SetMapIndex(key, value)
	}
}

// words is how many values an enum has: they are numbered from one and have a
// text.
func words(enum reflect.Type) int {
	n := 0
	for v := reflect.New(enum).Elem(); ; n++ {
		v.SetInt(int64(n + 1))
		word, is := reflect.TypeAssert[encoding.TextMarshaler](v)
		if !is {
			return n
		}
		if _, err := word.MarshalText(); err != nil {
			return n
		}
	}
}

// scramble changes all that can be reached through v without changing v itself.
func scramble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			scramble(v.Elem())
			v.Elem().SetZero()
		}
	case reflect.Slice:
		for i := range v.Len() {
			scramble(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for _, field := range v.Fields() {
			scramble(field)
		}
	default:
	}
}
