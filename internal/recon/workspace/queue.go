package workspace

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
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

// Candidates are records that could be the partners of an open one, best first: those that the run found, then those that hold the text.
func (s *Service) Candidates(ctx context.Context, actor account.Actor, projectID, itemID, text string, language i18n.Language) ([]Nearest, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil {
		return nil, err
	}
	if b == nil || !b.has(itemID) {
		return nil, errNotFound
	}
	from, release, err := s.archiveOf(ctx, b.run)
	if err != nil {
		return nil, err
	}
	defer release()
	read := &reading{Service: s, archive: from, board: b, language: language}
	b.mu.RLock()
	e := b.live(itemID)
	number := 0
	if e != nil && e.single() {
		number = int(e.members[0]) + 1
	}
	b.mu.RUnlock()
	if number == 0 {
		return nil, nil
	}
	return read.nearest(ctx, number, text)
}

// SearchRecords looks for records of one side: those whose text or id holds the words, the open ones first. It returns invalid with the fields
// side and limit.
func (s *Service) SearchRecords(ctx context.Context, actor account.Actor, projectID string, search RecordSearch) ([]FoundRecord, error) {
	var fields errs.Fields
	limit := cmp.Or(search.Limit, 50)
	fields.Check(search.Side >= 0 && search.Side < maxSources, "side", "recon_workspace.bad_side")
	fields.Check(limit > 0 && limit <= maxSearched, "limit", "recon_workspace.bad_limit")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil || b == nil {
		return nil, err
	}
	return s.foundRecords(ctx, b, b.search(search, limit))
}

// search returns the numbers of records on the board, the open ones first, else in the order of the file.
func (b *board) search(search RecordSearch, limit int) []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	folded := b.fold()
	words := strings.Fields(record.Fold(search.Text))
	var open, taken []int
	for i := range b.records {
		r := &b.records[i]
		if r.side != search.Side || search.Min != nil && r.amount.Minor < *search.Min || search.Max != nil && r.amount.Minor > *search.Max {
			continue
		}
		if slices.ContainsFunc(words, func(word string) bool { return !bytes.Contains(folded.of(i), []byte(word)) }) {
			continue
		}
		if e := &b.entries[b.at[i]]; e.single() && e.state != settled && e.state != pending {
			if open = append(open, i+1); len(open) == limit {
				return open
			}
		} else if !search.Open && len(taken) < limit {
			taken = append(taken, i+1)
		}
	}
	return append(open, taken[:min(len(taken), limit-len(open))]...)
}

// Records are records by their keys, in the order of the keys, 1,000 at most; keys that are unknown are left out.
func (s *Service) Records(ctx context.Context, actor account.Actor, projectID string, keys []string) ([]FoundRecord, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil || b == nil {
		return nil, err
	}
	var numbers []int
	b.mu.RLock()
	for _, key := range keys[:min(len(keys), maxMatched)] {
		if r, ok := b.byKey[key]; ok {
			numbers = append(numbers, int(r)+1)
		}
	}
	b.mu.RUnlock()
	return s.foundRecords(ctx, b, numbers)
}

// foundRecords are records by their numbers, with where they belong.
func (s *Service) foundRecords(ctx context.Context, b *board, numbers []int) ([]FoundRecord, error) {
	from, release, err := s.archiveOf(ctx, b.run)
	if err != nil {
		return nil, err
	}
	defer release()
	read := &reading{Service: s, archive: from, board: b}
	records, err := read.records(ctx, numbers)
	if err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := make([]FoundRecord, len(records))
	for i, r := range records {
		e := &b.entries[b.at[numbers[i]-1]]
		all[i] = FoundRecord{Record: r, ItemID: e.id, Status: b.status(e)}
	}
	return all, nil
}

// Summary are the figures of a project, decisions counted in; those of a project without a finished run are zero.
func (s *Service) Summary(ctx context.Context, actor account.Actor, projectID string) (Figures, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil || b == nil {
		return Figures{}, err
	}
	return b.sum(), nil
}

// reading reads records of a run's archive for one reader.
type reading struct {
	*Service
	archive  *archive.Archive
	board    *board
	language i18n.Language
	about    *archive.About
}

// records are records by their numbers, with all their values.
func (r *reading) records(ctx context.Context, numbers []int) ([]Record, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	if r.about == nil {
		about, err := r.archive.About(ctx)
		if err != nil {
			return nil, err
		}
		r.about = about
	}
	full, err := r.archive.Numbered(ctx, numbers)
	if err != nil {
		return nil, err
	}
	records := make([]Record, len(full))
	for i, f := range full {
		records[i] = r.record(&f)
	}
	return records, nil
}

