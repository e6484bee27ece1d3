package account

import (
	"context"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

// NewAccount is what a person says of themselves when they sign up.
type NewAccount struct {
	Email          string
	Password       string
	Name           string
	Role           Role
	Language       string // empty: French
	TermsAccepted  bool   // SignUp refuses who has not
	IdempotencyKey string // empty: every request is a new one
}

// check returns the account to be made, without id and times, or invalid with all complaints. Roles are the ones allowed.
func (n NewAccount) check(roles ...Role) (Account, error) {
	var f errs.Fields
	a := Account{Role: n.Role, Standing: Good}
	a.Email = checkEmail(&f, n.Email)
	checkPassword(&f, n.Password, a.Email)
	a.Name = text.Check(&f, "name", n.Name, nameRules)
	a.Language = checkLanguage(&f, n.Language)
	allowed := false
	for _, role := range roles {
		allowed = allowed || role == n.Role
	}
	f.Check(allowed, "role", "account.role_unknown")
	return a, f.Err()
}

// SignUp makes an account for a customer or a provider and mails a link that verifies its address. It returns invalid with a
// complaint for each field at fault, conflict where the address has an account or the idempotency key was used for something
// else, and unavailable where too many passwords are being hashed.
func (s *Service) SignUp(ctx context.Context, n NewAccount) (Account, error) {
	checked, err := n.check(Customer, Provider)
	if !n.TermsAccepted {
		err = withField(err, "terms_accepted", "account.terms_required")
	}
	if err != nil {
		return Account{}, err
	}
	hash, err := s.hashing.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	// The password is not part of the body, of which a fast hash is stored.
	request := idempotency.Request{
		Scope: "account.sign_up:" + checked.Email, Key: n.IdempotencyKey,
		Body: []string{checked.Name, string(checked.Role), checked.Language},
	}
	var answer Account
	var replayed bool
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		answer, replayed, err = idempotency.Run(ctx, tx, request, func() (Account, error) { return s.signUp(ctx, tx, checked, hash) })
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if replayed {
		return answer, s.sameSignUp(ctx, answer, n.Password)
	}
	return answer, nil
}

func (s *Service) signUp(ctx context.Context, tx *db.Tx, a Account, hash string) (Account, error) {
	a.ID, a.CreatedAt, a.TermsAcceptedAt = ids.New(), tx.Now, tx.Now
	if err := Insert(ctx, tx, a, hash); err != nil {
		return Account{}, err
	}
	if err := s.mailToken(ctx, tx, a.ID, verifyEmail); err != nil {
		return Account{}, err
	}
	return a, audit.Write(ctx, tx, audit.Entry{ActorID: a.ID, Action: "account.sign_up", SubjectKind: "account", SubjectID: a.ID})
}

// sameSignUp returns conflict unless password is the one of the account that the same idempotency key has made.
func (s *Service) sameSignUp(ctx context.Context, a Account, password string) error {
	stored, err := credentialsByEmail(ctx, s.db, a.Email)
	if err != nil {
		return err
	}
	right, _, err := s.hashing.check(ctx, password, stored.hash)
	if err != nil {
		return err
	}
	if !right {
		return errs.New(errs.Conflict, "idempotency.other_body")
	}
	return nil
}

// errEmailTaken tells who signs up that the address has an account. That this can be tried for any address is accepted: people
// must know why they cannot sign up.
func errEmailTaken() error {
	taken := errs.New(errs.Conflict, "account.email_taken")
	taken.Fields = []errs.Field{{Name: "email", Key: taken.Key}}
	return taken
}

// EnsureAccount returns the account that has the address of n, and makes it where there is none: of any role, with its address
// verified and without a mail. It is for demo data and the operator's command line. It returns invalid with a complaint for each
// field at fault, and unavailable where too many passwords are being hashed.
func (s *Service) EnsureAccount(ctx context.Context, n NewAccount) (Account, error) {
	checked, err := n.check(Customer, Provider, Moderator, Finance, Reviewer, Admin)
	if err != nil {
		return Account{}, err
	}
	if found, err := credentialsByEmail(ctx, s.db, checked.Email); err != nil || found.ID != "" {
		return found.Account, err
	}
	hash, err := s.hashing.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	checked.ID = ids.New()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		checked.CreatedAt, checked.EmailVerifiedAt, checked.TermsAcceptedAt = tx.Now, tx.Now, tx.Now
		if err := Insert(ctx, tx, checked, hash); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "account.ensured", SubjectKind: "account", SubjectID: checked.ID})
	})
	if errs.CodeOf(err) == errs.Conflict { // somebody else made it meanwhile
		found, err := credentialsByEmail(ctx, s.db, checked.Email)
		return found.Account, err
	}
	return checked, err
}

// Accounts returns the accounts with the given ids, by id. Ids that nobody has are left out.
func (s *Service) Accounts(ctx context.Context, accountIDs []string) (map[string]Account, error) {
	known := make([]string, 0, len(accountIDs))
	for _, id := range accountIDs {
		if ids.Valid(id) {
			known = append(known, id)
		}
	}
	return accountsByID(ctx, s.db, known)
}
