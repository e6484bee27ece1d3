package notify

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/job"
	"khadamat/internal/platform/mail"
)

var languages = i18n.Languages

// Accounts knows whom a letter goes to.
type Accounts interface {
	Account(ctx context.Context, id string) (account.Account, error)
}

// Office writes letters and hands them to the sender.
type Office struct {
	Accounts Accounts
	Sender   mail.Sender
	Texts    *i18n.Catalog
	BaseURL  string // the address that links in letters begin with, without a slash at its end
}

// Attach has the office work the letters that services enqueue on queue.
func (o *Office) Attach(queue *job.Queue) {
	job.Work(queue, func(ctx context.Context, j letterJob) error {
		for _, letter := range j.Letters {
			if err := o.send(ctx, letter); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *Office) send(ctx context.Context, letter Letter) error {
	reader, err := o.Accounts.Account(ctx, letter.AccountID)
	if err != nil {
		return err
	}
	message, err := o.write(letter, reader)
	if err != nil {
		return err
	}
	return o.Sender.Send(ctx, message)
}

// action is where a template's button leads, below /{language}; the text of the button has the key mail.<template>.action.
var actions = map[string]func(args map[string]any) string{
	"verify_email":        func(args map[string]any) string { return "/verify-email?token=" + url.QueryEscape(args["token"].(string)) },
	"reset_password":      func(args map[string]any) string { return "/reset-password?token=" + url.QueryEscape(args["token"].(string)) },
	"password_changed":    func(map[string]any) string { return "/forgotten-password" },
	"sign_in_locked":      func(map[string]any) string { return "/forgotten-password" },
	"booking_requested":   bookingPage,
	"booking_instant":     bookingPage,
	"booking_confirmed":   bookingPage,
	"booking_declined":    searchPage,
	"booking_slot_taken":  searchPage,
	"booking_expired":     searchPage,
	"booking_withdrawn":   bookingPage,
	"booking_completed":   bookingPage,
	"booking_no_show":     bookingPage,
	"booking_cancelled":   bookingPage,
	"reschedule_proposed": bookingPage,
	"rescheduled":         bookingPage,
	"reschedule_declined": bookingPage,
}

func bookingPage(args map[string]any) string { return "/bookings/" + args["ID"].(string) }

func searchPage(map[string]any) string { return "/search" }

//go:embed letter.html
var letterHTML string

var letterTemplate = template.Must(template.New("letter").Parse(letterHTML))

type page struct {
	Language, Direction, Subject, Greeting, Action, Link, Footer string
	Paragraphs                                                   []string
}

// write fills the template in the reader's language, as text and as HTML.
func (o *Office) write(letter Letter, reader account.Account) (mail.Message, error) {
	language, _ := i18n.Parse(reader.Language)
	action, ok := actions[letter.Template]
	if !ok {
		return mail.Message{}, fmt.Errorf("no letter is called %q", letter.Template)
	}
	args := map[string]any{"Name": reader.Name}
	for name, value := range letter.Args {
		args[name] = value.in(language)
	}
	key := "mail." + letter.Template
	p := page{
		Language: string(language), Direction: language.Direction(),
		Subject:    o.Texts.T(language, key+".subject", args),
		Greeting:   o.Texts.T(language, "mail.greeting", args),
		Paragraphs: strings.Split(o.Texts.T(language, key+".body", args), "\n"),
		Action:     o.Texts.T(language, key+".action", args),
		Link:       o.BaseURL + "/" + string(language) + action(args),
		Footer:     o.Texts.T(language, "mail.footer", args),
	}
	if reason, _ := args["Reason"].(string); reason != "" && !strings.HasPrefix(letter.Template, "booking_slot") {
		p.Paragraphs = append(p.Paragraphs, o.Texts.T(language, "mail.reason", args))
	}
	var html strings.Builder
	if err := letterTemplate.Execute(&html, p); err != nil {
		return mail.Message{}, err
	}
	text := strings.Join([]string{p.Greeting, strings.Join(p.Paragraphs, "\n\n"), p.Action + "\n" + p.Link, p.Footer}, "\n\n")
	return mail.Message{To: reader.Email, Subject: p.Subject, Text: text, HTML: html.String(), Language: language}, nil
}

// in says the value in a language.
func (v Value) in(language i18n.Language) string {
	switch {
	case v.Texts != nil:
		return v.Texts[string(language)]
	case !v.Time.IsZero():
		zone, err := time.LoadLocation(v.Zone)
		if err != nil {
			zone = time.UTC
		}
		return i18n.FormatDateTime(language, v.Time, zone)
	case v.Amount != nil:
		return i18n.FormatMoney(language, v.Amount.Minor, string(v.Amount.Currency), v.Amount.Currency.Digits())
	}
	return v.Text
}
