package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/job"
	"khadamat/internal/recon"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/source"
	"khadamat/internal/texts"
)

const (
	// leaseTime is how long a run counts as alive after its node was heard of, and beat how often a node is heard of.
	leaseTime = 30 * time.Second
	beat      = 2 * time.Second
	// queueTime is after how long a run that waits is put into the queue again, in case that its job was lost.
	queueTime = 10 * time.Minute
)

// Attach has the service work its jobs on the queue, which is not open yet.
func (s *Service) Attach(queue *job.Queue) {
	job.WorkLong(queue, func(ctx context.Context, j runJob) error { return s.Work(ctx, j.RunID) })
	job.Work(queue, func(ctx context.Context, j deliverJob) error { return s.deliver(ctx, j.DeliveryID) })
}

// words are a message in a language.
func (s *Service) words(language i18n.Language, key string, args map[string]any) string {
	return texts.Catalog().T(language, key, args)
}

// Work works on a run until it ends, or leaves it to whoever has it already. The queue calls it; who cannot wait for the queue may too.
func (s *Service) Work(ctx context.Context, runID string) error {
	if s.config.Runner == nil {
		return errors.New("workspace: this process runs nothing")
	}
	var mine bool
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		mine, err = claim(ctx, tx, runID, s.node, tx.Now.Add(leaseTime))
		return err
	})
	if err != nil || !mine {
		return err
	}
	r, err := runByID(ctx, s.config.DB, runID)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	s.ends.put(runID, end)
	defer s.ends.drop(runID)
	pulse := &pulse{service: s, run: r, end: end}
	pulse.begin(ctx)
	err = s.execute(ctx, &r, pulse.tell)
	pulse.stop()
	folder := s.folderOf(runID)
	switch {
	case errors.Is(context.Cause(ctx), errCancelled), errors.Is(context.Cause(ctx), errLost):
		return os.RemoveAll(folder)
	case ctx.Err() != nil:
		return s.giveBack(context.WithoutCancel(ctx), r) // this node ends: another one, or this one again, goes on in the folder
	}
	if err != nil {
		s.config.Logger.WarnContext(ctx, "a run failed", "run", runID, "error", err)
		r.State, r.problem = Failed, s.problemOf(err)
	} else {
		r.State = Finished
	}
	return errors.Join(s.finish(ctx, r), os.RemoveAll(folder))
}

func (s *Service) folderOf(runID string) string { return filepath.Join(s.config.Folder, "runs", runID) }

// errLost is why work on a run ends that is another node's by now.
var errLost = errors.New("workspace: the run is another node's")

// pulse keeps a run alive while it is worked on, and tells how far it is.
type pulse struct {
	service *Service
	run     run
	end     context.CancelCauseFunc
	done    chan struct{}
	beating sync.WaitGroup
	mu      sync.Mutex
	latest  *Progress
}

func (p *pulse) begin(ctx context.Context) {
	p.done = make(chan struct{})
	p.run.State = Running
	p.service.tellProgress(p.run)
	p.beating.Go(func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
				p.renew(ctx)
			}
		}
	})
}

func (p *pulse) renew(ctx context.Context) {
	p.mu.Lock()
	progress := p.latest
	p.mu.Unlock()
	var mine bool
	err := p.service.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		mine, err = renew(ctx, tx, p.run.ID, p.service.node, tx.Now.Add(leaseTime), progress)
		return err
	})
	switch {
	case err != nil && ctx.Err() == nil:
		p.service.config.Logger.WarnContext(ctx, "cannot renew the lease of a run", "run", p.run.ID, "error", err)
	case err == nil && !mine:
		p.end(errLost)
	}
}

// tell passes progress on.
func (p *pulse) tell(at engine.Progress) {
	progress := Progress(at)
	p.mu.Lock()
	p.latest = &progress
	p.mu.Unlock()
	told := p.run
	told.Progress = &progress
	p.service.tellProgress(told)
}

func (p *pulse) stop() {
	close(p.done)
	p.beating.Wait()
}

func (s *Service) tellProgress(r run) {
	data := map[string]any{"run": r.ID, "number": r.Number, "state": r.State}
	if p := r.Progress; p != nil {
		for name, value := range map[string]any{"stage": p.Stage, "step": p.Step, "steps": p.Steps, "done": p.Done, "total": p.Total, "rate": p.Rate, "left_seconds": p.Left.Seconds()} {
			data[name] = value
		}
	}
	s.tell(r.projectID, "run.progress", data)
}

