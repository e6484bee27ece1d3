package notify

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
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
	args := sampleArgs(i18n.French, time.Date(2026, time.February, 28, 7, 0, 0, 0, time.UTC))
	args["Customer"], args["Provider"], args["Reason"], args["Excerpt"] = Words("Salma <b>"), Words("Atlas & Fils"), Words("Une <i>panne</i>"), Words("<b>Bonjour</b>")
	args["Service"] = Translated(func(language string) string {
		return map[string]string{"fr": "Fuite d’eau", "ar": "تسرب ماء", "en": "Water leak"}[language]
	})
	return args
}

// holes are what an argument leaves behind that was not given.
var holes = regexp.MustCompile(`«\s*»|“”|: *[.,،؛]|,\s*,|\S  \S`)

func TestEveryLetterIsWrittenWholeInEveryLanguage(t *testing.T) {
	for _, language := range i18n.Languages {
		for template := range templates {
			office := Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
			message, err := office.write(Letter{Template: template, Args: args()}, account.Account{Email: "a@example.test", Name: "Salma", Language: string(language)}, "")
			if err != nil {
				t.Fatal(err)
			}
			for part, text := range map[string]string{"subject": message.Subject, "text": message.Text, "html": message.HTML} {
				if text == "" || strings.Contains(text, "{{") || strings.Contains(text, "mail.") || strings.Contains(text, "<no value>") {
					t.Errorf("%s in %s, %s: %q", template, language, part, text)
				}
				if holes.MatchString(text) {
					t.Errorf("%s in %s, %s: a hole in %q", template, language, part, holes.FindString(text))
				}
			}
			if strings.Contains(message.Subject, "\n") {
				t.Errorf("%s in %s: the subject has two lines", template, language)
			}
			if !strings.Contains(message.Text, "https://khadamat.example/"+string(language)) || !strings.Contains(message.HTML, `dir="`+language.Direction()+`"`) {
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
	for language, wants := range map[string][]string{"fr": {"1er\u00a0mars 2026", "09:00", "350\u00a0MAD", "Fuite d’eau"}, "ar": {"مارس", "09:00", "350", "تسرب ماء"}, "en": {"March 2026", "09:00", "350", "Water leak"}} {
		message, err := office.write(Letter{Template: BookingConfirmed, Args: args()}, account.Account{Language: language}, "")
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

func TestALetterOfATopicThatCanBeSwitchedOffSaysHow(t *testing.T) {
	office := Office{Texts: texts.Catalog(), BaseURL: "https://khadamat.example"}
	for template, kind := range templates {
		secret := ""
		if kind.topic.Switchable() {
			secret = newSecret()
		}
		message, err := office.write(Letter{Template: template, Args: args()}, account.Account{Email: "a@example.test", Language: "fr"}, secret)
		if err != nil {
			t.Fatal(err)
		}
		link := "https://khadamat.example/fr/unsubscribe/" + string(kind.topic) + "/" + secret
		says := strings.Contains(message.HTML, link) && strings.Contains(message.Text, link) && message.Headers["List-Unsubscribe"] == "<"+link+">" &&
			message.Headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
		if says != kind.topic.Switchable() {
			t.Errorf("%s, about %s: says %v; headers %v", template, kind.topic, says, message.Headers)
		}
	}
}

// Without isolation the hour would stand before the name: digits after a Latin word belong to it.
func TestANameInOtherLettersDoesNotDisturbItsSentence(t *testing.T) {
	for language, want := range map[i18n.Language]string{"ar": "رسالة من \u2068Hamid Tazi\u2069", "fr": "Message de Hamid Tazi"} {
		n := Notification{Template: MessageReceived, Args: map[string]Value{"Sender": Words("Hamid Tazi"), "ID": Words("abc")}}
		if got := n.Subject(texts.Catalog(), language); got != want {
			t.Errorf("%s: %q", language, got)
		}
		if n.Path() != "/bookings/abc" {
			t.Errorf("%s leads to %q", language, n.Path())
		}
	}
	n := Notification{Template: MessageReceived, Args: map[string]Value{"Sender": Words("ليلى")}}
	if got := n.Subject(texts.Catalog(), "fr"); got != "Message de \u2068ليلى\u2069" {
		t.Errorf("an Arabic name in French: %q", got)
	}
}

func TestALetterToWhoeverHasNoNameLeftGreetsNobody(t *testing.T) {
	office := Office{Texts: texts.Catalog()}
	message, err := office.write(Letter{Template: AccountErased, Address: "old@example.test"}, account.Account{Email: "erased@example.test", Language: "fr"}, "")
	if err != nil || !strings.HasPrefix(message.Text, "Bonjour,\n") || message.To != "old@example.test" {
		t.Fatalf("%+v, %v", message, err)
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
