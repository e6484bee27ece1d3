package account

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
)

// Register adds domains that keep something about people. It is for the time before the first request.
func (s *Service) Register(holders ...Holder) { s.holders = append(s.holders, holders...) }

// Export returns everything that the house keeps about the actor, to be written as one JSON object with a member for each domain.
// It asks for the password: the file is worth stealing. It returns unauthenticated for nobody, forbidden for an actor who speaks
// through a token, invalid with the field password where that is wrong, and rate_limited after too many wrong ones.
func (s *Service) Export(ctx context.Context, actor Actor, password string) (write func(io.Writer) error, err error) {
	if _, err := s.confirm(ctx, actor, password); err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.exported", SubjectKind: "account", SubjectID: actor.ID})
	})
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return s.writeExport(ctx, w, actor.ID) }, nil
}

// writeExport writes one domain after the other, so that no more than one is held in memory.
func (s *Service) writeExport(ctx context.Context, w io.Writer, accountID string) error {
	separator := "{\n"
	for _, holder := range s.holders {
		name, data, err := holder.Export(ctx, accountID)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		content, err := json.MarshalIndent(data, "  ", "  ")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, separator+"  "+string(key)+": "+string(content)); err != nil {
			return err
		}
		separator = ",\n"
	}
	_, err := io.WriteString(w, "\n}\n")
	return err
}

// Erase takes the actor out of everything the house keeps, for good: every domain in one transaction. It returns unauthenticated for
// nobody, forbidden for an actor who speaks through a token and for a person of the house, invalid with the field password where
// that is wrong, rate_limited after too many wrong ones, and conflict, with the reason, while something is under way that others
// count on.
func (s *Service) Erase(ctx context.Context, actor Actor, password string) error {
	confirmed, err := s.confirm(ctx, actor, password)
	if err != nil {
		return err
	}
	if confirmed.Operator() {
		return errs.New(errs.Forbidden, "account.erase_operator")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		current, err := lockConfirmed(ctx, tx, confirmed)
		if err != nil {
			return err
		}
		letter := Letter{AccountID: actor.ID, Address: current.Email, Template: MailAccountErased}
		if err := s.mailer.Post(ctx, tx, letter); err != nil {
			return err
		}
		if err := s.revokeEverything(ctx, tx, actor.ID, "erased"); err != nil {
			return err
		}
		for _, holder := range s.holders {
			if err := holder.Erase(ctx, tx, actor.ID); err != nil {
				return err
			}
		}
		if err := idempotency.ForgetOf(ctx, tx, actor.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "account.erased", SubjectKind: "account", SubjectID: actor.ID})
	})
}

// confirm returns the actor's account where password is theirs. Wrong ones count like those at signing in: whoever sits at somebody
// else's open page shall not have more tries than at the door.
func (s *Service) confirm(ctx context.Context, actor Actor, password string) (credentials, error) {
	if err := requireSession(actor); err != nil {
		return credentials{}, err
	}
	var f errs.Fields
	checkGivenPassword(&f, password)
	if err := f.Err(); err != nil {
		return credentials{}, err
	}
	stored, err := credentialsByID(ctx, s.db, actor.ID)
	if err != nil {
		return credentials{}, err
	}
	if err := s.refuseLocked(ctx, stored.Email); err != nil {
		return credentials{}, err
	}
	right, _, err := s.hashing.check(ctx, password, stored.hash)
	if err != nil {
		return credentials{}, err
	}
	if !right {
		if err := s.countFailure(ctx, stored.Email, stored.ID); errs.CodeOf(err) != errs.Unauthenticated {
			return credentials{}, err
		}
		f.Add("password", "account.password_wrong", nil)
		return credentials{}, f.Err()
	}
	return stored, nil
}

// lockConfirmed locks an account whose password was right a moment ago, and returns conflict where that has changed since.
func lockConfirmed(ctx context.Context, tx *db.Tx, confirmed credentials) (credentials, error) {
	current, err := lockAccount(ctx, tx, confirmed.ID)
	if err != nil {
		return credentials{}, err
	}
	if current.hash != confirmed.hash {
		return credentials{}, errs.New(errs.Conflict, "account.changed_meanwhile")
	}
	return current, nil
}

// own is the Holder of what this domain itself keeps.
type own struct{ s *Service }

