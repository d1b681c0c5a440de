package awstest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/internal/awstest"
)

// engineChild is set in the child of TestEngines_endWhenTheTestProcessIsKilled.
const engineChild = "SERIN_AWSTEST_CHILD"

func TestEngines_endWhenTheTestProcessIsKilled(t *testing.T) {
	if os.Getenv(engineChild) != "" {
		w := awstest.Start(t)
		newTable(t, dynamodb.NewFromConfig(w.Config("test")), "serin")
		if _, err := fmt.Fprintln(os.Stdout, "engines:", strings.Join(children(t, os.Getpid()), " ")); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	awstest.Start(t) // where there is no moto this test cannot run
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEngines_endWhenTheTestProcessIsKilled$", "-test.v")
	cmd.Env = append(os.Environ(), engineChild+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var engines []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, list, found := strings.Cut(lines.Text(), "engines:"); found {
			engines = strings.Fields(list)
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	if len(engines) == 0 {
		t.Fatal("the child started no engines")
	}
	for _, pid := range engines {
		awaitEnd(t, pid)
	}
}

// children are the processes whose parent is pid.
func children(t *testing.T, pid int) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		_, after, _ := strings.Cut(string(b), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			out = append(out, filepath.Base(filepath.Dir(path)))
		}
	}
	return out
}

// awaitEnd fails the test if the process lives on.
func awaitEnd(t *testing.T, pid string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-tick.C {
		if err := syscall.Kill(n, 0); err != nil {
			return
		}
	}
	t.Errorf("engine %s outlived its test process", pid)
}
