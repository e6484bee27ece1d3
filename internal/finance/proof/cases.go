package proof

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"
)

const (
	maxCasePage  = 100
	casePage     = 20
	maxNoteRunes = 2000
)

// Cases lists what a filter chooses of the last run's cases. It returns invalid with the fields limit and cursor.
func (s *Service) Cases(ctx context.Context, actor account.Actor, filter CaseFilter) (CasePage, error) {
	if err := mayWork(actor); err != nil {
		return CasePage{}, err
	}
	limit := cmp.Or(filter.Limit, casePage)
	var fields errs.Fields
	fields.Check(limit >= 1 && limit <= maxCasePage, "limit", "proof.bad_limit")
	f, err := s.find(ctx)
	if err != nil {
		return CasePage{}, err
	}
	page := CasePage{Counts: map[State]int{}}
	if f == nil {
		return page, fields.Err()
	}
	text := record.Fold(filter.Text)
	after := filter.Cursor
	if after != "" && !slices.ContainsFunc(f.Cases, func(c Case) bool { return c.ID == after }) {
		fields.Add("cursor", "proof.bad_cursor", nil)
	}
	if err := fields.Err(); err != nil {
		return CasePage{}, err
	}
	for _, c := range f.Cases {
		page.Counts[c.State]++
		chosen := filter.chooses(c, text)
		if chosen {
			page.Total++
		}
		switch {
		case after != "":
			if c.ID == after {
				after = ""
			}
		case chosen && len(page.Items) < limit:
			page.Items = append(page.Items, c)
		case chosen && page.NextCursor == "":
			page.NextCursor = page.Items[limit-1].ID
		}
	}
	var owners []string
	for _, c := range page.Items {
		owners = append(owners, c.Owner)
	}
	names, err := s.names(ctx, owners...)
	for i := range page.Items {
		page.Items[i].OwnerName = names[page.Items[i].Owner]
	}
	return page, err
}

func (f *CaseFilter) chooses(c Case, text string) bool {
	switch {
	case f.Kind != "" && c.Kind != f.Kind, f.State != "" && c.State != f.State, c.AgeDays < f.MinAgeDays,
		f.Owner == "none" && c.Owner != "", f.Owner != "" && f.Owner != "none" && c.Owner != f.Owner:
		return false
	}
	return text == "" || strings.Contains(record.Fold(strings.Join([]string{c.Reference, c.PaymentID, c.BookingID, c.Text}, " ")), text)
}

// Case is all about a case, for one reader. It returns not_found for what is none.
func (s *Service) Case(ctx context.Context, actor account.Actor, id string, language i18n.Language) (CaseDetail, error) {
	if err := mayWork(actor); err != nil {
		return CaseDetail{}, err
	}
	f, err := s.find(ctx)
	if err != nil {
		return CaseDetail{}, err
	}
	if f == nil {
		return CaseDetail{}, errNotFound
	}
	at := slices.IndexFunc(f.Cases, func(c Case) bool { return c.ID == id })
	if at < 0 {
		return CaseDetail{}, errNotFound
	}
	item, err := s.config.Workspace.Item(ctx, actor, f.ProjectID, id, language)
	if err != nil {
		return CaseDetail{}, err
	}
	standing := standingOf(item)
	known, err := s.gather(ctx, s.config.DB, []workspace.Standing{standing})
	if err != nil {
		return CaseDetail{}, err
	}
	m := known.matterOf(&standing)
	d := CaseDetail{Case: f.Cases[at], Why: m.why(language), History: item.History, Thread: item.Thread,
		MayApprove: slices.Contains(item.Actions, workspace.Approve), MayRefuse: slices.Contains(item.Actions, workspace.Refuse)}
	names, err := s.names(ctx, d.Owner)
	if err != nil {
		return CaseDetail{}, err
	}
	d.OwnerName = names[d.Owner]
	if slices.Contains(item.Actions, workspace.WriteOff) {
		d.Ways = m.ways()
	}
	d.Sides = sidesOf(item.Records, m, known)
	d.Chosen = chosen(item.History, m)
	if d.State == Settled {
		if d.TransactionID, err = s.posted(ctx, m); err != nil {
			return CaseDetail{}, err
		}
	}
	return d, nil
}

// standingOf is an item as a board knows it.
func standingOf(item workspace.Detail) workspace.Standing {
	standing := workspace.Standing{Item: item.Item}
	for _, r := range item.Records {
		standing.Records = append(standing.Records, workspace.KnownRecord{Key: r.Key, Side: r.Side, ID: r.ID, Day: r.Date, Amount: r.Amount, Text: r.Text})
	}
	return standing
}

// sidesOf lays a case's records side by side.
func sidesOf(records []workspace.Record, m *matter, known *facts) []SideRecords {
	numbers := []int{ledgerNumber, settlementNumber, bankNumber}
	if m.payout != nil || isPayout(m.ledger) || m.bank != nil && m.bank.Payout() != "" {
		numbers = []int{ledgerNumber, payoutsNumber, bankNumber}
	}
	sides := make([]SideRecords, len(numbers))
	for i, number := range numbers {
		sides[i].Side = Sides[number]
		for _, r := range records {
			if r.Side != number {
				continue
			}
			shown := CaseRecord{ID: r.ID, Date: r.Date, Amount: r.Amount}
			if t := known.ledger[r.ID]; number == ledgerNumber && t != nil {
				shown.LedgerID = t.ID
			}
			for _, v := range r.Values {
				if v.Value != "" {
					shown.Fields = append(shown.Fields, CaseField{Name: v.Column, Value: v.Value, Differ: v.Differ})
				}
			}
			sides[i].Records = append(sides[i].Records, shown)
		}
	}
	return sides
}

// chosen is the way that somebody chose last; nil where it was refused, or nobody did.
func chosen(history []workspace.Decision, m *matter) *Choice {
	var choice *Choice
	for _, d := range history {
		switch {
		case !slices.Contains(d.Items, m.item.ID):
		case d.Action == workspace.WriteOff:
			way, _ := m.way(WayID(d.Reason))
			way.ID = WayID(d.Reason)
			choice = &Choice{Way: way, By: d.By, ByName: d.Name, At: d.At, Note: d.Note}
		case d.Action == workspace.Refuse:
			choice = nil
		}
	}
	return choice
}

// posted is the id of the transaction that settled a matter; empty where nothing was booked.
func (s *Service) posted(ctx context.Context, m *matter) (string, error) {
	t, err := s.config.Book.ByKey(ctx, caseKey+":"+m.item.ID)
	if errs.CodeOf(err) == errs.NotFound && m.kind() == PayoutReturned {
		var page ledger.Page
		page, err = s.config.Book.Find(ctx, ledger.Filter{Type: string(ReturnPayout), Reference: m.bank.ID, Limit: 1})
		if err == nil && len(page.Items) > 0 {
			return page.Items[0].ID, nil
		}
	}
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return t.ID, err
}
