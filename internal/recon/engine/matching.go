package engine

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"khadamat/internal/recon"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/result"
)

// match finds what belongs together, or takes what was found before. Reasons always come from the file of its stage.
func (w *worker) match(ctx context.Context) (*result.Result, error) {
	of := w.foundFor()
	r, err := w.found(of)
	if err == nil {
		w.teller.tell(recon.StageMatch, w.total, w.total)
		w.digest, err = report.New(ctx, r)
		return r, err
	}
	started := time.Now()
	if r, err = recon.Reconcile(ctx, w.sides, w.options()); err != nil {
		return nil, err
	}
	r.Took = time.Since(started)
	var explain func(id int) []result.Part
	group, working := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		explain, err = w.keepFound(working, of, r)
		return err
	})
	group.Go(func() (err error) {
		w.digest, err = report.New(working, r)
		return err
	})
	stop := w.lighten()
	err = group.Wait()
	stop()
	if err != nil {
		return nil, err
	}
	r.Explain = explain // with it goes all that matching has kept in memory
	w.release()
	w.time(r)
	return r, nil
}

// time notes how long matching took, and makes the time of the result that of reading and matching.
func (w *worker) time(r *result.Result) {
	w.timing.Match, w.timing.Passes = r.Took.Seconds(), map[string]float64{}
	for _, p := range r.Passes {
		w.timing.Passes[p.Name] = p.Took.Seconds()
	}
	r.Took += time.Duration(w.timing.Read * float64(time.Second))
}

// keepFound writes the file of the stage, and returns the reasons as it has them.
func (w *worker) keepFound(ctx context.Context, of string, r *result.Result) (func(id int) []result.Part, error) {
	evidence, texts, err := writeFound(ctx, w.path(foundFile), of, r)
	if err != nil {
		return nil, err
	}
	content, unmap, err := record.MapFile(w.path(foundFile))
	if err != nil {
		return nil, err
	}
	w.unmap = append(w.unmap, unmap)
	return explaining(content, evidence, texts), nil
}

func (w *worker) foundFor() string {
	var contents []string
	for i := range w.inputs {
		contents = append(contents, w.inputs[i].For, w.inputs[i].Kept.File.SHA256)
	}
	return fingerprintOf(struct {
		Contents []string
		Rules    string
		Settled  []Settled
		Apart    [][]string
		Further  bool
	}{contents, w.job.Rules, w.job.Settled, w.job.Apart, !w.job.NoArchive})
}

func (w *worker) found(of string) (*result.Result, error) {
	r, currencies, unmap, err := readFound(w.path(foundFile), of)
	if err != nil {
		return nil, err
	}
	w.unmap = append(w.unmap, unmap)
	if len(currencies) != len(w.sides) {
		return nil, errTorn
	}
	for i, s := range w.sides {
		r.Sources = append(r.Sources, s.File(currencies[i]))
		r.Rejects = append(r.Rejects, s.Kept().Rejects...)
	}
	w.time(r)
	return r, nil
}

// large says whether the run would use all the memory that it may.
func (w *worker) large() bool { return w.alone && w.total*heapOfRecord > debug.SetMemoryLimit(-1) }

// releaseEvery is how often a large run gives back the mapped files that it has looked at.
const releaseEvery = 250 * time.Millisecond

// lighten gives mapped files back again and again until it is stopped: the system would do so only once it is short of memory itself.
func (w *worker) lighten() (stop func()) {
	if !w.large() {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(releaseEvery)
		defer ticks.Stop()
		for {
			w.releaseFiles()
			select {
			case <-end:
				return
			case <-ticks.C:
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

func (w *worker) releaseFiles() {
	for _, s := range w.sides {
		s.Set().Release()
	}
}

// release gives back what matching has taken, where that was much: writing needs little beside what it writes.
func (w *worker) release() {
	if !w.large() {
		return
	}
	w.releaseFiles()
	debug.FreeOSMemory()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	debug.SetMemoryLimit(min(debug.SetMemoryLimit(-1), max(leastHeap, int64(now.HeapAlloc/4*5)))) //nolint:gosec // memory
}
