package cli

import "time"

// moment is a time as JSON has it everywhere, and the table: UTC, fixed width; null
// if it is not known.
type moment struct{ time.Time }

const momentLayout = "2006-01-02T15:04:05.000Z"

// MarshalJSON writes the fixed width, or null.
func (m moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + m.UTC().Format(momentLayout) + `"`), nil
}

// clock is a time as people read it, UTC: the date only if it is not today's, the
// year only if it is not this one; "-" if it is not known.
func clock(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	layout := "15:04"
	switch {
	case at.IsZero():
		return "-"
	case at.Year() != now.Year():
		layout = "2006-01-02 15:04"
	case at.YearDay() != now.YearDay():
		layout = "Jan 2 15:04"
	}
	return at.Format(layout)
}

// ago is how long something is past, as people say it.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	past := max(now.Sub(at), 0)
	unit := time.Second
	switch {
	case past >= 48*time.Hour:
		unit = time.Hour
	case past >= 10*time.Minute:
		unit = time.Minute
	}
	return short(past.Truncate(unit)) + " ago"
}

// short is a duration without the zeros that String puts behind it: 15m, not
// 15m0s.
func short(d time.Duration) string {
	text := d.String()
	if d >= time.Minute && d%time.Minute == 0 {
		text = text[:len(text)-len("0s")]
	}
	if d >= time.Hour && d%time.Hour == 0 {
		text = text[:len(text)-len("0m")]
	}
	return text
}
