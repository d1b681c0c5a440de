package awstest

import "syscall"

// childAttributes put an engine in a process group of its own and have the kernel end it when the test process dies,
// however it dies.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
