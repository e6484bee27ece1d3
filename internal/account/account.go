// Package account is about people: sign-up, sign-in, sessions, roles, and the tokens of API clients.
package account

import (
	"time"

	"khadamat/internal/platform/errs"
)

// Role says what a person comes for and may do.
type Role string

// The closed set of roles.
const (
	Customer  Role = "customer"
	Provider  Role = "provider"
	Moderator Role = "moderator"
	Finance   Role = "finance"
	Reviewer  Role = "reviewer"
	Admin     Role = "admin"
)

// Account is a person as others of the house see them; it holds no secret.
type Account struct {
	ID              string
	Email           string
	Name            string
	Role            Role
	Language        string // fr, ar or en
	EmailVerifiedAt time.Time
	CreatedAt       time.Time
	Phone           string // E.164, or empty
	TermsAcceptedAt time.Time
	Standing        Standing
	StandingUntil   time.Time // only while suspended
	StandingReason  string    // of what is not good
	ErasedAt        time.Time // when the person had themselves erased; what is left has neither name nor address
}

// Operator says whether the account is one of the house's own people.
func (a Account) Operator() bool { return a.Role != Customer && a.Role != Provider }

// Actor is who does something: an authenticated person, or nobody.
type Actor struct {
	ID        string // the account's; empty for nobody
	Role      Role
	SessionID string // empty where a personal access token speaks
}

// SignedIn says whether the actor is a known person.
func (a Actor) SignedIn() bool { return a.ID != "" }

// Require returns unauthenticated for nobody.
func (a Actor) Require() error {
	if !a.SignedIn() {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return nil
}

// RequireRole returns unauthenticated for nobody and forbidden for a person with none of the roles. Admins have every role.
func (a Actor) RequireRole(roles ...Role) error {
	if err := a.Require(); err != nil {
		return err
	}
	for _, role := range append(roles, Admin) {
		if a.Role == role {
			return nil
		}
	}
	return errs.New(errs.Forbidden, "error.forbidden")
}
