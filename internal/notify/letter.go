package notify

import (
	"context"
	_ "embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
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
	Notices  *Service // knows who still wants a letter when it is sent; nil: everybody wants all
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
	secret := ""
	if topic := templates[letter.Template].topic; o.Notices != nil && topic.Switchable() {
		wanted := false
		if secret, wanted, err = o.Notices.mailing(ctx, letter.AccountID, topic); err != nil || !wanted {
			return err
		}
	}
	message, err := o.write(letter, reader, secret)
	if err != nil {
		return err
	}
	return o.Sender.Send(ctx, message)
}

//go:embed letter.html
var letterHTML string

var letterTemplate = htmltemplate.Must(htmltemplate.New("letter").Parse(letterHTML))

// page is what the template of letters is filled with.
type page struct {
	Language, Direction        string
	Site, Home, Subject        string
	Greeting, Preheader        string
	Paragraphs                 []string
	Facts                      facts
	Action, Link, LinkHint     string
	Footer                     string
	Preferences, PreferencesAt string // empty where nobody can choose
	Unsubscribe, UnsubscribeAt string
}

// facts are what somebody looks for in a letter about an appointment, set apart from its sentences.
type facts struct{ What, When, Price string }

// write fills the template in the reader's language, as text and as HTML. The secret, where there is one, stands in the link that stops
// letters like this one.
func (o *Office) write(letter Letter, reader account.Account, secret string) (mail.Message, error) {
	language, _ := i18n.Parse(reader.Language)
	if language == "" {
		language = i18n.French
	}
	kind, ok := templates[letter.Template]
	if !ok {
		return mail.Message{}, fmt.Errorf("no letter is called %q", letter.Template)
	}
	args := said(letter.Args, language)
	if text(args, "Name") == "" {
		args["Name"] = reader.Name
	}
	words := isolated(args, language)
	say := func(key string) string { return o.Texts.T(language, key, words) }
	p := page{
		Language: string(language), Direction: language.Direction(),
		Site: say("web.site_name"), Home: o.BaseURL + "/" + string(language),
		Subject: say(letter.Template.key("subject")), Greeting: say("mail.greeting"),
		Paragraphs: strings.Split(say(letter.Template.key("body")), "\n"),
		Facts:      factsOf(letter, args),
		Action:     say(letter.Template.key("action")), Link: o.BaseURL + "/" + string(language) + kind.page(args), LinkHint: say("mail.link_hint"),
		Footer: say("mail.why_account"),
	}
	if text(args, "Name") == "" { // an account that was erased
		p.Greeting = say("mail.greeting_nobody")
	}
	p.Preheader = p.Paragraphs[0]
	if text(args, "Reason") != "" && kind.topic == Bookings && letter.Template != BookingSlotTaken {
		p.Paragraphs = append(p.Paragraphs, say("mail.reason"))
	}
	if kind.topic.Switchable() {
		p.Footer = say("mail.footer")
		p.Preferences, p.PreferencesAt = say("mail.preferences"), p.Home+"/account/notifications"
	}
	to := reader.Email
	if letter.Address != "" {
		to = letter.Address
	}
	message := mail.Message{To: to, Subject: p.Subject, Language: language}
	if secret != "" {
		p.Unsubscribe, p.UnsubscribeAt = say("mail.unsubscribe"), p.Home+"/unsubscribe/"+string(kind.topic)+"/"+secret
		// RFC 8058: mail programs show a button of their own, which sends one POST.
		message.Headers = map[string]string{"List-Unsubscribe": "<" + p.UnsubscribeAt + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
	}
	var html strings.Builder
	if err := letterTemplate.Execute(&html, p); err != nil {
		return mail.Message{}, err
	}
	message.HTML, message.Text = html.String(), p.plain()
	return message, nil
}

// plain is the letter for programs that show no HTML, and for people who want none.
func (p page) plain() string {
	parts := append([]string{p.Greeting}, p.Paragraphs...)
	parts = append(parts, p.Action+"\n"+p.Link, "-- \n"+p.Footer)
	for _, link := range [][2]string{{p.Preferences, p.PreferencesAt}, {p.Unsubscribe, p.UnsubscribeAt}} {
		if link[0] != "" {
			parts = append(parts, link[0]+"\n"+link[1])
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// factsOf are the facts of letters about an appointment that stands or is proposed; others have none.
func factsOf(letter Letter, args map[string]any) facts {
	f := facts{When: text(args, "Start"), Price: text(args, "Price")}
	switch letter.Template {
	case BookingRequested, BookingInstant, BookingConfirmed, Rescheduled, ReminderDay, ReminderSoon:
		f.What = text(args, "Service")
	case RescheduleProposed:
		f.What, f.When = text(args, "Service"), text(args, "Proposed")
	case QuoteOffered, QuoteCountered, QuoteAccepted:
		f.What = text(args, "Title")
	}
	if f.What == "" || f.When == "" {
		return facts{}
	}
	return f
}

// in says the value in a language.
func (v Value) in(language i18n.Language) string {
	switch {
	case v.Texts != nil:
		return v.Texts[string(language)]
	case !v.Time.IsZero():
		zone, err := schedule.Location(v.Zone)
		if err != nil {
			zone = time.UTC
		}
		return i18n.FormatDateTime(language, v.Time, zone)
	case v.Amount != nil:
		return amount(language, *v.Amount)
	}
	return v.Text
}

// amount writes an amount; whole ones go without their zero decimals, as prices in a shop do.
func amount(language i18n.Language, a money.Amount) string {
	digits, scale := a.Currency.Digits(), int64(1)
	for range digits {
		scale *= 10
	}
	if a.Minor%scale == 0 {
		return i18n.FormatMoney(language, a.Minor/scale, string(a.Currency), 0)
	}
	return i18n.FormatMoney(language, a.Minor, string(a.Currency), digits)
}