func (s *Service) tellFinished(r run) {
	s.tell(r.projectID, "run.finished", map[string]any{"run": r.ID, "number": r.Number, "state": r.State})
}

// execute runs the engine and keeps the result.
func (s *Service) execute(ctx context.Context, r *run, tell func(engine.Progress)) error {
	folder := s.folderOf(r.ID)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	j, release, err := s.job(ctx, *r, folder)
	if err != nil {
		return err
	}
	defer release()
	started := time.Now()
	if err := s.config.Runner.Run(ctx, folder, j, tell); err != nil {
		return err
	}
	r.took = time.Since(started)
	passes, err := timesOf(folder)
	if err != nil {
		return err
	}
	if r.archive, err = s.keepArchive(ctx, folder); err != nil {
		return err
	}
	return s.measure(ctx, r, passes)
}

// timesOf reads how long each pass took.
func timesOf(folder string) (map[string]time.Duration, error) {
	text, err := os.ReadFile(filepath.Join(folder, engine.TimingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var timing struct {
		Passes map[string]float64 `json:"passes"` // seconds
	}
	err = json.Unmarshal(text, &timing)
	times := make(map[string]time.Duration, len(timing.Passes))
	for name, seconds := range timing.Passes {
		times[name] = time.Duration(seconds * float64(time.Second))
	}
	return times, err
}

// measure takes the figures of a result, and finds what of it would change a period that was signed off before it began.
func (s *Service) measure(ctx context.Context, r *run, passes map[string]time.Duration) error {
	from, release, err := s.archive(ctx, *r)
	if err != nil {
		return err
	}
	defer release()
	found, err := readBase(ctx, from)
	if err != nil {
		return err
	}
	found.figures.Took = r.took
	for i := range found.figures.Passes {
		found.figures.Passes[i].Took = passes[found.figures.Passes[i].Name]
	}
	r.barred = found.barred(r.locked)
	p, err := projectByID(ctx, s.config.DB, r.projectID, "")
	if err != nil {
		return err
	}
	b := newBoard(r.ID, found, r.barred)
	b.ground(p, today(s.config.Clock.Now()))
	if err := s.catchUp(ctx, p, b); err != nil {
		return err
	}
	figures := b.sum()
	r.Figures = &figures
	return nil
}

// barred are the matches that the machine newly made of nothing but records of periods that are signed off.
func (f *base) barred(locked record.Day) (numbers []int) {
	if locked == record.NoDay {
		return nil
	}
	for _, m := range f.matches {
		if m.settled != "" {
			continue
		}
		within := true
		for _, r := range m.members {
			d := f.records[r].day
			within = within && d != record.NoDay && d <= locked
		}
		if within {
			numbers = append(numbers, m.number)
		}
	}
	return numbers
}

// jobFile is where a run's folder says what the run is about, for who goes on with it.
const jobFile = "workspace-job.json"

// job is what the engine is told. Who goes on with a run tells it the same as who began.
func (s *Service) job(ctx context.Context, r run, folder string) (engine.Job, func(), error) {
	var j engine.Job
	path := filepath.Join(folder, jobFile)
	known, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(known, &j)
	} else if errors.Is(err, fs.ErrNotExist) {
		if j, err = s.newJob(ctx, r); err == nil {
			err = writeWhole(path, j)
		}
	}
	if err != nil {
		return j, nil, err
	}
	var releases []func()
	release := func() {
		for _, one := range releases {
			one()
		}
	}
	for i := range j.Sources {
		for k := range j.Sources[i].Files {
			file := &j.Sources[i].Files[k]
			local, done, err := s.local(ctx, file.SHA256)
			if err != nil {
				release()
				return j, nil, err
			}
			file.Path = local
			releases = append(releases, done)
		}
	}
	return j, release, nil
}

// writeWhole writes a file that is there as a whole or not at all.
func writeWhole(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".part", text, 0o640); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

func (s *Service) newJob(ctx context.Context, r run) (engine.Job, error) {
	j := engine.Job{Language: r.language}
	sources, err := sourcesOf(ctx, s.config.DB, r.projectID)
	if err != nil {
		return j, err
	}
	read := make(map[string]bool, len(r.Versions))
	for _, id := range r.Versions {
		read[id] = true
	}
	for _, from := range sources {
		side := engine.Source{Name: from.Name, Mapping: from.Mapping}
		versions, err := versionsOf(ctx, s.config.DB, from.ID, maxVersions)
		if err != nil {
			return j, err
		}
		for i := len(versions) - 1; i >= 0; i-- {
			if v := versions[i]; read[v.ID] {
				side.Files = append(side.Files, engine.File{Name: v.FileName, SHA256: v.SHA256, Format: v.Format})
			}
		}
		if len(side.Files) > 0 {
			j.Sources = append(j.Sources, side)
		}
	}
	if j.Rules, err = s.rulesFor(ctx, r); err != nil {
		return j, err
	}
	p, err := projectByID(ctx, s.config.DB, r.projectID, "")
	if err != nil {
		return j, err
	}
	b, err := s.board(ctx, p)
	if err != nil || b == nil {
		return j, err
	}
	j.Settled, j.Apart = b.settledFor(r.Full), b.keptApart()
	return j, nil
}

// keptApart are the records of matches that people took apart, in an order that is always the same.
func (b *board) keptApart() [][]string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	sets := make([][]string, 0, len(b.apart))
	for _, item := range slices.Sorted(maps.Keys(b.apart)) {
		sets = append(sets, b.apart[item])
	}
	return sets
}