// exportedAccount is the file's form: no secrets, names as in the API.
type exportedAccount struct {
	ID              string             `json:"id"`
	Email           string             `json:"email"`
	Name            string             `json:"name"`
	Role            Role               `json:"role"`
	Language        string             `json:"language"`
	Phone           string             `json:"phone,omitempty"`
	CreatedAt       time.Time          `json:"created_at"`
	EmailVerifiedAt time.Time          `json:"email_verified_at,omitzero"`
	TermsAcceptedAt time.Time          `json:"terms_accepted_at,omitzero"`
	Standing        Standing           `json:"standing"`
	SecondFactor    bool               `json:"second_factor"`
	Addresses       []exportedAddress  `json:"addresses"`
	Sessions        []exportedSession  `json:"sessions"`
	Passkeys        []exportedNamed    `json:"passkeys"`
	Tokens          []exportedNamed    `json:"access_tokens"`
	Sanctions       []exportedSanction `json:"sanctions"`
}

type exportedAddress struct {
	Label   string `json:"label"`
	Address string `json:"address"`
	CityID  string `json:"city_id"`
	Default bool   `json:"default"`
}

type exportedSession struct {
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
}

type exportedNamed struct {
	Name       string    `json:"name"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at,omitzero"`
}

type exportedSanction struct {
	Kind      SanctionKind `json:"kind"`
	Reason    string       `json:"reason"`
	CreatedAt time.Time    `json:"created_at"`
	Until     time.Time    `json:"until,omitzero"`
	LiftedAt  time.Time    `json:"lifted_at,omitzero"`
}

// Export is account.Holder.
func (o own) Export(ctx context.Context, accountID string) (string, any, error) {
	if !ids.Valid(accountID) {
		return "", nil, errs.New(errs.NotFound, "error.not_found")
	}
	a, err := accountByID(ctx, o.s.db, accountID)
	if err != nil {
		return "", nil, err
	}
	out := exportedAccount{
		ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role, Language: a.Language, Phone: a.Phone, CreatedAt: a.CreatedAt,
		EmailVerifiedAt: a.EmailVerifiedAt, TermsAcceptedAt: a.TermsAcceptedAt, Standing: a.Standing,
	}
	for _, read := range []func(context.Context, *db.DB, *exportedAccount) error{
		exportAddresses, exportSessions(o.s.clock.Now()), exportKeys, exportSanctions,
	} {
		if err := read(ctx, o.s.db, &out); err != nil {
			return "", nil, err
		}
	}
	return "account", out, nil
}

func exportAddresses(ctx context.Context, d *db.DB, out *exportedAccount) error {
	all, err := addressesOf(ctx, d, out.ID)
	for _, a := range all {
		out.Addresses = append(out.Addresses, exportedAddress{a.Label, a.Address, a.CityID, a.Default})
	}
	return err
}

func exportSessions(now time.Time) func(context.Context, *db.DB, *exportedAccount) error {
	return func(ctx context.Context, d *db.DB, out *exportedAccount) error {
		all, err := activeSessions(ctx, d, out.ID, now)
		for _, s := range all {
			out.Sessions = append(out.Sessions, exportedSession{s.Address, s.UserAgent, s.CreatedAt, s.LastUsedAt})
		}
		return err
	}
}

func exportKeys(ctx context.Context, d *db.DB, out *exportedAccount) error {
	factor, err := factorOf(ctx, d, out.ID, "")
	if err != nil {
		return err
	}
	out.SecondFactor = factor.on()
	tokens, err := tokensOf(ctx, d, out.ID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		out.Tokens = append(out.Tokens, exportedNamed{t.Name, t.CreatedAt, t.LastUsedAt})
	}
	passkeys, err := passkeysOf(ctx, d, out.ID)
	for _, p := range passkeys {
		out.Passkeys = append(out.Passkeys, exportedNamed{p.Name, p.CreatedAt, p.LastUsedAt})
	}
	return err
}

func exportSanctions(ctx context.Context, d *db.DB, out *exportedAccount) error {
	all, err := sanctionsOf(ctx, d, out.ID)
	for _, s := range all {
		out.Sanctions = append(out.Sanctions, exportedSanction{s.Kind, s.Reason, s.CreatedAt, s.Until, s.LiftedAt})
	}
	return err
}

// erasedNames are what others read instead of a name, in the language the person had.
var erasedNames = map[string]string{"fr": "Personne supprimée", "ar": "حساب محذوف", "en": "Deleted account"}

// ErasedName is what others read instead of the name of a person who had that language.
func ErasedName(language string) string {
	if name, ok := erasedNames[language]; ok {
		return name
	}
	return erasedNames["fr"]
}

// Erase is account.Holder.
func (o own) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	a, err := lockAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	o.s.forget(ctx, tx, accountID)
	return eraseAccount(ctx, tx, a.Account)
}
