package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/workspace"
)

// Prove starts a run over all that is known by now and returns its id. It returns conflict while one runs.
func (s *Service) Prove(ctx context.Context, actor account.Actor) (string, error) {
	if err := mayWork(actor); err != nil {
		return "", err
	}
	return s.start(ctx, actor)
}

// ProveNow runs the proof to its end in this process, for the house itself: nobody has to ask for it.
func (s *Service) ProveNow(ctx context.Context) error {
	runID, err := s.start(ctx, account.Actor{})
	if err != nil {
		return err
	}
	if err := s.config.Workspace.Work(ctx, runID); err != nil {
		return err
	}
	return s.follow(ctx)
}

// start brings everything up to date and starts a run.
func (s *Service) start(ctx context.Context, actor account.Actor) (string, error) {
	projectID, err := s.keepProject(ctx)
	if err != nil {
		return "", err
	}
	if err := s.fetch(ctx); err != nil {
		return "", err
	}
	if _, err := ledger.Seal(ctx, s.config.DB); err != nil {
		return "", err
	}
	run, err := s.config.Workspace.StartBuiltIn(ctx, actor, projectID)
	return run.ID, err
}

// keepProject makes the project of 378 where it is not there, with everybody of finance in it.
func (s *Service) keepProject(ctx context.Context) (string, error) {
	people, err := s.config.Accounts.WithRole(ctx, account.Finance, account.Reviewer)
	if err != nil {
		return "", err
	}
	members := map[string]workspace.Role{}
	for _, a := range people {
		if members[a.ID] = workspace.Analyst; a.Role == account.Reviewer {
			members[a.ID] = workspace.Reviewer
		}
	}
	return s.config.Workspace.BuiltIn(ctx, ProjectKey, members)
}

// Tend does what is due: it takes in the processor's files, keeps the project that runs every night by 378's own schedule, and looks at what the
// last run found. Every node calls it now and then.
func (s *Service) Tend(ctx context.Context) error {
	people, err := s.config.Accounts.WithRole(ctx, account.Finance, account.Reviewer)
	if err != nil || len(people) == 0 {
		return err
	}
	if _, err := s.keepProject(ctx); err != nil {
		return err
	}
	if err := s.fetch(ctx); err != nil {
		return err
	}
	return s.follow(ctx)
}

// follow looks at what the last run found and gives each case that has no owner to the one of finance who has the fewest.
func (s *Service) follow(ctx context.Context) error {
	f, err := s.find(ctx)
	if err != nil || f == nil {
		return err
	}
	var free []string
	load := map[string]int{}
	for _, c := range f.Cases {
		if c.State == Settled {
			continue
		}
		if load[c.Owner]++; c.Owner == "" {
			free = append(free, c.ID)
		}
	}
	if len(free) == 0 {
		return nil
	}
	people, err := s.config.Accounts.WithRole(ctx, account.Finance)
	if err != nil || len(people) == 0 {
		return err
	}
	shares := map[string][]string{}
	for _, id := range free {
		least := slices.MinFunc(people, func(a, b account.Account) int { return load[a.ID] - load[b.ID] })
		load[least.ID]++
		shares[least.ID] = append(shares[least.ID], id)
	}
	for _, owner := range people {
		if len(shares[owner.ID]) == 0 {
			continue
		}
		act := workspace.Act{Action: workspace.Assign, Items: shares[owner.ID], Assignee: owner.ID}
		if _, err := s.config.Workspace.Decide(ctx, account.Actor{ID: owner.ID, Role: owner.Role}, f.ProjectID, act); err != nil {
			return fmt.Errorf("give cases to %s: %w", owner.ID, err)
		}
	}
	_, err = s.find(ctx)
	return err
}

