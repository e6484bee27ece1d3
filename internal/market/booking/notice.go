package booking

import "khadamat/internal/notify"

// change is what watchers of a booking are told at once.
type change struct {
	ID     string `json:"id"`
	Status Status `json:"status"`
	Kind   Kind   `json:"kind"`
}

// notice says who is told what of an event: both sides' open pages at once, and by mail whoever did not do it.
func notice(b Booking, e Event) notify.Notice {
	n := notify.Notice{
		Watchers: []string{b.CustomerID, b.ProviderAccountID},
		Type:     "booking.changed",
		Data:     change{b.ID, e.Status, e.Kind},
	}
	for side, template := range letters(e) {
		n.Letters = append(n.Letters, notify.Letter{AccountID: b.AccountOf(side), Template: template, Args: letterArgs(b, e)})
	}
	return n
}

// letters are the mails that an event sends, by side.
func letters(e Event) map[Side]notify.Template {
	switch e.Kind {
	case EventRequested:
		if e.Status == Accepted {
			return map[Side]notify.Template{CustomerSide: notify.BookingConfirmed, ProviderSide: notify.BookingInstant}
		}
		return map[Side]notify.Template{ProviderSide: notify.BookingRequested}
	case EventAccepted:
		return map[Side]notify.Template{CustomerSide: notify.BookingConfirmed}
	case EventDeclined:
		if e.Side == SystemSide {
			return map[Side]notify.Template{CustomerSide: notify.BookingSlotTaken}
		}
		return map[Side]notify.Template{CustomerSide: notify.BookingDeclined}
	case EventExpired:
		return map[Side]notify.Template{CustomerSide: notify.BookingExpired}
	case EventWithdrawn:
		return map[Side]notify.Template{ProviderSide: notify.BookingWithdrawn}
	case EventCompleted:
		return map[Side]notify.Template{CustomerSide: notify.BookingCompleted}
	case EventNoShow:
		return map[Side]notify.Template{CustomerSide: notify.BookingNoShow}
	case EventCancelled:
		if e.Side == SystemSide { // whoever follows the money tells both sides why
			return nil
		}
		return map[Side]notify.Template{e.Side.Other(): notify.BookingCancelled}
	case EventRescheduleProposed:
		return map[Side]notify.Template{e.Side.Other(): notify.RescheduleProposed}
	case EventRescheduled:
		return map[Side]notify.Template{e.Side.Other(): notify.Rescheduled}
	case EventRescheduleDeclined:
		return map[Side]notify.Template{e.Side.Other(): notify.RescheduleDeclined}
	}
	return nil
}

// LetterArgs are the arguments that every letter about a booking has: ID, Customer, Provider, Service, Start and Price.
func LetterArgs(b Booking) map[string]notify.Value {
	return map[string]notify.Value{
		"ID":       notify.Words(b.ID),
		"Customer": notify.Words(b.Details.CustomerName),
		"Provider": notify.Words(b.Details.ProviderName),
		"Service":  notify.Translated(b.Details.Title.In),
		"Start":    notify.Moment(b.Start, b.Details.Zone),
		"Price":    notify.Money(b.Price),
	}
}

func letterArgs(b Booking, e Event) map[string]notify.Value {
	args := LetterArgs(b)
	args["Reason"] = notify.Words(e.Reason)
	if !e.Start.IsZero() {
		args["Proposed"] = notify.Moment(e.Start, b.Details.Zone)
	}
	if b.Refund != nil {
		args["Refund"] = notify.Money(*b.Refund)
	}
	return args
}
