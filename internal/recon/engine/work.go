package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"khadamat/internal/recon"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
)

// The files of a run's folder that only this package reads.
const (
	jobFile   = "job.json"
	foundFile = "found.bin"
	doneFile  = "done.json"
)

// stageFormat is raised when stages are kept in another way than before, so that those of a program before are made again.
const stageFormat = 1

// tellEvery is how much time passes between two words about the progress of a stage.
const tellEvery = 200 * time.Millisecond

// Work executes the job of a folder in this process, from its last finished stage on, and writes what it has to say to out, a line of JSON
// each. It is what the child process does.
func Work(ctx context.Context, folder string, out io.Writer) error {
	return work(ctx, folder, &teller{out: json.NewEncoder(out), every: tellEvery}, true)
}

// work executes the job of a folder; alone says that the process does nothing else.
func work(ctx context.Context, folder string, t *teller, alone bool) error {
	release, err := hold(folder)
	if err != nil {
		return err
	}
	defer release()
	w := &worker{folder: folder, teller: t, alone: alone}
	err = errors.Join(w.run(ctx), w.close())
	t.end(err)
	return err
}

// message is a line from the child.
type message struct {
	Progress *Progress `json:"progress,omitempty"`
	Problem  *problem  `json:"problem,omitempty"`
	Done     bool      `json:"done,omitempty"`
}

// teller writes messages: of the progress not too many, but always the last of a stage.
type teller struct {
	mu      sync.Mutex
	out     *json.Encoder
	every   time.Duration
	last    time.Time
	started time.Time // of the stage
	now     Progress
}

var stages = []string{recon.StageRead, recon.StageMatch, recon.StageWrite}

func (t *teller) tell(stage string, done, total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if stage != t.now.Stage {
		t.started, t.last = now, time.Time{}
		t.now = Progress{Stage: stage, Steps: len(stages)}
		for i, name := range stages {
			if name == stage {
				t.now.Step = i + 1
			}
		}
	}
	t.now.Done, t.now.Total = done, total
	if now.Sub(t.last) < t.every && (done < total || total == 0) {
		return
	}
	t.last = now
	p := t.now
	if spent := now.Sub(t.started).Seconds(); spent > 0.5 && done > 0 {
		p.Rate = float64(done) / spent
		p.Left = time.Duration(float64(max(0, total-done)) / p.Rate * float64(time.Second))
	}
	_ = t.out.Encode(message{Progress: &p}) // who does not listen any more ends us
}

func (t *teller) end(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		_ = t.out.Encode(message{Done: true})
	} else if p := problemOf(err); p != nil {
		_ = t.out.Encode(message{Problem: p})
	}
}

// worker executes one job.
type worker struct {
	folder string
	job    Job
	teller *teller
	alone  bool
	sides  []*recon.Side
	inputs []keptSide
	total  int64 // records
	timing timing
	digest *report.Digest // when matching is done
	unmap  []func() error
}

// close gives back the files that are mapped into memory.
func (w *worker) close() error {
	var failed error
	for _, unmap := range w.unmap {
		failed = errors.Join(failed, unmap())
	}
	w.unmap = nil
	return failed
}

// timing is how long the stages took, in seconds, each when it was done.
type timing struct {
	Read   float64            `json:"read"`
	Match  float64            `json:"match"`
	Write  float64            `json:"write"`
	Passes map[string]float64 `json:"passes"`
}

func (w *worker) path(name string) string { return filepath.Join(w.folder, name) }

func (w *worker) run(ctx context.Context) error {
	content, err := os.ReadFile(w.path(jobFile))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &w.job); err != nil {
		return fmt.Errorf("%s: %w", w.path(jobFile), err)
	}
	if err := recon.Prepare(w.job.Sources, []byte(w.job.Rules)); err != nil {
		return err
	}
	if w.job.Reports == nil && w.isDone() {
		return nil
	}
	if err := w.read(ctx); err != nil {
		return err
	}
	r, err := w.match(ctx)
	if err != nil {
		return err
	}
	return w.write(ctx, r)
}

// done says what a folder holds when a job is over.
type done struct {
	For   string            `json:"for"`
	Files map[string]string `json:"files"` // SHA-256
}

// isDone says whether the job was executed before, and what it wrote is still there as it was.
func (w *worker) isDone() bool {
	var d done
	if readChecked(w.path(doneFile), &d) != nil || d.For != w.whole() || len(d.Files) == 0 {
		return false
	}
	for name, sum := range d.Files {
		if found, err := fileFingerprint(w.path(name)); err != nil || found != sum {
			return false
		}
	}
	return true
}

// whole is the fingerprint of all that decides what the job writes.
func (w *worker) whole() string {
	job := w.job
	job.Memory, job.Reports = 0, nil
	return fingerprintOf(struct {
		Format int
		Job    Job
	}{stageFormat, job})
}

// keptSide is what a side's stage leaves beside its records.
type keptSide struct {
	For     string     `json:"for"`
	Kept    recon.Kept `json:"kept"`
	Seconds float64    `json:"seconds"`
}

// read reads all sides, or takes those that were read before.
func (w *worker) read(ctx context.Context) error {
	w.inputs = make([]keptSide, len(w.job.Sources))
	sides, err := recon.ReadAll(ctx, w.job.Sources, w.options(), w.readSide)
	for _, s := range sides {
		if s != nil {
			w.unmap = append(w.unmap, s.Close)
		}
	}
	if err != nil {
		return err
	}
	w.sides = sides
	for i, s := range sides {
		w.total += int64(s.Set().Len())
		w.timing.Read = max(w.timing.Read, w.inputs[i].Seconds)
	}
	if !w.alone {
		return nil
	}
	debug.SetMemoryLimit(min(debug.SetMemoryLimit(-1), max(leastHeap, w.total*heapOfRecord)))
	return nil
}

