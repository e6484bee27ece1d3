package engine

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// own makes a child one that ends with us, in a group of its own, so that what a terminal sends us does not reach it.
func own(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
}

func wasKilled(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// availableMemory is how many bytes of memory programs can still get.
func availableMemory() int64 { return kilobytes("/proc/meminfo", "MemAvailable:") }

// memoryOf is how many bytes a process holds that only it has, 0 where that is not known.
func memoryOf(pid int) int64 {
	return kilobytes("/proc/"+strconv.Itoa(pid)+"/status", "RssAnon:")
}

// kilobytes reads a line like "RssAnon:   1234 kB" and returns bytes.
func kilobytes(path, name string) int64 {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(content) {
		if fields := bytes.Fields(line); len(fields) >= 2 && string(fields[0]) == name {
			if n, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
				return n << 10
			}
		}
	}
	return 0
}

// hold takes a folder for this process alone: one that was told to end may still be at work in it.
func hold(folder string) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.EINTR
	for err == syscall.EINTR {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		_ = f.Close() // the first error is the one to tell
		return nil, os.NewSyscallError("flock", err)
	}
	return func() { _ = f.Close() }, nil // which gives the folder back
}
