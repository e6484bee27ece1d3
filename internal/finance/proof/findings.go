package proof

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/recon/workspace"
)

// findings are what the last run found, decisions counted in. They are kept, so that nobody waits for them.
type findings struct {
	ProjectID string
	Run       string
	Seq       int64
	Today     time.Time // the day on which what waits was counted
	FoundAt   time.Time
	Cases     []Case        // unsettled ones first, the oldest first
	Days      []dayFindings // in order
	All       Verdict       // of all days
}

// dayFindings are those of one day.
type dayFindings struct {
	Day     time.Time
	Verdict Verdict
}

// find brings the findings up to the last run and the last decision, and returns them; nil before the first run. What it returns is not changed.
func (s *Service) find(ctx context.Context) (*findings, error) {
	projectID, err := s.config.Workspace.BuiltInID(ctx, ProjectKey)
	if err != nil || projectID == "" {
		return nil, err
	}
	position, err := s.config.Workspace.Position(ctx, projectID)
	if err != nil || position.Run == "" {
		return nil, err
	}
	today := dayOf(s.config.Clock.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := func(f *findings) bool {
		return f != nil && f.ProjectID == projectID && f.Run == position.Run && f.Seq >= position.Seq && f.Today.Equal(today)
	}
	if fresh(s.latest) {
		return s.latest, nil
	}
	kept, err := findingsOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, err
	}
	if !fresh(kept) {
		if kept, err = s.lookAt(ctx, projectID, today); err != nil {
			return nil, err
		}
		if err := s.config.DB.Tx(ctx, func(tx *db.Tx) error { return putFindings(ctx, tx, kept) }); err != nil {
			return nil, err
		}
	}
	s.latest = kept
	return kept, nil
}

// lookAt counts what 378's board says, and looks closer at what does not agree.
func (s *Service) lookAt(ctx context.Context, projectID string, today time.Time) (*findings, error) {
	c := &counting{batches: map[string]bool{}}
	position, err := s.config.Workspace.Standings(ctx, projectID, c.see)
	if err != nil {
		return nil, err
	}
	known, err := s.gather(ctx, s.config.DB, c.odd)
	if err != nil {
		return nil, err
	}
	f := &findings{ProjectID: projectID, Run: position.Run, Seq: position.Seq, Today: today, FoundAt: s.config.Clock.Now()}
	days := map[time.Time]*Verdict{}
	for i := range c.odd {
		m := known.matterOf(&c.odd[i])
		state := stateOf(m.item)
		waits := state == Open && m.waits(today)
		if r := m.ledger; r != nil && !isPayout(r) {
			c.moved = append(c.moved, movement{r.Day, r.Amount, standing(state, waits), ""})
		}
		if waits {
			continue
		}
		found := m.found(projectID, state)
		f.Cases = append(f.Cases, found)
		if state != Settled {
			verdictOf(days, found.At).Cases++
			f.All.Cases++
		}
	}
	for _, m := range c.moved {
		if m.standing == toSettlement && c.batches[m.batch] {
			m.standing = proven
		}
		m.count(verdictOf(days, m.day))
		m.count(&f.All)
	}
	slices.SortFunc(f.Cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(number(a.State == Settled), number(b.State == Settled)), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	for day, verdict := range days {
		f.Days = append(f.Days, dayFindings{day, *verdict})
	}
	slices.SortFunc(f.Days, func(a, b dayFindings) int { return a.Day.Compare(b.Day) })
	return f, nil
}

func number(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

func verdictOf(days map[time.Time]*Verdict, day time.Time) *Verdict {
	if days[day] == nil {
		days[day] = &Verdict{}
	}
	return days[day]
}

// counting sorts what a board says.
type counting struct {
	moved   []movement
	odd     []workspace.Standing // what does not agree, did not until it was settled, or lacks the bank
	batches map[string]bool      // that the bank has received, the difference settled where there was one
}

// see takes in an item of the board.
func (c *counting) see(item workspace.Standing) {
	if item.Records[0].ID == openingRow {
		return
	}
	agrees := agree(&item)
	var sides [4]*workspace.KnownRecord
	for i := range item.Records {
		sides[item.Records[i].Side] = &item.Records[i]
	}
	if settled := sides[settlementNumber]; settled != nil && sides[bankNumber] != nil && (agrees || stateOf(&item) == Settled) {
		batch, _, _ := strings.Cut(settled.ID, "/")
		c.batches[batch] = true
	}
	paidNowhere := sides[payoutsNumber] != nil && sides[bankNumber] == nil
	if !agrees || paidNowhere {
		c.odd = append(c.odd, item)
		return
	}
	r := sides[ledgerNumber]
	if r == nil || isPayout(r) {
		return
	}
	batch := ""
	if settled := sides[settlementNumber]; settled != nil {
		batch, _, _ = strings.Cut(settled.ID, "/")
	}
	c.moved = append(c.moved, movement{r.Day, r.Amount, toSettlement, batch})
}

// standing is how far a movement is proven.
type proofStanding uint8

const (
	proven proofStanding = iota
	toSettlement
	pendingProof
	settledProof
	unproven
)

// movement is something that the ledger says of a booking's money.
type movement struct {
	day      time.Time
	amount   money.Amount
	standing proofStanding
	batch    string
}

func (m *movement) count(v *Verdict) {
	part := [...]*Part{proven: &v.Proven, toSettlement: &v.ToSettlement, pendingProof: &v.Pending, settledProof: &v.Settled, unproven: &v.Unproven}[m.standing]
	part.Count++
	part.Amount.Currency = money.MAD
	part.Amount.Minor += m.amount.Minor
}

// standing is how far a movement is proven that is not with its partner.
func standing(state State, waits bool) proofStanding {
	switch {
	case state == Settled:
		return settledProof
	case waits:
		return pendingProof
	}
	return unproven
}

// agree says whether the records of an item agree. What was settled in a period that is signed off has a reason.
func agree(item *workspace.Standing) bool {
	return item.Status == workspace.StatusMatched || item.Status == workspace.StatusReconciled && item.Reason == ""
}

// stateOf is where a case stands by its item.
func stateOf(item *workspace.Standing) State {
	switch {
	case item.Status == workspace.StatusPending:
		return Waiting
	case item.Status == workspace.StatusSettled, item.Status == workspace.StatusReconciled && !agree(item):
		return Settled
	}
	return Open
}

// found makes a case of a matter.
func (m *matter) found(projectID string, state State) Case {
	item := m.item
	found := Case{ID: item.ID, ProjectID: projectID, Kind: m.kind(), State: state, Amount: item.Amount, PaymentID: m.paymentID, BookingID: m.bookingID, Text: item.Text,
		At: item.Date, AgeDays: item.AgeDays, Owner: item.Assignee, Comments: item.Comments, Reference: m.reference()}
	if len(item.Records) > 1 && !item.Difference.IsZero() {
		found.Amount = item.Difference
	}
	return found
}

// reference is what people call a matter.
func (m *matter) reference() string {
	switch l := m.settlement; {
	case m.payout != nil:
		return m.payout.ID
	case l != nil && l.Type == PayoutLine:
		return l.Batch
	case l != nil:
		return cmp.Or(l.Ref, l.ID)
	case m.booked != nil:
		return cmp.Or(m.booked.Reference, m.booked.Key)
	case m.bank != nil:
		_, reference := m.bank.kind()
		return cmp.Or(reference, m.bank.ID)
	}
	return m.item.RecordID
}
