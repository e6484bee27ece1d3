package workspace

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
)

// runJob has a run worked.
type runJob struct {
	RunID string `json:"run_id"`
}

// Kind names the job.
func (runJob) Kind() string { return "recon.run" }

// ends are what cancels the runs that this process works on.
type ends struct {
	mu  sync.Mutex
	all map[string]context.CancelCauseFunc
}

func (e *ends) put(runID string, end context.CancelCauseFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil {
		e.all = map[string]context.CancelCauseFunc{}
	}
	e.all[runID] = end
}

func (e *ends) drop(runID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.all, runID)
}

func (e *ends) end(runID string, why error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if end := e.all[runID]; end != nil {
		end(why)
	}
}

// newestRuleset asks for the newest rules of a project, whatever their number.
const newestRuleset = -1

// Start queues a run over all versions that there are. It returns conflict while another one of the project runs, and where a source has no version; invalid
// with the field ruleset where there is no such one.
func (s *Service) Start(ctx context.Context, actor account.Actor, projectID string, form RunForm) (Run, error) {
	request := idempotency.Request{Scope: "recon.run:" + projectID + ":" + actor.ID, Key: form.IdempotencyKey, Body: form}
	language := i18n.French
	if known, err := s.config.Accounts.Account(ctx, actor.ID); err == nil {
		if spoken, ok := i18n.Parse(known.Language); ok {
			language = spoken
		}
	}
	p, err := enter(ctx, s.config.DB, actor, projectID, Analyst, "")
	if err == nil {
		err = s.feed(ctx, actor.ID, p)
	}
	if err != nil {
		return Run{}, err
	}
	var started run
	err = s.change(ctx, actor, projectID, Analyst, func(tx *db.Tx, p project) (err error) {
		var id string
		id, _, err = idempotency.Run(ctx, tx, request, func() (string, error) { return s.start(ctx, tx, p, actor.ID, language, form) })
		if err != nil {
			return err
		}
		started, err = runByID(ctx, tx, id)
		return err
	})
	if db.IsUnique(err) {
		err = errs.New(errs.Conflict, "recon_workspace.runs_already")
	}
	return started.Run, err
}

// start queues a run as part of tx, in which nobody else changes the project. Nobody is the account where the house starts it.
func (s *Service) start(ctx context.Context, tx *db.Tx, p project, accountID string, language i18n.Language, form RunForm) (string, error) {
	running, err := activeRun(ctx, tx, p.ID)
	if err != nil {
		return "", err
	}
	if running {
		return "", errs.New(errs.Conflict, "recon_workspace.runs_already")
	}
	versions, err := s.latestVersions(ctx, tx, p.ID)
	if err != nil {
		return "", err
	}
	if form.Ruleset, err = s.rulesetNumber(ctx, tx, p.ID, form.Ruleset); err != nil {
		return "", err
	}
	r := run{projectID: p.ID, language: language, locked: p.LockedThrough, lease: tx.Now.Add(queueTime),
		Run: Run{ID: ids.New(), Number: p.runs + 1, State: Queued, Full: form.Full || p.current == "" || p.builtIn != "", Ruleset: form.Ruleset, Versions: versions, By: accountID, QueuedAt: tx.Now}}
	if err := insertRun(ctx, tx, r); err != nil {
		return "", err
	}
	if err := useVersions(ctx, tx, versions); err != nil {
		return "", err
	}
	p.runs, p.freshAt = r.Number, time.Time{}
	if err := updateProject(ctx, tx, p); err != nil {
		return "", err
	}
	if err := s.config.Queue.EnqueueLong(ctx, tx, runJob{r.ID}); err != nil {
		return "", err
	}
	tx.AfterCommit(func() { s.tellProgress(r) })
	return r.ID, s.record(ctx, tx, accountID, p.ID, "recon.run.started", map[string]any{"run": r.ID, "number": r.Number, "full": r.Full, "ruleset": r.Ruleset})
}

