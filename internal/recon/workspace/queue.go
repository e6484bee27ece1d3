package workspace

import (
	"context"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
)

const (
	maxPage       = 500
	maxIDs        = 100_000
	maxCandidates = 20
	maxSearched   = 200
)

// Items is a stretch of the review queue: limit of them, 1 to 500, from offset. An empty Sort is ByUrgency. A project without a finished run has none. It returns
// invalid with the fields sort, offset and limit.
func (s *Service) Items(ctx context.Context, actor account.Actor, projectID string, filter Filter, sort Sort, offset, limit int) (Items, error) {
	var fields errs.Fields
	_, _, known := sort.sortable()
	fields.Check(known, "sort", "recon_workspace.bad_sort")
	fields.Check(offset >= 0, "offset", "recon_workspace.not_negative")
	fields.Check(limit >= 1 && limit <= maxPage, "limit", "recon_workspace.bad_limit")
	if err := fields.Err(); err != nil {
		return Items{}, err
	}
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil {
		return Items{}, err
	}
	if b == nil {
		return Items{Offset: offset, Counts: map[Status]int{}}, nil
	}
	page := b.page(filter, sort, offset, limit)
	return page, s.addLocks(ctx, projectID, page.Items)
}

// page is a stretch of the board.
func (b *board) page(filter Filter, sort Sort, offset, limit int) Items {
	b.mu.Lock()
	defer b.mu.Unlock()
	chosen := b.choose(filter, sort)
	page := Items{Total: len(chosen), Offset: offset, Counts: b.counts(), Seq: b.seq}
	from := min(offset, len(chosen))
	for _, at := range chosen[from:min(from+limit, len(chosen))] {
		page.Items = append(page.Items, b.item(&b.entries[at]))
	}
	return page
}

// addLocks says which items somebody is settling just now.
func (s *Service) addLocks(ctx context.Context, projectID string, items []Item) error {
	locks, err := locksOf(ctx, s.config.DB, projectID, s.config.Clock.Now())
	if err != nil || len(locks) == 0 {
		return err
	}
	holders := make([]string, 0, len(locks))
	for _, l := range locks {
		holders = append(holders, l.account)
	}
	names, err := s.names(ctx, holders...)
	if err != nil {
		return err
	}
	for i := range items {
		if l, held := locks[items[i].ID]; held {
			items[i].Locked = &Lock{AccountID: l.account, Name: names[l.account], Until: l.until}
		}
	}
	return nil
}

// ItemIDs are the ids of all items that a filter chooses, 100,000 at most, for deciding on all of them.
func (s *Service) ItemIDs(ctx context.Context, actor account.Actor, projectID string, filter Filter) ([]string, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil || b == nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	chosen := b.choose(filter, ByUrgency)
	itemIDs := make([]string, 0, min(len(chosen), maxIDs))
	for _, at := range chosen[:min(len(chosen), maxIDs)] {
		itemIDs = append(itemIDs, b.entries[at].id)
	}
	return itemIDs, nil
}

// Item is all about one item.
func (s *Service) Item(ctx context.Context, actor account.Actor, projectID, itemID string, language i18n.Language) (Detail, error) {
	p, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil {
		return Detail{}, err
	}
	if b == nil {
		return Detail{}, errNotFound
	}
	detail, number, numbers, ok := b.detail(itemID, actor.ID, p)
	if !ok {
		return Detail{}, errNotFound
	}
	from, release, err := s.archiveOf(ctx, b.run)
	if err != nil {
		return Detail{}, err
	}
	defer release()
	read := &reading{Service: s, archive: from, board: b, language: language}
	if detail.Records, err = read.records(ctx, numbers); err != nil {
		return Detail{}, err
	}
	markDifferences(detail.Records)
	if number > 0 {
		if detail.Parts, err = read.parts(ctx, p.ID, b.run, number, itemID, keysOf(detail.Records)); err != nil {
			return Detail{}, err
		}
	}
	if len(numbers) == 1 {
		if detail.Nearest, err = read.nearest(ctx, numbers[0], ""); err != nil {
			return Detail{}, err
		}
	}
	if err := s.addHistory(ctx, p.ID, &detail); err != nil {
		return Detail{}, err
	}
	one := []Item{detail.Item}
	err = s.addLocks(ctx, projectID, one)
	detail.Item = one[0]
	return detail, err
}

// detail is what the board knows of an item, with the number of its match and those of its records in the archive.
func (b *board) detail(itemID, actorID string, p project) (d Detail, match int, records []int, ok bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.live(itemID)
	if e == nil {
		return d, 0, nil, false
	}
	d.Item = b.item(e)
	if e.last != record.NoDay {
		d.PeriodOf = monthOf(e.last)
	}
	for _, m := range e.members {
		records = append(records, int(m)+1)
	}
	for _, action := range []Action{Accept, Reject, Match, Unmatch, Explain, WriteOff, Approve, Refuse, Assign, Remark} {
		need, _ := action.needs()
		if p.ArchivedAt.IsZero() && p.Mine.May(need) && b.refusal(e, action, actorID) == "" {
			d.Actions = append(d.Actions, action)
		}
	}
	return d, e.number, records, true
}

// addHistory adds what people decided and said about an item.
func (s *Service) addHistory(ctx context.Context, projectID string, d *Detail) error {
	ids := []string{d.ID}
	for _, r := range d.Records {
		if r.Key != d.ID {
			ids = append(ids, r.Key)
		}
	}
	verdicts, err := historyOf(ctx, s.config.DB, projectID, ids, s.config.DB.Dialect)
	if err != nil {
		return err
	}
	people := make([]string, 0, len(verdicts))
	for _, v := range verdicts {
		people = append(people, v.By)
	}
	names, err := s.names(ctx, people...)
	if err != nil {
		return err
	}
	slices.Reverse(verdicts)
	for _, v := range verdicts {
		about := v.about[0]
		if v.Action == Remark {
			if about.item == d.ID {
				d.Thread = append(d.Thread, Comment{ID: v.ID, By: v.By, Name: names[v.By], At: v.At, Text: v.Note})
			}
			continue
		}
		v.Items, v.Name = []string{about.item}, names[v.By]
		if v.Action == WriteOff {
			v.Amount = money.Of(about.amount, money.Currency(about.code))
		}
		d.History = append(d.History, v.Decision)
	}
	return nil
}

// Summary are the figures of a project, decisions counted in; those of a project without a finished run are zero.
func (s *Service) Summary(ctx context.Context, actor account.Actor, projectID string) (Figures, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil || b == nil {
		return Figures{}, err
	}
	return b.sum(), nil
}
