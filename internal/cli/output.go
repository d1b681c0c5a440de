package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml"
)

// format is how results are printed. The zero format is a table.
type format string

const (
	formatTable format = "table"
	formatJSON  format = "json"
	formatYAML  format = "yaml"
)

func formats() []string {
	return []string{string(formatTable), string(formatJSON), string(formatYAML)}
}

// String is the word on the command line.
func (f *format) String() string {
	if *f == "" {
		return string(formatTable)
	}
	return string(*f)
}

// Set takes that word.
func (f *format) Set(word string) error {
	switch format(word) {
	case formatTable, formatJSON, formatYAML:
		*f = format(word)
		return nil
	}
	return errors.New("must be table, json or yaml")
}

// Type is what help calls the value.
func (*format) Type() string { return "format" }

// print writes a result: as JSON or YAML if that was asked for, with the field
// names of its JSON, else by table.
func (s *session) print(result any, table func(w io.Writer) error) error {
	switch s.output {
	case formatJSON:
		encoder := json.NewEncoder(s.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(result)
	case formatYAML:
		text, err := json.Marshal(result)
		if err == nil {
			text, err = yaml.JSONToYAML(text)
		}
		if err != nil {
			return fmt.Errorf("write as YAML: %w", err)
		}
		_, err = s.Out.Write(text)
		return err
	case formatTable:
	}
	return table(s.Out)
}