// latestVersions are the ids of everything that was loaded, by source and number. It returns conflict for a source without.
func (s *Service) latestVersions(ctx context.Context, q db.Querier, projectID string) ([]string, error) {
	sources, err := sourcesOf(ctx, q, projectID)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, source := range sources {
		versions, err := versionsOf(ctx, q, source.ID, maxVersions)
		if err != nil {
			return nil, err
		}
		if len(versions) == 0 {
			return nil, errs.New(errs.Conflict, "recon_workspace.source_empty").With(errs.Args{"Number": source.Side + 1})
		}
		for _, version := range slices.Backward(versions) {
			all = append(all, version.ID)
		}
	}
	return all, nil
}

// rulesetNumber checks the number of a ruleset.
func (s *Service) rulesetNumber(ctx context.Context, q db.Querier, projectID string, number int) (int, error) {
	if number == 0 {
		return 0, nil
	}
	all, err := rulesetsOf(ctx, q, projectID)
	if err != nil {
		return 0, err
	}
	if number == newestRuleset {
		if len(all) == 0 {
			return 0, nil
		}
		return all[0].Number, nil
	}
	if !slices.ContainsFunc(all, func(r Ruleset) bool { return r.Number == number }) {
		return 0, errs.Fields{{Name: "ruleset", Key: "recon_workspace.no_such_ruleset", Args: errs.Args{"Number": number}}}.Err()
	}
	return number, nil
}

// errCancelled is why a run ends that a person cancelled.
var errCancelled = errors.New("workspace: the run was cancelled")

// Cancel ends a run that is queued or runs; conflict for one that has ended.
func (s *Service) Cancel(ctx context.Context, actor account.Actor, runID string) error {
	r, err := s.ofRun(ctx, actor, runID)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, r.projectID, Analyst, func(tx *db.Tx, p project) error {
		r.State = Cancelled
		ended, err := endRun(ctx, tx, r, "")
		if err != nil {
			return err
		}
		if !ended {
			return errs.New(errs.Conflict, "recon_workspace.run_ended")
		}
		tx.AfterCommit(func() {
			s.ends.end(runID, errCancelled)
			s.tellFinished(r)
		})
		return s.record(ctx, tx, actor.ID, r.projectID, "recon.run.cancelled", map[string]any{"run": r.ID, "number": r.Number})
	})
}

// ofRun returns a run of a project of the actor's.
func (s *Service) ofRun(ctx context.Context, actor account.Actor, runID string) (run, error) {
	if err := MayEnter(actor); err != nil {
		return run{}, err
	}
	if !ids.Valid(runID) {
		return run{}, errNotFound
	}
	r, err := runByID(ctx, s.config.DB, runID)
	if err != nil {
		return r, err
	}
	_, err = s.read(ctx, actor, r.projectID)
	return r, err
}

// shown is a run for a reader of a language.
func (r *run) shown(language i18n.Language) Run {
	if r.problem != nil {
		r.Problem = r.problem.Texts[language]
	}
	return r.Run
}

// Runs are those of a project, the latest first: limit of them, 1 to 100, 20 where it is 0. It returns invalid with the fields limit and cursor.
func (s *Service) Runs(ctx context.Context, actor account.Actor, projectID, cursor string, limit int, language i18n.Language) (RunPage, error) {
	if _, err := s.read(ctx, actor, projectID); err != nil {
		return RunPage{}, err
	}
	limit, before, err := db.ParsePage(limit, cursor)
	if err != nil {
		return RunPage{}, err
	}
	found, err := runsOf(ctx, s.config.DB, projectID, before, limit+1)
	if err != nil {
		return RunPage{}, err
	}
	var page RunPage
	for i := range found[:min(limit, len(found))] {
		page.Items = append(page.Items, found[i].shown(language))
	}
	if len(found) > limit {
		last := found[limit-1]
		page.NextCursor = db.Cursor{At: last.QueuedAt, ID: last.ID}.String()
	}
	return page, nil
}

// Run returns one run.
func (s *Service) Run(ctx context.Context, actor account.Actor, runID string, language i18n.Language) (Run, error) {
	r, err := s.ofRun(ctx, actor, runID)
	return r.shown(language), err
}
