//go:build !unix

package awstest

import (
	"os"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return nil }

// killGroup ends a process; this system knows no groups of them.
func killGroup(p *os.Process) { _ = p.Kill() }

// lockFile locks nothing: this system has no advisory lock, so two test binaries may fetch an engine twice.
func lockFile(string) (unlock func(), err error) { return func() {}, nil }
