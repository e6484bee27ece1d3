package notify

import (
	"context"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/mail"
	"khadamat/internal/texts"
)

type reader account.Account

func (r reader) Account(_ context.Context, id string) (account.Account, error) {
	if id != r.ID {
		return account.Account{}, errs.New(errs.NotFound, "error.not_found")
	}
	return account.Account(r), nil
}

func args() map[string]Value {
	return map[string]Value{
		"token": Words("abc-123"), "ID": Words("0190"), "Customer": Words("Salma <b>"), "Provider": Words("Atlas & Fils"),
		"Service": Translated(func(language string) string {
			return map[string]string{"fr": "Fuite d’eau", "ar": "تسرب ماء", "en": "Water leak"}[language]
		}),
		"Start": Moment(time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC), "Africa/Casablanca"), "Proposed": Moment(time.Date(2026, time.June, 2, 9, 0, 0, 0, time.UTC), "Africa/Casablanca"),
		"Price": Money(money.Of(25000, money.MAD)), "Refund": Money(money.Of(12500, money.MAD)), "Reason": Words("Une <i>panne</i>"),
	}
}

func TestEveryLetterIsWrittenWholeInEveryLanguage(t *testing.T) {
	for _, language := range i18n.Languages {
		for template := range actions {
			office := Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
			message, err := office.write(Letter{Template: template, Args: args()}, account.Account{Email: "a@example.test", Name: "Salma", Language: string(language)})
			if err != nil {
				t.Fatal(err)
			}
			for part, text := range map[string]string{"subject": message.Subject, "text": message.Text, "html": message.HTML} {
				if text == "" || strings.Contains(text, "{{") || strings.Contains(text, "mail.") || strings.Contains(text, "<no value>") {
					t.Errorf("%s in %s, %s: %q", template, language, part, text)
				}
			}
			if !strings.Contains(message.Text, "https://khadamat.example/"+string(language)+"/") || !strings.Contains(message.HTML, `dir="`+language.Direction()+`"`) {
				t.Errorf("%s in %s: no link or no direction", template, language)
			}
			if strings.Contains(message.HTML, "<b>") || strings.Contains(message.HTML, "<i>") {
				t.Errorf("%s in %s: what people wrote is markup", template, language)
			}
		}
	}
}

// On the first of March 2026 it is Ramadan, and Casablanca keeps UTC.
func TestALetterSaysTimesAndAmountsInTheReadersForm(t *testing.T) {
	office := Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	for language, wants := range map[string][]string{"fr": {"1er\u00a0mars 2026", "09:00", "250,00\u00a0MAD", "Fuite d’eau"}, "ar": {"مارس", "09:00", "250,00", "تسرب ماء"}, "en": {"March 2026", "09:00", "250.00", "Water leak"}} {
		message, err := office.write(Letter{Template: BookingConfirmed, Args: args()}, account.Account{Language: language})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(message.Text, want) {
				t.Errorf("%s: %q is missing in %q", language, want, message.Text)
			}
		}
	}
}

func TestALetterReachesTheOutboxOfItsReader(t *testing.T) {
	outbox, err := mail.NewOutbox(t.TempDir(), "Khadamat <bonjour@khadamat.test>", clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	salma := reader{ID: "0190", Email: "salma@example.test", Name: "Salma", Language: "ar"}
	office := Office{Accounts: salma, Sender: outbox, Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	if err := office.send(t.Context(), Letter{AccountID: salma.ID, Template: VerifyEmail, Args: args()}); err != nil {
		t.Fatal(err)
	}
	sent, err := outbox.List(t.Context(), 10)
	if err != nil || len(sent) != 1 || sent[0].Message.To != salma.Email || !strings.Contains(sent[0].Message.Text, "/ar/verify-email?token=abc-123") {
		t.Fatalf("%+v, %v", sent, err)
	}
	if err := office.send(t.Context(), Letter{AccountID: "nobody", Template: VerifyEmail, Args: args()}); errs.CodeOf(err) != errs.NotFound {
		t.Fatalf("a letter to nobody: %v", err)
	}
	if err := office.send(t.Context(), Letter{AccountID: salma.ID, Template: "love"}); err == nil {
		t.Fatal("a letter that nobody wrote was sent")
	}
}
