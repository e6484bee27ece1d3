package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestSigningUpMakesAnUnverifiedAccountAndMailsALink(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		n := amina()
		n.Email, n.Name, n.Language = "  Amina@Example.MA ", "  Amina\u200f El Fassi ", ""
		a := w.signUp(n)
		if !ids.Valid(a.ID) || a.Email != email || a.Name != "Amina El Fassi" || a.Role != account.Customer || a.Language != "fr" || !a.EmailVerifiedAt.IsZero() || !a.CreatedAt.Equal(w.clock.Now()) {
			t.Fatalf("got %+v", a)
		}
		stored, err := w.Account(t.Context(), a.ID)
		if err != nil || stored != a {
			t.Fatalf("stored %+v, %v", stored, err)
		}
		sent := w.mail.of(account.MailVerifyEmail)
		if len(sent) != 1 || sent[0].to != a.ID || sent[0].token == "" {
			t.Fatalf("mailed %+v", sent)
		}
		w.wantAudited("account.sign_up")
		if found := w.secretsStored(password, sent[0].token); found != nil {
			t.Fatalf("secrets stand in clear in %v", found)
		}
	})
}

func TestEachFieldOfSigningUpSaysWhatIsWrongWithIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		long := strings.Repeat("a", 300)
		for _, c := range []struct {
			about  string
			change func(*account.NewAccount)
			field  string
			key    string
		}{
			{"no e-mail", func(n *account.NewAccount) { n.Email = "" }, "email", "account.email_malformed"},
			{"e-mail in invalid UTF-8", func(n *account.NewAccount) { n.Email = "a\xff@example.ma" }, "email", "account.email_malformed"},
			{"e-mail with a control character", func(n *account.NewAccount) { n.Email = "a\x00@example.ma" }, "email", "account.email_malformed"},
			{"e-mail with a line end", func(n *account.NewAccount) { n.Email = "a@example.ma\r\nBcc: b@example.ma" }, "email", "account.email_malformed"},
			{"e-mail with a bidi character", func(n *account.NewAccount) { n.Email = "a@exa\u202emple.ma" }, "email", "account.email_malformed"},
			{"over-long e-mail", func(n *account.NewAccount) { n.Email = "a@" + long + ".ma" }, "email", "account.email_malformed"},
			{"no password", func(n *account.NewAccount) { n.Password = "" }, "password", "account.password_missing"},
			{"short password", func(n *account.NewAccount) { n.Password = "neuf lett" }, "password", "account.password_too_short"},
			{"long password", func(n *account.NewAccount) { n.Password = strings.Repeat("ab", 101) }, "password", "account.password_too_long"},
			{"huge password", func(n *account.NewAccount) { n.Password = strings.Repeat("ab", 1<<20) }, "password", "account.password_too_long"},
			{"common password", func(n *account.NewAccount) { n.Password = "Azertyuiop" }, "password", "account.password_common"},
			{"e-mail as password", func(n *account.NewAccount) { n.Password = "Amina@example.ma" }, "password", "account.password_is_email"},
			{"password in invalid UTF-8", func(n *account.NewAccount) { n.Password = "douze lettr\xe9s" }, "password", "text.encoding"},
			{"password with a control character", func(n *account.NewAccount) { n.Password = "douze\x07lettres" }, "password", "text.control"},
			{"password with a bidi character", func(n *account.NewAccount) { n.Password = "douze\u2066lettres" }, "password", "text.direction"},
			{"no name", func(n *account.NewAccount) { n.Name = "   " }, "name", "text.required"},
			{"long name", func(n *account.NewAccount) { n.Name = long }, "name", "text.too_long"},
			{"name in invalid UTF-8", func(n *account.NewAccount) { n.Name = "Am\xffna" }, "name", "text.encoding"},
			{"name with a control character", func(n *account.NewAccount) { n.Name = "Amina\x1b[2J" }, "name", "text.control"},
			{"name with a bidi character", func(n *account.NewAccount) { n.Name = "Amina\u202eanimA" }, "name", "text.direction"},
			{"no role", func(n *account.NewAccount) { n.Role = "" }, "role", "account.role_unknown"},
			{"role of the staff", func(n *account.NewAccount) { n.Role = account.Admin }, "role", "account.role_unknown"},
			{"unknown language", func(n *account.NewAccount) { n.Language = "de" }, "language", "account.language_unknown"},
		} {
			n := amina()
			c.change(&n)
			_, err := w.SignUp(t.Context(), n)
			t.Log(c.about)
			wantField(t, err, c.field, c.key)
		}
		if n := w.count(`SELECT count(*) FROM accounts`); n != 0 || len(w.mail.sent) != 0 {
			t.Fatalf("%d accounts and %d mails came of it", n, len(w.mail.sent))
		}
	})
}

func TestAllComplaintsAreToldAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, err := w.SignUp(t.Context(), account.NewAccount{Language: "x"})
		if e := want(t, err, errs.Invalid, "error.invalid"); len(e.Fields) != 6 {
			t.Fatalf("got %v", e.Fields)
		}
	})
}

func TestATakenAddressIsAConflictHoweverItIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		n := amina()
		n.Email = "AMINA@EXAMPLE.ma"
		_, err := w.SignUp(t.Context(), n)
		e := want(t, err, errs.Conflict, "account.email_taken")
		if len(e.Fields) != 1 || e.Fields[0].Name != "email" {
			t.Fatalf("fields %v", e.Fields)
		}
		if n := len(w.mail.sent); n != 1 {
			t.Fatalf("%d mails", n)
		}
	})
}

