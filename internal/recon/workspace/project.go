package workspace

import (
	"context"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
	"khadamat/internal/recon/record"
)

// project is a row of its table: what everybody sees, and what the house keeps of it.
type project struct {
	Project
	runs      int
	decisions int64  // seq of the last one
	current   string // the last finished run
	freshAt   time.Time
	nextRunAt time.Time
	createdBy string
	builtIn   string // key of a project that the house keeps; empty: a team's own
}

const (
	maxReasonCodes = 100
	maxMembers     = 200
	// casablanca is the zone of schedules and days.
	casablanca = "Africa/Casablanca"
)

var (
	nameRules        = text.Rules{MinRunes: 1, MaxRunes: 120}
	descriptionRules = text.Rules{MaxRunes: 2000, Multiline: true}
	codeRules        = text.Rules{MinRunes: 1, MaxRunes: 60}
	noteRules        = text.Rules{MaxRunes: 2000, Multiline: true}
)

// check cleans a form in place.
func (f *ProjectForm) check() error {
	var fields errs.Fields
	f.Name = text.Check(&fields, "name", f.Name, nameRules)
	f.Description = text.Check(&fields, "description", f.Description, descriptionRules)
	f.Settings.check(&fields)
	return fields.Err()
}

func (s *Settings) check(fields *errs.Fields) {
	fields.Check(s.WriteOffLimit.Minor >= 0, "write_off_limit", "recon_workspace.not_negative")
	fields.Check(s.WriteOffLimit.Currency == "" || s.WriteOffLimit.Currency.Valid(), "write_off_limit", "recon_workspace.bad_currency")
	fields.Check(s.EscalateAfter >= 0 && s.EscalateAfter <= 3650, "escalate_after", "recon_workspace.bad_days")
	fields.Check(s.EscalateAbove >= 0, "escalate_above", "recon_workspace.not_negative")
	fields.Check(s.AcceptSuggested >= 0 && s.AcceptSuggested <= 1, "accept_suggested", "recon_workspace.bad_chance")
	if s.RunDailyAt != "" {
		_, err := time.Parse("15:04", s.RunDailyAt)
		fields.Check(err == nil, "run_daily_at", "recon_workspace.bad_time")
	}
	fields.Check(len(s.ReasonCodes) <= maxReasonCodes, "reason_codes", "recon_workspace.too_many_codes")
	codes := make([]string, 0, len(s.ReasonCodes))
	for _, code := range s.ReasonCodes {
		if strings.TrimSpace(code) == "" {
			continue
		}
		if code = text.Check(fields, "reason_codes", code, codeRules); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	s.ReasonCodes = codes
}

// nextDaily is the first moment after now at which a clock in Casablanca shows the time; zero where there is no such schedule.
func (s Settings) nextDaily(now time.Time) time.Time {
	at, err := time.Parse("15:04", s.RunDailyAt)
	if err != nil {
		return time.Time{}
	}
	local := now.In(zone())
	next := time.Date(local.Year(), local.Month(), local.Day(), at.Hour(), at.Minute(), 0, 0, local.Location())
	if !next.After(now) {
		next = time.Date(local.Year(), local.Month(), local.Day()+1, at.Hour(), at.Minute(), 0, 0, local.Location())
	}
	return next.UTC()
}

// CreateProject makes a project with two empty sources, owned by the actor. It returns forbidden for accounts other than finance, reviewer and admin, and
// invalid with the fields name, description and those of the settings.
func (s *Service) CreateProject(ctx context.Context, actor account.Actor, form ProjectForm) (Project, error) {
	if err := MayEnter(actor); err != nil {
		return Project{}, err
	}
	request := idempotency.Request{Scope: "recon.project:" + actor.ID, Key: form.IdempotencyKey, Body: form}
	if err := form.check(); err != nil {
		return Project{}, err
	}
	var id string
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		id, _, err = idempotency.Run(ctx, tx, request, func() (string, error) { return s.create(ctx, tx, actor, form) })
		return err
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, actor, id)
}

