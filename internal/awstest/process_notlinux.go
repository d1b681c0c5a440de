//go:build unix && !linux

package awstest

import "syscall"

// childAttributes put an engine in a process group of its own.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
