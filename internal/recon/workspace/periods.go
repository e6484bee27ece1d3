package workspace

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/report"
)

// month is what lies in a month on the board.
type month struct {
	open    int
	amounts map[money.Currency]int64
	pending int
}

// months are those that items of the board lie in, each by its latest record.
func (b *board) months() map[string]*month {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := map[string]*month{}
	for i := range b.entries {
		e := &b.entries[i]
		if e.gone || e.last == record.NoDay {
			continue
		}
		name := monthOf(e.last)
		m := all[name]
		if m == nil {
			m = &month{amounts: map[money.Currency]int64{}}
			all[name] = m
		}
		switch standing := b.standing(e); standing {
		case matched, settled:
			continue
		case pending:
			m.pending++
		}
		m.open++
		m.amounts[e.amount.Currency] += abs(b.writtenOff(e).Minor)
	}
	return all
}

func (m *month) openAmounts() []money.Amount {
	var all []money.Amount
	for _, currency := range slices.Sorted(maps.Keys(m.amounts)) {
		if minor := m.amounts[currency]; minor != 0 {
			all = append(all, money.Of(minor, currency))
		}
	}
	return all
}

// through is the last day of a month; false where the name is none.
func through(name string) (record.Day, bool) {
	first, err := time.Parse("2006-01", name)
	if err != nil {
		return record.NoDay, false
	}
	return record.DayOf(first.AddDate(0, 1, -1)), true
}

// Periods are the months that records of the project lie in, the latest first, with what is open in each.
func (s *Service) Periods(ctx context.Context, actor account.Actor, projectID string) ([]Period, error) {
	_, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil {
		return nil, err
	}
	known, err := periodsOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, err
	}
	all := map[string]Period{}
	if b != nil {
		for name, m := range b.months() {
			last, _ := through(name)
			all[name] = Period{Name: name, Through: last, State: PeriodOpen, Open: m.open, OpenAmount: m.openAmounts()}
		}
	}
	for _, p := range known {
		if now, there := all[p.Name]; there && p.State != PeriodSigned {
			p.Open, p.OpenAmount = now.Open, now.OpenAmount
		}
		all[p.Name] = p.Period
	}
	return slices.SortedFunc(maps.Values(all), func(a, b Period) int { return cmp.Compare(b.Name, a.Name) }), nil
}

// period is a row of its table.
type period struct {
	Period
	runID, hash string
	seq         int64
}

// ready returns a month that can be prepared or signed, with what lies in it.
func (s *Service) ready(ctx context.Context, q db.Querier, b *board, projectID, name string) (period, *month, error) {
	last, ok := through(name)
	if !ok {
		return period{}, nil, errs.Fields{{Name: "period", Key: "recon_workspace.bad_period"}}.Err()
	}
	known, err := periodsOf(ctx, q, projectID)
	if err != nil {
		return period{}, nil, err
	}
	p := period{Period: Period{Name: name, Through: last, State: PeriodOpen}}
	signed := map[string]bool{}
	for _, one := range known {
		if one.Name == name {
			p = one
		}
		signed[one.Name] = one.State == PeriodSigned
	}
	if p.State == PeriodSigned {
		return p, nil, errs.New(errs.Conflict, "recon_workspace.period_state")
	}
	months := b.months()
	for _, earlier := range slices.Sorted(maps.Keys(months)) {
		if earlier < name && !signed[earlier] {
			return p, nil, errs.New(errs.Conflict, "recon_workspace.earlier_open").With(errs.Args{"Period": earlier})
		}
	}
	m := months[name]
	if m == nil {
		return p, nil, errs.Fields{{Name: "period", Key: "recon_workspace.bad_period"}}.Err()
	}
	if m.pending > 0 {
		return p, m, errs.New(errs.Conflict, "recon_workspace.period_pending").With(errs.Args{"Count": m.pending})
	}
	return p, m, nil
}

// PrepareSignOff says that a month is ready ("2026-10"). It returns invalid with the field period for no month of the project's, and conflict while
// items of it wait for an approval, or where an earlier month is not signed off.
func (s *Service) PrepareSignOff(ctx context.Context, actor account.Actor, projectID, name, note string) (Period, error) {
	var fields errs.Fields
	note = text.Check(&fields, "note", note, noteRules)
	if err := fields.Err(); err != nil {
		return Period{}, err
	}
	return s.close(ctx, actor, projectID, name, Analyst, func(tx *db.Tx, _ project, p *period, _ *board) error {
		p.State, p.PreparedBy, p.PreparedAt, p.Note = PeriodPrepared, actor.ID, tx.Now, note
		return s.record(ctx, tx, actor.ID, projectID, "recon.period.prepared", map[string]any{"period": name})
	})
}

