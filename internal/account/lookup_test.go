package account_test

import (
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestARememberedAccountShowsItsVerifiedAddressAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		made, err := w.SignUp(t.Context(), account.NewAccount{Email: email, Password: password, Name: "Amina", Role: account.Customer, Language: "fr", TermsAccepted: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time from memory
			if a, err := w.Account(t.Context(), made.ID); err != nil || a != made {
				t.Fatalf("got %+v, %v; want %+v", a, err, made)
			}
		}
		if err := w.VerifyEmail(t.Context(), w.lastToken(account.MailVerifyEmail)); err != nil {
			t.Fatal(err)
		}
		if a, err := w.Account(t.Context(), made.ID); err != nil || !a.EmailVerifiedAt.Equal(w.clock.Now()) {
			t.Fatalf("after verifying: %+v, %v", a, err)
		}
		for _, id := range []string{ids.New(), "", "x\x00"} {
			if _, err := w.Account(t.Context(), id); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}
