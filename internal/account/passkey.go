package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

const (
	maxPasskeys    = 20
	maxAnswerBytes = 32 << 10
)

var passkeyNameRules = text.Rules{MinRunes: 1, MaxRunes: 60}

// Passkey is a key on somebody's device that signs them in, as they see it in a list.
type Passkey struct {
	ID         string
	Name       string
	CreatedAt  time.Time
	LastUsedAt time.Time // zero: not yet

	credential credential
}

// Ceremony is what a browser is asked to do with a passkey. Options go to navigator.credentials as they are; Challenge comes back with
// what it answers.
type Ceremony struct {
	Challenge string          `json:"challenge"`
	Options   json.RawMessage `json:"options"`
}

// authenticators speaks with people's devices, as Web Authentication has it. What it wants to be kept between two steps, or of a
// passkey, is JSON of its own.
type authenticators interface {
	// begin asks for a new passkey of an account, other than those that it has.
	begin(holder keyHolder) (options, session []byte, err error)
	// made checks what a browser has made of that, and returns what to keep of it.
	made(holder keyHolder, session, answer []byte) (credential, error)
	// ask asks for a passkey of anybody's.
	ask() (options, session []byte, err error)
	// proved checks what a browser has signed of that, and returns the passkey as it is to be kept now. find returns the account that
	// an answer names.
	proved(session, answer []byte, find func(accountID string) (keyHolder, error)) (credential, error)
}

// credential is what is kept of a passkey.
type credential struct {
	id   string // as the authenticator calls it
	data string
}

// keyHolder is an account with its passkeys.
type keyHolder struct {
	account     Account
	credentials []credential
}

// PasskeysPossible says whether there can be passkeys here.
func (s *Service) PasskeysPossible() bool { return s.devices != nil }

func errNoPasskeys() error { return errs.New(errs.Conflict, "account.passkeys_impossible") }

func holderOf(a Account, passkeys []Passkey) keyHolder {
	h := keyHolder{account: a}
	for _, p := range passkeys {
		h.credentials = append(h.credentials, p.credential)
	}
	return h
}

// Passkeys returns the actor's, the oldest first. It returns unauthenticated for nobody.
func (s *Service) Passkeys(ctx context.Context, actor Actor) ([]Passkey, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	return passkeysOf(ctx, s.db, actor.ID)
}

// BeginPasskey asks the actor's browser to make a passkey. It returns unauthenticated for nobody, forbidden for an actor who speaks
// through a token, invalid with the field password where that is wrong, rate_limited after too many wrong ones, and conflict where
// there are twenty already or can be none.
func (s *Service) BeginPasskey(ctx context.Context, actor Actor, password string) (Ceremony, error) {
	if s.devices == nil {
		return Ceremony{}, errNoPasskeys()
	}
	confirmed, err := s.confirm(ctx, actor, password)
	if err != nil {
		return Ceremony{}, err
	}
	kept, err := passkeysOf(ctx, s.db, actor.ID)
	if err != nil {
		return Ceremony{}, err
	}
	if len(kept) >= maxPasskeys {
		return Ceremony{}, errs.New(errs.Conflict, "account.too_many_passkeys").With(errs.Args{"Max": maxPasskeys})
	}
	options, session, err := s.devices.begin(holderOf(confirmed.Account, kept))
	if err != nil {
		return Ceremony{}, err
	}
	return s.begin(ctx, passkeyAdd, actor.ID, options, session)
}

func (s *Service) begin(ctx context.Context, kind challengeKind, accountID string, options, session []byte) (Ceremony, error) {
	c := Ceremony{Options: options}
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		c.Challenge, err = beginChallenge(ctx, tx, kind, accountID, string(session))
		return err
	})
	return c, err
}

// finish returns what was begun, which it ends: each challenge is answered once.
func finish(ctx context.Context, tx *db.Tx, kind challengeKind, secret string) (challenge, error) {
	c, err := lockChallenge(ctx, tx, kind, secret)
	if err != nil {
		return challenge{}, err
	}
	return c, endChallenge(ctx, tx, secret)
}

// errPasskeyRefused is for what an authenticator answered that does not hold.
func errPasskeyRefused(cause error) error {
	return errs.Wrap(cause, errs.Invalid, "account.passkey_refused")
}

