package catalog

import (
	"context"
	"sync"
)

// wordIndex holds the word table in use. Until the first one is there, who looks up words waits.
type wordIndex struct {
	ready chan struct{} // closed when there is a table

	mu    sync.RWMutex
	table *wordTable
}

func newWordIndex() *wordIndex {
	return &wordIndex{ready: make(chan struct{})}
}

// use puts a table in place of the one before.
func (w *wordIndex) use(table *wordTable) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.table
	w.table = table
	if before == nil {
		select {
		case <-w.ready:
		default:
			close(w.ready)
		}
		return nil
	}
	return before.close()
}

// follow brings the table, where there is one, in step with a snapshot.
func (w *wordIndex) follow(s *snapshot) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.table == nil {
		return nil
	}
	return w.table.follow(s)
}

// scattered says whether so many changes have come in that a fresh table would be quicker to search, or whether names of cities and
// categories have changed, which are in the words of services that have not.
func (w *wordIndex) scattered() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.table != nil && (w.table.changes >= maxTableChanges || w.table.reference != w.table.snapshot.reference)
}

// close frees the table; words can be looked up again after the next use.
func (w *wordIndex) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.table == nil {
		return
	}
	_ = w.table.close() // memory alone: there is nothing to lose
	w.table = nil
	w.ready = make(chan struct{})
}

// scores says how well each item of the snapshot matches a text; zero is not at all.
func (w *wordIndex) scores(ctx context.Context, s *snapshot, text, language string) ([]uint16, error) {
	scores := make([]uint16, len(s.items))
	words := queryWords(text)
	if len(words) == 0 {
		return scores, nil
	}
	table, release, err := w.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := table.lookUp(ctx, words)
	if err != nil {
		return nil, unavailable(err)
	}
	for document, score := range found {
		if score == 0 {
			continue
		}
		at := table.itemOf(document, s)
		if at < 0 {
			continue
		}
		// Where words match equally, a title that the reader can read comes first.
		if s.items[at].service.Title.only(language) != "" {
			score++
		}
		scores[at] = max(scores[at], score)
	}
	return scores, nil
}

// borrow returns the table, waiting for the first one as long as ctx lasts. The table stays until release is called.
func (w *wordIndex) borrow(ctx context.Context) (table *wordTable, release func(), err error) {
	for {
		w.mu.RLock()
		if w.table != nil {
			return w.table, w.mu.RUnlock, nil
		}
		ready := w.ready
		w.mu.RUnlock()
		select {
		case <-ready:
		case <-ctx.Done():
			return nil, nil, unavailable(ctx.Err())
		}
	}
}