// SignOff locks a month that somebody else prepared. It needs the role reviewer. From then on nothing changes that is settled in it; what
// is open is carried forward: it can be matched with records of later months.
func (s *Service) SignOff(ctx context.Context, actor account.Actor, projectID, name string) (Period, error) {
	return s.close(ctx, actor, projectID, name, Reviewer, func(tx *db.Tx, of project, p *period, b *board) error {
		if p.State != PeriodPrepared {
			return errs.New(errs.Conflict, "recon_workspace.not_prepared")
		}
		if p.PreparedBy == actor.ID {
			return errs.New(errs.Forbidden, "recon_workspace.own_preparation")
		}
		hash, err := s.hash(ctx, b)
		if err != nil {
			return err
		}
		p.State, p.SignedBy, p.SignedAt, p.hash = PeriodSigned, actor.ID, tx.Now, hash
		p.runID, p.seq = b.run, of.decisions
		of.LockedThrough = max(of.LockedThrough, p.Through)
		if err := updateProject(ctx, tx, of); err != nil {
			return err
		}
		data := map[string]any{"period": name, "prepared_by": p.PreparedBy, "run": p.runID, "seq": p.seq, "result_hash": hash, "open": p.Open}
		if err := s.hook(ctx, tx, projectID, "period.signed", data); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.ID, projectID, "recon.period.signed", data)
	})
}

// close changes a month that is not signed yet, while nobody decides.
func (s *Service) close(ctx context.Context, actor account.Actor, projectID, name string, need Role, verb func(*db.Tx, project, *period, *board) error) (Period, error) {
	var p period
	for try := 1; ; try++ {
		_, b, err := s.enterBoard(ctx, actor, projectID)
		if err != nil {
			return Period{}, err
		}
		if b == nil {
			return Period{}, errs.New(errs.Conflict, "recon_workspace.no_result")
		}
		err = s.change(ctx, actor, projectID, need, func(tx *db.Tx, of project) error {
			if b.run != of.current {
				return errStale
			}
			if err := s.catchUp(ctx, of, b); err != nil {
				return err
			}
			var m *month
			if p, m, err = s.ready(ctx, tx, b, projectID, name); err != nil {
				return err
			}
			p.Open, p.OpenAmount = m.open, m.openAmounts()
			if err := verb(tx, of, &p, b); err != nil {
				return err
			}
			s.changed(tx, projectID, "periods")
			return putPeriod(ctx, tx, projectID, p)
		})
		if err != errStale || try == boardTries { //nolint:errorlint // it is returned as it is
			return p.Period, err
		}
	}
}

// hash is that of the result as it stands.
func (s *Service) hash(ctx context.Context, b *board) (string, error) {
	effective, release, err := s.effective(ctx, b)
	if err != nil {
		return "", err
	}
	defer release()
	return report.Hash(ctx, effective)
}

// Reopen takes the sign-off of the last month that is signed back. Only owners may. It needs a reason.
func (s *Service) Reopen(ctx context.Context, actor account.Actor, projectID, name, reason string) (Period, error) {
	var fields errs.Fields
	reason = text.Check(&fields, "reason", reason, text.Rules{MinRunes: 1, MaxRunes: noteRules.MaxRunes, Multiline: true})
	if err := fields.Err(); err != nil {
		return Period{}, err
	}
	var p period
	err := s.change(ctx, actor, projectID, Owner, func(tx *db.Tx, of project) error {
		known, err := periodsOf(ctx, tx, projectID)
		if err != nil {
			return err
		}
		var signed []period // the latest first
		for _, one := range known {
			if one.State == PeriodSigned {
				signed = append(signed, one)
			}
		}
		if !slices.ContainsFunc(signed, func(one period) bool { return one.Name == name }) {
			return errs.New(errs.Conflict, "recon_workspace.not_signed")
		}
		if p = signed[0]; p.Name != name {
			return errs.New(errs.Conflict, "recon_workspace.last_period_only").With(errs.Args{"Period": p.Name})
		}
		of.LockedThrough = record.NoDay
		if len(signed) > 1 {
			of.LockedThrough = signed[1].Through
		}
		if err := updateProject(ctx, tx, of); err != nil {
			return err
		}
		data := map[string]any{"period": name, "reason": reason, "signed_by": p.SignedBy, "prepared_by": p.PreparedBy}
		p = period{Period: Period{Name: name, Through: p.Through, State: PeriodOpen, Open: p.Open, OpenAmount: p.OpenAmount}}
		if err := putPeriod(ctx, tx, projectID, p); err != nil {
			return err
		}
		s.changed(tx, projectID, "periods")
		return s.record(ctx, tx, actor.ID, projectID, "recon.period.reopened", data)
	})
	return p.Period, err
}
