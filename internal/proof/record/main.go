// Command record reads what a command of the Makefile printed, prints it again, and writes it as a section of
// infra/PROOF.md: bench, fuzz or engines. It fails if something does not hold, once it is written. It runs nothing itself.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/serinhq/serin/internal/proof"
)

func main() {
	command := flag.String("command", "", "the command whose output this is, as people type it")
	flag.Parse()
	if err := record(os.Stdin, os.Stdout, flag.Arg(0), *command); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

// report reads output line by line.
type report interface {
	// line takes one, and says what of it people should see.
	line(text string) (shown string)
	// table is the section, and whether all in it holds. An error: there is nothing to write.
	table() (text string, holds bool, err error)
}

func reportOf(section string) (report, error) {
	switch section {
	case "bench":
		return newMeasured(), nil
	case "fuzz":
		return &fuzzed{}, nil
	case "engines":
		return newRan(), nil
	}
	return nil, fmt.Errorf("unknown section %q: want bench, fuzz or engines", section)
}

func record(in io.Reader, out io.Writer, section, command string) error {
	r, err := reportOf(section)
	if err != nil {
		return err
	}
	lines := bufio.NewReader(in)
	for {
		text, err := lines.ReadString('\n')
		if text != "" {
			if shown := r.line(strings.TrimRight(text, "\n")); shown != "" {
				fmt.Fprintln(out, shown)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("read what %s printed: %w", command, err)
		}
	}
	text, holds, err := r.table()
	if err != nil {
		return err
	}
	if err := proof.Write(section, command, text); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n", text)
	if !holds {
		return fmt.Errorf("section %s is written, and not all of it holds", section)
	}
	return nil
}

// holding is how a table says it.
func holding(holds bool) string {
	if holds {
		return "yes"
	}
	return "**no**"
}
