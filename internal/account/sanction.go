package account

import (
	"context"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
	"khadamat/internal/platform/timezone"
)

// SanctionKind is what an operator may do to a person.
type SanctionKind string

// The closed set of sanctions.
const (
	Warning    SanctionKind = "warning"
	Suspension SanctionKind = "suspension" // for suspensionLife, then it lifts itself
	Ban        SanctionKind = "ban"
)

const (
	suspensionLife = 7 * 24 * time.Hour
	liftedAtOnce   = 100 // suspensions in one round of LiftDue
)

// Sanction is one that was pronounced.
type Sanction struct {
	ID         string
	AccountID  string
	Kind       SanctionKind
	Reason     string
	ByID       string // the operator
	ByName     string
	CreatedAt  time.Time
	Until      time.Time // of a suspension
	LiftedAt   time.Time // zero: in force, but for warnings, which are nothing that could be lifted
	LiftedByID string    // empty: it ended by itself
}

// SanctionInput is what an operator decides. The person reads the reason.
type SanctionInput struct {
	Kind           SanctionKind
	Reason         string
	IdempotencyKey string // empty: every request is a new one
}

// Standings are told in the transaction in which a person's standing changes, so that what they offer leaves the market with them.
type Standings interface {
	SetStanding(ctx context.Context, tx *db.Tx, accountID string, standing Standing) error
}

var reasonRules = text.Rules{MinRunes: 3, MaxRunes: 500, Multiline: true}

func (k SanctionKind) valid() bool { return k == Warning || k == Suspension || k == Ban }

// Sanction warns, suspends for seven days or bans a person, who is told why. Whoever is suspended or banned is out at once: their
// sessions end, their tokens are refused, what they offer is off the market. A second suspension starts the seven days anew.
// It returns unauthenticated for nobody; forbidden for who is neither moderator nor admin, for oneself, and for a moderator who bans or
// who acts against one of the house's own people; not_found for an account that is not there or erased; invalid with the fields kind and
// reason; conflict for suspending or banning who is banned, or where the idempotency key was used for something else.
func (s *Service) Sanction(ctx context.Context, actor Actor, accountID string, input SanctionInput) error {
	mayJudge := []Role{Moderator}
	if input.Kind == Ban {
		mayJudge = nil // admins alone
	}
	if err := actor.RequireRole(mayJudge...); err != nil {
		return err
	}
	var f errs.Fields
	f.Check(input.Kind.valid(), "kind", "account.sanction_unknown")
	input.Reason = text.Check(&f, "reason", input.Reason, reasonRules)
	if err := f.Err(); err != nil {
		return err
	}
	request := idempotency.Request{Scope: "account.sanction:" + actor.ID + ":" + accountID, Key: input.IdempotencyKey, Body: []string{string(input.Kind), input.Reason}}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		_, _, err := idempotency.Run(ctx, tx, request, func() (Sanction, error) { return s.pronounce(ctx, tx, actor, accountID, input) })
		return err
	})
}

func (s *Service) pronounce(ctx context.Context, tx *db.Tx, actor Actor, accountID string, input SanctionInput) (Sanction, error) {
	person, err := lockSanctionable(ctx, tx, actor, accountID)
	if err != nil {
		return Sanction{}, err
	}
	made := Sanction{ID: ids.New(), AccountID: accountID, Kind: input.Kind, Reason: input.Reason, ByID: actor.ID, CreatedAt: tx.Now}
	if person.Standing == Banned && made.Kind != Warning {
		return Sanction{}, errs.New(errs.Conflict, "account.banned_already")
	}
	letter := Letter{AccountID: accountID, Template: MailSanctionWarned, Words: map[string]string{"Reason": made.Reason}}
	switch made.Kind {
	case Suspension:
		made.Until = tx.Now.Add(suspensionLife)
		letter.Template, letter.Moments = MailSanctionSuspended, map[string]time.Time{"Until": made.Until}
		err = s.shutOut(ctx, tx, accountID, Suspended, made)
	case Ban:
		letter.Template = MailSanctionBanned
		err = s.shutOut(ctx, tx, accountID, Banned, made)
	}
	if err != nil {
		return Sanction{}, err
	}
	if err := insertSanction(ctx, tx, made); err != nil {
		return Sanction{}, err
	}
	if err := s.mailer.Post(ctx, tx, letter); err != nil {
		return Sanction{}, err
	}
	data, err := db.JSON(map[string]string{"kind": string(made.Kind), "reason": made.Reason})
	if err != nil {
		return Sanction{}, err
	}
	return made, audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.sanctioned", SubjectKind: "account", SubjectID: accountID, Data: data})
}

