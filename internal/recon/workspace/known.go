package workspace

import (
	"context"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
)

// Standing is an item with its records, as a board has them in memory.
type Standing struct {
	Item
	Records []KnownRecord // by side and row
}

// KnownRecord is what a board knows of a record.
type KnownRecord struct {
	Key    string
	Side   int
	ID     string
	Day    time.Time // midnight UTC; zero: none
	Amount money.Amount
	Text   string
}

// Position is what a board has seen: a run, and the decisions up to one.
type Position struct {
	Run string // empty: no run has finished yet
	Seq int64
}

// Position is where a project stands now. It is for the house itself, which asks nobody.
func (s *Service) Position(ctx context.Context, projectID string) (Position, error) {
	p, err := projectByID(ctx, s.config.DB, projectID, "")
	return Position{p.current, p.decisions}, err
}

// Standings visits all items of a project, in no order; the items belong to the visitor. It is for the house itself, which asks nobody.
func (s *Service) Standings(ctx context.Context, projectID string, visit func(Standing)) (Position, error) {
	p, err := projectByID(ctx, s.config.DB, projectID, "")
	if err != nil {
		return Position{}, err
	}
	b, err := s.board(ctx, p)
	if err != nil || b == nil {
		return Position{}, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for i := range b.entries {
		if e := &b.entries[i]; !e.gone {
			visit(b.standingOf(e))
		}
	}
	return Position{b.run, b.seq}, nil
}

func (b *board) standingOf(e *entry) Standing {
	st := Standing{Item: b.item(e), Records: make([]KnownRecord, len(e.members))}
	for k, m := range e.members {
		r := &b.records[m]
		st.Records[k] = KnownRecord{Key: r.key, Side: r.side, ID: r.id, Amount: r.amount, Text: r.text}
		if r.day != record.NoDay {
			st.Records[k].Day = r.day.Time()
		}
	}
	return st
}

// standingsOf are the items that a decision is about, before it. Records that it puts together come as they are.
func (b *board) standingsOf(about []subject) []Standing {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := make([]Standing, 0, len(about))
	for i := range about {
		if e := b.live(about[i].item); e != nil {
			all = append(all, b.standingOf(e))
			continue
		}
		if members, ok := b.lookup(about[i].keys); ok {
			e := b.together(members)
			all = append(all, b.standingOf(&e))
		}
	}
	return all
}
