package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

// code is what an authenticator would show at the clock's time.
func (w world) code(secret string) string {
	w.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// turnOn gives the actor a second factor and goes on to the next code.
func (w world) turnOn(actor account.Actor) (secret string, recovery []string) {
	w.t.Helper()
	if err := w.BeginSecondFactor(w.t.Context(), actor); err != nil {
		w.t.Fatal(err)
	}
	begun, err := w.SecondFactor(w.t.Context(), actor)
	if err != nil || begun.On || begun.Secret == "" || !strings.HasPrefix(begun.URL, "otpauth://totp/Khadamat:amina@example.ma?") {
		w.t.Fatalf("%+v, %v", begun, err)
	}
	recovery, err = w.ConfirmSecondFactor(w.t.Context(), actor, w.code(begun.Secret))
	if err != nil || len(recovery) != 10 {
		w.t.Fatalf("%v, %v", recovery, err)
	}
	w.clock.Advance(time.Minute)
	return begun.Secret, recovery
}

// half is a right password, waiting for its code.
func (w world) half() string {
	w.t.Helper()
	_, err := w.SignIn(w.t.Context(), email, password, laptop)
	want(w.t, err, errs.Unauthenticated, "account.code_needed")
	half, ok := account.HalfOf(err)
	if !ok {
		w.t.Fatal("nothing to go on with")
	}
	return half
}

func TestASecondFactorAsksForItsCodeAfterTheRightPassword(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		elsewhere := w.signIn()
		secret, recovery := w.turnOn(amina)
		if _, err := w.Authenticate(t.Context(), elsewhere.AccessToken); err == nil {
			t.Error("another session lived on")
		}
		half := w.half()
		_, err := w.SignInWithCode(t.Context(), half, "000000", laptop)
		want(t, err, errs.Unauthenticated, "account.code_wrong")
		session, err := w.SignInWithCode(t.Context(), half, " "+w.code(secret)[:3]+" "+w.code(secret)[3:], laptop)
		if err != nil || session.Account.ID != amina.ID {
			t.Fatalf("%+v, %v", session, err)
		}
		_, err = w.SignInWithCode(t.Context(), half, w.code(secret), laptop)
		want(t, err, errs.Gone, "account.challenge_over")
		if stored := w.secretsStored(append(recovery, half)...); stored != nil {
			t.Errorf("secrets stand in clear in %v", stored)
		}
		if len(w.mail.of(account.MailSecondFactorOn)) != 1 {
			t.Error("she was not told")
		}
		w.wantAudited("second_factor.on")
	})
}

func TestACodeWorksOnceAndNeitherLongBeforeNorLongAfterItsTime(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		secret, _ := w.turnOn(amina)
		try := func(code string) error {
			_, err := w.SignInAtOnce(t.Context(), email, password, code, laptop)
			return err
		}
		now := w.code(secret)
		if err := try(now); err != nil {
			t.Fatalf("the present code: %v", err)
		}
		want(t, try(now), errs.Unauthenticated, "account.code_wrong") // somebody looked over her shoulder
		w.clock.Advance(30 * time.Second)
		want(t, try(now), errs.Unauthenticated, "account.code_wrong")
		late := w.code(secret)
		w.clock.Advance(30 * time.Second)
		if err := try(late); err != nil {
			t.Fatalf("the code of half a minute ago: %v", err)
		}
		old := w.code(secret)
		w.clock.Advance(time.Minute)
		want(t, try(old), errs.Unauthenticated, "account.code_wrong")
	})
}

func TestARecoveryCodeWorksOnceAndItsUseIsTold(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		_, recovery := w.turnOn(amina)
		if _, err := w.SignInWithCode(t.Context(), w.half(), strings.ToUpper(recovery[3]), laptop); err != nil {
			t.Fatal(err)
		}
		_, err := w.SignInWithCode(t.Context(), w.half(), recovery[3], laptop)
		want(t, err, errs.Unauthenticated, "account.code_wrong")
		if left, err := w.SecondFactor(t.Context(), amina); err != nil || left.RecoveryCodes != 9 {
			t.Fatalf("%+v, %v", left, err)
		}
		if len(w.mail.of(account.MailRecoveryCodeUsed)) != 1 {
			t.Error("she was not told")
		}
		fresh, err := w.RenewRecoveryCodes(t.Context(), amina, password)
		if err != nil || len(fresh) != 10 {
			t.Fatalf("%v, %v", fresh, err)
		}
		_, err = w.SignInWithCode(t.Context(), w.half(), recovery[4], laptop)
		want(t, err, errs.Unauthenticated, "account.code_wrong")
		if _, err := w.SignInWithCode(t.Context(), w.half(), fresh[0], laptop); err != nil {
			t.Fatalf("a new one: %v", err)
		}
	})
}

func TestCodesCannotBeTriedWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		secret, _ := w.turnOn(amina)
		half := w.half()
		for range 4 {
			_, err := w.SignInWithCode(t.Context(), half, "000000", laptop)
			want(t, err, errs.Unauthenticated, "account.code_wrong")
		}
		// The right password again forgives nothing: the fifth wrong code locks.
		_, err := w.SignInWithCode(t.Context(), w.half(), "000000", laptop)
		want(t, err, errs.Unauthenticated, "account.code_wrong")
		_, err = w.SignInWithCode(t.Context(), half, w.code(secret), laptop)
		want(t, err, errs.RateLimited, "account.locked")
		_, err = w.SignIn(t.Context(), email, password, laptop)
		want(t, err, errs.RateLimited, "account.locked")
	})
}

func TestAHalfSessionIsOverAfterFiveMinutes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		secret, _ := w.turnOn(amina)
		half := w.half()
		w.clock.Advance(5 * time.Minute)
		_, err := w.SignInWithCode(t.Context(), half, w.code(secret), laptop)
		want(t, err, errs.Gone, "account.challenge_over")
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM challenges`); n != 0 {
			t.Errorf("%d challenges were left", n)
		}
	})
}

func TestOnlyThePasswordTurnsASecondFactorOff(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		w.turnOn(amina)
		wantField(t, w.StopSecondFactor(t.Context(), amina, "pas le bon mot"), "password", "account.password_wrong")
		want(t, w.BeginSecondFactor(t.Context(), amina), errs.Conflict, "account.second_factor_on")
		if err := w.StopSecondFactor(t.Context(), amina, password); err != nil {
			t.Fatal(err)
		}
		w.signIn()
		if len(w.mail.of(account.MailSecondFactorOff)) != 1 {
			t.Error("she was not told")
		}
	})
}

func TestASecondFactorIsOnOnlyOnceACodeWasRight(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		_, err := w.ConfirmSecondFactor(t.Context(), amina, "123456")
		want(t, err, errs.Conflict, "account.second_factor_off")
		if err := w.BeginSecondFactor(t.Context(), amina); err != nil {
			t.Fatal(err)
		}
		_, err = w.ConfirmSecondFactor(t.Context(), amina, "000000")
		wantField(t, err, "code", "account.code_wrong")
		w.signIn() // with the password alone
		token := amina
		token.SessionID = ""
		want(t, w.BeginSecondFactor(t.Context(), token), errs.Forbidden, "account.session_needed")
	})
}