// lockSanctionable returns the account, or forbidden where this actor may not judge it.
func lockSanctionable(ctx context.Context, tx *db.Tx, actor Actor, accountID string) (Account, error) {
	if !ids.Valid(accountID) {
		return Account{}, errs.New(errs.NotFound, "error.not_found")
	}
	if accountID == actor.ID {
		return Account{}, errs.New(errs.Forbidden, "account.sanction_oneself")
	}
	person, err := lockAccount(ctx, tx, accountID)
	if err != nil {
		return Account{}, err
	}
	if !person.ErasedAt.IsZero() {
		return Account{}, errs.New(errs.NotFound, "error.not_found")
	}
	if person.Operator() && actor.Role != Admin {
		return Account{}, errs.New(errs.Forbidden, "account.sanction_operator")
	}
	return person.Account, nil
}

// shutOut takes away what lets a person act. Tokens are not revoked: after a suspension they work again.
func (s *Service) shutOut(ctx context.Context, tx *db.Tx, accountID string, standing Standing, sanction Sanction) error {
	if err := liftSanctions(ctx, tx, accountID, sanction.ByID); err != nil {
		return err
	}
	if err := s.setStanding(ctx, tx, accountID, standing, sanction.Reason, sanction.Until); err != nil {
		return err
	}
	sessions, err := revokeSessions(ctx, tx, accountID, string(standing))
	if err != nil {
		return err
	}
	for _, id := range sessions {
		if err := s.sessionRevoked(ctx, tx, accountID, id, string(standing)); err != nil {
			return err
		}
	}
	hashes, err := tokenHashes(ctx, tx, accountID)
	if err != nil {
		return err
	}
	now := tx.Now
	tx.AfterCommit(func() {
		for _, hash := range hashes {
			s.tokens.revoke(hash, now)
		}
	})
	return nil
}

func (s *Service) setStanding(ctx context.Context, tx *db.Tx, accountID string, standing Standing, reason string, until time.Time) error {
	s.forget(ctx, tx, accountID)
	if err := writeStanding(ctx, tx, accountID, standing, reason, until); err != nil {
		return err
	}
	if s.standings == nil {
		return nil
	}
	return s.standings.SetStanding(ctx, tx, accountID, standing)
}

// Lift ends the suspension or the ban of a person, who is told. The errors are those of Sanction; conflict where there is nothing
// to lift.
func (s *Service) Lift(ctx context.Context, actor Actor, accountID string) error {
	if err := actor.RequireRole(Moderator); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		person, err := lockSanctionable(ctx, tx, actor, accountID)
		if err != nil {
			return err
		}
		if person.Standing == Good {
			return errs.New(errs.Conflict, "account.nothing_to_lift")
		}
		return s.lift(ctx, tx, accountID, actor.ID)
	})
}

func (s *Service) lift(ctx context.Context, tx *db.Tx, accountID, liftedBy string) error {
	if err := liftSanctions(ctx, tx, accountID, liftedBy); err != nil {
		return err
	}
	if err := s.setStanding(ctx, tx, accountID, Good, "", time.Time{}); err != nil {
		return err
	}
	if err := s.mailer.Post(ctx, tx, Letter{AccountID: accountID, Template: MailSanctionLifted}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: liftedBy, Action: "account.sanction_lifted", SubjectKind: "account", SubjectID: accountID})
}

// LiftDue ends the suspensions whose seven days are over, and returns how many. Nodes may call it at once.
func (s *Service) LiftDue(ctx context.Context) (int, error) {
	due, err := dueToLift(ctx, s.db, s.clock.Now(), liftedAtOnce)
	if err != nil {
		return 0, err
	}
	lifted := 0
	for _, id := range due {
		err := s.db.Tx(ctx, func(tx *db.Tx) error {
			person, err := lockAccount(ctx, tx, id)
			if err != nil || person.Standing != Suspended || tx.Now.Before(person.StandingUntil) {
				return err
			}
			lifted++
			return s.lift(ctx, tx, id, "")
		})
		if err != nil {
			return lifted, err
		}
	}
	return lifted, nil
}

// Sanctions returns what was pronounced against an account, the latest first, a hundred at most. It returns unauthenticated for
// nobody, forbidden for who is neither moderator nor admin, and not_found for an account that is not there.
func (s *Service) Sanctions(ctx context.Context, actor Actor, accountID string) ([]Sanction, error) {
	if _, err := s.Person(ctx, actor, accountID); err != nil {
		return nil, err
	}
	return sanctionsOf(ctx, s.db, accountID)
}

// refuseStanding returns forbidden, with the reason and the end, for who may not come in.
func (a Account) refuseStanding(now time.Time) error {
	switch {
	case a.Standing == Banned:
		return errs.New(errs.Forbidden, "account.banned").With(errs.Args{"Reason": a.StandingReason})
	case a.Standing == Suspended && now.Before(a.StandingUntil):
		return errs.New(errs.Forbidden, "account.suspended").With(errs.Args{"Reason": a.StandingReason, "Until": i18n.Moment{At: a.StandingUntil, Zone: zone}})
	}
	return nil
}

// zone is the one that the house tells times in where no other is known.
var zone = func() *time.Location {
	location, err := timezone.Load("Africa/Casablanca")
	if err != nil {
		return time.UTC
	}
	return location
}()
