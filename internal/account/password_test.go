package account_test

import (
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

const newPassword = "quatre tasses de menthe"

func (w world) forget() string {
	w.t.Helper()
	if err := w.ForgotPassword(w.t.Context(), email); err != nil {
		w.t.Fatal(err)
	}
	return w.lastToken(account.MailResetPassword)
}

func TestAForgottenPasswordNeverTellsWhoHasAnAccount(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		for _, address := range []string{email, "nobody@example.ma"} {
			if err := w.ForgotPassword(t.Context(), address); err != nil {
				t.Fatalf("%s: %v", address, err)
			}
		}
		if sent := w.mail.of(account.MailResetPassword); len(sent) != 1 {
			t.Fatalf("mailed %v", sent)
		}
		for _, malformed := range []string{"", "x", "\xff@example.ma", strings.Repeat("x", 1<<20)} {
			wantField(t, w.ForgotPassword(t.Context(), malformed), "email", "account.email_malformed")
		}
	})
}

func TestNoMoreThanThreeResetMailsAnHourAndNobodyIsTold(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		for range 5 {
			w.forget()
		}
		if n := len(w.mail.of(account.MailResetPassword)); n != 3 {
			t.Fatalf("%d mails", n)
		}
		w.clock.Advance(time.Hour)
		w.forget()
		if n := len(w.mail.of(account.MailResetPassword)); n != 4 {
			t.Fatalf("%d mails after an hour", n)
		}
	})
}

func TestResettingThePasswordEndsEverySessionAndToken(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		actor, s := w.arrive()
		plain, _, err := w.CreateToken(t.Context(), actor, "script", 0, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.AuthenticateToken(t.Context(), plain); err != nil {
			t.Fatal(err)
		}
		first, second := w.forget(), w.forget()
		if err := w.ResetPassword(t.Context(), first, newPassword); err != nil {
			t.Fatal(err)
		}
		_, err = w.Authenticate(t.Context(), s.AccessToken)
		w.wantEnded(err)
		w.wantRefused(s.RefreshToken)
		_, err = w.AuthenticateToken(t.Context(), plain)
		want(t, err, errs.Unauthenticated, "account.token_refused")
		want(t, w.try(password), errs.Unauthenticated, "account.wrong_credentials")
		if err := w.try(newPassword); err != nil {
			t.Fatal(err)
		}
		for _, used := range []string{first, second} {
			want(t, w.ResetPassword(t.Context(), used, newPassword), errs.Gone, "account.link_used")
		}
		if sent := w.mail.of(account.MailPasswordChanged); len(sent) != 1 || sent[0].to != actor.ID {
			t.Fatalf("mailed %v", sent)
		}
		w.wantAudited("account.password_reset", "session.revoked", "access_token.revoked")
	})
}

func TestAResetLinkWorksForAnHourAndForItsPurposeOnly(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		token := w.forget()
		want(t, w.VerifyEmail(t.Context(), token), errs.NotFound, "account.link_unknown")
		want(t, w.ResetPassword(t.Context(), w.lastToken(account.MailVerifyEmail), newPassword), errs.NotFound, "account.link_unknown")
		for _, unknown := range []string{"", "x", strings.Repeat("A", 43), "\xff"} {
			want(t, w.ResetPassword(t.Context(), unknown, newPassword), errs.NotFound, "account.link_unknown")
		}
		w.clock.Advance(time.Hour)
		want(t, w.ResetPassword(t.Context(), token, newPassword), errs.Gone, "account.link_expired")
		if err := w.try(password); err != nil {
			t.Fatal(err)
		}
	})
}

func TestANewPasswordThatWillNotDoLeavesTheLinkUsable(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		token := w.forget()
		for bad, key := range map[string]string{
			"": "account.password_missing", "court": "account.password_too_short", "azertyuiop": "account.password_common",
			email: "account.password_is_email", "douze\xfflettres": "text.encoding", "douze\u202elettres": "text.direction",
			"douze\x00lettres": "text.control", strings.Repeat("é", 201): "account.password_too_long",
		} {
			wantField(t, w.ResetPassword(t.Context(), token, bad), "password", key)
		}
		if err := w.ResetPassword(t.Context(), token, newPassword); err != nil {
			t.Fatal(err)
		}
	})
}

func TestResettingThePasswordLiftsTheLock(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.signUp(amina())
		for range 5 {
			want(t, w.try("wrong password"), errs.Unauthenticated, "account.wrong_credentials")
		}
		want(t, w.try(password), errs.RateLimited, "account.locked")
		if err := w.ResetPassword(t.Context(), w.forget(), newPassword); err != nil {
			t.Fatal(err)
		}
		if err := w.try(newPassword); err != nil {
			t.Fatal(err)
		}
	})
}
