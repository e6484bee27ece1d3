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

// Template names a kind of letter. Its texts have the keys mail.<template>.subject, .body and .action.
type Template string

// All letters that there are.
const (
	VerifyEmail        Template = "verify_email"
	ResetPassword      Template = "reset_password"
	PasswordChanged    Template = "password_changed"
	SignInLocked       Template = "sign_in_locked"
	BookingRequested   Template = "booking_requested"
	BookingInstant     Template = "booking_instant"
	BookingConfirmed   Template = "booking_confirmed"
	BookingDeclined    Template = "booking_declined"
	BookingSlotTaken   Template = "booking_slot_taken"
	BookingExpired     Template = "booking_expired"
	BookingWithdrawn   Template = "booking_withdrawn"
	BookingCompleted   Template = "booking_completed"
	BookingNoShow      Template = "booking_no_show"
	BookingCancelled   Template = "booking_cancelled"
	RescheduleProposed Template = "reschedule_proposed"
	Rescheduled        Template = "rescheduled"
	RescheduleDeclined Template = "reschedule_declined"
)

// actions says where a letter's button leads, below /<language>.
var actions = map[Template]func(args map[string]any) string{
	VerifyEmail:        tokenPage("/verify-email"),
	ResetPassword:      tokenPage("/reset-password"),
	PasswordChanged:    fixedPage("/forgotten-password"),
	SignInLocked:       fixedPage("/forgotten-password"),
	BookingRequested:   bookingPage,
	BookingInstant:     bookingPage,
	BookingConfirmed:   bookingPage,
	BookingDeclined:    fixedPage("/search"),
	BookingSlotTaken:   fixedPage("/search"),
	BookingExpired:     fixedPage("/search"),
	BookingWithdrawn:   bookingPage,
	BookingCompleted:   bookingPage,
	BookingNoShow:      bookingPage,
	BookingCancelled:   bookingPage,
	RescheduleProposed: bookingPage,
	Rescheduled:        bookingPage,
	RescheduleDeclined: bookingPage,
}

func fixedPage(path string) func(map[string]any) string {
	return func(map[string]any) string { return path }
}

func tokenPage(path string) func(map[string]any) string {
	return func(args map[string]any) string { return path + "?token=" + url.QueryEscape(args["token"].(string)) }
}

func bookingPage(args map[string]any) string { return "/bookings/" + args["ID"].(string) }

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
	key := "mail." + string(letter.Template)
	p := page{
		Language: string(language), Direction: language.Direction(),
		Subject:    o.Texts.T(language, key+".subject", args),
		Greeting:   o.Texts.T(language, "mail.greeting", args),
		Paragraphs: strings.Split(o.Texts.T(language, key+".body", args), "\n"),
		Action:     o.Texts.T(language, key+".action", args),
		Link:       o.BaseURL + "/" + string(language) + action(args),
		Footer:     o.Texts.T(language, "mail.footer", args),
	}
	if reason, _ := args["Reason"].(string); reason != "" && letter.Template != BookingSlotTaken {
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
