package dispute

import (
	"khadamat/internal/market/booking"
	"khadamat/internal/notify"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// change is what watchers of a dispute are told at once.
type change struct {
	ID        string `json:"id"`
	BookingID string `json:"booking_id"`
	Status    Status `json:"status"`
}

// changed tells the open pages of both sides and of the operators who have spoken.
func changed(d Dispute, operators []string, letters ...notify.Letter) notify.Notice {
	return notify.Notice{
		Watchers: append([]string{d.CustomerID, d.ProviderAccountID}, operators...), Type: "dispute.changed", Data: change{d.ID, d.BookingID, d.Status}, Letters: letters,
	}
}

func letter(d Dispute, to booking.Side, template notify.Template, args map[string]notify.Value) notify.Letter {
	args["ID"], args["Service"] = notify.Words(d.ID), notify.Translated(d.Service.In)
	return notify.Letter{AccountID: d.AccountOf(to), Template: template, Args: args}
}

func openedNotice(d Dispute) notify.Notice {
	return changed(d, nil, letter(d, d.OpenedBy.Other(), notify.DisputeOpened, map[string]notify.Value{
		"Sender": notify.Words(d.NameOf(d.OpenedBy)),
		"Reason": notify.Translated(func(language string) string { return inLanguage(language, reasonKeys[d.Reason]) }),
	}))
}

func saidNotice(d Dispute, by Party, words string, operators []string) notify.Notice {
	var letters []notify.Letter
	for _, side := range []booking.Side{booking.CustomerSide, booking.ProviderSide} {
		if by == Party(side) {
			continue
		}
		sender := notify.Words(d.NameOf(side.Other()))
		if by == OperatorParty {
			sender = notify.Translated(func(language string) string { return inLanguage(language, "dispute.operator") })
		}
		letters = append(letters, letter(d, side, notify.DisputeMessage, map[string]notify.Value{"Sender": sender, "Excerpt": notify.Words(excerpt(words))}))
	}
	return changed(d, operators, letters...)
}

func decidedNotice(d Dispute, operators []string) notify.Notice {
	var letters []notify.Letter
	for _, side := range []booking.Side{booking.CustomerSide, booking.ProviderSide} {
		letters = append(letters, letter(d, side, notify.DisputeDecided, map[string]notify.Value{"Refund": notify.Money(*d.Refund), "Reason": notify.Words(d.Decision)}))
	}
	return changed(d, operators, letters...)
}

func inLanguage(language, key string) string {
	return texts.Catalog().T(i18n.Language(language), key, nil)
}

const excerptRunes = 160

// excerpt is the beginning of a text for a letter.
func excerpt(words string) string {
	runes := []rune(words)
	if len(runes) <= excerptRunes {
		return words
	}
	return string(runes[:excerptRunes-1]) + "…"
}
