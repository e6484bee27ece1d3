package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

const (
	factorIssuer      = "Khadamat"
	factorSecretBytes = 20 // as RFC 4226, 4 recommends
	stepSeconds       = 30
	codeDigits        = 6
	recoveryCodeCount = 10
	recoveryCodeBytes = 10 // 80 bits: enough for a fast hash
	recoveryGroup     = 4
)

// factor is an account's second factor (RFC 6238). The secret is stored as it is, since codes cannot be checked without it: whoever
// reads the database can make codes, but has no password with them.
type factor struct {
	secret      string
	confirmedAt time.Time
	lastStep    int64
}

func (f factor) on() bool { return !f.confirmedAt.IsZero() }

// step returns the step whose code this is, of the present one and its neighbours, and 0 where it is none of a step after the last
// one that was used: a code that somebody saw being typed must not work again.
func (f factor) step(code string, now time.Time) (int64, error) {
	present := now.Unix() / stepSeconds
	for step := present - 1; step <= present+1; step++ {
		right, err := hotp.GenerateCodeCustom(f.secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, err
		}
		if step > f.lastStep && subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			return step, nil
		}
	}
	return 0, nil
}

// SecondFactor is what a person sees of theirs.
type SecondFactor struct {
	On            bool
	Since         time.Time
	RecoveryCodes int // that are left

	// While it is being set up:
	Secret string // in groups of four, for who types it
	URL    string // for who scans it
}

// halfSession is the cause of an error that asks for the code of a second factor.
type halfSession struct{ secret string }

func (halfSession) Error() string { return "the second factor is missing" }

func errCodeNeeded(secret string) error {
	err := errs.Wrap(halfSession{secret}, errs.Unauthenticated, "account.code_needed")
	err.Fields = []errs.Field{{Name: "code", Key: err.Key}}
	return err
}

// HalfOf returns what SignInWithCode goes on with, where err says that a password was right and a code is missing.
func HalfOf(err error) (half string, ok bool) {
	found, ok := errors.AsType[halfSession](err)
	return found.secret, ok
}

// SignInWithCode finishes what SignIn began, within five minutes and five tries. Code is the authenticator's or a recovery code.
// It returns unauthenticated for a wrong one, which counts like a wrong password; gone where there is nothing to finish any more;
// rate_limited while the address is locked; forbidden for who is suspended or banned.
func (s *Service) SignInWithCode(ctx context.Context, half, code string, client Client) (Session, error) {
	key, err := s.keys.signer(ctx)
	if err != nil {
		return Session{}, err
	}
	var session Session
	var wrong Account
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		session, wrong = Session{}, Account{}
		c, err := lockChallenge(ctx, tx, secondFactor, half)
		if err != nil {
			return err
		}
		current, err := lockAccount(ctx, tx, c.accountID)
		if err != nil {
			return err
		}
		failed, err := readFailures(ctx, tx, current.Email, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if err := failed.refuse(tx.Now); err != nil {
			return err
		}
		if err := current.refuseStanding(tx.Now); err != nil {
			return err
		}
		f, err := factorOf(ctx, tx, current.ID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		right, err := s.spend(ctx, tx, current.ID, f, code)
		if err != nil {
			return err
		}
		if !right {
			wrong = current.Account
			return countTry(ctx, tx, half)
		}
		if err := endChallenge(ctx, tx, half); err != nil {
			return err
		}
		session, err = s.welcome(ctx, tx, current.Account, len(failed.at) > 0, client)
		return err
	})
	switch {
	case err != nil:
		return Session{}, err
	case wrong.ID != "":
		return Session{}, s.countWrongCode(ctx, wrong.Email, wrong.ID)
	}
	return s.sign(session, key)
}

// countWrongCode counts like a wrong password, and says what was wrong.
func (s *Service) countWrongCode(ctx context.Context, email, accountID string) error {
	if err := s.countFailure(ctx, email, accountID); errs.CodeOf(err) != errs.Unauthenticated {
		return err
	}
	wrong := errs.New(errs.Unauthenticated, "account.code_wrong")
	wrong.Fields = []errs.Field{{Name: "code", Key: wrong.Key}}
	return wrong
}

// spend says whether code is right, and makes it useless.
func (s *Service) spend(ctx context.Context, tx *db.Tx, accountID string, f factor, typed string) (bool, error) {
	if !f.on() {
		return false, nil
	}
	code := foldCode(typed)
	if len(code) == codeDigits {
		step, err := f.step(code, tx.Now)
		if err != nil || step == 0 {
			return false, err
		}
		return true, useStep(ctx, tx, accountID, step)
	}
	used, err := useRecoveryCode(ctx, tx, accountID, code)
	if err != nil || !used {
		return false, err
	}
	left, err := countRecoveryCodes(ctx, tx, accountID)
	if err != nil {
		return false, err
	}
	letter := Letter{AccountID: accountID, Template: MailRecoveryCodeUsed, Words: map[string]string{"Left": strconv.Itoa(left)}}
	if err := s.mailer.Post(ctx, tx, letter); err != nil {
		return false, err
	}
	return true, audit.Write(ctx, tx, audit.Entry{ActorID: accountID, Action: "recovery_code.used", SubjectKind: "account", SubjectID: accountID})
}

