package account

import (
	_ "embed"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/text"
)

const (
	minPasswordRunes = 10
	maxPasswordRunes = 200
)

var (
	nameRules      = text.Rules{MinRunes: 2, MaxRunes: 80}
	tokenNameRules = text.Rules{MinRunes: 1, MaxRunes: 60}
)

// The most common passwords of at least minPasswordRunes, in lower case, one a line.
//
//go:embed common_passwords.txt
var commonPasswordLines string

var commonPasswords = func() map[string]bool {
	common := make(map[string]bool)
	for line := range strings.Lines(commonPasswordLines) {
		common[strings.TrimSpace(line)] = true
	}
	return common
}()

// checkPassword records what is wrong with a new password. There are no rules of composition: length and not being the first that
// everybody tries is what protects (NIST SP 800-63B, 3.1.1.2). email is the folded address of its owner, or empty.
func checkPassword(f *errs.Fields, password, email string) {
	const field = "password"
	if len(password) > maxPasswordRunes*utf8.UTFMax {
		f.Add(field, "account.password_too_long", errs.Args{"Max": maxPasswordRunes})
		return
	}
	if !utf8.ValidString(password) {
		f.Add(field, text.KeyEncoding, nil)
		return
	}
	folded := strings.ToLower(foldPassword(password))
	local, _, _ := strings.Cut(email, "@")
	runes := utf8.RuneCountInString(foldPassword(password))
	switch {
	case password == "":
		f.Add(field, "account.password_missing", nil)
	case runes < minPasswordRunes:
		f.Add(field, "account.password_too_short", errs.Args{"Min": minPasswordRunes})
	case runes > maxPasswordRunes:
		f.Add(field, "account.password_too_long", errs.Args{"Max": maxPasswordRunes})
	case strings.ContainsFunc(password, unicode.IsControl):
		f.Add(field, text.KeyControl, nil)
	case strings.ContainsFunc(password, turnsDirection):
		f.Add(field, text.KeyDirection, nil)
	case email != "" && (folded == email || folded == local):
		f.Add(field, "account.password_is_email", nil)
	case commonPasswords[folded]:
		f.Add(field, "account.password_common", nil)
	}
}

// turnsDirection says whether r embeds, overrides or isolates direction: nobody types that, and nobody could type it again.
func turnsDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// checkGivenPassword records what makes a password impossible that is about to be compared.
func checkGivenPassword(f *errs.Fields, password string) {
	f.Check(password != "", "password", "account.password_missing")
	if utf8.RuneCountInString(password) > maxPasswordRunes {
		f.Add("password", "account.password_too_long", errs.Args{"Max": maxPasswordRunes})
	}
}

// withField adds a complaint to those that err has, if any.
func withField(err error, name, key string) error {
	var f errs.Fields
	if known, ok := errors.AsType[*errs.Error](err); ok {
		f = known.Fields
	}
	f.Add(name, key, nil)
	return f.Err()
}

func checkEmail(f *errs.Fields, typed string) string {
	email, ok := ParseEmail(typed)
	f.Check(ok, "email", "account.email_malformed")
	return email
}

func checkLanguage(f *errs.Fields, code string) string {
	if code == "" {
		return string(i18n.French)
	}
	_, ok := i18n.Parse(code)
	f.Check(ok, "language", "account.language_unknown")
	return code
}

// userAgentRunes and addressRunes bound what is kept of a client.
const (
	userAgentRunes = 300
	addressRunes   = 64
)

// shorten makes a text of a client fit to be stored and shown; it is not refused, since nobody typed it.
func shorten(s string, runes int) string {
	clean := make([]rune, 0, min(len(s), runes))
	for _, r := range s {
		if len(clean) == runes {
			break
		}
		if unicode.IsPrint(r) && r != utf8.RuneError && !turnsDirection(r) {
			clean = append(clean, r)
		}
	}
	return string(clean)
}
