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