// foldCode drops what people group codes with, and reads Arabic digits.
func foldCode(typed string) string {
	const longest = 64
	if len(typed) > longest {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\u00a0':
			return -1
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		}
		return r
	}, strings.ToLower(typed))
}

// SecondFactor returns what the actor has of a second factor. It returns unauthenticated for nobody.
func (s *Service) SecondFactor(ctx context.Context, actor Actor) (SecondFactor, error) {
	if err := actor.Require(); err != nil {
		return SecondFactor{}, err
	}
	f, err := factorOf(ctx, s.db, actor.ID, "")
	if err != nil || f.secret == "" {
		return SecondFactor{}, err
	}
	if !f.on() {
		a, err := accountByID(ctx, s.db, actor.ID)
		return SecondFactor{Secret: grouped(f.secret), URL: factorURL(a.Email, f.secret)}, err
	}
	left, err := countRecoveryCodes(ctx, s.db, actor.ID)
	return SecondFactor{On: true, Since: f.confirmedAt, RecoveryCodes: left}, err
}

// factorURL is the form that authenticators read, which the app's makers have agreed on.
func factorURL(email, secret string) string {
	query := url.Values{"secret": {secret}, "issuer": {factorIssuer}, "algorithm": {"SHA1"}, "digits": {strconv.Itoa(codeDigits)}, "period": {strconv.Itoa(stepSeconds)}}
	return "otpauth://totp/" + url.PathEscape(factorIssuer+":"+email) + "?" + query.Encode()
}

func grouped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%recoveryGroup == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// BeginSecondFactor makes a new secret, which SecondFactor shows until a code confirms it. It returns unauthenticated for nobody,
// forbidden for an actor who speaks through a token, and conflict where the second factor is on.
func (s *Service) BeginSecondFactor(ctx context.Context, actor Actor) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	secret := base32.StdEncoding.EncodeToString(randomBytes(factorSecretBytes))
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		f, err := lockFactor(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if f.on() {
			return errs.New(errs.Conflict, "account.second_factor_on")
		}
		return putFactor(ctx, tx, actor.ID, secret)
	})
}

// ConfirmSecondFactor turns the second factor on with a first code, and returns the recovery codes, which are not stored in clear.
// Other sessions end. It returns unauthenticated for nobody, forbidden for an actor who speaks through a token, invalid with the
// field code for a wrong one, and conflict where nothing was begun or it is on already.
func (s *Service) ConfirmSecondFactor(ctx context.Context, actor Actor, code string) (recovery []string, err error) {
	if err := requireSession(actor); err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		f, err := lockFactor(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		switch {
		case f.on():
			return errs.New(errs.Conflict, "account.second_factor_on")
		case f.secret == "":
			return errs.New(errs.Conflict, "account.second_factor_off")
		}
		step, err := f.step(foldCode(code), tx.Now)
		if err != nil {
			return err
		}
		if step == 0 {
			var fields errs.Fields
			fields.Add("code", "account.code_wrong", nil)
			return fields.Err()
		}
		if err := confirmFactor(ctx, tx, actor.ID, step); err != nil {
			return err
		}
		if recovery, err = renewRecoveryCodes(ctx, tx, actor.ID); err != nil {
			return err
		}
		if _, err := s.endOthers(ctx, tx, actor, "second_factor_on"); err != nil {
			return err
		}
		return s.tellFactor(ctx, tx, actor.ID, MailSecondFactorOn, "second_factor.on")
	})
	return recovery, err
}

func (s *Service) tellFactor(ctx context.Context, tx *db.Tx, accountID, template, action string) error {
	if err := s.mailer.Post(ctx, tx, Letter{AccountID: accountID, Template: template}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: accountID, Action: action, SubjectKind: "account", SubjectID: accountID})
}

// StopSecondFactor turns the second factor off, or forgets one that was never confirmed. It returns unauthenticated for nobody,
// forbidden for an actor who speaks through a token, invalid with the field password where that is wrong, and rate_limited after
// too many wrong ones.
func (s *Service) StopSecondFactor(ctx context.Context, actor Actor, password string) error {
	confirmed, err := s.confirm(ctx, actor, password)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockConfirmed(ctx, tx, confirmed); err != nil {
			return err
		}
		f, err := factorOf(ctx, tx, actor.ID, tx.Dialect().ForUpdate())
		if err != nil || f.secret == "" {
			return err
		}
		if err := deleteFactor(ctx, tx, actor.ID); err != nil {
			return err
		}
		if !f.on() {
			return nil
		}
		return s.tellFactor(ctx, tx, actor.ID, MailSecondFactorOff, "second_factor.off")
	})
}