// What a run is content with where more would be allowed: from there on it collects its garbage earlier.
const (
	leastHeap    = 1 << 30
	heapOfRecord = 850 // bytes
)

func (w *worker) options() recon.Options {
	return recon.Options{Language: w.job.Language, Rules: []byte(w.job.Rules), Settled: w.job.Settled, Apart: w.job.Apart, Further: !w.job.NoArchive, Progress: w.teller.tell}
}

func (w *worker) readSide(ctx context.Context, which result.Side, in recon.Input, o recon.Reading) (*recon.Side, error) {
	name := which.String()
	records, about := w.path(name+".set"), w.path(name+".json")
	kept := &w.inputs[which]
	of := fingerprintOf(struct {
		Format   int
		Side     result.Side
		Input    recon.Input
		Language string
	}{stageFormat, which, in, string(w.job.Language)})
	if readChecked(about, kept) == nil && kept.For == of && unchanged(in, &kept.Kept) {
		if s, err := recon.Restore(which, records, &kept.Kept); err == nil {
			o.Tell(int64(kept.Kept.File.Rows), int64(kept.Kept.File.Rows))
			return s, nil
		}
	}
	started := time.Now()
	o.Keep = records
	s, err := recon.Read(ctx, which, in, o)
	if err != nil {
		return nil, err
	}
	*kept = keptSide{For: of, Kept: *s.Kept(), Seconds: time.Since(started).Seconds()}
	return s, writeChecked(about, kept)
}

// unchanged says whether the files of a side are those that were read. A file that came with its fingerprint is taken at its word.
func unchanged(in recon.Input, kept *recon.Kept) bool {
	if len(in.Files) != len(kept.File.Pieces) {
		return false
	}
	for i, f := range in.Files {
		if f.SHA256 != "" {
			continue
		}
		if sum, err := fileFingerprint(f.Path); err != nil || sum != kept.File.Pieces[i].SHA256 {
			return false
		}
	}
	return true
}

// write writes what people and programs get.
func (w *worker) write(ctx context.Context, r *result.Result) error {
	started := time.Now()
	defer w.lighten()()
	w.teller.tell(recon.StageWrite, 0, w.total)
	if reports := w.job.Reports; reports != nil {
		if err := w.reports(ctx, reports); err != nil {
			return err
		}
	}
	r.Took = 0 // from here on nothing says how long it took
	for i := range r.Passes {
		r.Passes[i].Took = 0
	}
	var summary bytes.Buffer
	if err := w.digest.JSON(&summary); err != nil {
		return err
	}
	if err := errors.Join(writeWhole(w.path(SummaryFile), summary.Bytes()), writeWhole(w.path(RulesFile), r.Rules)); err != nil {
		return err
	}
	files := []string{SummaryFile, RulesFile}
	if !w.job.NoArchive {
		w.teller.tell(recon.StageWrite, w.total/2, w.total)
		if err := archive.Write(ctx, w.path(ResultFile), r); err != nil {
			return err
		}
		files = append(files, ResultFile)
	}
	w.timing.Write = time.Since(started).Seconds()
	timing, err := json.Marshal(w.timing)
	if err != nil {
		return err
	}
	if err := writeWhole(w.path(TimingFile), timing); err != nil {
		return err
	}
	d := done{For: w.whole(), Files: map[string]string{}}
	for _, name := range files {
		if d.Files[name], err = fileFingerprint(w.path(name)); err != nil {
			return err
		}
	}
	if err := writeChecked(w.path(doneFile), d); err != nil {
		return err
	}
	w.teller.tell(recon.StageWrite, w.total, w.total)
	return w.tidy()
}

func (w *worker) reports(ctx context.Context, reports *Reports) error {
	var text, summary bytes.Buffer
	w.digest.Summary(&text, string(w.job.Language))
	if err := w.digest.JSON(&summary); err != nil {
		return err
	}
	if err := errors.Join(writeWhole(w.path(PrintedText), text.Bytes()), writeWhole(w.path(PrintedJSON), summary.Bytes())); err != nil {
		return err
	}
	if reports.Folder == "" {
		return nil
	}
	return w.digest.Write(ctx, reports.Folder, report.Options{Language: string(w.job.Language), Formats: reports.Formats})
}

// tidy removes what the stages have kept, which may be much, when the run is over.
func (w *worker) tidy() error {
	names := []string{foundFile}
	for i := range w.sides {
		name := result.Side(i).String() //nolint:gosec // eight at most
		names = append(names, name+".set", name+".json")
	}
	var failed error
	for _, name := range names {
		if err := os.Remove(w.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// check says what is wrong with a job before anything is started.
func (j *Job) check() error {
	switch {
	case len(j.Sources) < 2:
		return &source.Problem{Key: "recon_engine.sources_few"}
	case len(j.Sources) > result.MostSides:
		return &source.Problem{Key: "recon_engine.sources_many", Args: map[string]any{"Most": result.MostSides}}
	case j.Memory > 0 && j.Memory < leastMemory:
		return &source.Problem{Key: "recon_engine.memory_small", Args: map[string]any{"Megabytes": j.Memory >> 20, "Least": leastMemory >> 20}}
	}
	return nil
}
