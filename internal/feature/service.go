package feature

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// PollEvery is how often a node looks for what others have switched.
const PollEvery = 2 * time.Second

// Service answers from memory which features are on. It is safe for concurrent use; on a nil one everything is on.
type Service struct {
	db  *db.DB
	off atomic.Pointer[map[Name]bool]

	reading sync.Mutex // held from reading the database to showing what was read, so that an older answer never takes a newer one's place
}

// New returns the switches as the database has them now.
func New(ctx context.Context, d *db.DB) (*Service, error) {
	s := &Service{db: d}
	return s, s.Poll(ctx)
}

// On says whether a feature is on. It asks memory alone: what this process switched it knows at once, what another node switched
// after its next Poll.
func (s *Service) On(name Name) bool { return s == nil || !(*s.off.Load())[name] }

// Poll reads the switches.
func (s *Service) Poll(ctx context.Context) error {
	s.reading.Lock()
	defer s.reading.Unlock()
	known, err := switches(ctx, s.db)
	if err != nil {
		return err
	}
	off := map[Name]bool{}
	for _, one := range known {
		if !one.On {
			off[one.Name] = true
		}
	}
	s.off.Store(&off)
	return nil
}

// Switches returns all switches with who touched them last. It returns forbidden for everybody but admins.
func (s *Service) Switches(ctx context.Context, actor account.Actor) ([]Switch, error) {
	if err := actor.RequireRole(account.Admin); err != nil {
		return nil, err
	}
	known, err := switches(ctx, s.db)
	if err != nil {
		return nil, err
	}
	all := make([]Switch, len(Names))
	for i, name := range Names {
		all[i] = Switch{Name: name, On: true}
		for _, one := range known {
			if one.Name == name {
				all[i] = one
			}
		}
	}
	return all, nil
}

// Set switches a feature on or off. Switching to what it is already changes nothing. It returns forbidden for everybody but admins and
// not_found for a name that is no switch.
func (s *Service) Set(ctx context.Context, actor account.Actor, name Name, on bool) error {
	if err := actor.RequireRole(account.Admin); err != nil {
		return err
	}
	if !name.Valid() {
		return errs.New(errs.NotFound, "error.not_found")
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "feature."+string(name)); err != nil {
			return err
		}
		was, err := enabled(ctx, tx, name)
		if err != nil || was == on {
			return err
		}
		if err := store(ctx, tx, Switch{Name: name, On: on, ChangedBy: actor.ID, ChangedAt: tx.Now}); err != nil {
			return err
		}
		action := "feature.paused"
		if on {
			action = "feature.resumed"
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: action, SubjectKind: "feature", SubjectID: string(name)})
	})
	if err != nil {
		return err
	}
	return s.Poll(context.WithoutCancel(ctx))
}
