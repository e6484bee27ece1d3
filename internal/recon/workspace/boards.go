package workspace

import (
	"context"
	"slices"
	"sync"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/recon/result"
)

// boardBytes bounds what all boards together may hold, by estimate. One board is kept even where it is larger.
const boardBytes = 768 << 20

// boards keeps the boards that were looked at last.
type boards struct {
	mu    sync.Mutex
	slots map[string]*slot // by project
	turn  int64
}

// slot is the place of one project's board. Its lock is held while the board is loaded, so that it is loaded once.
type slot struct {
	mu    sync.Mutex
	board *board
	bytes int64
	used  int64
}

func (k *boards) slot(projectID string) *slot {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.slots == nil {
		k.slots = map[string]*slot{}
	}
	at := k.slots[projectID]
	if at == nil {
		at = &slot{}
		k.slots[projectID] = at
	}
	k.turn++
	at.used = k.turn
	return at
}

// settle notes how large a board is and forgets those that were not looked at for longest, where all are too large.
func (k *boards) settle(projectID string, bytes int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.slots[projectID].bytes = bytes
	var total int64
	for _, s := range k.slots {
		total += s.bytes
	}
	for total > boardBytes && len(k.slots) > 1 {
		oldest := projectID
		for id, s := range k.slots {
			if s.used < k.slots[oldest].used || oldest == projectID {
				oldest = id
			}
		}
		total -= k.slots[oldest].bytes
		delete(k.slots, oldest)
	}
}

// known returns a project's board where it is in memory.
func (k *boards) known(projectID string) *board {
	k.mu.Lock()
	at := k.slots[projectID]
	k.mu.Unlock()
	if at == nil || !at.mu.TryLock() {
		return nil
	}
	defer at.mu.Unlock()
	return at.board
}

// size estimates what a board takes in memory.
func (b *board) size() int64 {
	const perRecord, perEntry = 260, 380 // with its places in maps and orders
	return int64(len(b.records))*perRecord + int64(len(b.entries))*perEntry
}

// board returns the board of a project as its last decision left it; nil for a project without a finished run.
func (s *Service) board(ctx context.Context, p project) (*board, error) {
	if p.current == "" {
		return nil, nil
	}
	at := s.boards.slot(p.ID)
	at.mu.Lock()
	b := at.board
	if b == nil || b.run != p.current {
		var err error
		if b, err = s.loadBoard(ctx, p); err != nil {
			at.mu.Unlock()
			return nil, err
		}
		at.board = b
		s.boards.settle(p.ID, b.size())
	}
	at.mu.Unlock()
	b.ground(p, today(s.config.Clock.Now()))
	return b, s.catchUp(ctx, p, b)
}

// loadBoard makes a board of the archive of the project's last finished run.
func (s *Service) loadBoard(ctx context.Context, p project) (*board, error) {
	run, err := runByID(ctx, s.config.DB, p.current)
	if err != nil {
		return nil, err
	}
	archive, release, err := s.archive(ctx, run)
	if err != nil {
		return nil, err
	}
	defer release()
	from, err := readBase(ctx, archive)
	if err != nil {
		return nil, err
	}
	from.figures.Took = run.took
	if run.Figures != nil { // an archive says nothing about times
		for i := range from.figures.Passes {
			pass := &from.figures.Passes[i]
			at := slices.IndexFunc(run.Figures.Passes, func(p result.Pass) bool { return p.Name == pass.Name })
			if at >= 0 {
				pass.Took = run.Figures.Passes[at].Took
			}
		}
	}
	b := newBoard(run.ID, from, run.barred)
	b.loaded, err = s.loadTimes(ctx, p.ID, from.pieces)
	return b, err
}

// loadTimes are when the files of each side were loaded; zero for files that are no version of the project any more.
func (s *Service) loadTimes(ctx context.Context, projectID string, pieces [][]string) ([][]time.Time, error) {
	known, err := loadTimesOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, err
	}
	times := make([][]time.Time, len(pieces))
	for side, files := range pieces {
		for _, sha256 := range files {
			times[side] = append(times[side], known[sha256])
		}
	}
	return times, nil
}

// catchUp replays decisions that the board has not seen: those of other nodes, and all of them over a new result.
func (s *Service) catchUp(ctx context.Context, p project, b *board) error {
	for {
		b.mu.RLock()
		seen := b.seq
		b.mu.RUnlock()
		if seen >= p.decisions {
			return nil
		}
		if seen == 0 {
			undone, err := undoneOf(ctx, s.config.DB, p.ID)
			if err != nil {
				return err
			}
			b.mu.Lock()
			b.undone = undone
			b.mu.Unlock()
		}
		// They are read before the board is locked: who holds a connection may wait for a board, but not the other way round.
		verdicts, err := verdictsAfter(ctx, s.config.DB, p.ID, seen, replayAtOnce)
		if err != nil || len(verdicts) == 0 {
			return err
		}
		b.absorb(verdicts...)
	}
}

// replayAtOnce is how many decisions are read together.
const replayAtOnce = 500

// absorb counts decisions in that follow on what the board has seen, and returns what the last of them touched.
func (b *board) absorb(verdicts ...verdict) (touched []int32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range verdicts {
		if verdicts[i].seq == b.seq+1 {
			touched = b.apply(&verdicts[i])
		}
	}
	return touched
}

// enterBoard returns a project of the actor's with its board, which is nil without a finished run.
func (s *Service) enterBoard(ctx context.Context, actor account.Actor, projectID string) (project, *board, error) {
	p, err := s.read(ctx, actor, projectID)
	if err != nil {
		return p, nil, err
	}
	b, err := s.board(ctx, p)
	return p, b, err
}

// latestFigures are those of the board where it is in memory, else those that were kept last; nil where there are none.
func (s *Service) latestFigures(ctx context.Context, projectID string) (*Figures, error) {
	if b := s.boards.known(projectID); b != nil {
		p, err := projectByID(ctx, s.config.DB, projectID, "")
		if err != nil {
			return nil, err
		}
		if b.run == p.current {
			b.ground(p, today(s.config.Clock.Now()))
			if err := s.catchUp(ctx, p, b); err != nil {
				return nil, err
			}
			figures := b.sum()
			return &figures, nil
		}
	}
	kept, err := figuresOf(ctx, s.config.DB, projectID, time.Time{}, time.Time{}, 1)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	return &kept[0].figures, nil
}
