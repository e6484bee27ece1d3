package workspace

import (
	"context"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/live"
)

// roles are in the order of what they may do.
var roles = []Role{Viewer, Analyst, Reviewer, Owner}

// May says whether a role may do what another one may.
func (r Role) May(need Role) bool { return slices.Index(roles, r) >= slices.Index(roles, need) }

var errNotFound = errs.New(errs.NotFound, "error.not_found")

// enter returns a project for somebody who has at least the role in it. Who is no member does not learn that it exists; admins are owners
// everywhere.
func enter(ctx context.Context, q db.Querier, actor account.Actor, projectID string, need Role, suffix string) (project, error) {
	if err := MayEnter(actor); err != nil {
		return project{}, err
	}
	if !ids.Valid(projectID) {
		return project{}, errNotFound
	}
	p, err := projectByID(ctx, q, projectID, suffix)
	if err != nil {
		return p, err
	}
	if p.Mine, err = roleOf(ctx, q, projectID, actor.ID); err != nil {
		return p, err
	}
	if actor.Role == account.Admin {
		p.Mine = Owner
	}
	if p.Mine == "" {
		return p, errNotFound
	}
	if !p.Mine.May(need) {
		return p, errs.New(errs.Forbidden, "recon_workspace.role_needed")
	}
	return p, nil
}

// read is enter outside a transaction.
func (s *Service) read(ctx context.Context, actor account.Actor, projectID string) (project, error) {
	return enter(ctx, s.config.DB, actor, projectID, Viewer, "")
}

// change runs a verb in a transaction in which nobody else changes the project. What is archived does not change.
func (s *Service) change(ctx context.Context, actor account.Actor, projectID string, need Role, verb func(*db.Tx, project) error) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := enter(ctx, tx, actor, projectID, need, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if !p.ArchivedAt.IsZero() {
			return errs.New(errs.Conflict, "recon_workspace.archived")
		}
		return verb(tx, p)
	})
}

// reshape is change for sources, rules and members, which the house itself looks after in a project of its own.
func (s *Service) reshape(ctx context.Context, actor account.Actor, projectID string, need Role, verb func(*db.Tx, project) error) error {
	return s.change(ctx, actor, projectID, need, func(tx *db.Tx, p project) error {
		if p.builtIn != "" {
			return errBuiltIn()
		}
		return verb(tx, p)
	})
}

func errBuiltIn() error { return errs.New(errs.Conflict, "recon_workspace.built_in_fixed") }

// record writes what somebody did in a project into the audit log. Everything about a project stands there under its id.
func (s *Service) record(ctx context.Context, tx *db.Tx, actorID, projectID, action string, data map[string]any) error {
	text, err := db.JSON(data)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		text = ""
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: "recon_project", SubjectID: projectID, Data: text})
}

// changed tells those who look at a project, once tx is committed, that something of it is another: project, sources, rules, periods or members.
func (s *Service) changed(tx *db.Tx, projectID, what string) {
	tx.AfterCommit(func() { s.tell(projectID, "changed", map[string]any{"what": what}) })
}

// tell never fails: what is live is a hint to look.
func (s *Service) tell(projectID, kind string, data any) {
	if s.config.Hub == nil {
		return
	}
	if err := s.config.Hub.Publish(Topic(projectID), live.Event{Type: kind, Data: data}); err != nil {
		s.config.Logger.Warn("cannot tell those who look at a project", "project", projectID, "type", kind, "error", err)
	}
}

// person is somebody in an event.
type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// names are the names of accounts, by id; the house has none.
func (s *Service) names(ctx context.Context, accountIDs ...string) (map[string]string, error) {
	slices.Sort(accountIDs)
	accounts, err := s.config.Accounts.Accounts(ctx, slices.Compact(accountIDs))
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(accounts))
	for id, a := range accounts {
		names[id] = a.Name
	}
	return names, nil
}
