package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"khadamat/internal/recon/source"
)

const (
	// leastMemory is what any run needs.
	leastMemory = 64 << 20
	// grace is how long a child that was asked to end may take to do so.
	grace = 3 * time.Second
	// watchEvery is how often the memory of a child is looked at.
	watchEvery = 50 * time.Millisecond
	// mostSaid bounds what is kept of a child's last words.
	mostSaid = 8 << 10
	// mostLine bounds a line from a child.
	mostLine = 1 << 20
)

// Child runs jobs in child processes of a program that calls Work when it is started as "PROGRAM recon work FOLDER".
type Child struct {
	binary  string
	started func(*os.Process) // for tests; nil: nobody
}

var _ Runner = (*Child)(nil)

// New returns a runner whose children are processes of the program at a path; where it is empty, of the one that is running.
func New(binary string) (*Child, error) {
	if binary != "" {
		return &Child{binary: binary}, nil
	}
	binary, err := os.Executable()
	return &Child{binary: binary}, err
}

// Run executes a job as Runner says. The run ends with a *source.Problem where it needs more memory than it may.
func (c *Child) Run(ctx context.Context, folder string, job Job, tell func(Progress)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if err := job.prepare(folder); err != nil {
		return err
	}
	if job.Memory == 0 {
		job.Memory = availableMemory() / 2
	}
	return c.run(ctx, folder, job.Memory, tell)
}

// run starts the child and stays with it to its end. The system ends a child with the thread that has started it, so the thread is kept.
func (c *Child) run(ctx context.Context, folder string, memory int64, tell func(Progress)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	command := exec.CommandContext(ctx, c.binary, "recon", "work", folder) //nolint:gosec // our own program
	own(command)
	command.WaitDelay = grace
	command.Env = os.Environ()
	if memory > 0 {
		// The rest is for files that are mapped into memory, and for what the runtime does not count.
		command.Env = append(command.Env, fmt.Sprintf("GOMEMLIMIT=%d", memory/100*78))
	}
	lastWords := &tail{}
	command.Stderr = lastWords
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start the run: %w", err)
	}
	if c.started != nil {
		c.started(command.Process)
	}
	watch := watchMemory(command.Process, memory)
	said, done := listen(out, tell)
	failed := command.Wait()
	exceeded := watch()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case exceeded:
		return &source.Problem{Key: "recon_engine.memory", Args: map[string]any{"Megabytes": memory >> 20}}
	case said != nil:
		return said.err()
	case failed == nil && done:
		return nil
	case wasKilled(command.ProcessState):
		return &source.Problem{Key: "recon_engine.killed"}
	}
	return fmt.Errorf("the run ended too early (%w): %s", errors.Join(failed, errUnfinished), strings.TrimSpace(lastWords.String()))
}

var errUnfinished = errors.New("it did not say that it was done")

// listen passes on what a child says until it says no more.
func listen(out io.Reader, tell func(Progress)) (said *problem, done bool) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, mostLine)
	for lines.Scan() {
		var m message
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.UseNumber()
		if decoder.Decode(&m) != nil {
			continue // not for us
		}
		if m.Progress != nil && tell != nil {
			tell(*m.Progress)
		}
		if m.Problem != nil {
			said = m.Problem
		}
		done = done || m.Done
	}
	_, _ = io.Copy(io.Discard, out) // behind a line that is too long
	return said, done
}

// watchMemory ends a process that takes more memory than it may: what the system would end, for lack of memory, without saying why. The
// returned function ends the watch and says whether that happened. Files mapped into memory do not count, since the system takes them back.
func watchMemory(process *os.Process, memory int64) (stop func() bool) {
	if memory <= 0 {
		return func() bool { return false }
	}
	var exceeded atomic.Bool
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(watchEvery)
		defer ticks.Stop()
		for {
			select {
			case <-end:
				return
			case <-ticks.C:
				if memoryOf(process.Pid) > memory {
					exceeded.Store(true)
					_ = process.Kill() // it may have ended by itself
					return
				}
			}
		}
	}()
	return func() bool {
		close(end)
		<-ended
		return exceeded.Load()
	}
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - mostSaid; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.kept) }
