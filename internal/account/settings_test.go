package account_test

import (
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

func TestPhoneNumbersAreKeptInOneForm(t *testing.T) {
	for typed, want := range map[string]string{
		"":                   "",
		"06 12 34 56 78":     "+212612345678",
		"0522-12.34.56":      "+212522123456",
		"+212 6 12 34 56 78": "+212612345678",
		"00212612345678":     "+212612345678",
		"٠٦١٢٣٤٥٦٧٨":         "+212612345678",
		"+33 6 12 34 56 78":  "+33612345678",
		"+1 (415) 555-2671":  "+14155552671",
	} {
		if got, ok := account.ParsePhone(typed); !ok || got != want {
			t.Errorf("%q became %q, %t; want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"612345678", "06 12 34", "+212 1 12 34 56 78", "+0612345678", "06 12 34 56 7a", "+", "()", "+33+612345678", "+1234567890123456", "call me"} {
		if got, ok := account.ParsePhone(typed); ok {
			t.Errorf("%q was taken for %q", typed, got)
		}
	}
}

func TestAProfileIsChangedAndSeenAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		if _, err := w.Account(t.Context(), amina.ID); err != nil { // remembered from here on
			t.Fatal(err)
		}
		if err := w.UpdateProfile(t.Context(), amina, account.ProfileInput{Name: " Amina  ", Phone: "0612345678", Language: "ar"}); err != nil {
			t.Fatal(err)
		}
		got, err := w.Account(t.Context(), amina.ID)
		if err != nil || got.Name != "Amina" || got.Phone != "+212612345678" || got.Language != "ar" {
			t.Fatalf("%+v, %v", got, err)
		}
		w.wantAudited("account.profile_changed")
		err = w.UpdateProfile(t.Context(), amina, account.ProfileInput{Name: "", Phone: "abc", Language: "de"})
		if e := want(t, err, errs.Invalid, "error.invalid"); len(e.Fields) != 3 {
			t.Fatalf("%v", e.Fields)
		}
	})
}

func TestOneAddressAtMostIsTheDefault(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		put := func(label string, first bool) account.Address {
			t.Helper()
			saved, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: label, Address: "12, rue des Orangers", CityID: "rabat", Default: first}})
			if err != nil {
				t.Fatal(err)
			}
			return saved
		}
		home, work := put("Maison", false), put("Bureau", false)
		if !home.Default || work.Default {
			t.Fatalf("the first is the default: %+v %+v", home, work)
		}
		work.Default = true
		if _, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: work}); err != nil {
			t.Fatal(err)
		}
		all, err := w.Addresses(t.Context(), amina)
		if err != nil || len(all) != 2 || all[0].ID != work.ID || !all[0].Default || all[1].Default {
			t.Fatalf("%+v, %v", all, err)
		}
		if err := w.RemoveAddress(t.Context(), amina, home.ID); err != nil {
			t.Fatal(err)
		}
		want(t, w.RemoveAddress(t.Context(), amina, home.ID), errs.NotFound, "error.not_found")
	})
}

func TestAddressesAreTheirOwnersAlone(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		zineb := w.signUp(someone("zineb@example.ma", "Zineb", account.Customer))
		other := account.Actor{ID: zineb.ID, SessionID: "s"}
		saved, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Maison", Address: "12, rue des Orangers"}, IdempotencyKey: "k"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Maison", Address: "12, rue des Orangers"}, IdempotencyKey: "k"})
		if err != nil || again != saved {
			t.Fatalf("%+v, %v", again, err)
		}
		_, err = w.PutAddress(t.Context(), other, account.AddressInput{Address: saved})
		want(t, err, errs.NotFound, "error.not_found")
		want(t, w.RemoveAddress(t.Context(), other, saved.ID), errs.NotFound, "error.not_found")
		if all, err := w.Addresses(t.Context(), other); err != nil || len(all) != 0 {
			t.Fatalf("%+v, %v", all, err)
		}
		for range 9 {
			if _, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Encore", Address: "12, rue des Orangers"}}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Trop", Address: "12, rue des Orangers"}})
		want(t, err, errs.Conflict, "account.too_many_addresses")
	})
}