// AddPasskey keeps the passkey that the actor's browser has made; answer is its JSON. It returns unauthenticated for nobody,
// forbidden for an actor who speaks through a token, invalid with the field name or for a credential that does not hold, gone where
// BeginPasskey was more than five minutes ago or has been answered, and conflict for a passkey that is known.
func (s *Service) AddPasskey(ctx context.Context, actor Actor, challenge, answer, name string) (Passkey, error) {
	if s.devices == nil {
		return Passkey{}, errNoPasskeys()
	}
	if err := requireSession(actor); err != nil {
		return Passkey{}, err
	}
	var f errs.Fields
	name = text.Check(&f, "name", name, passkeyNameRules)
	if err := f.Err(); err != nil {
		return Passkey{}, err
	}
	if len(answer) > maxAnswerBytes {
		return Passkey{}, errPasskeyRefused(errors.New("too long"))
	}
	made := Passkey{ID: ids.New(), Name: name}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		begun, err := finish(ctx, tx, passkeyAdd, challenge)
		if err != nil {
			return err
		}
		if begun.accountID != actor.ID {
			return errChallengeOver()
		}
		owner, err := lockAccount(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if made.credential, err = s.devices.made(keyHolder{account: owner.Account}, []byte(begun.data), []byte(answer)); err != nil {
			return errPasskeyRefused(err)
		}
		made.CreatedAt = tx.Now
		if err := insertPasskey(ctx, tx, actor.ID, made); err != nil {
			return err
		}
		letter := Letter{AccountID: actor.ID, Template: MailPasskeyAdded, Words: map[string]string{"Passkey": name}}
		if err := s.mailer.Post(ctx, tx, letter); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "passkey.added", SubjectKind: "passkey", SubjectID: made.ID})
	})
	if db.IsUnique(err) {
		return Passkey{}, errs.Wrap(err, errs.Conflict, "account.passkey_known")
	}
	return made, err
}

// RemovePasskey forgets one of the actor's passkeys. It returns unauthenticated for nobody, forbidden for an actor who speaks through
// a token, and not_found for one that is not the actor's.
func (s *Service) RemovePasskey(ctx context.Context, actor Actor, id string) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	if !ids.Valid(id) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		found, err := changed(tx.Exec(ctx, `DELETE FROM passkeys WHERE id = $1 AND account_id = $2`, id, actor.ID))
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "passkey.removed", SubjectKind: "passkey", SubjectID: id})
	})
}

// BeginPasskeySignIn asks whoever's browser for one of its passkeys of this house. It returns conflict where there can be none.
func (s *Service) BeginPasskeySignIn(ctx context.Context) (Ceremony, error) {
	if s.devices == nil {
		return Ceremony{}, errNoPasskeys()
	}
	options, session, err := s.devices.ask()
	if err != nil {
		return Ceremony{}, err
	}
	return s.begin(ctx, passkeySignIn, "", options, session)
}

// SignInWithPasskey starts a session for the owner of a passkey, by what BeginPasskeySignIn asked for; answer is its JSON. A
// passkey asks for a finger, a face or a number itself, so there is no second factor after it. It returns invalid for a credential
// that does not hold or that nobody has here, gone where the asking was more than five minutes ago or has been answered, and
// forbidden for who is suspended or banned.
func (s *Service) SignInWithPasskey(ctx context.Context, challenge, answer string, client Client) (Session, error) {
	if s.devices == nil {
		return Session{}, errNoPasskeys()
	}
	if len(answer) > maxAnswerBytes {
		return Session{}, errPasskeyRefused(errors.New("too long"))
	}
	key, err := s.keys.signer(ctx)
	if err != nil {
		return Session{}, err
	}
	var session Session
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		begun, err := finish(ctx, tx, passkeySignIn, challenge)
		if err != nil {
			return err
		}
		owner, used, err := s.proved(ctx, tx, []byte(begun.data), []byte(answer))
		if err != nil {
			return err
		}
		if err := owner.refuseStanding(tx.Now); err != nil {
			return err
		}
		if err := usePasskey(ctx, tx, used); err != nil {
			return err
		}
		session, err = s.startSession(ctx, tx, owner, client)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s.sign(session, key)
}

// proved returns whose passkey has signed what was asked.
func (s *Service) proved(ctx context.Context, tx *db.Tx, session, answer []byte) (owner Account, used credential, err error) {
	used, err = s.devices.proved(session, answer, func(accountID string) (keyHolder, error) {
		if !ids.Valid(accountID) {
			return keyHolder{}, errors.New("no account is called that")
		}
		found, err := lockAccount(ctx, tx, accountID)
		if err != nil {
			return keyHolder{}, err
		}
		owner = found.Account
		passkeys, err := passkeysOf(ctx, tx, owner.ID)
		return holderOf(owner, passkeys), err
	})
	if err != nil {
		return Account{}, credential{}, errPasskeyRefused(err)
	}
	return owner, used, nil
}

func passkeysOf(ctx context.Context, q db.Querier, accountID string) ([]Passkey, error) {
	rows, err := q.Query(ctx, `SELECT id, name, created_at, last_used_at, credential_id, credential FROM passkeys WHERE account_id = $1 ORDER BY created_at, id LIMIT $2`, accountID, maxPasskeys)
	return db.Collect(rows, err, func(rows *sql.Rows) (p Passkey, err error) {
		return p, rows.Scan(&p.ID, &p.Name, db.Time(&p.CreatedAt), db.Time(&p.LastUsedAt), &p.credential.id, &p.credential.data)
	})
}

func insertPasskey(ctx context.Context, tx *db.Tx, accountID string, p Passkey) error {
	_, err := tx.Exec(ctx, `INSERT INTO passkeys (id, account_id, credential_id, credential, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.ID, accountID, p.credential.id, p.credential.data, p.Name, db.At(p.CreatedAt))
	return err
}

// usePasskey keeps the counter by which a copy of the key would be noticed.
func usePasskey(ctx context.Context, tx *db.Tx, used credential) error {
	_, err := tx.Exec(ctx, `UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE credential_id = $1`, used.id, used.data, db.At(tx.Now))
	return err
}