// Dashboard is what finance sees first. The day is the one that the verdict is about; yesterday where it is zero.
func (s *Service) Dashboard(ctx context.Context, actor account.Actor, day time.Time, language i18n.Language) (Dashboard, error) {
	if err := mayWork(actor); err != nil {
		return Dashboard{}, err
	}
	today := dayOf(s.config.Clock.Now())
	if day.IsZero() {
		day = today.AddDate(0, 0, -1)
	} else {
		day = dayOf(day)
	}
	d := Dashboard{Day: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone())}
	trial, err := s.config.Book.Trial(ctx, time.Time{})
	if err != nil {
		return Dashboard{}, err
	}
	d.Balanced, d.Cash = trial.Balanced(), positions(trial)
	last, known, err := lastStatement(ctx, s.config.DB, s.config.IBAN)
	if err != nil {
		return Dashboard{}, err
	}
	if known {
		d.StatementTo = last.To
	}
	if d.ProjectID, err = s.config.Workspace.BuiltInID(ctx, ProjectKey); err != nil || d.ProjectID == "" {
		return d, err
	}
	run, err := s.config.Workspace.Latest(ctx, d.ProjectID, language)
	if err != nil {
		return Dashboard{}, err
	}
	if run != nil {
		d.Run = &RunState{ID: run.ID, ProjectID: d.ProjectID, State: run.State, FinishedAt: run.FinishedAt, Problem: run.Problem}
		if !run.FinishedAt.IsZero() && !run.StartedAt.IsZero() {
			d.Run.Took = run.FinishedAt.Sub(run.StartedAt)
		}
	}
	f, err := s.find(ctx)
	if err != nil || f == nil {
		return d, err
	}
	d.fill(f, day)
	return d, nil
}

// shownKinds are the kinds of accounts whose balances the dashboard shows.
var shownKinds = []ledger.Kind{ledger.Bank, ledger.ProcessorClearing, ledger.PayoutClearing, ledger.FundsHeld, ledger.ProviderPayable, ledger.Suspense}

func positions(trial ledger.Trial) []Position {
	all := make([]Position, len(shownKinds))
	for i, kind := range shownKinds {
		all[i] = Position{kind, money.Of(0, money.MAD)}
		for _, row := range trial.Rows {
			if row.Kind == kind && row.Debit.Currency == money.MAD {
				all[i].Amount.Minor += row.Debit.Minor - row.Credit.Minor
			}
		}
	}
	return all
}

// trendDays is how many days the trend has.
const trendDays = 30

// fill takes what a run found.
func (d *Dashboard) fill(f *findings, day time.Time) {
	d.All, d.ProvenAt = f.All, f.FoundAt
	byDay := make(map[time.Time]*Verdict, len(f.Days))
	for i := range f.Days {
		byDay[f.Days[i].Day.UTC()] = &f.Days[i].Verdict
	}
	if v := byDay[day]; v != nil {
		d.Verdict = *v
	}
	for back := trendDays - 1; back >= 0; back-- {
		at := day.AddDate(0, 0, -back)
		t := TrendDay{Day: time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone()), Proven: money.Of(0, money.MAD), Pending: money.Of(0, money.MAD), Unproven: money.Of(0, money.MAD)}
		if v := byDay[at]; v != nil {
			t.Proven.Minor = v.Proven.Amount.Minor + v.ToSettlement.Amount.Minor + v.Settled.Amount.Minor
			t.Pending.Minor, t.Unproven.Minor, t.Cases = v.Pending.Amount.Minor, v.Unproven.Amount.Minor, v.Cases
		}
		d.Trend = append(d.Trend, t)
	}
	for _, bounds := range [][2]int{{0, 1}, {2, 7}, {8, 30}, {31, -1}} {
		d.Ageing = append(d.Ageing, AgeCount{FromDays: bounds[0], ToDays: bounds[1], Amount: money.Of(0, money.MAD)})
	}
	for _, kind := range Kinds {
		d.ByKind = append(d.ByKind, KindCount{Kind: kind, Amount: money.Of(0, money.MAD)})
	}
	for _, c := range f.Cases {
		if c.State == Settled {
			continue
		}
		d.Cases++
		if c.State == Waiting {
			d.Waiting++
		}
		size := c.Amount.Minor
		if size < 0 {
			size = -size
		}
		kind := &d.ByKind[slices.Index(Kinds, c.Kind)]
		kind.Count++
		kind.Amount.Minor += size
		for i := range d.Ageing {
			if age := &d.Ageing[i]; c.AgeDays >= age.FromDays && (age.ToDays < 0 || c.AgeDays <= age.ToDays) {
				age.Count++
				age.Amount.Minor += size
			}
		}
	}
	d.ByKind = slices.DeleteFunc(d.ByKind, func(k KindCount) bool { return k.Count == 0 })
}
