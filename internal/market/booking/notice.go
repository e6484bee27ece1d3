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
func letters(e Event) map[Side]string {
	switch e.Kind {
	case EventRequested:
		if e.Status == Accepted {
			return map[Side]string{CustomerSide: "booking_confirmed", ProviderSide: "booking_instant"}
		}
		return map[Side]string{ProviderSide: "booking_requested"}
	case EventAccepted:
		return map[Side]string{CustomerSide: "booking_confirmed"}
	case EventDeclined:
		if e.Side == SystemSide {
			return map[Side]string{CustomerSide: "booking_slot_taken"}
		}
		return map[Side]string{CustomerSide: "booking_declined"}
	case EventExpired:
		return map[Side]string{CustomerSide: "booking_expired"}
	case EventWithdrawn:
		return map[Side]string{ProviderSide: "booking_withdrawn"}
	case EventCompleted:
		return map[Side]string{CustomerSide: "booking_completed"}
	case EventNoShow:
		return map[Side]string{CustomerSide: "booking_no_show"}
	case EventCancelled:
		return map[Side]string{e.Side.Other(): "booking_cancelled"}
	case EventRescheduleProposed:
		return map[Side]string{e.Side.Other(): "reschedule_proposed"}
	case EventRescheduled:
		return map[Side]string{e.Side.Other(): "rescheduled"}
	case EventRescheduleDeclined:
		return map[Side]string{e.Side.Other(): "reschedule_declined"}
	}
	return nil
}

func letterArgs(b Booking, e Event) map[string]notify.Value {
	args := map[string]notify.Value{
		"ID":       notify.Words(b.ID),
		"Customer": notify.Words(b.Details.CustomerName),
		"Provider": notify.Words(b.Details.ProviderName),
		"Service":  notify.Translated(b.Details.Title.In),
		"Start":    notify.Moment(b.Start, b.Details.Zone),
		"Price":    notify.Money(b.Price),
		"Reason":   notify.Words(e.Reason),
	}
	if !e.Start.IsZero() {
		args["Proposed"] = notify.Moment(e.Start, b.Details.Zone)
	}
	if b.Refund != nil {
		args["Refund"] = notify.Money(*b.Refund)
	}
	return args
}