func (r *reading) record(f *archive.Full) Record {
	shown := Record{Key: f.Key, Side: int(f.Side), Row: f.Row, ID: f.ID, Amount: f.Amount, Text: f.Text}
	if f.Day != record.NoDay {
		shown.Date = f.Day.Time()
	}
	from := &r.about.Sources[f.Side]
	for k, column := range from.Columns {
		if k < len(f.Values) {
			shown.Values = append(shown.Values, Value{Column: column.Name, Role: record.Role(column.Role), Value: f.Values[k]})
		}
	}
	if f.File < len(from.Pieces) {
		shown.Version = from.Pieces[f.File].Name
	}
	return shown
}

// markDifferences marks what differs between a record and its partners: values of columns with the same role, or else the same name. Days and
// amounts are compared by what they mean, all else folded.
func markDifferences(records []Record) {
	type place struct{ record, value int }
	groups := map[string][]place{}
	for i := range records {
		for k, value := range records[i].Values {
			name := string(value.Role)
			switch value.Role {
			case "", record.Attribute, record.Reference:
				name = "column " + record.Fold(value.Column)
			case record.Debit, record.Credit:
				name = string(record.Amount)
			}
			groups[name] = append(groups[name], place{i, k})
		}
	}
	for _, group := range groups {
		first := &records[group[0].record]
		differ := false
		for _, p := range group[1:] {
			other := &records[p.record]
			differ = differ || first.Side != other.Side && meaning(first, group[0].value) != meaning(other, p.value)
		}
		for _, p := range group {
			records[p.record].Values[p.value].Differ = differ
		}
	}
}

// meaning is what two values have in common that say the same.
func meaning(r *Record, value int) string {
	switch v := &r.Values[value]; v.Role {
	case record.DateRole:
		return r.Date.Format(time.DateOnly)
	case record.Amount, record.Debit, record.Credit:
		return strconv.FormatInt(abs(r.Amount.Minor), 10)
	default:
		return record.Fold(v.Value)
	}
}

// parts are the evidence for a match. What was carried forward from an earlier run has it there.
func (r *reading) parts(ctx context.Context, projectID, runID string, number int, itemID string, keys []string) ([]result.Part, error) {
	_, parts, _, err := r.archive.Match(ctx, number)
	if err != nil || len(parts) > 0 {
		return parts, err
	}
	earlier, err := runsOf(ctx, r.config.DB, projectID, db.Cursor{}, 20)
	if err != nil {
		return nil, err
	}
	for _, run := range earlier {
		if run.ID == runID || run.State != Finished {
			continue
		}
		if parts, err = r.earlierParts(ctx, run, keys, itemID); err != nil || len(parts) > 0 {
			return parts, err
		}
	}
	return nil, nil
}

func keysOf(records []Record) []string {
	keys := make([]string, len(records))
	for i, r := range records {
		keys[i] = r.Key
	}
	return keys
}

// nearest are the candidates of a record: those that the run found, then records of other sides that hold the text.
func (r *reading) nearest(ctx context.Context, number int, text string) ([]Nearest, error) {
	own, err := r.archive.Numbered(ctx, []int{number})
	if err != nil || len(own) == 0 {
		return nil, err
	}
	var numbers []int
	var known []archive.Nearest
	for _, n := range own[0].Nearest {
		numbers, known = append(numbers, n.Number), append(known, n)
	}
	if text != "" {
		for side := range r.board.sides {
			if side == int(own[0].Side) {
				continue
			}
			for _, n := range r.board.search(RecordSearch{Side: side, Text: text}, maxCandidates) {
				if !slices.Contains(numbers, n) {
					numbers, known = append(numbers, n), append(known, archive.Nearest{Number: n})
				}
			}
		}
	}
	records, err := r.records(ctx, numbers)
	if err != nil {
		return nil, err
	}
	r.board.mu.RLock()
	defer r.board.mu.RUnlock()
	self := &r.board.records[number-1]
	all := make([]Nearest, len(records))
	for i, found := range records {
		all[i] = r.candidate(self, found, numbers[i], known[i])
	}
	return all, nil
}

// candidate compares a record with one that could be its partner.
func (r *reading) candidate(self *light, found Record, number int, known archive.Nearest) Nearest {
	b := r.board
	e := &b.entries[b.at[number-1]]
	n := Nearest{Record: found, ItemID: e.id, Confidence: known.Confidence, Taken: !e.single() && b.standing(e) != suggested}
	left, right := self.amount.Minor, found.Amount.Minor
	if b.opposite {
		right = -right
	}
	n.Difference = money.Of(left-right, self.amount.Currency)
	if self.side > found.Side {
		n.Difference.Minor = -n.Difference.Minor
	}
	if other := b.records[number-1].day; self.day != record.NoDay && other != record.NoDay {
		n.Days = int(abs(int64(other) - int64(self.day)))
	}
	n.Apart = phrase.Apart(r.language, known.Apart)
	return n
}