func (s *Service) create(ctx context.Context, tx *db.Tx, actor account.Actor, form ProjectForm) (string, error) {
	p := project{createdBy: actor.ID, Project: Project{ID: ids.New(), Name: form.Name, Description: form.Description, Settings: form.Settings,
		LockedThrough: record.NoDay, CreatedAt: tx.Now, Version: 1}}
	p.nextRunAt = p.Settings.nextDaily(tx.Now)
	if err := insertProject(ctx, tx, p); err != nil {
		return "", err
	}
	if err := putMember(ctx, tx, p.ID, actor.ID, Owner); err != nil {
		return "", err
	}
	for side := range 2 {
		if err := insertSource(ctx, tx, p.ID, Source{ID: ids.New(), Side: side, Kind: Files}); err != nil {
			return "", err
		}
	}
	return p.ID, s.record(ctx, tx, actor.ID, p.ID, "recon.project.created", map[string]any{"name": p.Name})
}

// Projects are those that the actor is a member of, the one with the latest run first. Admins see all.
func (s *Service) Projects(ctx context.Context, actor account.Actor, archived bool) ([]ProjectCard, error) {
	if err := MayEnter(actor); err != nil {
		return nil, err
	}
	cards, err := cardsOf(ctx, s.config.DB, actor.ID, actor.Role == account.Admin, archived)
	if err != nil {
		return nil, err
	}
	for i := range cards {
		if actor.Role == account.Admin {
			cards[i].Mine = Owner
		}
		if err := s.fillCard(ctx, &cards[i]); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// fillCard adds the last run and the figures.
func (s *Service) fillCard(ctx context.Context, card *ProjectCard) error {
	last, err := runsOf(ctx, s.config.DB, card.ID, db.Cursor{}, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		run := last[0].Run
		run.Figures = nil
		card.LastRun = &run
	}
	figures, err := s.latestFigures(ctx, card.ID)
	card.Figures = figures
	return err
}

// Project returns a project of the actor's; not_found where they are no member.
func (s *Service) Project(ctx context.Context, actor account.Actor, id string) (Project, error) {
	p, err := s.read(ctx, actor, id)
	return p.Project, err
}

// Change changes a project's name, description and settings. Only owners may. It returns conflict where the version is not the one that was read.
func (s *Service) Change(ctx context.Context, actor account.Actor, id string, version int, form ProjectForm) (Project, error) {
	if err := form.check(); err != nil {
		return Project{}, err
	}
	err := s.change(ctx, actor, id, Owner, func(tx *db.Tx, p project) error {
		if p.Version != version {
			return errs.New(errs.Conflict, "recon_workspace.changed_meanwhile")
		}
		before := p.Settings
		p.Name, p.Description, p.Settings, p.Version = form.Name, form.Description, form.Settings, p.Version+1
		if before.RunDailyAt != p.Settings.RunDailyAt {
			p.nextRunAt = p.Settings.nextDaily(tx.Now)
		}
		if err := updateProject(ctx, tx, p); err != nil {
			return err
		}
		s.changed(tx, id, "project")
		return s.record(ctx, tx, actor.ID, id, "recon.project.changed", map[string]any{"name": p.Name, "settings": p.Settings, "before": before})
	})
	if err != nil {
		return Project{}, err
	}
	return s.Project(ctx, actor, id)
}

// Archive takes a project out of use: it can be read and nothing else. Only owners may. It returns conflict while it runs.
func (s *Service) Archive(ctx context.Context, actor account.Actor, id string) error {
	return s.shelve(ctx, actor, id, true)
}

// Restore takes a project into use again. Only owners may.
func (s *Service) Restore(ctx context.Context, actor account.Actor, id string) error {
	return s.shelve(ctx, actor, id, false)
}

func (s *Service) shelve(ctx context.Context, actor account.Actor, id string, archived bool) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := enter(ctx, tx, actor, id, Owner, tx.Dialect().ForUpdate())
		if err != nil || p.ArchivedAt.IsZero() != archived {
			return err
		}
		action := "recon.project.restored"
		if p.ArchivedAt = (time.Time{}); archived {
			running, err := activeRun(ctx, tx, id)
			if err != nil {
				return err
			}
			if running {
				return errs.New(errs.Conflict, "recon_workspace.runs_already")
			}
			action, p.ArchivedAt = "recon.project.archived", tx.Now
		}
		p.Version++
		if err := updateProject(ctx, tx, p); err != nil {
			return err
		}
		s.changed(tx, id, "project")
		return s.record(ctx, tx, actor.ID, id, action, nil)
	})
}