func TestAChangedPasswordEndsAllSessionsButThisOne(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, here := w.arrive()
		elsewhere := w.signIn()
		const next = "quatre verres de menthe"
		wantField(t, w.ChangePassword(t.Context(), amina, "pas le bon mot", next), "password", "account.password_wrong")
		wantField(t, w.ChangePassword(t.Context(), amina, password, "court"), "new_password", "account.password_too_short")
		if err := w.ChangePassword(t.Context(), amina, password, next); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Authenticate(t.Context(), here.AccessToken); err != nil {
			t.Errorf("this session ended: %v", err)
		}
		_, err := w.Authenticate(t.Context(), elsewhere.AccessToken)
		want(t, err, errs.Unauthenticated, "account.session_ended")
		if _, err := w.SignIn(t.Context(), email, next, laptop); err != nil {
			t.Fatal(err)
		}
		if len(w.mail.of(account.MailPasswordChanged)) != 1 {
			t.Error("she was not told")
		}
		w.wantAudited("account.password_changed")
	})
}

func TestWrongPasswordsCountInTheSettingsToo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		for range 5 {
			wantField(t, w.ChangePassword(t.Context(), amina, "pas le bon mot", "quatre verres de menthe"), "password", "account.password_wrong")
		}
		want(t, w.ChangePassword(t.Context(), amina, password, "quatre verres de menthe"), errs.RateLimited, "account.locked")
	})
}

func TestAnotherAddressCountsOnceItsLinkWasOpened(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		const fresh = "amina.elfassi@example.ma"
		wantField(t, w.AskEmailChange(t.Context(), amina, fresh, "pas le bon mot"), "password", "account.password_wrong")
		if err := w.AskEmailChange(t.Context(), amina, fresh, password); err != nil {
			t.Fatal(err)
		}
		if pending, err := w.PendingEmail(t.Context(), amina); err != nil || pending != fresh {
			t.Fatalf("%q, %v", pending, err)
		}
		w.signIn() // still with the old one
		sent := w.mail.of(account.MailChangeEmail)
		if len(sent) != 1 || sent[0].to != fresh {
			t.Fatalf("%v", sent)
		}
		if err := w.ConfirmEmailChange(t.Context(), sent[0].token); err != nil {
			t.Fatal(err)
		}
		if told := w.mail.of(account.MailEmailChanged); len(told) != 1 || told[0].to != email {
			t.Fatalf("the old address was told %v", told)
		}
		got, err := w.Account(t.Context(), amina.ID)
		if err != nil || got.Email != fresh || got.EmailVerifiedAt.IsZero() {
			t.Fatalf("%+v, %v", got, err)
		}
		_, err = w.SignIn(t.Context(), email, password, laptop)
		want(t, err, errs.Unauthenticated, "account.wrong_credentials")
		want(t, w.ConfirmEmailChange(t.Context(), sent[0].token), errs.Gone, "account.link_used")
	})
}

func TestATakenAddressOrALateLinkChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		w.signUp(someone("zineb@example.ma", "Zineb", account.Customer))
		want(t, w.AskEmailChange(t.Context(), amina, "ZINEB@example.ma", password), errs.Conflict, "account.email_taken")
		if err := w.AskEmailChange(t.Context(), amina, "nour@example.ma", password); err != nil {
			t.Fatal(err)
		}
		w.signUp(someone("nour@example.ma", "Nour", account.Customer)) // got ahead
		want(t, w.ConfirmEmailChange(t.Context(), w.lastToken(account.MailChangeEmail)), errs.Conflict, "account.email_taken")
		if err := w.AskEmailChange(t.Context(), amina, "free@example.ma", password); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(24 * time.Hour)
		want(t, w.ConfirmEmailChange(t.Context(), w.lastToken(account.MailChangeEmail)), errs.Gone, "account.link_expired")
	})
}

func TestTermsAreAcceptedBeforeThereIsAnAccount(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		n := amina()
		n.TermsAccepted = false
		_, err := w.SignUp(t.Context(), n)
		wantField(t, err, "terms_accepted", "account.terms_required")
		made := w.signUp(amina())
		if !made.TermsAcceptedAt.Equal(w.clock.Now()) {
			t.Fatalf("accepted at %v", made.TermsAcceptedAt)
		}
	})
}
