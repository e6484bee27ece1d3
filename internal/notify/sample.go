package notify

import (
	"maps"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/mail"
)

// Templates lists every letter that there is, by topic and then by name.
func Templates() []Template {
	order := append([]Topic{Security, Account}, Switchable...)
	return slices.SortedFunc(maps.Keys(templates), func(a, b Template) int {
		if by := slices.Index(order, a.Topic()) - slices.Index(order, b.Topic()); by != 0 {
			return by
		}
		return strings.Compare(string(a), string(b))
	})
}

// Known says whether there is a letter of that name.
func (t Template) Known() bool { _, ok := templates[t]; return ok }

// Topic is what letters of the template are about.
func (t Template) Topic() Topic { return templates[t].topic }

// Preview writes a letter with invented arguments in a language, as it would be mailed. It returns an error for an unknown template.
func (o *Office) Preview(template Template, language i18n.Language, now time.Time) (mail.Message, error) {
	reader := account.Account{Email: "salma@example.test", Name: invented(language, "Salma", "سلمى", "Salma"), Language: string(language)}
	if template == AccountErased {
		reader.Name = ""
	}
	secret := ""
	if template.Topic().Switchable() {
		secret = strings.Repeat("x", secretLength)
	}
	args := sampleArgs(language, now)
	if template.Topic() == Bookings && !slices.Contains(withReason, template) {
		delete(args, "Reason")
	}
	return o.write(Letter{Template: template, Args: args}, reader, secret)
}

// withReason are the letters about bookings that usually tell why.
var withReason = []Template{BookingDeclined, BookingCancelled, RescheduleProposed, RescheduleDeclined}

func invented(language i18n.Language, french, arabic, english string) string {
	return map[i18n.Language]string{i18n.French: french, i18n.Arabic: arabic, i18n.English: english}[language]
}

// sampleArgs are invented arguments of all letters: each takes those that it knows.
func sampleArgs(language i18n.Language, now time.Time) map[string]Value {
	say := func(french, arabic, english string) Value { return Words(invented(language, french, arabic, english)) }
	start := now.Truncate(time.Hour).Add(26 * time.Hour)
	return map[string]Value{
		"ID": Words("01990000-0000-7000-8000-000000000378"), "token": Words("abc-123"), "Email": Words("salma.bennani@example.test"),
		"Left": Words("7"), "Passkey": say("Téléphone de Salma", "هاتف سلمى", "Salma’s phone"),
		"Customer": say("Salma Bennani", "سلمى بناني", "Salma Bennani"), "Provider": say("Plomberie Atlas", "سباكة الأطلس", "Atlas Plumbing"),
		"Other": say("Plomberie Atlas", "سباكة الأطلس", "Atlas Plumbing"), "Sender": say("Hamid Tazi", "حميد التازي", "Hamid Tazi"),
		"Reviewer": say("Salma Bennani", "سلمى بناني", "Salma Bennani"), "Stars": Words("5"), "City": say("Casablanca", "الدار البيضاء", "Casablanca"),
		"Service": say("Réparation d’une fuite d’eau", "إصلاح تسرب الماء", "Repair of a water leak"),
		"Title":   say("Repeindre un salon de 30 m²", "صباغة صالون مساحته 30 متراً مربعاً", "Paint a living room of 30 m²"),
		"Excerpt": say("Bonjour, le robinet de la cuisine goutte toujours. Pouvez-vous apporter un joint neuf ?", "السلام عليكم، ما زال صنبور المطبخ يقطر. هل يمكنك إحضار جلدة جديدة؟",
			"Hello, the kitchen tap is still dripping. Could you bring a new washer?"),
		"Reason": say("L’adresse a changé entre-temps.", "تغيّر العنوان في هذه الأثناء.", "The address has changed meanwhile."),
		"Start":  Moment(start, QuietZone), "Proposed": Moment(start.Add(3*time.Hour), QuietZone), "Until": Moment(start.Add(6*24*time.Hour), QuietZone),
		"Price": Money(money.Of(35000, money.MAD)), "Refund": Money(money.Of(17550, money.MAD)),
		"Amount": Money(money.Of(184830, money.MAD)), "IBAN": Words("MA•• •••• 0145"),
	}
}