// settledFor is what a run leaves as it is: what people decided and what is signed off, and in a run over what is new all other matches too.
func (b *board) settledFor(full bool) []engine.Settled {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var all []engine.Settled
	for i := range b.entries {
		e := &b.entries[i]
		if e.gone || e.single() || b.standing(e) == suggested || full && !e.decided() && !b.sealed(e) {
			continue
		}
		all = append(all, engine.Settled{ID: e.id, Members: b.keys(e), Kind: e.kind, Pass: e.pass, Confidence: e.confidence, Cause: e.cause})
	}
	return all
}

// giveBack leaves a run to whoever takes it.
func (s *Service) giveBack(ctx context.Context, r run) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := renew(ctx, tx, r.ID, s.node, tx.Now, nil)
		return err
	})
}

// finish stores how a run ended.
func (s *Service) finish(ctx context.Context, r run) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := projectByID(ctx, tx, r.projectID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		ended, err := endRun(ctx, tx, r, s.node)
		if err != nil || !ended {
			return err // cancelled, or another node's
		}
		data := map[string]any{"run": r.ID, "number": r.Number, "state": r.State}
		if r.State == Finished {
			p.current = r.ID
			if err := updateProject(ctx, tx, p); err != nil {
				return err
			}
			data["result_sha256"], data["match_rate"] = r.archive, r.Figures.MatchRate
			if err := putFigures(ctx, tx, keptFigures{projectID: p.ID, day: tx.Now.In(zone()).Format(time.DateOnly), runID: r.ID, seq: p.decisions, figures: *r.Figures}); err != nil {
				return err
			}
		}
		if err := s.record(ctx, tx, "", p.ID, "recon.run."+string(r.State), data); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.tellFinished(r) })
		return s.hookRun(ctx, tx, r)
	})
}

// problemOf is why a run failed, in all languages.
func (s *Service) problemOf(err error) *runProblem {
	p := &runProblem{Texts: map[i18n.Language]string{}}
	_, file := errors.AsType[*source.Problem](err)
	_, rule := errors.AsType[*rules.Problem](err)
	for _, language := range i18n.Languages {
		if file || rule {
			p.Texts[language] = recon.Explain(language, err)
		} else {
			p.Texts[language] = s.words(language, "recon_workspace.run_failed", nil)
		}
	}
	return p
}

// Resume has runs taken up again that wait for nobody or whose node has died. Every node calls it now and then.
func (s *Service) Resume(ctx context.Context) error {
	stray, err := strayRuns(ctx, s.config.DB, s.config.Clock.Now())
	if err != nil {
		return err
	}
	for _, id := range stray {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			mine, err := postpone(ctx, tx, id, tx.Now.Add(queueTime))
			if err != nil || !mine {
				return err
			}
			return s.config.Queue.EnqueueLong(ctx, tx, runJob{id})
		})
		if err != nil {
			return fmt.Errorf("take up the run %s: %w", id, err)
		}
	}
	return nil
}