func TestSigningUpTwiceWithOneKeyMakesOneAccount(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		n := amina()
		n.IdempotencyKey = "k1"
		first, again := w.signUp(n), w.signUp(n)
		if first != again || len(w.mail.sent) != 1 {
			t.Fatalf("%+v, then %+v, with %d mails", first, again, len(w.mail.sent))
		}
		other := n
		other.Name = "Somebody Else"
		_, err := w.SignUp(t.Context(), other)
		want(t, err, errs.Conflict, "idempotency.other_body")
		other = n
		other.Password = "quatre tasses de menthe"
		_, err = w.SignUp(t.Context(), other)
		want(t, err, errs.Conflict, "idempotency.other_body")
	})
}

func TestAVerificationLinkWorksOnceAndForADay(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		first := w.lastToken(account.MailVerifyEmail)
		w.clock.Advance(day)
		want(t, w.VerifyEmail(t.Context(), first), errs.Gone, "account.link_expired")
		if err := w.ResendVerification(t.Context(), actor); err != nil {
			t.Fatal(err)
		}
		second := w.lastToken(account.MailVerifyEmail)
		w.clock.Advance(day - time.Second)
		if err := w.VerifyEmail(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if a, err := w.Account(t.Context(), actor.ID); err != nil || !a.EmailVerifiedAt.Equal(w.clock.Now()) {
			t.Fatalf("verified at %v, %v", a.EmailVerifiedAt, err)
		}
		want(t, w.VerifyEmail(t.Context(), second), errs.Gone, "account.link_used")
		for _, unknown := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 1<<20), "\xff\x00"} {
			want(t, w.VerifyEmail(t.Context(), unknown), errs.NotFound, "account.link_unknown")
		}
		want(t, w.ResendVerification(t.Context(), actor), errs.Conflict, "account.email_already_verified")
		w.wantAudited("account.email_verified")
	})
}

func TestAVerificationIsSentAgainOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, _ := w.arrive()
		want(t, w.ResendVerification(t.Context(), account.Actor{}), errs.Unauthenticated, "error.unauthenticated")
		w.clock.Advance(59500 * time.Millisecond)
		e := want(t, w.ResendVerification(t.Context(), actor), errs.RateLimited, "account.mailed_just_now")
		if e.Args["Seconds"] != 1 {
			t.Fatalf("args %v", e.Args)
		}
		w.clock.Advance(500 * time.Millisecond)
		if err := w.ResendVerification(t.Context(), actor); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAccountsAreFoundByIDAndUnknownOnesLeftOut(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.signUp(amina())
		found, err := w.Accounts(t.Context(), []string{a.ID, ids.New(), "x", "\xff", a.ID})
		if err != nil || len(found) != 1 || found[a.ID] != a {
			t.Fatalf("got %v, %v", found, err)
		}
		for _, id := range []string{ids.New(), "", "\x00"} {
			_, err = w.Account(t.Context(), id)
			want(t, err, errs.NotFound, "error.not_found")
		}
	})
}

func TestStaffAccountsAreMadeOnceAndVerified(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		n := amina()
		n.Role = account.Finance
		first, err := w.EnsureAccount(t.Context(), n)
		if err != nil || first.Role != account.Finance || first.EmailVerifiedAt.IsZero() {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := w.EnsureAccount(t.Context(), n)
		if err != nil || again != first || len(w.mail.sent) != 0 {
			t.Fatalf("%+v, %v, %d mails", again, err, len(w.mail.sent))
		}
		w.signIn()
		n.Role = "king"
		_, err = w.EnsureAccount(t.Context(), n)
		wantField(t, err, "role", "account.role_unknown")
	})
}

func TestAnInsertedAccountSignsInWithItsHashedPassword(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		hash, err := w.HashPassword(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		a := account.Account{ID: ids.New(), Email: email, Name: "أمينة", Role: account.Provider, Language: "ar", Standing: account.Good, CreatedAt: w.clock.Now().Add(-400 * day)}
		insert := func() error {
			return w.db.Tx(context.Background(), func(tx *db.Tx) error { return account.Insert(t.Context(), tx, a, hash) })
		}
		if err := insert(); err != nil {
			t.Fatal(err)
		}
		if s := w.signIn(); s.Account != a {
			t.Fatalf("signed in as %+v", s.Account)
		}
		want(t, insert(), errs.Conflict, "account.email_taken")
	})
}

func TestManyAccountsAreInsertedTogetherOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		hash, err := w.HashPassword(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		var many []account.Account
		for _, address := range []string{"a@example.ma", email, "b@example.ma"} {
			many = append(many, account.Account{ID: ids.New(), Email: address, Name: "Amina", Role: account.Customer, Language: "fr",
				Standing: account.Good, TermsAcceptedAt: w.clock.Now().Add(-day), CreatedAt: w.clock.Now()})
		}
		insert := func(these []account.Account) error {
			return w.db.Tx(t.Context(), func(tx *db.Tx) error { return account.InsertMany(t.Context(), tx, these, hash) })
		}
		if err := insert(many); err != nil {
			t.Fatal(err)
		}
		if s := w.signIn(); s.Account != many[1] {
			t.Fatalf("signed in as %+v", s.Account)
		}
		fresh := account.Account{ID: ids.New(), Email: "c@example.ma", Name: "Amina", Role: account.Customer, Language: "fr", CreatedAt: w.clock.Now()}
		again := many[0]
		again.ID = ids.New()
		if err := insert([]account.Account{fresh, again}); !db.IsUnique(err) {
			t.Fatalf("an address that is taken: %v", err)
		}
		if n := w.count(`SELECT count(*) FROM accounts`); n != 3 {
			t.Fatalf("%d accounts", n)
		}
	})
}
