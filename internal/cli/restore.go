package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// restoreView is how to put one target back by hand.
type restoreCommand struct {
	Target string `json:"target"`
	// Command is one line for a POSIX shell with the AWS CLI (and jq, where an API
	// takes a whole document); null if nothing is to be done.
	Command *string `json:"command"`
	Note    string  `json:"note"`
}

// printRestore prints the commands that put a release's restore point back. It
// reads the table alone.
func (s *session) printRestore(ctx context.Context, a *app.App, stored worker.Stored) error {
	region, err := a.Region(ctx)
	if err != nil {
		return err
	}
	r := stored.Release
	all, err := restoreCommands(r, region)
	if err != nil {
		return err
	}
	return s.print(all, func(w io.Writer) error {
		fmt.Fprintf(w, "# release %s (%s) is %s at rev %d\n", r.ID, title(r), r.Phase, r.Rev)
		for _, one := range all {
			fmt.Fprintf(w, "# %s: %s\n", one.Target, one.Note)
			if one.Command != nil {
				fmt.Fprintln(w, *one.Command)
			}
		}
		if link := pipelineLink(r, region); link != "" && gateOpen(r) {
			fmt.Fprintf(w, "# then reject the gate, or the pipeline ships on: %s\n", link)
		}
		return nil
	})
}

func gateOpen(r statemachine.Release) bool {
	return r.Gate != nil && r.Running() && (r.Gate.Status == statemachine.GateOpen || r.Gate.Status == statemachine.GateUnknown)
}

func restoreCommands(r statemachine.Release, region string) ([]restoreCommand, error) {
	all := []restoreCommand{}
	if r.Deployment != nil && r.Plan.Deployment != nil {
		stop, err := stopDeployment(r, region)
		return append(all, stop), err
	}
	for i, t := range r.Targets {
		one := restoreCommand{Target: t.Name, Note: "nothing was moved"}
		if t.Restore != nil {
			line, err := restoreLine(r.Plan.Targets[i], *t.Restore, r.Targets[i].Canary, region)
			if err != nil {
				return nil, fmt.Errorf("restore point of %s: %w", t.Name, err)
			}
			one.Command, one.Note = &line, "back to "+t.Restore.String()
		}
		all = append(all, one)
	}
	return all, nil
}

// restoreLine is the command for one target, by its kind.
func restoreLine(spec statemachine.TargetSpec, back statemachine.Split, canary, region string) (string, error) {
	switch spec.Kind {
	case "lambda":
		return restoreLambda(spec, back, region)
	case "alb":
		return restoreALB(spec, back, canary)
	case "apigateway":
		return restoreRestStage(spec, back, region)
	case "cloudfront":
		return restoreCloudFront(spec, back)
	case "ecstaskset":
		return restoreTaskSets(spec, back, canary)
	case "httpapi":
		return restoreHTTPStage(spec, back, region)
	case "lattice":
		return restoreLattice(spec, back, canary)
	case "route53":
		return restoreRoute53(spec, back)
	case "staticsite":
		return restoreStaticSite(spec, back, region)
	}
	return "", fmt.Errorf("this program knows no aws command for a target of kind %s", spec.Kind)
}

// shell is a command line for a POSIX shell.
func shell(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@") != "" {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// regionOf is the region in an ARN, else the one given.
func regionOf(arn, region string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 5 && parts[0] == "arn" && parts[3] != "" {
		return parts[3]
	}
	return region
}
