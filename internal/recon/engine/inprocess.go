package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// InProcess returns a runner that executes jobs in this process: for tests, and for filling a demo. There is no bound of memory.
func InProcess() Runner { return inProcess{} }

type inProcess struct{}

func (inProcess) Run(ctx context.Context, folder string, job Job, tell func(Progress)) error {
	if err := job.prepare(folder); err != nil {
		return err
	}
	heard, speak := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := work(ctx, folder, &teller{out: json.NewEncoder(speak), every: tellEvery}, false)
		ended <- errors.Join(err, speak.Close())
	}()
	listen(heard, tell)
	return <-ended
}

// prepare checks a job and leaves it in its folder, which is made where there is none.
func (j *Job) prepare(folder string) error {
	if err := j.check(); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	content, err := json.Marshal(j)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, jobFile)
	if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, content) {
		return nil
	}
	return writeWhole(path, content)
}
