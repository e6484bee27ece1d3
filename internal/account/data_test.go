package account_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// diary is another domain that keeps something about people.
type diary struct {
	kept   map[string]string
	erased []string
	refuse error
}

func (d *diary) Export(_ context.Context, accountID string) (string, any, error) {
	if d.kept[accountID] == "" {
		return "diary", nil, nil
	}
	return "diary", d.kept[accountID], nil
}

func (d *diary) Erase(_ context.Context, tx *db.Tx, accountID string) error {
	if d.refuse != nil {
		return d.refuse
	}
	tx.AfterCommit(func() { d.erased = append(d.erased, accountID) })
	return nil
}

func TestAnExportHoldsAllThatIsKeptAboutOnePersonAndNothingOfOthers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, session := w.arrive()
		zineb := w.signUp(someone("zineb@example.ma", "Zineb", account.Customer))
		w.Register(&diary{kept: map[string]string{amina.ID: "une page à elle", zineb.ID: "une page d’autrui"}})
		if _, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Maison", Address: "12, rue des Orangers"}}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Export(t.Context(), amina, "pas le bon mot")
		wantField(t, err, "password", "account.password_wrong")
		write, err := w.Export(t.Context(), amina, password)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		var parts map[string]any
		if err := json.Unmarshal(file.Bytes(), &parts); err != nil {
			t.Fatalf("no JSON: %v\n%s", err, &file)
		}
		if len(parts) != 2 || parts["diary"] != "une page à elle" {
			t.Fatalf("%v", parts)
		}
		for _, due := range []string{email, "Amina El Fassi", "12, rue des Orangers", "Firefox"} {
			if !strings.Contains(file.String(), due) {
				t.Errorf("%s is missing", due)
			}
		}
		for _, undue := range []string{"zineb", "autrui", "argon2", session.RefreshToken} {
			if strings.Contains(strings.ToLower(file.String()), strings.ToLower(undue)) {
				t.Errorf("%s is in it", undue)
			}
		}
		w.wantAudited("account.exported")
	})
}

func TestAnErasedPersonLeavesNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, session := w.arrive()
		book := &diary{}
		w.Register(book)
		w.turnOn(amina)
		if err := w.UpdateProfile(t.Context(), amina, account.ProfileInput{Name: "Amina El Fassi", Phone: "0612345678", Language: "fr"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.PutAddress(t.Context(), amina, account.AddressInput{Address: account.Address{Label: "Maison", Address: "12, rue des Orangers"}}); err != nil {
			t.Fatal(err)
		}
		wantField(t, w.Erase(t.Context(), amina, "pas le bon mot"), "password", "account.password_wrong")
		if err := w.Erase(t.Context(), amina, password); err != nil {
			t.Fatal(err)
		}
		_, err := w.Authenticate(t.Context(), session.AccessToken)
		want(t, err, errs.Unauthenticated, "account.session_ended")
		_, err = w.SignIn(t.Context(), email, password, laptop)
		want(t, err, errs.Unauthenticated, "account.wrong_credentials")
		left, err := w.Account(t.Context(), amina.ID)
		if err != nil || left.Email != "" || left.Name != "Personne supprimée" || left.Phone != "" || left.ErasedAt.IsZero() {
			t.Fatalf("%+v, %v", left, err)
		}
		for _, table := range []string{"addresses", "second_factors", "recovery_codes", "mailed_tokens", "access_tokens"} {
			if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d rows were left in %s", n, table)
			}
		}
		if n := w.count(`SELECT count(*) FROM accounts WHERE email LIKE '%amina%' OR name LIKE '%Amina%' OR search LIKE '%amina%'`); n != 0 {
			t.Error("the account still knows her")
		}
		if n := w.count(`SELECT count(*) FROM sessions WHERE address <> '' OR user_agent <> ''`); n != 0 {
			t.Error("her sessions still know her device")
		}
		if len(book.erased) != 1 || book.erased[0] != amina.ID {
			t.Errorf("other domains were told %v", book.erased)
		}
		if told := w.mail.of(account.MailAccountErased); len(told) != 1 || told[0].to != email {
			t.Errorf("told %v", told)
		}
		w.signUp(someone(email, "Amina", account.Customer)) // the address is free
	})
}

func TestWhatOthersCountOnKeepsAPerson(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, session := w.arrive()
		w.Register(&diary{refuse: errs.New(errs.Conflict, "account.erase_bookings_open")})
		want(t, w.Erase(t.Context(), actor, password), errs.Conflict, "account.erase_bookings_open")
		if _, err := w.Authenticate(t.Context(), session.AccessToken); err != nil {
			t.Errorf("the session ended all the same: %v", err)
		}
		if got, err := w.Account(t.Context(), actor.ID); err != nil || got.Email != email {
			t.Errorf("%+v, %v", got, err)
		}
		if len(w.mail.of(account.MailAccountErased)) != 0 {
			t.Error("she was told that she is gone")
		}
	})
}

func TestAnExportThatBreaksSaysSo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		write, err := w.Export(t.Context(), actor, password)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(brokenPipe{}); !errors.Is(err, errBroken) {
			t.Fatalf("got %v", err)
		}
	})
}

var errBroken = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }
