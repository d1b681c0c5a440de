package event_test

import "testing"

// BenchmarkDecode: a storm of alarms must cost little, and a message near the size limit not much more than its bytes.
func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{gateOpened, alarmRaised, "hostile-huge.json"} {
		b.Run(name, func(b *testing.B) {
			body, d := sample(b, name), decoder()
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Decode(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