// RenewRecoveryCodes makes ten new ones; those before work no more. It returns unauthenticated for nobody, forbidden for an actor
// who speaks through a token, invalid with the field password where that is wrong, rate_limited after too many wrong ones, and
// conflict where there is no second factor.
func (s *Service) RenewRecoveryCodes(ctx context.Context, actor Actor, password string) (recovery []string, err error) {
	confirmed, err := s.confirm(ctx, actor, password)
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := lockConfirmed(ctx, tx, confirmed); err != nil {
			return err
		}
		f, err := factorOf(ctx, tx, actor.ID, tx.Dialect().ForUpdate())
		if err != nil {
			return err
		}
		if !f.on() {
			return errs.New(errs.Conflict, "account.second_factor_off")
		}
		if recovery, err = renewRecoveryCodes(ctx, tx, actor.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "recovery_codes.renewed", SubjectKind: "account", SubjectID: actor.ID})
	})
	return recovery, err
}

// recoveryAlphabet leaves out what is read for something else: 0 and 1 are not in base 32 anyway.
var recoveryAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func renewRecoveryCodes(ctx context.Context, tx *db.Tx, accountID string) ([]string, error) {
	if err := deleteRecoveryCodes(ctx, tx, accountID); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodeCount)
	for i := range codes {
		code := recoveryAlphabet.EncodeToString(randomBytes(recoveryCodeBytes))
		if err := insertRecoveryCode(ctx, tx, accountID, code); err != nil {
			return nil, err
		}
		codes[i] = strings.ReplaceAll(grouped(code), " ", "-")
	}
	return codes, nil
}

func randomBytes(n int) []byte {
	secret := make([]byte, n)
	rand.Read(secret) //nolint:errcheck // never fails
	return secret
}

// factorOf returns the zero value where there is none. lock ends the statement.
func factorOf(ctx context.Context, q db.Querier, accountID, lock string) (f factor, err error) {
	err = q.QueryRow(ctx, `SELECT secret, confirmed_at, last_step FROM second_factors WHERE account_id = $1`+lock, accountID).
		Scan(&f.secret, db.Time(&f.confirmedAt), &f.lastStep)
	return f, none(err)
}

// lockFactor locks the account too, so that two that begin at once take turns.
func lockFactor(ctx context.Context, tx *db.Tx, accountID string) (factor, error) {
	if _, err := lockAccount(ctx, tx, accountID); err != nil {
		return factor{}, err
	}
	return factorOf(ctx, tx, accountID, tx.Dialect().ForUpdate())
}

func putFactor(ctx context.Context, tx *db.Tx, accountID, secret string) error {
	_, err := tx.Exec(ctx, `INSERT INTO second_factors (account_id, secret, created_at, last_step) VALUES ($1, $2, $3, 0)
		ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at`, accountID, secret, db.At(tx.Now))
	return err
}

func confirmFactor(ctx context.Context, tx *db.Tx, accountID string, step int64) error {
	_, err := tx.Exec(ctx, `UPDATE second_factors SET confirmed_at = $2, last_step = $3 WHERE account_id = $1`, accountID, db.At(tx.Now), step)
	return err
}

func useStep(ctx context.Context, tx *db.Tx, accountID string, step int64) error {
	_, err := tx.Exec(ctx, `UPDATE second_factors SET last_step = $2 WHERE account_id = $1`, accountID, step)
	return err
}

func deleteFactor(ctx context.Context, tx *db.Tx, accountID string) error {
	if err := deleteRecoveryCodes(ctx, tx, accountID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM second_factors WHERE account_id = $1`, accountID)
	return err
}

func deleteRecoveryCodes(ctx context.Context, tx *db.Tx, accountID string) error {
	_, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE account_id = $1`, accountID)
	return err
}

// recoveryHash covers the account, so that a code is of use for nobody else's.
func recoveryHash(accountID, code string) string { return hashSecret(accountID + " " + code) }

func insertRecoveryCode(ctx context.Context, tx *db.Tx, accountID, code string) error {
	_, err := tx.Exec(ctx, `INSERT INTO recovery_codes (hash, account_id) VALUES ($1, $2)`, recoveryHash(accountID, code), accountID)
	return err
}

func useRecoveryCode(ctx context.Context, tx *db.Tx, accountID, code string) (bool, error) {
	return changed(tx.Exec(ctx, `UPDATE recovery_codes SET used_at = $3 WHERE hash = $1 AND account_id = $2 AND used_at IS NULL`, recoveryHash(accountID, code), accountID, db.At(tx.Now)))
}

func countRecoveryCodes(ctx context.Context, q db.Querier, accountID string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT count(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL`, accountID).Scan(&n)
	return n, err
}
