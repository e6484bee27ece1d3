package workspace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
)

// settleTime is how long after the last load a project that runs on new data waits for more of it.
const settleTime = 20 * time.Second

// Tend does what is due: runs by their schedules, runs whose node has died, figures that are out of date, and what is to be forgotten. Every
// node calls it every few seconds; each thing is done by one of them.
func (s *Service) Tend(ctx context.Context) error {
	return errors.Join(s.Resume(ctx), s.startDue(ctx), s.keepFigures(ctx), s.expireUploads(ctx),
		s.config.DB.Tx(ctx, func(tx *db.Tx) error { return deleteStaleLocks(ctx, tx) }))
}

// startDue starts what is due by the projects' schedules.
func (s *Service) startDue(ctx context.Context) error {
	due, err := dueProjects(ctx, s.config.DB, s.config.Clock.Now(), settleTime)
	for _, id := range due {
		err = errors.Join(err, s.startOne(ctx, id))
	}
	return err
}

// startOne starts a project's run that is due. What asks a database is asked first where the day's run is due.
func (s *Service) startOne(ctx context.Context, projectID string) error {
	daily := false
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := projectByID(ctx, tx, projectID, tx.Dialect().ForUpdate())
		if err != nil || !p.ArchivedAt.IsZero() {
			return err
		}
		if daily = !p.nextRunAt.IsZero() && !p.nextRunAt.After(tx.Now); daily {
			p.nextRunAt = p.Settings.nextDaily(tx.Now) // whoever comes next finds that it was started
			return updateProject(ctx, tx, p)
		}
		if !p.Settings.RunOnNewData || p.freshAt.IsZero() || p.freshAt.After(tx.Now.Add(-settleTime)) {
			return nil // another node has started it
		}
		return s.startAlone(ctx, tx, p)
	})
	if err != nil || !daily {
		return err
	}
	p, err := projectByID(ctx, s.config.DB, projectID, "")
	if err == nil {
		err = s.feed(ctx, "", p)
	}
	if err != nil {
		return err
	}
	sources, err := sourcesOf(ctx, s.config.DB, projectID)
	if err != nil {
		return err
	}
	for _, from := range sources {
		if from.Kind != Query {
			continue
		}
		if _, err := s.loadQuery(ctx, "", projectID, from, i18n.French); err != nil {
			return fmt.Errorf("load the source %s: %w", from.ID, err)
		}
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		p, err := projectByID(ctx, tx, projectID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		return s.startAlone(ctx, tx, p)
	})
}

// startAlone starts a run that nobody asked for.
func (s *Service) startAlone(ctx context.Context, tx *db.Tx, p project) error {
	_, err := s.start(ctx, tx, p, "", i18n.French, RunForm{Ruleset: newestRuleset})
	if errs.CodeOf(err) == errs.Conflict {
		return nil // it runs already, or has nothing to run on yet
	}
	return err
}

// keepFigures keeps the day's figures of projects in which something was decided since.
func (s *Service) keepFigures(ctx context.Context) error {
	stale, err := staleFigures(ctx, s.config.DB)
	if err != nil {
		return err
	}
	for _, id := range stale {
		p, err := projectByID(ctx, s.config.DB, id, "")
		if err != nil {
			return err
		}
		b, err := s.board(ctx, p)
		if err != nil || b == nil {
			return err
		}
		figures := b.sum()
		err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			return putFigures(ctx, tx, keptFigures{projectID: id, day: tx.Now.In(zone()).Format(time.DateOnly), runID: b.run, seq: p.decisions, figures: figures})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
