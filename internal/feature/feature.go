// Package feature holds the switches with which an operator pauses a part of the market while something is wrong with it, without a
// restart. What is paused says so kindly and changes nothing that is there already. It is not for trying out new things.
package feature

import (
	"time"

	"khadamat/internal/platform/errs"
)

// Name is what can be paused.
type Name string

// The closed set of switches.
const (
	Bookings       Name = "bookings"         // making new ones
	SignUp         Name = "sign_up"          // new accounts of any kind
	ProviderSignUp Name = "provider_sign_up" // new accounts of providers
	Quotes         Name = "quotes"           // posting jobs and answering them
	Messages       Name = "messages"         // writing about a booking
	Reviews        Name = "reviews"          // writing reviews, replies and reports
	Uploads        Name = "uploads"          // photos and documents
	Passkeys       Name = "passkeys"         // signing in with one, and adding one
)

// Names lists all switches, in the order in which they are shown.
var Names = []Name{Bookings, SignUp, ProviderSignUp, Quotes, Messages, Reviews, Uploads, Passkeys}

// paused says what a person is told whose way is closed.
var paused = map[Name]string{
	Bookings:       "feature.paused.bookings",
	SignUp:         "feature.paused.sign_up",
	ProviderSignUp: "feature.paused.provider_sign_up",
	Quotes:         "feature.paused.quotes",
	Messages:       "feature.paused.messages",
	Reviews:        "feature.paused.reviews",
	Uploads:        "feature.paused.uploads",
	Passkeys:       "feature.paused.passkeys",
}

// Valid says whether n is one of the switches.
func (n Name) Valid() bool { return paused[n] != "" }

// Paused is what somebody gets who asks for something that is switched off: a conflict that says so in words.
func (n Name) Paused() error { return errs.New(errs.Conflict, paused[n]) }

// Switch is one switch as it stands. ChangedBy is an account, empty where nobody ever touched it.
type Switch struct {
	Name      Name
	On        bool
	ChangedBy string
	ChangedAt time.Time
}
