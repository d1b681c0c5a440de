package infra_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// There is no Docker where the tests run; what can be said of the image without building it is said here.
func TestImage_isOneStaticBinaryThatIsNotRoot(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	stages := strings.Split("\n"+string(text), "\nFROM ")[1:]
	if len(stages) != 2 {
		t.Fatalf("%d stages, want build and image", len(stages))
	}
	if !strings.Contains(stages[0], "CGO_ENABLED=0 go build") {
		t.Error("the binary is not static: an empty image has no libc")
	}
	image := strings.Split(strings.TrimSpace(stages[1]), "\n")
	for _, want := range []string{"scratch", "USER 65532:65532", `ENTRYPOINT ["serin"]`, `CMD ["worker"]`} {
		if !slices.Contains(image, want) {
			t.Errorf("the image has no line %q", want)
		}
	}
	copied := 0
	for _, line := range image {
		if strings.HasPrefix(line, "COPY ") {
			copied++
		}
		if strings.HasPrefix(line, "RUN ") || strings.HasPrefix(line, "ADD ") {
			t.Errorf("the image has %q: nothing there could run it, or it fetches what nobody pinned", line)
		}
	}
	if copied != 2 {
		t.Errorf("%d copies, want the certificates and the binary", copied)
	}
}