// Members are the people of a project, owners first, then by name.
func (s *Service) Members(ctx context.Context, actor account.Actor, id string) ([]Member, error) {
	if _, err := s.read(ctx, actor, id); err != nil {
		return nil, err
	}
	members, err := membersOf(ctx, s.config.DB, id)
	if err != nil {
		return nil, err
	}
	accountIDs := make([]string, len(members))
	for i, m := range members {
		accountIDs[i] = m.AccountID
	}
	accounts, err := s.config.Accounts.Accounts(ctx, accountIDs)
	if err != nil {
		return nil, err
	}
	for i := range members {
		a := accounts[members[i].AccountID]
		members[i].Name, members[i].Email = a.Name, a.Email
	}
	slices.SortStableFunc(members, func(a, b Member) int {
		if (a.Role == Owner) != (b.Role == Owner) {
			return slices.Index(roles, b.Role) - slices.Index(roles, a.Role)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return members, nil
}

// SetMember gives the person with that address a role in the project. Only owners may. It returns invalid with the field email where
// nobody of the house has it, or role where there is no such role, and conflict where the last owner would go.
func (s *Service) SetMember(ctx context.Context, actor account.Actor, id, email string, role Role) (Member, error) {
	if _, err := s.read(ctx, actor, id); err != nil {
		return Member{}, err
	}
	var fields errs.Fields
	fields.Check(slices.Contains(roles, role), "role", "recon_workspace.bad_role")
	found, err := s.config.Accounts.ByEmail(ctx, email)
	switch {
	case errs.CodeOf(err) == errs.NotFound:
		fields.Check(false, "email", "recon_workspace.nobody_has_it")
	case err != nil:
		return Member{}, err
	default:
		fields.Check(MayEnter(account.Actor{ID: found.ID, Role: found.Role}) == nil, "email", "recon_workspace.not_finance")
	}
	if err := fields.Err(); err != nil {
		return Member{}, err
	}
	member := Member{AccountID: found.ID, Name: found.Name, Email: found.Email, Role: role}
	err = s.reshape(ctx, actor, id, Owner, func(tx *db.Tx, p project) error {
		members, err := membersOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if role != Owner {
			if err := keepsAnOwner(members, found.ID); err != nil {
				return err
			}
		}
		at := slices.IndexFunc(members, func(m Member) bool { return m.AccountID == found.ID })
		if at < 0 && len(members) >= maxMembers {
			return errs.New(errs.Conflict, "recon_workspace.too_many_members").With(errs.Args{"Max": maxMembers})
		}
		if member.Since = tx.Now; at >= 0 {
			member.Since = members[at].Since
		}
		if err := putMember(ctx, tx, id, found.ID, role); err != nil {
			return err
		}
		s.changed(tx, id, "members")
		return s.record(ctx, tx, actor.ID, id, "recon.member.set", map[string]any{"account": found.ID, "role": role})
	})
	return member, err
}

// RemoveMember takes a person out of the project. Only owners may, and everybody themselves. It returns conflict for the last owner.
func (s *Service) RemoveMember(ctx context.Context, actor account.Actor, id, accountID string) error {
	need := Owner
	if accountID == actor.ID {
		need = Viewer
	}
	return s.reshape(ctx, actor, id, need, func(tx *db.Tx, p project) error {
		members, err := membersOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(members, func(m Member) bool { return m.AccountID == accountID }) {
			return errNotFound
		}
		if err := keepsAnOwner(members, accountID); err != nil {
			return err
		}
		if err := deleteMember(ctx, tx, id, accountID); err != nil {
			return err
		}
		s.changed(tx, id, "members")
		return s.record(ctx, tx, actor.ID, id, "recon.member.removed", map[string]any{"account": accountID})
	})
}

// keepsAnOwner returns conflict where nobody would own the project without one of its members.
func keepsAnOwner(members []Member, without string) error {
	for _, m := range members {
		if m.Role == Owner && m.AccountID != without {
			return nil
		}
	}
	if !slices.ContainsFunc(members, func(m Member) bool { return m.AccountID == without && m.Role == Owner }) {
		return nil // there was none before either
	}
	return errs.New(errs.Conflict, "recon_workspace.last_owner")
}
